"""規則18条5項11号–18号: appeals by cohort: those received in the year, and what had become of them by the cut-off."""

from collections.abc import Callable

from tracker.casework.appeals.counts import FIGURES as SHAPES
from tracker.law.grounds import MeasureKind
from tracker.law.ledger import Family, Outcome, Vocabulary
from tracker.report.content import Line
from tracker.report.cube import Moderated
from tracker.report.figures.source import Source, total


def theirs(source: Source, code: str) -> int:
    """One of the eight figures, from the platform's ledger: users in Japan. SHAPES says what each of them counts."""
    suspends, ai, undone = SHAPES[code]
    return sum(row.n for row in _rows(source) if _fits(source, row, suspends, ai, undone))


def open_ones(source: Source) -> int:
    """Appeals of the ledger that were received in the year and not decided by the cut-off day."""
    return sum(row.n for row in _rows(source) if row.outcome is Outcome.PENDING)


def _rows(source: Source) -> list[Moderated]:
    return [row for row in source.ledger if row.family is Family.APPEALS and row.japan]


def _fits(source: Source, row: Moderated, suspends: bool, ai: bool, undone: bool) -> bool:
    against = source.names.member(Vocabulary.KIND, row.kind) == MeasureKind.SUSPEND
    return against is suspends and (row.ai or not ai) and (row.outcome is Outcome.REVERSED or not undone)


def _figure(code: str) -> Callable[[Source], list[Line]]:
    def figure(source: Source) -> list[Line]:
        ours = source.appeals[code] if source.ours else 0
        return total(code, ours + theirs(source, code))

    figure.__doc__ = f"{code} (5項{code.removeprefix('18-5-')}号): by the day of the appeal, whenever it was decided."
    return figure


# The eight differ in three marks alone, which the table of casework/appeals/counts.py states and cites.
FIGURES: dict[str, Callable[[Source], list[Line]]] = {code: _figure(code) for code in SHAPES}
