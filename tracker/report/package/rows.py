"""The rows of each table of the package, from a report."""

import re
from collections.abc import Iterator

from tracker.report.content import Correction, Dim, Report, Table
from tracker.report.package.columns import CORRECTIONS, DEFINITIONS, EXTRA, FIGURES, TEXTS, Cell, Sheet
from tracker.report.package.definitions import definitions

Rows = list[tuple[Cell, ...]]
NOTHING = frozenset({"", "―", "-", "—"})  # how a table says that a cell has no value
UNIT = re.compile("（([^（）]+)）$")
FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?")
LONGEST = 32_000  # characters: a cell of Excel holds 32,767
SPACES = re.compile(r"\s{2,}|[^\S 　]")  # several, or one that is neither of the two that separate words


def rows(report: Report) -> dict[Sheet, Rows]:
    """Every table of the package, in the order of its files."""
    own = (report.service, report.year)
    return {
        FIGURES: [(*own, *row) for row in _figures(report)],
        TEXTS: [(*own, *row) for row in _texts(report)],
        DEFINITIONS: [tuple({**_own(report), **d.cells()}[n] for n in DEFINITIONS.names) for d in definitions(report)],
        EXTRA: [(*own, *row) for table in report.tables for row in _extra(table)],
        CORRECTIONS: [(*own, *_correction(one)) for one in report.corrections],
    }


def paragraphs(words: str) -> list[str]:
    """The paragraphs of a text: line breaks and spaces for the eye are no part of a cell."""
    return [line for line in map(one_line, words.splitlines()) if line]


def one_line(words: str) -> str:
    """A text without line breaks, and one space where there were several."""
    return SPACES.sub(" ", words).strip()


def number(cell: int | float | str) -> int | float | None:
    """The number in a cell of a table beside the figures, as every file can write it."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else round(cell, 6)
    return None if isinstance(cell, str) else cell


def unit(column: Dim) -> str:
    """The unit of the numbers of a column: what its name says in brackets, else 件."""
    found = UNIT.search(column.label)
    return found[1] if found else "件"


def text(cell: int | float | str) -> str | None:
    """The words in such a cell; None for a number, and for a sign that nothing stands there."""
    return one_line(cell) or None if isinstance(cell, str) and cell.strip() not in NOTHING else None


def _own(report: Report) -> dict[str, Cell]:
    return {"service": report.service, "fiscal_year": report.year}


def _figures(report: Report) -> Iterator[tuple[Cell, ...]]:
    for line in report.lines:
        two = (line.two.code, one_line(line.two.label)) if line.two else (None, None)
        one = (line.one.code, one_line(line.one.label))
        note = one_line(line.note) or None
        yield (line.code, *one, *two, line.measure, line.value, line.unit.value, line.basis.value, note)


def _texts(report: Report) -> Iterator[tuple[Cell, ...]]:
    for words in report.texts:
        part = (words.part.code, one_line(words.part.label)) if words.part else (None, None)
        for n, paragraph in enumerate(paragraphs(words.words), 1):
            yield (words.code, *part, words.order, n, paragraph)


def _extra(table: Table) -> Iterator[tuple[Cell, ...]]:
    for n, row in enumerate(table.rows, 1):
        for column, cell in zip(table.columns, row, strict=True):
            figure, words = number(cell), text(cell)
            place = (table.key, table.title, n, column.code, one_line(column.label))
            if figure is not None:
                yield (*place, figure, unit(column), None, "任意")
            elif words:
                yield (*place, None, None, words, "任意")


def _correction(one: Correction) -> tuple[Cell, ...]:
    figures = all(not value or FIGURE.fullmatch(value) for value in (one.before, one.after))
    before, after = (_shortened(one_line(value)) or None for value in (one.before, one.after))
    values = (before and _figure(before), after and _figure(after)) if figures else (None, None)
    words = (None, None) if figures else (before, after)
    dims = (one.one, one.one_label, one.two, one.two_label)
    places = (one.code, *(one_line(words) or None for words in (one.label, *dims, one.measure)))
    return (one.version, one.day.isoformat(), *places, *values, *words, one_line(one.why))


def _figure(words: str) -> int | float:
    return float(words) if "." in words else int(words)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…（以下はfigures.jsonにあります）"
