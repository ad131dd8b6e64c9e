"""The calculation sheet (計算書): every step from a fact's instant to a clock's date, and the readings not chosen.

One list of days is the result, the sheet and the test. Whoever shows a date shows this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks import Bound, ClockRule, Given
from tracker.law.editions import Edition
from tracker.law.period import (
    JST,
    MOVED,
    ONE_DAY,
    Days,
    Step,
    boundary,
    count,
    japanese_day,
    latest_start,
    moved,
    start_of,
)
from tracker.law.readings import Reading, readings

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Sheet:
    """How a date came to be. Instants are UTC; `boundary` is the first instant after a period: of a wait, its end."""

    rule: ClockRule
    edition: Edition
    calendar: Calendar
    started_at: datetime
    steps: Sequence[Step]
    boundary: datetime
    readings: Sequence[Reading]
    timed: bool = True  # false where only the day of the start is known, or matters: the hour of `started_at` is noon

    @property
    def last_day(self) -> date:
        """The last day of the period, in Japan; of a wait the day before the first free one."""
        return self.steps[-1].day

    @property
    def free_day(self) -> date | None:
        """The first day on which what had to wait may be done; None for a deadline."""
        return self.last_day + ONE_DAY if self.rule.bound is Bound.NOT_BEFORE else None

    @property
    def last_working_day(self) -> date | None:
        """The last working day on or before the last day of a deadline; None for a wait or without holiday data."""
        if self.rule.bound is Bound.NOT_BEFORE or not self.calendar.covers(self.last_day):
            return None
        return self.calendar.last_working_day(self.last_day)


def period(rule: ClockRule, start: datetime, calendar: Calendar) -> list[Step]:
    """The days of `rule`'s period, begun at `start`, in order; empty where the law names no number.

    Raises Uncovered where closed days may move the end and the calendar knows no holidays of that year.
    """
    if rule.length is None:
        return []
    steps = count(origin(rule, start), rule.length, rule.counting)
    if rule.counting not in MOVED:
        return steps
    steps = moved(steps, calendar.closed)
    if not calendar.covers(steps[-1].day):
        raise Uncovered(steps[-1].day.isoformat())
    return steps


def origin(rule: ClockRule, start: datetime) -> datetime:
    """The instant from which the law counts when what starts `rule` happened at `start`, in UTC.

    A period that runs from a day does not ask for its hour: noon stands for it, so the day itself is never counted
    (民法140条本文). One that runs from the end of a year begins on 1 April at midnight, whenever that was written down.
    """
    day = japanese_day(start)
    if rule.given is Given.DAY:
        return datetime(day.year, day.month, day.day, 12, tzinfo=JST).astimezone(UTC)
    if rule.given is Given.YEAR:
        return start_of(date(day.year if day.month >= 4 else day.year - 1, 4, 1))
    return start.astimezone(UTC)


def calculate(rule: ClockRule, start: datetime, calendar: Calendar, edition: Edition, *, timed: bool = True) -> Sheet:
    """The sheet of `rule` for a period begun at `start`; `timed` is false where somebody named a day alone.

    Raises ValueError without a number, Uncovered as `period`.
    """
    steps = period(rule, start, calendar)
    if not steps or rule.length is None:
        raise ValueError(rule.key)
    return Sheet(
        rule=rule,
        edition=edition,
        calendar=calendar,
        started_at=origin(rule, start),
        steps=steps,
        boundary=boundary(steps),
        readings=readings(rule, rule.length, origin(rule, start), steps, calendar),
        timed=rule.given is Given.YEAR or (timed and rule.given is Given.MOMENT),
    )


def start(rule: ClockRule, given: datetime | date) -> datetime:
    """The instant from which `rule` counts, in UTC, for what somebody typed: an instant, or a Japanese day.

    A day without a time begins its period some time on that day, so it is never counted itself (民法140条本文). Of a
    clock that runs from the end of a 公表年度 or 報告年度 (規則1条2項) any day of that year may be given.
    """
    if rule.given is Given.YEAR:
        day = japanese_day(given) if isinstance(given, datetime) else given
        return start_of(date(day.year + (1 if day.month >= 4 else 0), 4, 1))
    if isinstance(given, datetime) and rule.given is Given.MOMENT:
        return given.astimezone(UTC)
    day = japanese_day(given) if isinstance(given, datetime) else given
    return datetime(day.year, day.month, day.day, 12, tzinfo=JST).astimezone(UTC)


def begin_by(rule: ClockRule, day: date) -> date:
    """The last Japanese day on which a wait of days may begin so that `day` is free (逆算). Raises ValueError."""
    if rule.bound is not Bound.NOT_BEFORE or not isinstance(rule.length, Days):
        raise ValueError(rule.key)
    return latest_start(day, rule.length)


def spoken_rule(rule: ClockRule) -> dict[str, object]:
    """What the law says of a clock, of every period alike, as plain data for JSON: words in Japanese."""
    return {
        "key": rule.name,
        "label": rule.label,
        "article": rule.article,
        "force": rule.force.value,
        "bound": rule.bound.value,
        "effect": rule.effect.value if rule.effect else None,
        "counting": rule.counting.value,
        "confidence": rule.confidence.value,
    }


def spoken(sheet: Sheet, *, confirmed: bool) -> dict[str, object]:
    """The sheet as plain data for JSON: days in ISO 8601, instants with +09:00, names of holidays in Japanese.

    `confirmed` says whether the text of its edition was read, by the makers of Kigen or by whoever runs it.
    """
    return spoken_rule(sheet.rule) | {
        "edition": sheet.edition.key,
        "confirmed": confirmed,
        "calendar": sheet.calendar.version,
        "started_day": japanese_day(sheet.started_at).isoformat(),
        "started_at": sheet.started_at.isoformat() if sheet.timed else None,
        "started_at_japan": sheet.started_at.astimezone(JST).isoformat() if sheet.timed else None,
        "boundary": sheet.boundary.astimezone(JST).isoformat(),
        "last_day": sheet.last_day.isoformat(),
        "last_working_day": sheet.last_working_day.isoformat() if sheet.last_working_day else None,
        "holidays_known": sheet.calendar.covers(sheet.last_day),
        "steps": [
            {
                "day": step.day.isoformat(),
                "weekday": WEEKDAYS[step.day.weekday()],
                "number": step.number,
                "closed": sheet.calendar.closed(step.day),
                "moved": step.moved,
            }
            for step in sheet.steps
        ],
        "readings": [
            {
                "key": reading.key,
                "article": reading.article,
                "last_day": reading.last_day.isoformat(),
                "boundary": start_of(reading.last_day + ONE_DAY).astimezone(JST).isoformat(),
                "differs": reading.differs,
            }
            for reading in sheet.readings
        ],
    }
