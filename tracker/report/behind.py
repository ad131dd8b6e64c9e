"""What of the platform's own moderation a figure counts: its months, and its codes as they came. No row is kept."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from tracker.casework.tallies import month as month_of
from tracker.law.ledger import Outcome, Vocabulary
from tracker.law.period import japanese_day
from tracker.models import Service
from tracker.report import cube
from tracker.report.categories import Categories
from tracker.report.content import COUNT
from tracker.report.cube import Moderated, Told
from tracker.report.figures import FIGURES, read
from tracker.report.figures.source import Source, codes_in
from tracker.report.years import Year

SHOWN = frozenset(Vocabulary) - {Vocabulary.EXEMPTION}  # no figure is divided by it


class Said(NamedTuple):
    """What rows say in the platform's own codes, whichever month they are of."""

    codes: tuple[tuple[Vocabulary, str], ...]
    outcome: Outcome | None
    ai: bool


@dataclass(frozen=True)
class Sum:
    """Rows of a figure that say the same: how many, and the first and the last month (202604) that has any."""

    said: Said
    n: int
    first: int
    last: int


@dataclass(frozen=True)
class Behind:
    """How much of a figure came in which month (202604), and by which codes of the platform.

    Months that have not begun are left out. `names` says what the codes mean.
    """

    months: Mapping[int, int]
    sums: Sequence[Sum]  # the most first
    names: Categories


def behind(session: Session, service: Service, year: Year, code: str, *, at: datetime) -> Behind:
    """What of the ledger an item counts, by asking its own figure for each row alone: nothing else could disagree."""
    source = replace(read(session, service, year, at=at), notices=(), measures=(), appeals=Counter())
    months: Counter[int] = Counter()
    sums: dict[Said, Counter[int]] = defaultdict(Counter)
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
                sums[_said(row)][month] += n
    begun = [one for one in year.months if one <= month_of(japanese_day(at))]
    found_sums = [Sum(said, of.total(), min(of), max(of)) for said, of in sums.items()]
    return Behind({month: months[month] for month in begun}, sorted(found_sums, key=lambda one: -one.n), source.names)


def _said(row: Moderated | Told) -> Said:
    codes = tuple((which, code) for which, code in codes_in(row) if code and which in SHOWN)
    return Said(codes, None, False) if isinstance(row, Told) else Said(codes, row.outcome, row.ai)


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
