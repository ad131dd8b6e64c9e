"""What of the platform's own moderation a figure counts: its months, and its codes as they came. No row is kept."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from tracker.law.period import japanese_day
from tracker.models import Service
from tracker.report import cube
from tracker.report.content import COUNT
from tracker.report.cube import Moderated, Told
from tracker.report.figures import FIGURES, read
from tracker.report.figures.source import Source
from tracker.report.years import Year


@dataclass(frozen=True)
class Behind:
    """How much of a figure came in which month (202604), and by which rows in the platform's own codes."""

    months: Mapping[int, int]
    rows: Sequence[tuple[Moderated | Told, int]]  # the most first


def behind(session: Session, service: Service, year: Year, code: str, *, at: datetime) -> Behind:
    """What of the ledger an item counts, by asking its own figure for each row alone: nothing else could disagree."""
    source = replace(read(session, service, year, at=at), notices=(), measures=(), appeals=Counter())
    months: Counter[int] = Counter()
    rows: Counter[Moderated | Told] = Counter()
    for month in year.months:
        part = _month(year, month)
        found: Sequence[Moderated | Told] = [
            *cube.moderated(session, service.id, part, japanese_day(at)),
            *cube.told(session, service.id, part),
        ]
        for row in found:
            n = _counted(source, code, row)
            if n:
                months[month] += n
                rows[row._replace(n=0)] += n
    return Behind({month: months[month] for month in year.months}, rows.most_common())


def _month(year: Year, month: int) -> Year:
    first = date(month // 100, month % 100, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return Year(year.year, max(first, year.first), last)


def _counted(source: Source, code: str, row: Moderated | Told) -> int:
    alone = (
        replace(source, ledger=[row], told=()) if isinstance(row, Moderated) else replace(source, ledger=(), told=[row])
    )
    return sum(
        line.value
        for line in FIGURES[code](alone)
        if line.one.code == "total" and not line.two and line.measure == COUNT
    )
