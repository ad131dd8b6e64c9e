"""What becomes of a letter, and what that proves: accepted, opened, handed over, refused, bounced."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal, proof, public_place
from tracker.casework.proof import Held
from tracker.law import N_
from tracker.law.editions import edition
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.letters.write import Draft
from tracker.models import Case, Clock, Event, Inquiry, Letter, LetterChannel, LetterItem, LetterKind

SEALED: tuple[Any, ...] = (
    Letter.to_sealed,
    Letter.subject_sealed,
    Letter.body_sealed,
)  # not read where nobody reads it

# What is written to a sender about their posts, and read behind a link of their own.
TO_SENDER = frozenset({LetterKind.INQUIRY, LetterKind.SENDER_NOTICE, LetterKind.REVERSAL, LetterKind.APPEAL_ANSWER})


def send(session: Session, case: Case, draft: Draft, *, by: str, at: datetime) -> Letter | None:
    """Put a letter into the outbox and record it. None if the same letter was posted before."""
    letter = outbox.post(session, case, draft, by=by, at=at)
    if letter:
        journal.record(
            session,
            case,
            Fact.LETTER_QUEUED,
            actor=by,
            at=at,
            items=[item for item, _ in draft.covers],
            letter=str(letter.id),
            kind=draft.kind.value,
            channel=draft.channel.value,
            article=draft.article,
            ground=draft.ground,
            decisions=sorted(str(decision) for _, decision in draft.covers if decision),
            content=outbox.content_digest(session, letter),
        )
    return letter


@dataclass(frozen=True)
class Carried:
    """A letter that was claimed: what the relay answered, and when (UTC). No answer: it was not handed over at all.

    `again` says that the relay may have had it once before, `until` which claim it was: an answer that settles nothing
    changes nothing either where somebody else has claimed the letter since.
    """

    letter: UUID
    answer: Answer | None
    answered_at: datetime
    again: bool = False
    until: datetime | None = None


def settle(session: Session, letter_id: UUID, answer: Answer, *, at: datetime, again: bool = False) -> None:
    """Record what the relay answered at `at`."""
    settle_all(session, [Carried(letter_id, answer, at, again)], at=at)


def check_recordable(session: Session, letters: Sequence[UUID]) -> None:
    """Before letters leave: see that their cases can be read, so that what becomes of them can be recorded.

    Raises what a damaged row raises, and KeyError for an unknown rule or edition. Else a letter would leave, could not
    be settled, and would leave again each hour.
    """
    cases = select(Letter.case_id).where(col(Letter.id).in_(letters))
    for clock, _case in session.exec(select(Clock, Case).join(Case).where(col(Clock.case_id).in_(cases))):
        edition(clock.edition).clock(clock.rule)


def settle_all(session: Session, carried: Sequence[Carried], *, at: datetime) -> None:
    """Record at `at` what the relay answered, all or nothing: in few queries, however many letters there are.

    Accepted: "accepted by our relay", never "delivered"; the facts it proves follow, as of the moment of the answer.
    Refused for good: the duty runs on and the case comes back. Anything else: try later.
    """
    held = _held(session, [one.letter for one in carried])
    for one in carried:
        _settle(session, held[one.letter], one, at)
    session.flush()


def _settle(session: Session, held: Held, one: Carried, at: datetime) -> None:
    letter, answer, then = held.letter, one.answer, one.answered_at

    def record(fact: Fact, **said: Any) -> None:
        _record(session, held, fact, actor=journal.SYSTEM, at=at, occurred_at=then, **said)

    if letter.ended_at:
        if letter.cancelled_at and letter.given_at is None and answer and answer.accepted:  # it left all the same
            letter.given_at = then
            record(Fact.LETTER_ACCEPTED, cancelled=True)
    elif answer is None or not (answer.accepted or answer.refused):
        if one.until not in {None, letter.claimed_until}:
            return
        if answer is None:
            outbox.release(letter, at, unsure=one.again)
        else:
            outbox.put_back(letter, at, unsure=answer.unsure or one.again)
    elif answer.accepted:
        letter.given_at = letter.ended_at = then
        if letter.kind is not LetterKind.ALERT:  # which proves nothing to anybody outside: its row is its only record
            record(Fact.LETTER_ACCEPTED, transport=answer.transport, again=one.again)
            proof.prove(session, held, at=at, occurred_at=then)
    else:
        letter.refused_at = letter.ended_at = then
        if letter.kind is not LetterKind.ALERT:
            record(Fact.LETTER_REFUSED, code=answer.code, status=answer.status)
    session.add(letter)


def opened(session: Session, letter_id: UUID, *, at: datetime) -> None:
    """Record that its reader opened a letter behind their link: it reached them (到達), whatever the mail did."""
    held = _held(session, [letter_id])[letter_id]
    letter = held.letter
    if letter.opened_at or letter.cancelled_at:
        return
    letter.opened_at = at
    theirs = letter.kind in TO_SENDER
    fact, actor = (Fact.SENDER_OPENED, journal.SENDER) if theirs else (Fact.LETTER_OPENED, journal.CLAIMANT)
    _record(session, held, fact, actor=actor, at=at)
    if letter.given_at is None or letter.bounced_at:
        letter.given_at, letter.ended_at, letter.bounced_at = at, letter.ended_at or at, None
        proof.prove(session, held, at=at, occurred_at=at)
    session.add(letter)
    session.flush()


def hand_over(
    session: Session, letter_id: UUID, *, how: str, when: datetime, by: UUID, at: datetime, url: str = ""
) -> None:
    """Record that a letter was handed over, posted or published at `when`, and how that is proved.

    The proof is a text, and of a publication the address where it stands (`url`, kept in the record).
    Raises NotAllowed without a proof, for a time in the future or before the letter was written, or when done before.
    """
    held = _held(session, [letter_id])[letter_id]
    letter = held.letter
    if letter.given_at or letter.cancelled_at:
        raise Conflict(N_("この通知は、すでに記録されています。"))
    if letter.channel in {LetterChannel.SMTP, LetterChannel.PORTAL, LetterChannel.CUSTODIAN}:
        raise NotAllowed(
            N_("電子メールの通知は、渡したことを記録できません。宛先を直すか、空にして作り直してください。")
        )
    published = letter.channel is LetterChannel.PUBLICATION
    where = {"url": public_place.checked(url)} if published else {}
    if not how.strip() and not published:
        raise NotAllowed(N_("いつ、どのように渡したかを書いてください。"), about="how")
    if when >= letter.queued_at.replace(second=0, microsecond=0):
        when = max(when, letter.queued_at)  # typed to the minute in which the letter was written
    if not letter.queued_at <= when <= at:
        raise NotAllowed(N_("渡した日時は、通知を作った時から今までの間にしてください。"))
    letter.given_at = letter.ended_at = when
    _record(
        session,
        held,
        Fact.LETTER_HANDED_OVER,
        actor=journal.staff(by),
        at=at,
        occurred_at=when,
        remark=how.strip(),
        channel=letter.channel.value,
        **where,
    )
    proof.prove(session, held, at=at, occurred_at=when)
    session.add(letter)
    session.flush()


def bounced(session: Session, letter_id: UUID, *, remark: str, by: str, at: datetime, status: str = "") -> None:
    """Record that a letter came back: what it proved is lost, and the duties it met run again with their old dates.

    `status` is what a mail server said (RFC 3463), where one did.

    Raises NotAllowed when the letter was never given, was published (nothing comes back from there), or when the
    claimant has opened it in the portal.
    """
    held = _held(session, [letter_id])[letter_id]
    letter = held.letter
    if letter.given_at is None or letter.bounced_at:
        raise NotAllowed(N_("不達を記録できるのは、送った通知だけです。"))
    if letter.channel is LetterChannel.PUBLICATION:
        raise NotAllowed(N_("掲示した通知に、不達はありません。"))
    if letter.opened_at:
        raise NotAllowed(N_("相手がこの通知を開いているため、不達にはなりません。"))
    if by != journal.SYSTEM and _arrived(session, letter):
        raise Conflict(
            N_(
                "この照会は、届いたことが記録されています。届いていなければ、先に「発信者」で届いた日時を訂正してください。"
            )
        )
    proved = proof.proved(session, held)
    said: dict[str, Any] = {"status": status} if status else {}
    letter.bounced_at = at
    session.add(letter)
    _record(session, held, Fact.LETTER_BOUNCED, actor=by, at=at, remark=remark.strip(), **said)
    proof.unprove(session, held, proved, by=by, at=at)
    session.flush()


def _arrived(session: Session, letter: Letter) -> bool:
    """Whether the receipt of an inquiry is on record: a wait counts from it."""
    asked = select(Inquiry.id).where(Inquiry.letter_id == letter.id, col(Inquiry.received_at).is_not(None))
    return session.exec(asked).first() is not None


def _record(
    session: Session,
    held: Held,
    fact: Fact,
    *,
    actor: str,
    at: datetime,
    occurred_at: datetime | None = None,
    remark: str = "",
    **said: Any,
) -> None:
    session.add(held.letter)
    journal.record(
        session,
        held.opened.case,
        fact,
        actor=actor,
        at=at,
        occurred_at=occurred_at,
        remark=remark,
        items=held.items,
        opened=held.opened,
        letter=str(held.letter.id),
        kind=held.letter.kind.value,
        **said,
    )


def _held(session: Session, wanted: Sequence[UUID]) -> dict[UUID, Held]:
    """Letters, with their cases, locked in the order of the house: cases first. What is sealed is not read."""
    of_cases = session.exec(select(Letter.case_id).where(col(Letter.id).in_(wanted)))
    cases = journal.open_all(session, of_cases)
    locking = select(Letter).where(col(Letter.id).in_(wanted)).order_by(col(Letter.id)).with_for_update()
    reading = locking.options(*(defer(column) for column in SEALED)).execution_options(populate_existing=True)
    links: dict[UUID, list[LetterItem]] = defaultdict(list)
    for link in session.exec(select(LetterItem).where(col(LetterItem.letter_id).in_(wanted))):
        links[link.letter_id].append(link)
    return {letter.id: Held(letter, cases[letter.case_id], links[letter.id]) for letter in session.exec(reading)}


def filed(session: Session, cases: Iterable[UUID]) -> set[UUID]:
    """The letters of `cases` that only became a file in a folder: no relay saw them."""
    accepted = session.exec(
        select(Event.data).where(col(Event.case_id).in_(list(cases)), Event.fact == Fact.LETTER_ACCEPTED)
    )
    return {UUID(data["said"]["letter"]) for data in accepted if data["said"].get("transport") == "folder"}
