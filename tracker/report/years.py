"""公表年度 (規則18条1項): from 1 April to 31 March, Japanese time; the first one of a service from its 届出."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.law.period import japanese_day, start_of
from tracker.models import Service

APRIL = (4, 1)
DUE = (5, 31)


@dataclass(frozen=True)
class Year:
    """A 公表年度, by its first and last Japanese day; `year` is the one in which it begins."""

    year: int
    first: date
    last: date

    @property
    def partial(self) -> bool:
        """Whether it began with the 届出 and not on 1 April (法22条1項)."""
        return self.first != date(self.year, *APRIL)

    @property
    def due(self) -> date:
        """By when it is to be published (規則18条1項): 5月31日, whatever day of the week that is."""
        return date(self.year + 1, *DUE)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its first instant and the first one after it, UTC."""
        return start_of(self.first), start_of(date(self.year + 1, *APRIL))

    @property
    def months(self) -> list[int]:
        """Its Japanese months as 202604, in order; the first one may be a part."""
        start = (self.year if self.first.year == self.year else self.year + 1, self.first.month)
        found = []
        year, month = start
        while (year, month) <= (self.last.year, self.last.month):
            found.append(year * 100 + month)
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return found

    def over(self, at: datetime) -> bool:
        """Whether it has ended at an instant."""
        return japanese_day(at) > self.last


def year_of(service: Service, year: int) -> Year | None:
    """The 公表年度 of a service that begins in `year`; None where it was not registered by its end."""
    last = date(year + 1, 3, 31)
    if service.registered_on is None or service.registered_on > last:
        return None
    return Year(year, max(date(year, *APRIL), service.registered_on), last)


def years_of(service: Service, at: datetime) -> Sequence[Year]:
    """Every 公表年度 of a service that has begun at `at`, the newest first: the running one among them."""
    today = japanese_day(at)
    this = today.year if (today.month, today.day) >= APRIL else today.year - 1
    if service.registered_on is None or service.registered_on > today:
        return []
    start = service.registered_on
    first = start.year if (start.month, start.day) >= APRIL else start.year - 1
    return [found for year in range(this, first - 1, -1) if (found := year_of(service, year))]
