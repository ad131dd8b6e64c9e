"""急ぎの順: the bands in which open notices are listed. Each is a condition on one index, so each is counted apart."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, not_, select

from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Force
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import Case, Clock

# Rules with a last day; a case is late when one of them binds and has run out. An office target never makes it late.
DEADLINES = [rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN]
NO_BREACH = (Force.VOLUNTARY, Force.RIGHT)  # what may pass without a duty having been missed
WAITS = [rule.key for rule in CLOCKS if rule.bound is Bound.NOT_BEFORE]


class Band(StrEnum):
    """How much an open notice presses, the most pressing first."""

    FAST = "fast"  # an urgent circumstance: first, whatever its clock says
    LATE = "late"  # a deadline has passed
    PASSED = "passed"  # an office target has passed, no deadline
    TODAY = "today"  # what leads falls due before the next working day
    SOON = "soon"  # before the working day after that
    LATER = "later"
    NONE = "none"  # no clock runs, yet something is left to do


@dataclass(frozen=True)
class Days:
    """The days by which the bands are cut, seen from an instant."""

    at: datetime
    today: date
    next_working: date
    second_working: date
    closed: list[date]  # the closed days that are on or come next

    @property
    def ahead(self) -> bool:
        """Whether no working day is left before the closed days: they are on, or begin tomorrow."""
        return self.closed[0] <= self.today + ONE_DAY


def days(at: datetime, calendar: Calendar) -> Days:
    """The working days and the closed days that follow `at`."""
    today = japanese_day(at)
    following = calendar.next_working_day(today)
    return Days(at, today, following, calendar.next_working_day(following), calendar.next_break(today))


def conditions(cut: Days) -> dict[Band, ColumnElement[bool]]:
    """What holds for the cases of each band; no case is in two of them."""
    moment, ordinary = col(Case.next_at), col(Case.fast).is_(False)
    today, soon = start_of(cut.next_working), start_of(cut.second_working)
    return {
        Band.FAST: col(Case.fast).is_(True),
        Band.LATE: and_(ordinary, late(cut.at)),
        Band.PASSED: and_(ordinary, moment <= cut.at, not_(passed(cut.at))),
        Band.TODAY: and_(ordinary, moment > cut.at, moment <= today),
        Band.SOON: and_(ordinary, moment > today, moment <= soon),
        Band.LATER: and_(ordinary, moment > soon),
        Band.NONE: and_(ordinary, moment.is_(None)),
    }


def late(at: datetime) -> ColumnElement[bool]:
    """Cases of which a deadline has passed. Its moment is never before the case's next one, which is indexed."""
    return and_(col(Case.next_at) <= at, passed(at))


def passed(at: datetime) -> ColumnElement[bool]:
    """Cases with a running deadline that binds and has run out."""
    return _runs(col(Clock.due_at) <= at, col(Clock.rule).in_(DEADLINES), col(Clock.force).not_in(NO_BREACH))


def due_between(first: date, last: date) -> ColumnElement[bool]:
    """Cases with a running deadline that binds and whose last day is from `first` to `last`, both included."""
    after, until = start_of(first), start_of(last + ONE_DAY)
    running = _runs(
        col(Clock.due_at) > after,
        col(Clock.due_at) <= until,
        col(Clock.rule).in_(DEADLINES),
        Clock.force != Force.VOLUNTARY,
    )
    return and_(col(Case.next_at) <= until, running)


def due_until(last: date) -> ColumnElement[bool]:
    """Cases with a running deadline that binds and whose last day is `last` or earlier, passed ones too."""
    until = start_of(last + ONE_DAY)
    return and_(col(Case.next_at) <= until, passed(until))


def waiting() -> ColumnElement[bool]:
    """Cases in which a wait runs: for a sender's answer, say."""
    return _runs(col(Clock.rule).in_(WAITS))


def _runs(*more: ColumnElement[bool] | bool) -> ColumnElement[bool]:
    running = select(Clock.case_id).where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None), *more)
    return col(Case.id).in_(running)  # a set made once, from the clocks; not a question asked of each case
