"""When the publication of the demo is worked on: the two years that it shows, and what was done on which day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.cli.demo.diary import Diary
from tracker.law.period import JST, ONE_DAY, japanese_day
from tracker.report.years import Year

COMES = 5  # the day of a month on which the records of the months before it come


@dataclass(frozen=True)
class Days:
    """The year that runs and the one that ended before it, if the service was registered by then."""

    diary: Diary
    running: Year
    ended: Year | None

    @property
    def years(self) -> list[Year]:
        """Both, the earlier one first."""
        return [*([self.ended] if self.ended else []), self.running]

    def working(self, day: date, clock: str) -> datetime:
        """A moment of the first working day from `day` on, some seconds after `clock` (HH:MM)."""
        return self.at(self.diary.calendar.next_working_day(day - ONE_DAY), clock)

    def at(self, day: date, clock: str) -> datetime:
        """A moment of a day, some seconds after `clock`: what a machine does."""
        seconds = timedelta(seconds=self.diary.random.randrange(1, 60))
        return (datetime.combine(day, time.fromisoformat(clock), JST) + seconds).astimezone(self.diary.now.tzinfo)

    def files(self) -> Iterator[tuple[date, date, date]]:
        """The first and the last day of the records of each file, and the day on which it comes: by half years.

        Of the half year that runs, the months that are over.
        """
        known = (japanese_day(self.diary.now) - timedelta(days=COMES)).replace(day=1) - ONE_DAY
        for year in self.years:
            autumn = max(date(year.year, 10, 1), year.first)
            for first, last in ((year.first, autumn - ONE_DAY), (autumn, year.last)):
                end = min(last, known)
                if first <= end:
                    yield first, end, end + timedelta(days=COMES)
