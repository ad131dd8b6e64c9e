"""To whoever posted: the inquiry (法3条2項2号), the notice of a measure (法27条), what became of an appeal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tracker.letters.reference import reference
from tracker.letters.write.draft import Draft, Letterhead, Line, drawn, named
from tracker.models import LetterChannel, LetterKind


def sender_notice(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID,
    account: str,
    lines: Sequence[Line],
    public: bool = False,
    link: str = "",
) -> Draft:
    """The notice to the sender of a measure: what, why, and how it rests on the criteria (法27条).

    A `public` one stands where everybody reads it (容易に知り得る状態): it greets nobody, names no account, no place of
    a post and none of its words, and leads nowhere that is the sender's alone. Else `link` leads to the page where the
    sender reads it and may appeal.
    """
    draft = drawn(
        LetterKind.SENDER_NOTICE,
        "法27条" if head.registered else "",
        f"sender_notice:{sender}:" + named(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        reference=reference(sender),
        public=public,
        link=link,
    )
    return Draft(**{**draft.__dict__, "channel": channel, "sender_id": sender})


def reversal(
    head: Letterhead, *, to: str, channel: LetterChannel, sender: UUID, account: str, lines: Sequence[Line]
) -> Draft:
    """To a sender who had been told of a measure: it was taken back, when and why. No article demands it (任意)."""
    draft = drawn(
        LetterKind.REVERSAL,
        "",
        f"reversal:{sender}:" + named(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        reference=reference(sender),
    )
    return replace(draft, channel=channel, sender_id=sender)


def appeal_answer(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID,
    account: str,
    line: Line,
    reversed: bool,
    reason: str,
    received_at: datetime,
) -> Draft:
    """To a sender: what became of their appeal against a measure, and why. No article demands it; it is counted."""
    draft = drawn(
        LetterKind.APPEAL_ANSWER,
        "",
        f"appeal_answer:{line.decision}",
        to,
        lines=[line],
        head=head,
        account=account,
        reference=reference(sender),
        reversed=reversed,
        reason=reason,
        received_at=received_at,
    )
    return replace(draft, channel=channel, sender_id=sender)


@dataclass(frozen=True)
class Told:
    """What a sender is told of a filing. Empty is withheld; without the reason the letter is no 法3条2項2号の照会."""

    rights: Sequence[str]
    reason: str
    answers: Sequence[tuple[str, str]] = ()  # question and answer; part of the reason
    name: str = ""
    contact: str = ""
    evidence: bool = False


def inquiry(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID | None,
    account: str,
    lines: Sequence[Line],
    told: Told,
    more: int = 0,
    days: int = 7,
    article: str = "法3条2項2号",
    report: bool = False,
    hidden: Callable[[str], str] = str,
    link: str = "",
) -> Draft:
    """The question to the sender whether they agree to a measure: content, right and reason are shown (法3条2項2号).

    The shelter of that article needs a 申出 by the infringed person and the reason: after a `report` of a third party,
    or without the reason, the letter asks what the sender thinks and claims nothing of their silence. Two days instead
    of seven (法4条1号 and two other Acts) are for whoever sends it to pass, once each element was confirmed.

    `more` items are named by their number only; `hidden` dresses, in a preview, the words for what is withheld.
    `link` leads to the page where the sender reads and answers.
    """
    shelter = bool(told.reason) and not report
    draft = drawn(
        LetterKind.INQUIRY,
        article if shelter else "",
        f"inquiry:{sender}:" + named(told.reason, *(str(line.item) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        more=more,
        days=days,
        shelter=shelter,
        filer="通報者" if report else "申出者",
        report=report,
        reference=reference(sender) if sender else "",
        hidden=hidden,
        link=link,
        **told.__dict__,
    )
    return replace(draft, channel=channel, sender_id=sender)
