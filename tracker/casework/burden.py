"""過重な負担 (法22条2項2号): what happens at the form, in sums that nobody is in, to evaluate it by (則18条6項1号).

A sum has no visitor: no address, no cookie, no number that comes twice. How a filing went (minutes, tries, posts,
files) is summed by the month and without the language, and shown from FEW filings on: of one alone it would be known
whose it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select as columns, text
from sqlmodel import Session, col, select

from tracker.law.period import ONE_DAY, japanese_day
from tracker.models import Counted, FormCount, Service

SECTIONS = 8
FEW = 5  # filings below which nothing is said of how they went
MORE = "more"
# Ranges by their upper ends; what is beyond the last is MORE. Minutes are whole: "2" is up to 2 minutes and 0 seconds.
RANGES: dict[Counted, tuple[int, ...]] = {
    Counted.MINUTES: (2, 5, 10, 20, 60),
    Counted.TRIES: (1, 2, 3),
    Counted.PLACES: (1, 5, 20, 100),
    Counted.FILES: (0, 1, 5),
}
Happened = tuple[Counted, str]

# The same on SQLite and PostgreSQL: one statement, so two that count at once lose nothing.
ADD = text(
    "INSERT INTO formcount (day, service_id, language, counted, part, n) "
    "VALUES (:day, :service_id, :language, :counted, :part, :n) "
    "ON CONFLICT (day, service_id, language, counted, part) DO UPDATE SET n = formcount.n + excluded.n"
).bindparams(bindparam("service_id", type_=Uuid()))


@dataclass(frozen=True)
class Period:
    """A month or a 公表年度 (from 1 April), by its first and last day."""

    first: date
    last: date

    @property
    def yearly(self) -> bool:
        """Whether it is a year."""
        return (self.last - self.first).days > 31

    @property
    def key(self) -> str:
        """How an address names it: fy2026, or 2026-11."""
        return f"fy{self.first.year}" if self.yearly else f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Section:
    """One section of the form: on how many pages it was reached, and how many stopped in it."""

    number: int
    reached: int
    stopped: int


@dataclass(frozen=True)
class Figures:
    """The sums of a period, by service, language, what was counted and its part."""

    sums: Counter[tuple[UUID, str, Counted, str]]

    def total(self, counted: Counted, part: str = "") -> int:
        """How often something happened."""
        return sum(n for key, n in self.sums.items() if key[2:] == (counted, part))

    def parts(self, counted: Counted) -> Counter[str]:
        """How often, by part."""
        found: Counter[str] = Counter()
        for (_service, _language, what, part), n in self.sums.items():
            if what is counted:
                found[part] += n
        return found

    def ranges(self, counted: Counted) -> list[tuple[str, int]]:
        """How many filings lie in each range, from the lowest; none while they are too few."""
        found = self.parts(counted)
        if found.total() < FEW:
            return []
        return [(part, found[part]) for part in (*map(str, RANGES[counted]), MORE)]

    def middle(self, counted: Counted) -> str:
        """The range in which the middle one of the filings lies (of an even number, the upper); "" while too few."""
        ranges, so_far = self.ranges(counted), 0
        half = sum(n for _part, n in ranges) // 2
        for part, n in ranges:
            so_far += n
            if so_far > half:
                return part
        return ""

    def sections(self) -> list[Section]:
        """Where people stop: who reached a section, and not the next one. After the last one comes the filing."""
        reached = self.parts(Counted.REACHED)
        on = [reached[str(n)] for n in range(1, SECTIONS + 1)] + [self.total(Counted.SEEN_FILED)]
        return [Section(n, on[n - 1], max(0, on[n - 1] - on[n])) for n in range(1, SECTIONS + 1)]

    def of(self, service: UUID) -> "Figures":
        """The sums of one service."""
        return Figures(Counter({key: n for key, n in self.sums.items() if key[0] == service}))

    def in_language(self, language: str) -> "Figures":
        """The sums of one language: of what is kept apart by language."""
        return Figures(Counter({key: n for key, n in self.sums.items() if key[1] == language}))

    @property
    def empty(self) -> bool:
        """Nothing was counted."""
        return not self.sums


def add(
    session: Session, service_id: UUID, happened: Iterable[Happened], *, language: str, at: datetime, times: int = 1
) -> None:
    """Count what happened at the form of a service at `at`. Rows come in one order, so two never block each other."""
    day = japanese_day(at)
    rows = []
    for (counted, part), n in Counter(happened).items():
        apart = counted not in RANGES
        rows.append(
            {
                "day": day if apart else day.replace(day=1),
                "service_id": service_id,
                "language": language if apart else "",
                "counted": counted.value,
                "part": part,
                "n": n * times,
            }
        )
    for row in sorted(rows, key=lambda row: (row["day"], row["language"], row["counted"], row["part"])):
        session.execute(ADD, row)


def within(counted: Counted, n: float) -> Happened:
    """The range in which a figure lies."""
    return counted, next((str(limit) for limit in RANGES[counted] if n <= limit), MORE)


def filed(*, places: int, files: int, minutes: float | None, tries: int | None, seen: bool) -> list[Happened]:
    """What a filing adds to the sums. Minutes and tries are unknown where the page did not bring its time along."""
    happened = [(Counted.FILED, ""), within(Counted.PLACES, places), within(Counted.FILES, files)]
    happened += [(Counted.SEEN_FILED, "")] if seen else []
    happened += [within(Counted.MINUTES, minutes)] if minutes is not None else []
    happened += [within(Counted.TRIES, tries)] if tries is not None else []
    return happened


def reached(before: int, now: int) -> list[Happened]:
    """What a page adds that has come from section `before` (0: from none) to section `now`."""
    return [(Counted.REACHED, str(n)) for n in range(before + 1, now + 1)]


def figures(session: Session, period: Period, service_id: UUID | None = None) -> Figures:
    """The sums of a period, of one service or of all."""
    key = (col(FormCount.service_id), col(FormCount.language), col(FormCount.counted), col(FormCount.part))
    query = (
        columns(*key, func.sum(FormCount.n))
        .where(col(FormCount.day) >= period.first, col(FormCount.day) <= period.last)
        .group_by(*key)
    )
    if service_id:
        query = query.where(col(FormCount.service_id) == service_id)
    found = session.execute(query).all()
    return Figures(Counter({(service, language, what, part): int(n) for service, language, what, part, n in found}))


def rows(session: Session, period: Period, service_id: UUID | None = None) -> Sequence[tuple[FormCount, str]]:
    """The stored sums of a period with the name of their service, by day; without those of too few filings."""
    query = (
        select(FormCount, Service.name)
        .join(Service, col(Service.id) == col(FormCount.service_id))
        .where(FormCount.day >= period.first, FormCount.day <= period.last)
        .order_by(
            col(FormCount.day), col(Service.name), col(FormCount.counted), col(FormCount.part), col(FormCount.language)
        )
    )
    if service_id:
        query = query.where(FormCount.service_id == service_id)
    found = session.exec(query).all()
    filings: Counter[tuple[date, UUID, Counted]] = Counter()
    for row, _name in found:
        filings[row.day, row.service_id, row.counted] += row.n
    return [
        (row, name)
        for row, name in found
        if row.counted not in RANGES or filings[row.day, row.service_id, row.counted] >= FEW
    ]


def periods(session: Session, *, at: datetime) -> list[Period]:
    """The years and then the months of which there are sums, newest first; the present ones always."""
    today = japanese_day(at)
    first = session.exec(select(func.min(FormCount.day))).one() or today
    years, months = [year_of(today)], [month_of(today)]
    while years[-1].first > first:
        years.append(year_of(years[-1].first - ONE_DAY))
    while months[-1].first > first:
        months.append(month_of(months[-1].first - ONE_DAY))
    return [*years, *months]


def year_of(day: date) -> Period:
    """The 公表年度 of a day: from 1 April to 31 March."""
    year = day.year if day.month >= 4 else day.year - 1
    return Period(date(year, 4, 1), date(year + 1, 3, 31))


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + ONE_DAY * 31).replace(day=1) - ONE_DAY)
