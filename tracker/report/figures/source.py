"""What the figures of one year are taken from, read once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tracker.casework.appeals import counts
from tracker.law.grounds import Origin, Right
from tracker.law.ledger import Family, Vocabulary
from tracker.law.period import japanese_day
from tracker.law.publication import BY_CODE
from tracker.models import ReportEntry, Service
from tracker.report import cube, entries
from tracker.report.categories import Categories, categories
from tracker.report.content import COUNT, TOTAL, Dim, Line
from tracker.report.cube import MeasureCell, Moderated, NoticeCell, Told
from tracker.report.ledger import codes
from tracker.report.years import Year

ASKED = frozenset({Family.REQUESTS, Family.ORDERS})  # their reason is what was asked


@dataclass(frozen=True)
class Source:
    """The sums of a year, what its codes mean, and what people entered. `cut_off`: until when results count."""

    year: Year
    cut_off: datetime
    notices: Sequence[NoticeCell]
    rights: Sequence[tuple[Right, int, int]]
    days: Sequence[tuple[Right, int, int]]
    measures: Sequence[MeasureCell]
    ledger: Sequence[Moderated]
    told: Sequence[Told]
    appeals: Mapping[str, int]  # 18-5-11 … 18 of what came through Kigen
    entries: Mapping[tuple[str, str], ReportEntry]
    names: Categories

    @property
    def ours(self) -> bool:
        """Whether what is done through Kigen is counted here, and not in the platform's ledger."""
        entry = self.entries.get((entries.HOME, ""))
        return entry is None or entry.number != entries.LEDGER

    @property
    def moderated(self) -> Sequence[Moderated]:
        """The rows of the ledger that 5項 counts: users in Japan, and no measure from a 申出 (法28条4号)."""
        return [row for row in self.ledger if row.japan and not self.from_notice(row.route)]

    @property
    def unmapped(self) -> Counter[tuple[Vocabulary, str]]:
        """The platform's codes of the year that no verified table says the meaning of, and of how many rows.

        A measure whose sender was told is in both sums, and counts once: as told only where it was taken before.
        """
        found: Counter[tuple[Vocabulary, str]] = Counter()
        told: Counter[tuple[Vocabulary, str]] = Counter()
        rows: Sequence[Moderated | Told] = [*self.ledger, *self.told]
        for row in rows:
            for code in codes_in(row):
                if code[1] and code not in self.names.lines:
                    (told if isinstance(row, Told) else found)[code] += row.n
        return found | told

    def from_notice(self, route: str) -> bool:
        """Whether a route of the ledger means a measure from a 申出, which 法28条4号 leaves to 1号–3号."""
        return self.names.member(Vocabulary.ROUTE, route) == Origin.NOTICE


def read(session: Session, service: Service, year: Year, *, at: datetime) -> Source:
    """Read the sums of a year as they stand; results of appeals count until `at`, an aware instant."""
    standing = codes.standing(session, service)
    start, end = year.span
    return Source(
        year=year,
        cut_off=at,
        notices=cube.notices(session, service.id, year),
        rights=cube.rights(session, service.id, year),
        days=cube.days(session, service.id, year),
        measures=cube.measures(session, service.id, year),
        ledger=cube.moderated(session, service.id, year, japanese_day(at)),
        told=cube.told(session, service.id, year),
        appeals=counts.figures(session, service.id, start, end, until=at),
        entries=entries.standing(session, service, year.year),
        names=categories(session, service, codes.lines(session, standing) if standing else {}, until=end),
    )


def codes_in(row: Moderated | Told) -> Iterator[tuple[Vocabulary, str]]:
    """The platform's codes that a row has, each with what it is a code of; empty where the row has none."""
    yield Vocabulary.KIND, row.kind
    yield Vocabulary.ROUTE, row.route
    if isinstance(row, Told):
        yield Vocabulary.REASON, row.reason
        return
    yield Vocabulary.ASKED if row.family in ASKED else Vocabulary.REASON, row.reason
    yield Vocabulary.KEPT, row.kept
    yield Vocabulary.EXEMPTION, row.exemption


def lines(
    code: str, sums: Mapping[tuple[Dim, Dim | None], int], *, parts: Iterable[Dim] = (), measure: str = COUNT
) -> list[Line]:
    """The lines of a figure: the total, each part of the first split, each of the second within it.

    `parts` are printed also where they are nothing, in their order; further ones by their codes.
    """
    item = BY_CODE[code]
    ones: Counter[Dim] = Counter()
    for (one, _two), n in sums.items():
        ones[one] += n
    made = [Line(code, TOTAL, None, ones.total(), item.unit, item.basis, measure)]
    first = list(parts)
    for one in [*first, *sorted(set(ones) - set(first), key=lambda dim: dim.code)]:
        made.append(Line(code, one, None, ones[one], item.unit, item.basis, measure))
        twos = sorted(((two, n) for (each, two), n in sums.items() if each == one and two), key=lambda p: p[0].code)
        made += [Line(code, one, two, n, item.unit, item.basis, measure) for two, n in twos]
    return made


def total(code: str, n: int) -> list[Line]:
    """The one line of a figure that is not divided."""
    return [Line(code, TOTAL, None, n, BY_CODE[code].unit, BY_CODE[code].basis)]
