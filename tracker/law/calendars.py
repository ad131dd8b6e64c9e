"""Closed days in Japan. Holiday data is passed in, never fetched, and pinned by version and hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from tracker.law import N_
from tracker.law.period import ONE_DAY

SATURDAY, SUNDAY = 5, 6
YEAR_END = N_("年末年始")


class Uncovered(ValueError):
    """A date that hangs on closed days lies in a year of which the calendar knows no holidays."""


@dataclass(frozen=True)
class Calendar:
    """The days on which offices are closed: weekends, holidays (国民の祝日に関する法律) and 12/29–1/3.

    For most clocks a closed day moves no statutory date (民法142条 is not applied by default); it tells people which
    working day is the last one before it. Filings and court periods move by their own Acts (period.Counting).
    """

    holidays: Mapping[date, str]

    @cached_property
    def years(self) -> range:
        """The years whose holidays are known, from the first to the last."""
        return range(min(self.holidays).year, max(self.holidays).year + 1) if self.holidays else range(0)

    def covers(self, day: date) -> bool:
        """Whether the holidays of the year of `day` are known."""
        return day.year in self.years

    @cached_property
    def version(self) -> str:
        """The content's name: the same holidays always give the same twelve characters."""
        lines = "\n".join(f"{day.isoformat()} {name}" for day, name in sorted(self.holidays.items()))
        return sha256(lines.encode()).hexdigest()[:12]

    def closed(self, day: date) -> str | None:
        """Why offices are closed on `day`, in Japanese, or None on a working day."""
        if day in self.holidays:
            return self.holidays[day]
        if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
            return YEAR_END
        return {SATURDAY: N_("土曜日"), SUNDAY: N_("日曜日")}.get(day.weekday())

    def last_working_day(self, day: date) -> date:
        """The last working day on or before `day`."""
        while self.closed(day):
            day -= ONE_DAY
        return day

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        day += ONE_DAY
        while self.closed(day):
            day += ONE_DAY
        return day

    def next_break(self, day: date) -> list[date]:
        """Closed days in a row: from `day` on if it is one of them, else the first such run after it."""
        while not self.closed(day):
            day += ONE_DAY
        found = []
        while self.closed(day):
            found.append(day)
            day += ONE_DAY
        return found

    def rest_day(self, day: date) -> str | None:
        """Why `day` is a holiday in the sense of 民法142条, a Sunday or 国民の祝日, in Japanese; None on other days."""
        return self.holidays.get(day) or (N_("日曜日") if day.weekday() == SUNDAY else None)
