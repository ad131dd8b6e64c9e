"""What a virus scanner said of evidence files. Scanning comes after filing: it never keeps a claimant waiting."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.casework.evidence.clamd import Said
from tracker.casework.evidence.store import read
from tracker.keys import CannotOpen
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Verdict


def unscanned(session: Session, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Files without a verdict, by id, from behind `after`."""
    query = select(Evidence.id).where(col(Evidence.verdict).is_(None)).order_by(col(Evidence.id)).limit(limit)
    return session.exec(query.where(col(Evidence.id) > after) if after else query).all()


def to_scan(session: Session, id: UUID) -> bytes | Said:
    """The bytes to look at, or what is to be said of a file that cannot be read (erased, lost, altered)."""
    try:
        return read(session, session.get_one(Evidence, id))
    except (FileNotFoundError, CannotOpen, NotAllowed):
        return Said(Verdict.UNREADABLE)


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
