"""What would differ under another calendar or edition: a list to read. Nothing stored moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from tracker.casework.calendars import pinned
from tracker.i18n import last_moment
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks import Bound, ClockRule
from tracker.law.consequences import due
from tracker.law.editions import Edition, edition as edition_called
from tracker.models import Clock, HoldOrder, Notice

PORTION = 1000  # rows held at a time


@dataclass(frozen=True)
class Difference:
    """A running clock whose date, or whose last working day before it, would be another one.

    `gone` says that the other edition has no such clock; `unknown` that a day it hangs on is in a year of which the
    other calendar knows nothing. Then there is no other date.
    """

    clock: UUID
    case: UUID
    number: str  # receipt number of the notice or number of the hold order; empty for criteria
    rule: str
    edition: str
    calendar: str
    started_at: datetime
    due_at: datetime | None
    other_due_at: datetime | None
    last_working_day: date | None
    other_last_working_day: date | None
    gone: bool = False
    unknown: bool = False

    @property
    def moves(self) -> bool:
        """Whether the date itself would differ, and not only the working day before it."""
        return self.due_at != self.other_due_at


def what_if(
    session: Session, *, calendar: Calendar | None = None, edition: Edition | None = None
) -> Iterator[Difference]:
    """Running clocks that `calendar` or `edition` would give another date, oldest start first; in flat memory.

    What is not given stays as each clock has it.
    """
    query = (
        select(
            col(Clock.id), col(Clock.case_id), func.coalesce(Notice.number, HoldOrder.number, ""),
            col(Clock.rule), col(Clock.edition), col(Clock.calendar), col(Clock.started_at), col(Clock.due_at),
        )
        .join(Notice, col(Notice.case_id) == col(Clock.case_id), isouter=True)
        .join(HoldOrder, col(HoldOrder.case_id) == col(Clock.case_id), isouter=True)
        .where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))
        .order_by(col(Clock.started_at), col(Clock.id))
    )  # fmt: skip
    calendars: dict[str, Calendar] = {}
    rules: dict[tuple[str, str], ClockRule] = {}
    for row in session.connection().execution_options(yield_per=PORTION).execute(query):
        id, case, number, key, edition_key, version, started_at, due_at = row
        if version not in calendars:
            calendars[version] = pinned(session, version) or session.info["calendar"]
        if (edition_key, key) not in rules:
            rules[edition_key, key] = edition_called(edition_key).clock(key)
        own = calendars[version]
        rule: ClockRule | None = rules[edition_key, key]
        work = _working(rule, due_at, own)
        if edition:
            rule = next((r for r in edition.clocks if r.key == key), None)
        other, unknown = _other(rule, started_at, calendar or own)
        other_work = _working(rule, other, calendar or own)
        if (due_at, work) != (other, other_work):
            yield Difference(
                id, case, number, key, edition_key, version, started_at, due_at, other, work, other_work,
                gone=rule is None, unknown=unknown,
            )  # fmt: skip


def _other(rule: ClockRule | None, started_at: datetime, calendar: Calendar) -> tuple[datetime | None, bool]:
    try:
        return (due(rule, started_at, calendar) if rule else None), False
    except Uncovered:
        return None, True


def _working(rule: ClockRule | None, due_at: datetime | None, calendar: Calendar) -> date | None:
    """The last working day of a deadline; a wait and a target have none."""
    if rule is None or due_at is None or rule.bound is not Bound.WITHIN:
        return None
    return calendar.last_working_day(last_moment(due_at))
