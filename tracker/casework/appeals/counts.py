"""The figures of appeals (規則18条5項11–18号), by cohort: those received in a span, and what became of these."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlmodel import Session, col

from tracker.law.grounds import MeasureKind
from tracker.models import Appeal, Case, Decision, Measure

# Item of 規則18条5項 → against a suspension (else another measure), only with AI, only what was taken back.
# Of which other one each is a part stands in law/publication.py.
FIGURES: dict[str, tuple[bool, bool, bool]] = {
    "18-5-11": (False, False, False),
    "18-5-12": (False, True, False),
    "18-5-13": (False, False, True),
    "18-5-14": (False, True, True),
    "18-5-15": (True, False, False),
    "18-5-16": (True, True, False),
    "18-5-17": (True, False, True),
    "18-5-18": (True, True, True),
}


def figures(session: Session, service: UUID, start: datetime, end: datetime, *, until: datetime) -> dict[str, int]:
    """The eight figures of a service for appeals received from `start` on and before `end`, as decided before `until`.

    One query. Each appeal is of the span in which it was received, whenever it is decided: so none of the eight can be
    more than the one that it is a part of. A withdrawn one stays received. Instants in UTC. A claimant's 再検討 is no
    appeal of a sender and is not here.
    """
    rows = session.execute(_query(service, start, end, until)).all()

    def count(suspends: bool, ai: bool, undone: bool) -> int:
        return sum(
            many
            for kind, with_ai, reversed, many in rows
            if (kind == MeasureKind.SUSPEND) is suspends and (with_ai or not ai) and (reversed or not undone)
        )

    return {item: count(*wanted) for item, wanted in FIGURES.items()}


def _query(
    service: UUID, start: datetime, end: datetime, until: datetime
) -> Select[tuple[MeasureKind, bool, int, int]]:
    undone = case((col(Appeal.reversed).is_(True) & (col(Appeal.decided_at) < until), 1), else_=0)
    return (
        select(col(Measure.kind), col(Decision.ai_used), undone, func.count())
        .select_from(Appeal)
        .join(Measure, col(Measure.id) == col(Appeal.measure_id))
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
        .join(Case, col(Case.id) == col(Appeal.case_id))
        .where(col(Case.service_id) == service, col(Appeal.received_at) >= start, col(Appeal.received_at) < end)
        .group_by(col(Measure.kind), col(Decision.ai_used), undone)
    )
