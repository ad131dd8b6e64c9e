"""The sums that every figure of a year is taken from: one walk over an index each, whatever the size of the house.

A cell is a combination of marks and how often it occurs. What it says of months lies in the year asked for, or is 0.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression, and_, case, cast, func, literal, or_, select
from sqlmodel import Session, col

from tracker.law.grounds import MeasureKind, Origin, Right
from tracker.law.ledger import Family, Outcome
from tracker.models import LedgerCell, MeasureTally, NoticeTally
from tracker.report.years import Year


class NoticeCell(NamedTuple):
    """Notices that are alike in all that is counted. `received` and `ended` are months (202604); 0 while open."""

    received: int
    ended: int
    bucket: str
    right: Right
    statutory: bool
    third: bool
    late: bool
    mixed: bool
    excuse: str
    reason: str
    suspended: bool
    interim_sender: int
    interim_specialist: int
    interim_unavoidable: int
    n: int
    items: int
    taken: int
    kept: int


class MeasureCell(NamedTuple):
    """Measures carried out through Kigen that are alike; months outside the year are 0."""

    executed: int
    kind: MeasureKind
    reason: str
    origin: Origin
    ai: bool
    told: int
    exempt: int
    exemption: str
    n: int


class Moderated(NamedTuple):
    """Rows of the platform's own moderation that are alike, in its own codes, by the month of each row's day."""

    family: Family
    month: int
    kind: str
    route: str
    reason: str
    kept: str
    exemption: str
    outcome: Outcome | None  # of an appeal: as of the cut-off day
    ai: bool
    japan: bool
    n: int


class Told(NamedTuple):
    """Measures of the platform's own moderation whose sender was told in the year, by that day."""

    kind: str
    route: str
    reason: str
    n: int


def notices(session: Session, service: UUID, year: Year) -> list[NoticeCell]:
    """Every notice that was open, received or ended in the year, summed up: one walk over one index."""
    t = NoticeTally
    columns: list[Any] = [
        _month(col(t.received_month), col(t.received_on), year),
        t.ended_month,
        t.bucket,
        t.right,
        t.statutory,
        t.third,
        t.late,
        t.mixed,
        t.excuse,
        t.reason,
        t.suspended,
        t.interim_sender,
        t.interim_specialist,
        t.interim_unavoidable,
    ]
    last = year.months[-1]
    query: Any = (
        select(*columns, func.count(), func.sum(t.items), func.sum(t.taken), func.sum(t.kept))
        .where(
            col(t.service_id) == service,
            col(t.received_month) <= last,
            or_(col(t.ended_month) == 0, col(t.ended_month) >= year.months[0]),
            *_begun(col(t.ended_on), year),
        )
        .group_by(*columns)
    )
    return [NoticeCell(*row) for row in session.execute(query)]


def rights(session: Session, service: UUID, year: Year) -> list[tuple[Right, int, int]]:
    """Of the notices received in the year: the primary right, all rights as a mask, how many."""
    t = NoticeTally
    columns: Any = (t.received_month, t.right, t.rights)
    query = select(*columns, func.count()).where(*_binding(service, col(t.received_month), year)).group_by(*columns)
    return [(right, mask, n) for _month, right, mask, n in session.execute(query)]


def days(session: Session, service: UUID, year: Year) -> list[tuple[Right, int, int]]:
    """Of the notices that ended in the year with a reply: the primary right, days to the reply, how many."""
    t = NoticeTally
    columns: Any = (t.ended_month, t.right, t.days)
    query = select(*columns, func.count()).where(*_binding(service, col(t.ended_month), year)).group_by(*columns)
    return [(right, took, n) for _month, right, took, n in session.execute(query) if took is not None]


def measures(session: Session, service: UUID, year: Year) -> list[MeasureCell]:
    """Every measure carried out through Kigen that was executed, told or exempted in the year, summed up."""
    t = MeasureTally
    marks = ((t.executed_month, t.executed_on), (t.told_month, t.told_on), (t.exempt_month, t.exempt_on))
    executed, told, exempt = (_month(col(month), col(day), year) for month, day in marks)
    columns: list[Any] = [executed, t.kind, t.reason, t.origin, t.ai, told, exempt, t.exemption]
    query: Any = (
        select(*columns, func.count())
        .where(
            col(t.service_id) == service,
            or_(*(col(month).between(year.months[0], year.months[-1]) for month, _day in marks)),
        )
        .group_by(*columns)
    )
    months = frozenset(year.months)
    found = [_inside(MeasureCell(*row), months) for row in session.execute(query)]
    return [cell for cell in found if cell.executed or cell.told or cell.exempt]


def moderated(session: Session, service: UUID, year: Year, cut_off: date) -> list[Moderated]:
    """Every row of the ledger whose day lies in the year; an appeal decided after the day `cut_off` is open."""
    c = LedgerCell
    late = and_(col(c.family) == Family.APPEALS, col(c.settled_on).is_not(None), col(c.settled_on) > cut_off)
    outcome = case((late, literal(Outcome.PENDING.value)), else_=col(c.outcome))
    columns: list[Any] = [c.family, c.month, c.kind, c.route, c.reason, c.kept, c.exemption, outcome, c.ai, c.japan]
    query: Any = (
        select(*columns, cast(func.sum(c.n), BigInteger))
        .where(col(c.service_id) == service, col(c.family).in_(list(Family)), _in(col(c.day), year))
        .group_by(*columns)
    )
    rows = [Moderated(*row) for row in session.execute(query)]
    return [row._replace(outcome=Outcome(row.outcome) if row.outcome else None) for row in rows if row.n]


def told(session: Session, service: UUID, year: Year) -> list[Told]:
    """Every measure of the ledger whose sender was told in the year (規則18条4項1号 counts by that day)."""
    c = LedgerCell
    columns: Any = (c.kind, c.route, c.reason)
    query = (
        select(*columns, cast(func.sum(c.n), BigInteger))
        .where(col(c.service_id) == service, col(c.family) == Family.MEASURES, _in(col(c.settled_on), year))
        .group_by(*columns)
    )
    return [Told(*row) for row in session.execute(query) if row[-1]]


def _binding(service: UUID, month: SQLColumnExpression[Any], year: Year) -> Sequence[ColumnElement[bool]]:
    """The notices of the year that bind (法25条), in the order of an index."""
    t = NoticeTally
    return (
        col(t.service_id) == service,
        col(t.statutory).is_(True),
        month.between(year.months[0], year.months[-1]),
    )


def _in(day: SQLColumnExpression[Any], year: Year) -> ColumnElement[bool]:
    return day.between(year.first, year.last)


def _month(month: SQLColumnExpression[Any], day: SQLColumnExpression[Any], year: Year) -> SQLColumnExpression[Any]:
    """The month as it is kept; of a first year that began within a month, 0 for what came before that day."""
    return month if year.first.day == 1 else case((day < year.first, literal(0)), else_=month)


def _inside(cell: MeasureCell, months: frozenset[int]) -> MeasureCell:
    """A cell whose months outside the year are 0."""
    executed, told, exempt = (m if m in months else 0 for m in (cell.executed, cell.told, cell.exempt))
    return cell._replace(executed=executed, told=told, exempt=exempt)


def _begun(ended: SQLColumnExpression[Any], year: Year) -> Sequence[ColumnElement[bool]]:
    """Of a first year that began within a month: what ended in that month before it is none of its business."""
    return [] if year.first.day == 1 else [or_(ended.is_(None), ended >= year.first)]
