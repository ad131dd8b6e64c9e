"""To whoever filed: the receipt, replies (法25条), and what leads to the status page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from tracker.law.grounds import DeferralGround, term
from tracker.letters.write.draft import Draft, Letterhead, Line, drawn, named
from tracker.models import LetterKind


@dataclass(frozen=True)
class Promise:
    """What a receipt says about the day of the answer: the last day, and how it was counted."""

    last_day: date
    days: int
    first_counted: bool  # the day of receipt counts itself (民法140条ただし書)
    link: str  # the same question, put to the public calculator
    articles: Sequence[str] = field(default=("法25条1項・規則16条", "民法140条・141条"))


@dataclass(frozen=True)
class WayIn:
    """How to reach the status page: its secret address, and for paper what is typed: the page that asks, the secret."""

    link: str
    ask: str
    secret: str


def receipt(head: Letterhead, *, to: str, name: str, items: int, files: int, promise: Promise, way: WayIn) -> Draft:
    """The acknowledgement of a filing: number, date and time of receipt to the second (法22条2項3号), and the day.

    Without an address of mail it is a letter on paper, from which nobody can follow a link.
    """
    return drawn(
        LetterKind.RECEIPT,
        "法22条2項3号" if head.statutory else "",
        f"receipt:{head.number}:{head.received_at:%Y%m%dT%H%M%S}",
        to,
        head=head,
        name=name,
        items=items,
        files=files,
        promise=promise,
        way=way,
        paper=not to,
    )


def outcome(
    head: Letterhead, *, to: str, name: str, lines: Sequence[Line], left: int, deferred: Sequence[UUID]
) -> Draft:
    """The outcome of items, with reasons (法25条1項各号; 2項前段 where an interim reply went before).

    `left` is how many items of the notice are not in this letter, `deferred` those that an interim reply went before.
    """
    rest = len(lines) - len(deferred)
    articles = [*(["法25条1項"] if rest else []), *(["法25条2項"] if deferred else [])]
    return drawn(
        LetterKind.OUTCOME,
        "・".join(articles) if head.statutory else "",
        f"outcome:{head.number}:" + named(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        name=name,
        left=left,
        deferred=deferred,
    )


def interim(
    head: Letterhead,
    *,
    to: str,
    name: str,
    lines: Sequence[Line],
    ground: DeferralGround,
    content: str,
    left: int,
) -> Draft:
    """The interim reply: which ground of 法25条2項 applies and, for 3号, the concrete reason."""
    draft = drawn(
        LetterKind.INTERIM,
        term(ground).article if head.statutory else "",
        f"interim:{head.number}:{ground}:" + named(content, *(f"{line.item} {line.decision}" for line in lines)),
        to,
        lines=lines,
        head=head,
        name=name,
        ground=ground,
        content=content,
        left=left,
    )
    reason = content if ground is DeferralGround.UNAVOIDABLE else ""
    return replace(draft, ground=ground.value, deferral=reason)


def reversal_to_claimant(head: Letterhead, *, to: str, name: str, lines: Sequence[Line]) -> Draft:
    """The same to a claimant who had been told that a measure was taken (任意)."""
    key = f"reversal_claimant:{head.number}:" + named(*(str(line.decision) for line in lines))
    return drawn(LetterKind.REVERSAL_CLAIMANT, "", key, to, lines=lines, head=head, name=name)


def news(provider: str, *, to: str, key: str, link: str) -> Draft:
    """That something new is on the status page. Never what: others may read the mail of whoever filed."""
    return drawn(LetterKind.NEWS, "", key, to, provider=provider, link=link)


def way_in(provider: str, *, to: str, key: str, link: str) -> Draft:
    """The way to the status page for a claimant who lost it. It goes to the address on file and to no other."""
    return drawn(LetterKind.WAY_IN, "", key, to, provider=provider, link=link, moved=False)


def moved_in(provider: str, *, to: str, key: str, link: str) -> Draft:
    """The new way to the status page for a new address, since the one that went to the old address opens nothing."""
    return drawn(LetterKind.WAY_IN, "", key, to, provider=provider, link=link, moved=True)


def address_code(provider: str, *, to: str, key: str, code: str, hours: int) -> Draft:
    """The code that proves a new address. Somebody whose address was mistyped learns nothing from it."""
    return drawn(LetterKind.ADDRESS_CODE, "", key, to, provider=provider, code=code, hours=hours)


def address_moved(provider: str, *, to: str, key: str, contact: str) -> Draft:
    """Tells the old address that mail goes elsewhere now, and whom to turn to. It opens nothing: others may read it."""
    return drawn(LetterKind.ADDRESS_MOVED, "", key, to, provider=provider, contact=contact)
