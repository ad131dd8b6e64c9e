"""What a virus scanner said of evidence files. Scanning comes after filing: it never keeps a claimant waiting."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.casework.evidence.clamd import Said
from tracker.casework.evidence.store import read
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Verdict


def unscanned(session: Session, tried_before: datetime, but: Collection[UUID], limit: int) -> Sequence[UUID]:
    """Files without a verdict, first those that were never tried, then those tried before; none of `but`."""
    due = col(Evidence.scanned_at).is_(None) | (col(Evidence.scanned_at) <= tried_before)
    query = select(Evidence.id).where(col(Evidence.verdict).is_(None), due, col(Evidence.id).not_in(but))
    never = col(Evidence.scanned_at).is_not(None)  # false comes first, in both databases
    return session.exec(query.order_by(never, col(Evidence.scanned_at), col(Evidence.id)).limit(limit)).all()


def to_scan(session: Session, id: UUID) -> bytes | Said:
    """The bytes to look at, or what is to be said of a file that was erased.

    Raises FileNotFoundError and CannotOpen: a folder that is away or a wrong key may be put right, and is no verdict.
    """
    try:
        return read(session, session.get_one(Evidence, id))
    except NotAllowed:
        return Said(Verdict.UNREADABLE)


def note_try(session: Session, id: UUID, *, at: datetime) -> None:
    """Keep that a file got no verdict, so that others come first."""
    evidence = session.get_one(Evidence, id, with_for_update=True)
    if evidence.verdict is None:
        evidence.scanned_at = at
        session.add(evidence)


def note_verdict(session: Session, id: UUID, said: Said, *, at: datetime) -> None:
    """Keep what the scanner said of a file, once; a virus enters the record of its case."""
    evidence = session.get_one(Evidence, id)
    case = session.get_one(Case, evidence.case_id)
    journal.lock(session, case)
    session.refresh(evidence)
    if evidence.verdict is not None:
        return
    evidence.verdict, evidence.virus, evidence.scanned_at = said.verdict, said.virus, at
    session.add(evidence)
    if said.verdict is Verdict.INFECTED:
        journal.record(session, case, Fact.EVIDENCE_INFECTED, actor=journal.SYSTEM, at=at, file=str(id))
