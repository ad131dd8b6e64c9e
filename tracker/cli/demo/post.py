"""What becomes of the letters of the demo. Each is settled by its own instant, so that none waits for a real relay."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import delivery, journal, proof
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import words
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.models import Letter, LetterChannel, LetterKind

ACCEPTED = Answer(True, 250, "smtp")
REFUSED = Answer(False, 550, "smtp", "5.1.1")
BUSY = Answer(False, 451, "smtp", "4.7.1")


def waiting(session: Session, case_id: UUID) -> list[Letter]:
    """The letters of a case that are still to leave, oldest first."""
    rows = select(Letter).where(Letter.case_id == case_id, col(Letter.ended_at).is_(None))
    return list(session.exec(rows.order_by(col(Letter.queued_at), col(Letter.key))))


def settle_case(session: Session, diary: Diary, case_id: UUID, by: UUID, at: datetime, how: str = "") -> datetime:
    """Let every waiting letter of a case go: by mail or to a custodian's system, or handed over and posted by `by`.

    Gives the last instant.
    `how`: "" accepted; "refused" for good; "retry" busy first; "away" busy, and left waiting.
    """
    for letter in waiting(session, case_id):
        at = (
            _mail(session, diary, letter, at, how)
            if letter.channel in {LetterChannel.SMTP, LetterChannel.CUSTODIAN}
            else _hand(session, diary, letter, by, at)
        )
    return at


def _mail(session: Session, diary: Diary, letter: Letter, at: datetime, how: str) -> datetime:
    at = diary.soon(at, until=diary.now)
    if how in {"retry", "away"}:
        _attempt(session, letter.id, BUSY, at)
        if how == "away":
            return at
        at = min(at + timedelta(minutes=2), diary.now)
    _attempt(session, letter.id, REFUSED if how == "refused" else ACCEPTED, at)
    return at


def _attempt(session: Session, id: UUID, answer: Answer, at: datetime) -> None:
    outbox.claim(session, id, at)
    delivery.settle(session, id, answer, at=at)


def _hand(session: Session, diary: Diary, letter: Letter, by: UUID, at: datetime) -> datetime:
    how = words()["posted"] if letter.channel is LetterChannel.POST else diary.random.choice(words()["handover"])
    given = diary.office(at, 0.1, 1.5, until=diary.now)
    at = diary.office(given, 0.02, 0.3, until=diary.now)
    delivery.hand_over(session, letter.id, how=how, when=given, by=by, at=at)
    return at


def open_latest(session: Session, case_id: UUID, at: datetime) -> None:
    """The claimant opens the newest letter to them on their status page."""
    rows = select(Letter).where(
        Letter.case_id == case_id, col(Letter.kind).in_(proof.REPLIES), col(Letter.cancelled_at).is_(None)
    )
    letter = session.exec(rows.order_by(col(Letter.queued_at).desc())).first()
    if letter:
        delivery.opened(session, letter.id, at=at)


def bounce_latest(session: Session, case_id: UUID, kind: LetterKind, by: UUID, at: datetime) -> None:
    """The newest letter of a kind comes back."""
    rows = select(Letter).where(Letter.case_id == case_id, Letter.kind == kind, col(Letter.given_at).is_not(None))
    letter = session.exec(rows.order_by(col(Letter.queued_at).desc())).first()
    if letter:
        delivery.bounced(session, letter.id, remark=words()["bounce"], by=journal.staff(by), at=at)
