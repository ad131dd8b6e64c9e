"""Mail that came back by itself: each message is settled once, and the letter that it names is recorded as lost."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import delivery, journal
from tracker.casework.watch import memos
from tracker.casework.watch.many import parts
from tracker.letters import verp
from tracker.letters.dsn import Report
from tracker.models import Bounce, BounceKind, Case, Letter, LetterKind, Memo


def known(session: Session, sources: Collection[str]) -> set[str]:
    """Those of `sources` that were settled before."""
    found: set[str] = set()
    for some in parts(sources):
        found.update(session.exec(select(Bounce.source).where(col(Bounce.source).in_(some))))
    return found


def settle(session: Session, source: str, report: Report, *, at: datetime) -> Bounce | None:
    """Note what the message `source` reports; None while its letter is still on its way out: then ask again later.

    A letter that did not arrive came back, as if staff had recorded it: duties run again with their old dates. One
    that the claimant opened, or that came back before, stays as it is. What a memo told is told to others. A delay,
    a delivery or an automatic answer is knowledge and changes nothing.
    """
    id = _named(session, report)
    letter = session.get(Letter, id) if id else None
    memo = session.get(Memo, id) if id and letter is None else None
    if memo and report.kind is BounceKind.FAILED:
        if memo.ended_at is None:
            return None
        memos.came_back(session, memo, at=at)
    if letter and report.kind is BounceKind.FAILED:
        case = session.get_one(Case, letter.case_id)
        journal.lock(session, case)
        session.refresh(letter)
        if letter.ended_at is None:  # a worker was killed after the relay had it: it may go out again
            return None
        if letter.given_at and not letter.bounced_at and not letter.opened_at:
            _lost(session, letter, report.status, at)
    noted = Bounce(
        source=source,
        letter_id=letter.id if letter else None,
        memo_id=memo.id if memo else None,
        kind=report.kind,
        status=report.status,
        read_at=at,
    )
    session.add(noted)
    session.flush()
    return noted


def _lost(session: Session, letter: Letter, status: str, at: datetime) -> None:
    if letter.kind is LetterKind.ALERT:  # its row is its only record
        letter.bounced_at = at
        session.add(letter)
    else:
        delivery.bounced(session, letter.id, remark="", status=status, by=journal.SYSTEM, at=at)


def _named(session: Session, report: Report) -> UUID | None:
    """The letter or memo that a report is about.

    With an address of bounces only our own mark in it counts: whoever has seen a letter knows its Message-ID.
    """
    settings = session.info["settings"]
    named: UUID | None = verp.letter_of(settings, report.token) if settings.bounce_address else report.letter
    return named
