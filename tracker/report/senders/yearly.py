"""A 報告年度 of a service: its twelve months, the two means, and what follows from them (規則8条・9条)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlmodel import Session, col, select

from tracker.casework.register import standing_register
from tracker.i18n import last_moment
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks.minister import SENDER_REPORT
from tracker.law.period import japanese_day, start_of
from tracker.law.senders import MONTHS, Count, Part, least, mean, must_report, over, together, year_months
from tracker.law.sheets import period
from tracker.models import Clock, SenderMonth, Service
from tracker.report.senders.months import month_rows

FEWEST = 2  # other months by which a month is held to be odd
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Yearly:
    """The means of a year, None while a month is missing, and what is certain already.

    `must_report` and `over` are known early where the months that are there suffice whatever the others bring: no month
    has less than nothing. `months_known` are those with every figure.
    """

    mean_senders: Fraction | None
    mean_times: Fraction | None
    total_times: int | None
    months_known: int
    must_report: bool | None  # 規則9条1項
    over: bool | None  # 規則8条3項・5項
    year: int
    rows: Mapping[int, SenderMonth]
    known: Mapping[Count, Mapping[int, int]]  # by month

    def mean(self, count: Count) -> Fraction | None:
        """The mean of a figure; None while a month is missing."""
        return self.mean_senders if count is Count.SENDERS else self.mean_times

    def forecast(self, count: Count) -> Fraction | None:
        """The mean of the known months of a year that is not whole: a forecast, and never what is reported."""
        there = self.known[count]
        return Fraction(sum(there.values()), len(there)) if there and self.mean(count) is None else None

    def reasons(self) -> list[Count]:
        """The figures that oblige to report for certain."""
        return [count for count, there in self.known.items() if must_report(count, least(there.values()))]

    def missing(self, part: Part, at: datetime) -> list[int]:
        """The months that are over and of which a figure was not entered."""
        return [
            month
            for month in year_months(self.year)
            if month_end(month) <= japanese_day(at)
            and (month not in self.rows or getattr(self.rows[month], part) is None)
        ]


@dataclass(frozen=True)
class Due:
    """By when a year is reported. `unsure` where the holidays of that year are not known yet."""

    day: date
    running: bool  # its clock runs in the register
    done: date | None  # when it was reported, as the register says
    unsure: bool

    @property
    def ended(self) -> bool:
        """Whether it was reported: SENDER_COUNT_REPORTED ended its clock."""
        return self.done is not None

    @property
    def moved(self) -> bool:
        """Whether it is another day than 4月30日 (行政機関の休日に関する法律2条)."""
        return (self.day.month, self.day.day) != (4, 30)


@dataclass(frozen=True)
class Total:
    """延べ発信者数 of several months together (規則18条5項1号); None while a month of them is missing."""

    total: int | None
    known: int  # months
    all: int


@dataclass(frozen=True)
class Odd:
    """A figure of a month that differs by more than half from the others' middle one: a slip of the finger, perhaps.

    From the middle one and not from their mean: a slip by a digit would pull that so far that every month looks odd.
    """

    month: int
    part: Part
    figure: int
    others: Fraction


def yearly(session: Session, service: Service, year: int) -> Yearly:
    """The 報告年度 of a service that begins in `year`."""
    months = year_months(year)
    return drawn(year, month_rows(session, service, months[0], months[-1]))


def drawn(year: int, rows: Mapping[int, SenderMonth]) -> Yearly:
    """The same of rows that were read."""
    senders = {month: n for month, row in rows.items() if (n := together(row.senders, row.users)) is not None}
    times = {month: row.times for month, row in rows.items() if row.times is not None}
    known: dict[Count, dict[int, int]] = {Count.SENDERS: senders, Count.TIMES: times}
    means = {count: mean(list(there.values())) if len(there) == MONTHS else None for count, there in known.items()}
    lowest = {count: least(there.values()) for count, there in known.items()}
    whole = None not in means.values()
    return Yearly(
        mean_senders=means[Count.SENDERS],
        mean_times=means[Count.TIMES],
        total_times=sum(times.values()) if means[Count.TIMES] is not None else None,
        months_known=len(senders.keys() & times.keys()),
        must_report=any(must_report(count, n) for count, n in lowest.items()) or (False if whole else None),
        over=any(over(count, n) for count, n in lowest.items()) or (False if whole else None),
        year=year,
        rows=rows,
        known=known,
    )


def times_of(session: Session, service: Service, months: Sequence[int]) -> Total:
    """The 延べ発信者数 of whole `months`, in order, as one sum: of a 公表年度, from the month of the 届出 on."""
    rows = month_rows(session, service, months[0], months[-1])
    known = [row.times for row in rows.values() if row.times is not None]
    return Total(sum(known) if len(known) == len(months) else None, len(known), len(months))


def odd(year: Yearly) -> Sequence[Odd]:
    """The figures that look like a slip of the finger, in the order of their months."""
    found = []
    for part in Part:
        there = {month: n for month, row in year.rows.items() if (n := getattr(row, part)) is not None}
        for month, n in there.items():
            if len(there) <= FEWEST:
                continue
            others = _middle([one for other, one in there.items() if other != month])
            if abs(n - others) > others * HALF:
                found.append(Odd(month, part, n, others))
    return sorted(found, key=lambda one: (one.month, list(Part).index(one.part)))


def fewer_times(year: Yearly) -> list[int]:
    """The months of which 延べ発信者数 is less than the senders: it counts each of them at least once."""
    return [
        month
        for month, row in sorted(year.rows.items())
        if row.senders is not None and row.times is not None and row.times < row.senders
    ]


def due(session: Session, service: Service, year: int) -> Due:
    """By when the year is reported: as its clock in the register says, or counted in the same way where none runs."""
    began = start_of(date(year + 1, 4, 1))
    case = standing_register(session, service)
    query = select(Clock).where(
        Clock.rule == SENDER_REPORT.key, col(Clock.started_at) == began, col(Clock.voided_at).is_(None)
    )
    clock = session.exec(query.where(Clock.case_id == case.id)).first() if case else None
    if clock and clock.due_at:
        done = japanese_day(clock.stopped_at) if clock.stopped_at else None
        return Due(last_moment(clock.due_at), done is None, done, False)
    calendar: Calendar = session.info["calendar"]
    try:
        return Due(period(SENDER_REPORT, began, calendar)[-1].day, False, None, False)
    except Uncovered:
        return Due(date(year + 1, 4, 30), False, None, True)


def obliging(session: Session, services: Sequence[Service], year: int) -> list[Service]:
    """Those of a provider's services that reach a number of 規則9条1項 for certain: one is enough for the provider."""
    return [service for service in services if yearly(session, service, year).must_report]


def _middle(figures: Sequence[int]) -> Fraction:
    ordered, half = sorted(figures), len(figures) // 2
    return Fraction(ordered[half]) if len(figures) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def month_end(month: int) -> date:
    """The first day after a month."""
    year, number = divmod(month, 100)
    return date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)
