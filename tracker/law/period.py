"""Counting of periods (民法138–143条): the only date arithmetic of the house, and its own explanation.

A calculation is a list of steps, one for each Japanese day. The same list is the result, the calculation sheet and
the test.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """A period of `n` calendar days; holidays count."""

    n: int


@dataclass(frozen=True)
class Months:
    """A period of `n` months, counted by the calendar (民法143条)."""

    n: int


Length = Days | Months


class Counting(StrEnum):
    """How the first day of a period is treated."""

    CIVIL = "civil"  # 民法140条: not counted, unless the period begins at midnight
    FULL_DAYS = "full_days"  # never counted: for waits, where caution means later
    FILING = "filing"  # as CIVIL; an end on a closed day moves to the next open one (行政機関の休日に関する法律2条)
    COURT = "court"  # as CIVIL; an end on a closed day moves to the next open one (民訴法95条3項): for counsel to check


MOVED = frozenset({Counting.FILING, Counting.COURT})
# Why offices are closed on a day, or nothing. Holiday data is outside law, so passed in.
Closed = Callable[[date], object]


class Step(NamedTuple):
    """One Japanese day of a calculation; `number` 0 is a day that is not counted.

    `moved` marks the days by which closed offices move the end, up to the next open day.
    """

    day: date
    number: int
    moved: bool = False


def japanese_day(instant: datetime) -> date:
    """The day in Japan at `instant`, an aware datetime."""
    return instant.astimezone(JST).date()


def start_of(day: date) -> datetime:
    """The first instant of a Japanese day, in UTC."""
    return datetime.combine(day, time.min, JST).astimezone(UTC)


def count(start: datetime, length: Length, counting: Counting) -> list[Step]:
    """The days of a period that begins at `start`, an aware instant, in order; the last step is the last day (141条).

    The day of `start` is number 0 unless it counts itself (民法140条ただし書: the whole second of midnight). Closed
    days play no part here: see `moved`.
    """
    local = start.astimezone(JST)
    whole = counting is not Counting.FULL_DAYS and local.time().replace(microsecond=0) == time.min
    first = local.date() if whole else local.date() + ONE_DAY
    last = _last_day(first, length)
    return [Step(local.date() + ONE_DAY * i, i + (1 if whole else 0)) for i in range((last - local.date()).days + 1)]


def _last_day(first: date, length: Length) -> date:
    """The last day of a period whose first counted day is `first`."""
    if isinstance(length, Days):
        return first + ONE_DAY * (length.n - 1)
    years, month = divmod(first.month - 1 + length.n, 12)
    year, month = first.year + years, month + 1
    if first.day > monthrange(year, month)[1]:
        return date(year, month, monthrange(year, month)[1])  # 143条2項ただし書: no such day, so the month's last
    return date(year, month, first.day) - ONE_DAY  # 143条2項: the day before the corresponding one


def moved(steps: list[Step], closed: Closed, *, most: int | None = None) -> list[Step]:
    """The steps with those days added by which an end on a closed day moves; at most `most` of them."""
    found, day = list(steps), steps[-1].day
    while closed(day) and (most is None or len(found) < len(steps) + most):
        day += ONE_DAY
        found.append(Step(day, 0, moved=True))
    return found


def last_day(start: datetime, length: Length, counting: Counting) -> date:
    """The last Japanese day of a period that begins at `start`."""
    return count(start, length, counting)[-1].day


def boundary(steps: list[Step]) -> datetime:
    """The first instant after the period, in UTC: the start of the Japanese day after the last one."""
    return start_of(steps[-1].day + ONE_DAY)


def latest_start(day: date, length: Days) -> date:
    """The last Japanese day on which a wait of `length` full days may begin so that `day` is free (法26条1項, 逆算)."""
    return day - ONE_DAY * (length.n + 1)
