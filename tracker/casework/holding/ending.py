"""通信履歴の保存: a flag whose time has passed ends, and the case says so."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import journal
from tracker.law.facts import Fact
from tracker.models import Case, LogHold


def due_cases(session: Session, *, at: datetime) -> list[UUID]:
    """Cases with a hold whose time has passed at `at`."""
    return list(
        session.exec(
            select(LogHold.case_id)
            .where(col(LogHold.released_at).is_(None), col(LogHold.until_at) <= at)
            .distinct()
            .order_by(col(LogHold.case_id))
        )
    )


def end_due(session: Session, case_id: UUID, *, at: datetime) -> int:
    """Release the holds of a case whose time has passed, as one HOLD_RELEASED that names them. Says how many."""
    case = session.get_one(Case, case_id)
    journal.lock(session, case)
    ended = session.exec(
        select(LogHold)
        .where(LogHold.case_id == case_id, col(LogHold.released_at).is_(None), col(LogHold.until_at) <= at)
        .with_for_update()
    ).all()
    if not ended:
        return 0
    for hold in ended:
        hold.released_at = at
        session.add(hold)
    journal.record(
        session,
        case,
        Fact.HOLD_RELEASED,
        actor=journal.SYSTEM,
        at=at,
        items={hold.item_id for hold in ended if hold.item_id},
        holds=sorted(str(hold.id) for hold in ended),
    )
    return len(ended)
