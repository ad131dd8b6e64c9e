"""When things happen in the demo: people work in office hours, claimants write when awake, and nothing is ahead."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from tracker.law.calendars import Calendar
from tracker.law.period import JST, ONE_DAY, japanese_day

OFFICE = (time(9, 20), time(18, 30))
DUTY = (time(8), time(22))
AWAKE = (time(7), time(23, 30))
EVENING = ((7, 9, 2), (9, 18, 4), (18, 24, 6), (0, 3, 1))  # hours in which people file, and how often


@dataclass(frozen=True)
class Diary:
    """The time of the demo: all instants are before `now`, drawn from `random`."""

    now: datetime
    calendar: Calendar
    random: Random

    def day(self, ago: int, clock: str = "") -> datetime:
        """A moment of the Japanese day `ago` days back: at `clock` (HH:MM, some seconds later; HH:MM:SS exactly)."""
        start = datetime.combine(japanese_day(self.now) - ONE_DAY * ago, time.min, JST)
        if not clock:
            low, high, _ = self.random.choices(EVENING, [often for *_, often in EVENING])[0]
            found = start + timedelta(seconds=self.random.randrange(low * 3600, high * 3600))
        else:
            hour, minute, second = (*map(int, clock.split(":")), self.random.randrange(1, 60))[:3]
            found = start + timedelta(hours=hour, minutes=minute, seconds=second)
        return min(found, self.now - timedelta(minutes=1)).astimezone(self.now.tzinfo)

    def office(self, after: datetime, low: float, high: float, *, until: datetime, urgent: bool = False) -> datetime:
        """A working moment `low` to `high` hours after `after` and before `until`; on duty at any day when `urgent`.

        Where the office would not open in time, somebody on duty does it, and where nobody could, as soon as it goes.
        """
        pause = timedelta(hours=self.random.uniform(low, high))
        brief = timedelta(minutes=self.random.uniform(4, 20))
        tries = [(DUTY, True, pause), (DUTY, True, brief)]
        if not urgent:
            tries = [(OFFICE, False, pause), (OFFICE, False, brief), *tries]
        return self._first(after, tries, until)

    def home(self, after: datetime, low: float, high: float, *, until: datetime) -> datetime:
        """A moment at which somebody outside the office is awake."""
        pause = timedelta(hours=self.random.uniform(low, high))
        return self._first(after, [(AWAKE, True, pause)], until)

    def soon(self, after: datetime, *, until: datetime) -> datetime:
        """Some seconds later: what a machine does."""
        return min(after + timedelta(seconds=self.random.randrange(15, 90)), until)

    def _first(
        self, after: datetime, tries: list[tuple[tuple[time, time], bool, timedelta]], until: datetime
    ) -> datetime:
        late = timedelta(minutes=self.random.uniform(0, 50))  # nobody starts on the dot
        for hours, any_day, pause in tries:
            found = self._open(after + pause, hours, any_day, late)
            if found <= until:
                return found
        return (after + (until - after) * 0.25).replace(microsecond=0)

    def _open(self, at: datetime, hours: tuple[time, time], any_day: bool, late: timedelta) -> datetime:
        local = at.astimezone(JST).replace(microsecond=0)
        day = local.date()
        if local.time() > hours[1]:
            day += ONE_DAY
        while self.calendar.closed(day) and not any_day:
            day += ONE_DAY
        opens = datetime.combine(day, hours[0], JST)
        found = local if day == local.date() and local >= opens else opens + late
        return found.replace(microsecond=0).astimezone(at.tzinfo)
