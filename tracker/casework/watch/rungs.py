"""When somebody is told of a clock: levels in working days left, brought forward before closed days.

Pure. A rung is office guidance: the clock's own date never moves, and a change of the calendar moves only rungs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.hours import Hours
from tracker.law.period import ONE_DAY, japanese_day

ONE, DAY, FREE, FAST, LATE, PASSED = "one", "day", "free", "fast", "late", "passed"
AHEAD = 3  # working days before the last one from which the morning's digest names a clock


@dataclass(frozen=True)
class Rung:
    """A level, and the instant from which it is due. LATE and PASSED carry the day: each working day is one."""

    level: str
    at: datetime


def working_day_before(day: date, calendar: Calendar) -> date:
    """The last working day before `day`."""
    return calendar.last_working_day(day - ONE_DAY)


def days_left(today: date, last: date, calendar: Calendar) -> int:
    """Working days from `today` to `last`, the last working day of a clock: 0 on that day, negative after it."""
    step, found, day = (ONE_DAY, 1, today) if last >= today else (-ONE_DAY, -1, today)
    count = 0
    while day != last:
        day += step
        count += found if calendar.closed(day) is None else 0
    return count


def rungs(
    rule: ClockRule,
    started_at: datetime,
    end: datetime,
    hours: Hours,
    calendar: Calendar,
    *,
    fast: bool,
    right: bool = False,
) -> Iterator[Rung]:
    """The rungs of a clock that ends at `end`, in their order, those after its end without end.

    A period has one a working day before its last working day, one on that day and one on each working day after it.
    A wait has one, when it is over. An office target has one when it has passed, and again each working day. In the
    fast lane hours count: one at the start, one when the target has passed, at any hour. A right (`right`) that was not
    used in time is no breach: it has none after its end.
    """
    if rule.bound is Bound.NOT_BEFORE:
        yield Rung(FREE, max(end, hours.open_at(calendar.last_working_day(japanese_day(end)))))
        return
    if fast:
        yield Rung(FAST, started_at)
    if rule.bound is Bound.WITHIN:
        last = calendar.last_working_day(japanese_day(end - timedelta.resolution))
        yield Rung(ONE, hours.open_at(working_day_before(last, calendar)))
        yield Rung(DAY, hours.open_at(last))
        if right:
            return
        name, opening = LATE, hours.next_opening(end - timedelta.resolution, calendar)
    elif fast:
        name, opening = PASSED, end
    else:
        name, opening = PASSED, end if hours.working(end, calendar) else hours.next_opening(end, calendar)
    while True:
        yield Rung(f"{name}:{japanese_day(opening)}", opening)
        opening = hours.next_opening(opening, calendar)


def newest(found: Iterator[Rung], at: datetime) -> tuple[Rung | None, Rung | None]:
    """The newest rung due at `at`, and the one after it. After down-time the older ones are skipped."""
    due: Rung | None = None
    for rung in found:
        if rung.at > at:
            return due, rung
        due = rung
    return due, None
