"""Which running clocks the board looks at, and in which order they stand. Reads only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select as pick
from sqlmodel import Session, and_, col

from tracker.casework.papers.readers import may_know
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Force
from tracker.law.period import japanese_day
from tracker.models import Case, Clock

FAR = timedelta(days=45)  # nobody is told earlier before an end: in the fast lane at the start of a month at most
DUTIES = frozenset(rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN)


def runs() -> ColumnElement[bool]:
    """Neither stopped nor voided."""
    return and_(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))


def passed_right(at: datetime) -> ColumnElement[bool]:
    """A right whose time is over (不変期間): it was not used, which is no breach, and nothing is left to do."""
    return and_(col(Clock.force) == Force.RIGHT, col(Clock.due_at) <= at)


def nearest(session: Session, at: datetime, most: int, *, reader: UUID) -> list[Row[Any]]:
    """The running clocks that end first, late ones included, of which `reader` may know: at most `most`.

    Periods and targets are asked for apart: each is read in the order of an index, and no further than it must.
    """
    found: list[Row[Any]] = []
    wanted = or_(col(Clock.force) != Force.RIGHT, col(Clock.due_at) > at)
    due = (col(Clock.due_at), (col(Clock.due_at) <= at + FAR, wanted))
    target = (col(Clock.target_at), (col(Clock.due_at).is_(None), col(Clock.target_at) <= at + FAR))
    for end, conditions in (due, target):
        columns: list[Any] = [
            Clock.id, Clock.case_id, Clock.rule, Clock.force, end.label("end"), Case.fast, Case.assigned_to,
        ]  # fmt: skip
        query = pick(*columns).select_from(Clock).join(Case, col(Case.id) == col(Clock.case_id))
        query = query.where(runs(), may_know(col(Clock.case_id), reader), *conditions)
        found += session.execute(query.order_by(end).limit(most)).all()
    return sorted(found, key=lambda row: row.end)[:most]


def order(row: Row[Any], *, taken: bool, at: datetime) -> tuple[Any, ...]:
    """By which a clock stands among the others: late duties first, then day by day, duties with a last day before aims.

    Within these what nobody has comes before the rest.
    """
    duty = row.rule in DUTIES and row.force not in (Force.VOLUNTARY, Force.RIGHT)
    if duty and row.end <= at:
        return 0, japanese_day(row.end), 0, taken, False, row.end, row.id
    day = max(japanese_day(row.end - timedelta.resolution), japanese_day(at))
    return 1, day, 0 if duty else 1, taken, not row.fast, row.end, row.id
