"""A second way to count, for tests: it walks from midnight to midnight and shares no line with tracker/law.

Japan has had one offset and no summer time since 1952, so its clock is UTC plus nine hours here. Months and leap years
are written out; closed days are those of jpholiday, another package than the one the house uses.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import jpholiday

NINE_HOURS = timedelta(hours=9)
DAY = timedelta(hours=24)
LONG_MONTHS = {1, 3, 5, 7, 8, 10, 12}


def wall_clock(instant: datetime) -> datetime:
    """What a clock on a wall in Japan shows at an instant."""
    return instant.astimezone(UTC).replace(tzinfo=None) + NINE_HOURS


def midnights(instant: datetime, *, at_once: bool) -> Iterator[datetime]:
    """The midnights of Japan from an instant on; one that lies within its own second of midnight only if `at_once`."""
    shown = wall_clock(instant)
    midnight = datetime(shown.year, shown.month, shown.day)  # noqa: DTZ001 a wall clock names no offset
    if shown - midnight >= timedelta(seconds=1) or not at_once:
        midnight += DAY
    while True:
        yield midnight
        midnight += DAY


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 31 if month in LONG_MONTHS else 30


def end_of_days(instant: datetime, days: int, *, at_once: bool) -> datetime:
    """The midnight in Japan, as a wall clock shows it, at which so many whole days are over."""
    walk = midnights(instant, at_once=at_once)
    next(walk)
    for _ in range(days):
        end = next(walk)
    return end


def end_of_months(instant: datetime, months: int, *, at_once: bool) -> datetime:
    """The midnight at which so many calendar months are over: that of the same day, or that after a month too short."""
    walk = midnights(instant, at_once=at_once)
    first = next(walk)
    turned, before = 0, first
    for midnight in walk:
        turned += midnight.month != before.month
        before = midnight
        if turned == months and midnight.day == first.day:
            return midnight
        if turned == months and midnight.day == month_length(midnight.year, midnight.month) < first.day:
            return midnight + DAY
    raise AssertionError("a walk never ends")


def offices_closed(day: date) -> bool:
    """Whether government offices are closed on a day (行政機関の休日に関する法律1条)."""
    return day.weekday() > 4 or jpholiday.is_holiday(day) or (day.month, day.day) in YEAR_END


def rest_day(day: date) -> bool:
    """Whether a day is a Sunday or a national holiday (民法142条)."""
    return day.weekday() == 6 or jpholiday.is_holiday(day)


YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def after_closed_days(end: datetime) -> datetime:
    """The end of a filing: later by a day for as long as the day that ends there is one on which offices are closed."""
    while offices_closed((end - DAY).date()):
        end += DAY
    return end
