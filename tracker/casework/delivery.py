"""What becomes of a letter, and what that proves: accepted, opened, handed over, refused, bounced, cancelled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal, proof
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.letters.write import Draft
from tracker.models import Case, Event, Letter, LetterChannel, LetterKind

TO_CLAIMANT = frozenset({LetterKind.RECEIPT, LetterKind.INTERIM, LetterKind.OUTCOME})
TO_THIS_ADDRESS = TO_CLAIMANT | {
    LetterKind.NEWS,
    LetterKind.WAY_IN,
    LetterKind.REVERSAL_CLAIMANT,
}  # goes nowhere else once the address changes


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


def settle(session: Session, letter_id: UUID, answer: Answer, *, at: datetime, again: bool = False) -> None:
    """Record what the relay answered at `at`.

    Accepted: "accepted by our relay", never "delivered"; the facts it proves follow. Refused for good: the duty runs
    on and the case comes back. Anything else: try later. `again` says the relay may have had it once before.
    """
    letter, case = _locked(session, letter_id)
    if letter.ended_at:
        if letter.cancelled_at and letter.given_at is None and answer.accepted:  # it left all the same: say so
            letter.given_at = at
            _record(session, case, letter, Fact.LETTER_ACCEPTED, actor=journal.SYSTEM, at=at, cancelled=True)
        return
    if letter.kind is LetterKind.ALERT:
        _settle_alert(session, letter, answer, at)
    elif answer.accepted:
        letter.given_at = letter.ended_at = at
        _record(
            session,
            case,
            letter,
            Fact.LETTER_ACCEPTED,
            actor=journal.SYSTEM,
            at=at,
            transport=answer.transport,
            again=again,
        )
        proof.prove(session, case, letter, at=at, occurred_at=at)
    elif answer.refused:
        letter.refused_at = letter.ended_at = at
        _record(
            session,
            case,
            letter,
            Fact.LETTER_REFUSED,
            actor=journal.SYSTEM,
            at=at,
            code=answer.code,
            status=answer.status,
        )
    else:
        outbox.put_back(letter, at, unsure=answer.unsure or again)
    session.add(letter)


def _settle_alert(session: Session, letter: Letter, answer: Answer, at: datetime) -> None:
    """An alert proves nothing to anybody outside: its row is its only record."""
    if answer.accepted:
        letter.given_at = letter.ended_at = at
    elif answer.refused:
        letter.refused_at = letter.ended_at = at
    else:
        outbox.put_back(letter, at)


def opened(session: Session, letter_id: UUID, *, at: datetime) -> None:
    """Record that the claimant opened a letter in the portal: it reached them (到達), whatever the mail did."""
    letter, case = _locked(session, letter_id)
    if letter.opened_at or letter.cancelled_at:
        return
    letter.opened_at = at
    _record(session, case, letter, Fact.LETTER_OPENED, actor=journal.CLAIMANT, at=at)
    if letter.given_at is None or letter.bounced_at:
        letter.given_at, letter.ended_at, letter.bounced_at = at, letter.ended_at or at, None
        proof.prove(session, case, letter, at=at, occurred_at=at)
    session.add(letter)


def hand_over(session: Session, letter_id: UUID, *, how: str, when: datetime, by: UUID, at: datetime) -> None:
    """Record that a letter was handed over, posted or published at `when`, and how that is proved.

    Raises NotAllowed without a proof, for a time in the future or before the letter was written, or when done before.
    """
    letter, case = _locked(session, letter_id)
    if letter.given_at or letter.cancelled_at:
        raise Conflict(N_("この通知は、すでに記録されています。"))
    if letter.channel in {LetterChannel.SMTP, LetterChannel.PORTAL}:
        raise NotAllowed(
            N_("電子メールの通知は、渡したことを記録できません。宛先を直すか、空にして作り直してください。")
        )
    if not how.strip():
        raise NotAllowed(N_("いつ、どのように渡したかを書いてください。"))
    if not letter.queued_at <= when <= at:
        raise NotAllowed(N_("渡した日時は、通知を作った時から今までの間にしてください。"))
    letter.given_at = letter.ended_at = when
    _record(
        session,
        case,
        letter,
        Fact.LETTER_HANDED_OVER,
        actor=journal.staff(by),
        at=at,
        occurred_at=when,
        remark=how.strip(),
        channel=letter.channel.value,
    )
    proof.prove(session, case, letter, at=at, occurred_at=when)
    session.add(letter)


def bounced(session: Session, letter_id: UUID, *, remark: str, by: str, at: datetime, status: str = "") -> None:
    """Record that a letter came back: what it proved is lost, and the duties it met run again with their old dates.

    `status` is what a mail server said (RFC 3463), where one did.

    Raises NotAllowed when the letter was never given, or the claimant has opened it in the portal.
    """
    letter, case = _locked(session, letter_id)
    if letter.given_at is None or letter.bounced_at:
        raise NotAllowed(N_("不達を記録できるのは、送った通知だけです。"))
    if letter.opened_at:
        raise NotAllowed(N_("申出者がこの通知を開いているため、不達にはなりません。"))
    proved = proof.proved(session, case, letter)
    said: dict[str, Any] = {"status": status} if status else {}
    letter.bounced_at = at
    session.add(letter)
    _record(session, case, letter, Fact.LETTER_BOUNCED, actor=by, at=at, remark=remark.strip(), **said)
    proof.unprove(session, case, letter, proved, by=by, at=at)


def cancel_unsent(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters to the claimant about `items`, which no longer hold. Raises Conflict while one is sent."""
    for letter in outbox.unsent(session, items):
        if letter.kind in TO_CLAIMANT:
            _cancel(session, case, letter, by=by, at=at)


def cancel_stating(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters that state a measure on `items`, to claimant or sender. Raises Conflict, as above."""
    for letter in outbox.unsent(session, items):
        if letter.kind in {LetterKind.OUTCOME, LetterKind.SENDER_NOTICE}:
            _cancel(session, case, letter, by=by, at=at)


def cancel_reversals(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters which say that a measure on `items` was taken back: one is taken again. Conflict, too."""
    for letter in outbox.unsent(session, items):
        if letter.kind in {LetterKind.REVERSAL, LetterKind.REVERSAL_CLAIMANT}:
            _cancel(session, case, letter, by=by, at=at)


def cancel_waiting(
    session: Session, case: Case, kinds: frozenset[LetterKind], *, by: str, at: datetime
) -> list[Letter]:
    """Cancel all waiting letters of `kinds` in a case, and say which. Raises Conflict while one is sent."""
    waiting = select(Letter).where(
        Letter.case_id == case.id, col(Letter.kind).in_(kinds), col(Letter.ended_at).is_(None)
    )
    letters = list(session.exec(waiting))
    for letter in letters:
        _cancel(session, case, letter, by=by, at=at)
    return letters


def _cancel(session: Session, case: Case, letter: Letter, *, by: str, at: datetime) -> None:
    if not outbox.cancel(session, letter, at):
        raise Conflict(N_("この事案の通知が、いま送信されています。少し待ってから、もう一度記録してください。"))
    _record(session, case, letter, Fact.LETTER_CANCELLED, actor=by, at=at)


def _record(
    session: Session,
    case: Case,
    letter: Letter,
    fact: Fact,
    *,
    actor: str,
    at: datetime,
    occurred_at: datetime | None = None,
    remark: str = "",
    **said: Any,
) -> None:
    session.add(letter)
    journal.record(
        session,
        case,
        fact,
        actor=actor,
        at=at,
        occurred_at=occurred_at,
        remark=remark,
        items=proof.items_of(session, letter),
        letter=str(letter.id),
        kind=letter.kind.value,
        **said,
    )


def _locked(session: Session, letter_id: UUID) -> tuple[Letter, Case]:
    """The letter and its case, locked in the order of the house: case first."""
    letter = session.get_one(Letter, letter_id)
    case = session.get_one(Case, letter.case_id)
    journal.lock(session, case)
    session.refresh(letter, with_for_update=True)
    return letter, case


def filed(session: Session, cases: Iterable[UUID]) -> set[UUID]:
    """The letters of `cases` that only became a file in a folder: no relay saw them."""
    accepted = session.exec(
        select(Event.data).where(col(Event.case_id).in_(list(cases)), Event.fact == Fact.LETTER_ACCEPTED)
    )
    return {UUID(data["said"]["letter"]) for data in accepted if data["said"].get("transport") == "folder"}
