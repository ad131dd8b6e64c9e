"""Office hours, by the calendar of working days: they say when people are told, and never move a date."""

from dataclasses import dataclass
from datetime import date, datetime, time

from tracker.law.calendars import Calendar
from tracker.law.period import JST, japanese_day


@dataclass(frozen=True)
class Hours:
    """When the office works: from `opens` to `closes`, Japanese time, on working days."""

    opens: time
    closes: time

    def open_at(self, day: date) -> datetime:
        """The instant at which the office opens on `day`."""
        return datetime.combine(day, self.opens, JST)

    def working(self, at: datetime, calendar: Calendar) -> bool:
        """Whether somebody is at work at `at`."""
        local = at.astimezone(JST)
        return calendar.closed(local.date()) is None and self.opens <= local.time() < self.closes

    def next_opening(self, at: datetime, calendar: Calendar) -> datetime:
        """The first opening after `at`."""
        today = japanese_day(at)
        if calendar.closed(today) is None and at < self.open_at(today):
            return self.open_at(today)
        return self.open_at(calendar.next_working_day(today))
