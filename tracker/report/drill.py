"""From a figure to its cases: the same marks that a figure counts by, as a question for rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from tracker.casework.appeals.counts import FIGURES as APPEALS
from tracker.law.grounds import MeasureKind, Origin, Right
from tracker.models import Appeal, Case, Decision, Measure, MeasureTally, Notice, NoticeTally, Service
from tracker.report import entries
from tracker.report.figures.moderation import DONE, KEPT
from tracker.report.figures.notices import MARKS
from tracker.report.years import Year

COLUMNS = {
    "received": NoticeTally.received_month,
    "ended": NoticeTally.ended_month,
    "interim_sender": NoticeTally.interim_sender,
    "interim_specialist": NoticeTally.interim_specialist,
    "interim_unavoidable": NoticeTally.interim_unavoidable,
}
# Of measures of ours: the day that counts; of 5項, whether suspensions are meant or all others; those with AI alone.
MEASURED: dict[str, tuple[Any, bool | None, bool]] = {
    "18-4-1": (MeasureTally.told_on, None, False),
    "18-4-2": (MeasureTally.exempt_on, None, False),
    "18-5-8": (MeasureTally.executed_on, True, False),
    "18-5-9": (MeasureTally.executed_on, False, True),
    "18-5-10": (MeasureTally.executed_on, True, True),
}
REPORTED = "18-5-2"
CODES = frozenset({*MARKS, *APPEALS, *MEASURED, REPORTED})  # the items of which cases can be listed


@dataclass(frozen=True)
class Row:
    """A case behind a figure, by its number, and in what it ended; no words of anybody."""

    case_id: UUID
    number: str
    received_on: date
    ended_on: date | None
    right: Right
    bucket: str
    late: bool


def cases(
    session: Session, service: Service, year: Year, code: str, one: str = "total", *, most: int = 200, after: int = 0
) -> Sequence[Row]:
    """The notices that an item counts (of one category of its first split, where it is a right or an outcome).

    Empty for what comes from the ledger alone, of which no row is kept. At most `most`, from the one numbered `after`.
    """
    wanted = _wanted(service, year, code, one)
    if wanted is None or (code not in MARKS and entries.home(session, service, year.year) == entries.LEDGER):
        return []  # counted in the ledger, of which no row is kept
    t = NoticeTally
    columns: Any = (t.case_id, Notice.number, t.received_on, t.ended_on, t.right, t.bucket, t.late)
    query = (
        select(*columns)
        .join(Notice, col(Notice.case_id) == col(t.case_id))
        .where(col(t.service_id) == service.id, *wanted)
        .order_by(col(t.received_on), col(Notice.number))
        .offset(after)
        .limit(most)
    )
    return [Row(*row) for row in session.exec(query)]


def _wanted(service: Service, year: Year, code: str, one: str) -> list[ColumnElement[bool]] | None:
    t, first, last = NoticeTally, year.months[0], year.months[-1]
    if code in MARKS:
        mark, bucket = MARKS[code]
        found: list[ColumnElement[bool]] = [col(t.statutory).is_(True), col(COLUMNS[mark]).between(first, last)]
        if bucket:
            found.append(col(t.bucket) == bucket)
        if one in {right.value for right in Right}:
            found.append(col(t.right) == Right(one))
        return found
    if code == REPORTED:
        buckets = {"taken": DONE, "not_taken": KEPT}.get(one, DONE | KEPT)
        ended = [col(t.ended_month).between(first, last), col(t.bucket).in_(buckets)]
        begun = [col(t.ended_on) >= year.first]
        return [col(t.statutory).is_(False), col(t.suspended).is_(False), *ended, *begun]
    if code in APPEALS:
        return [col(t.case_id).in_(_appealed(service, year, code))]
    measures = _measured(year, code, one)
    if measures is None:
        return None
    return [col(t.case_id).in_(select(MeasureTally.case_id).where(MeasureTally.service_id == service.id, *measures))]


def _measured(year: Year, code: str, one: str) -> list[ColumnElement[bool]] | None:
    """Which measures of ours an item of 4項 or 5項 counts."""
    if code not in MEASURED:
        return None
    m, (on, suspends, ai) = MeasureTally, MEASURED[code]
    found: list[ColumnElement[bool]] = [col(on).between(year.first, year.last)]
    if suspends is not None:
        third = col(m.origin) == Origin.REPORT
        found += [third, col(m.kind) == MeasureKind.SUSPEND if suspends else col(m.kind) != MeasureKind.SUSPEND]
    elif one in {kind.value for kind in MeasureKind}:
        found.append(col(m.kind) == MeasureKind(one))
    return [*found, col(m.ai).is_(True)] if ai else found


def _appealed(service: Service, year: Year, code: str) -> Any:
    suspends, ai, undone = APPEALS[code]
    start, end = year.span
    kind = col(Measure.kind) == MeasureKind.SUSPEND
    query = (
        select(Appeal.case_id)
        .join(Measure, col(Measure.id) == col(Appeal.measure_id))
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
        .join(Case, col(Case.id) == col(Appeal.case_id))
        .where(
            Case.service_id == service.id,
            col(Appeal.received_at) >= start,
            col(Appeal.received_at) < end,
            kind if suspends else ~kind,
        )
    )
    if ai:
        query = query.where(col(Decision.ai_used).is_(True))
    return query.where(col(Appeal.reversed).is_(True)) if undone else query
