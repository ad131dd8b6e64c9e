"""Letters taken back before they leave: what they say no longer holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, journal, proof
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.models import Case, Letter, LetterKind

TO_CLAIMANT = frozenset({LetterKind.RECEIPT, LetterKind.INTERIM, LetterKind.OUTCOME})
TO_THIS_ADDRESS = TO_CLAIMANT | {
    LetterKind.NEWS,
    LetterKind.WAY_IN,
    LetterKind.REVERSAL_CLAIMANT,
}  # goes nowhere else once the address changes


def cancel_unsent(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters to the claimant about `items`, which no longer hold. Raises Conflict while one is sent."""
    for letter in outbox.unsent(session, items):
        if letter.kind in TO_CLAIMANT:
            _cancel(session, case, letter, by=by, at=at)


def cancel_stating(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters that state a measure on `items`, to claimant or sender. Raises Conflict, as above."""
    for letter in outbox.unsent(session, items):
        if letter.kind in {LetterKind.OUTCOME, LetterKind.SENDER_NOTICE, LetterKind.APPEAL_ANSWER}:
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
    journal.record(
        session,
        case,
        Fact.LETTER_CANCELLED,
        actor=by,
        at=at,
        items=proof.items_of(session, letter),
        letter=str(letter.id),
        kind=letter.kind.value,
    )
