"""Figures of a year as the desk shows them: each item, 2項・3項 by right, tables beside. Values lead to cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.law.grounds import MeasureKind, Right
from tracker.law.publication import BY_CODE, ITEMS, Published, Split, Unit
from tracker.report.content import COUNT, TOTAL, Line, Report, Table
from tracker.web.staff.report.said import FROM, place


@dataclass(frozen=True)
class Shown:
    """An item in the tables of the draft: its figure, divided by outcome where it is, or how many texts it has."""

    item: Published
    href: str
    source: str
    values: Sequence[tuple[str, int]]  # (what it is, how many); one without a name is the figure itself
    texts: int
    lacks: bool


def links_to_cases(line: Line) -> bool:
    """Whether the cases of a line can be told apart: by right, kind or outcome, and not by a second category."""
    split = BY_CODE[line.code].splits[:1]
    if line.two or line.measure != COUNT:
        return False
    told_apart: dict[Split, set[str]] = {
        Split.RIGHT: set(Right),
        Split.KIND: set(MeasureKind),
        Split.OUTCOME: {"taken", "not_taken"},
    }
    return line.one == TOTAL or (bool(split) and line.one.code in told_apart.get(split[0], set()))


def shown(slug: str, report: Report, item: Published, *, lacks: bool) -> Shown:
    """An item with its figure or its texts."""
    whole = report.value(item.code)
    values = [("", whole)] if whole is not None else []
    if Split.OUTCOME in item.splits:
        values += [
            (line.one.label, line.value)
            for line in report.lines
            if line.code == item.code and line.one != TOTAL and line.two is None
        ]
    return Shown(
        item,
        place(slug, report.year, item.code),
        str(_(FROM[item.source])),
        values,
        sum(words.code == item.code for words in report.texts)
        if item.unit is Unit.TEXT or not values or item.code == "18-3-8"
        else 0,
        lacks,
    )


def by_right(slug: str, report: Report) -> dict[str, Any]:
    """2項 and 3項 by right: a row for each, a column for each item that is divided by it."""
    codes = [item.code for item in ITEMS if item.splits == (Split.RIGHT,)]
    rows: dict[str, dict[str, int]] = {}
    labels: dict[str, str] = {}
    for line in report.lines:
        if line.code in codes and line.measure == COUNT and line.two is None:
            rows.setdefault(line.one.code, {})[line.code] = line.value
            labels[line.one.code] = line.one.label
    order = [*(code for code in rows if code != TOTAL.code), TOTAL.code]
    return {
        "heads": [(code, _(BY_CODE[code].label)) for code in codes],
        "rows": [
            (
                labels[one],
                [
                    (
                        rows[one].get(code, 0),
                        url_for("staff.report_item", slug=slug, year=report.year, code=code, one=one, _anchor="cases"),
                    )
                    for code in codes
                ],
            )
            for one in order
            if one in rows
        ],
    }


def table_of(slug: str, year: int, table: Table) -> dict[str, Any]:
    """A table beside the figures without the codes that are for programs; a row of an item leads to it."""
    shown = [n for n, column in enumerate(table.columns) if column.code != "code"]
    rows = []
    for row in table.rows:
        href = place(slug, year, str(row[0])) if row and str(row[0]) in BY_CODE else ""
        cells = [
            (f"{row[n]:,}" if isinstance(row[n], int) else str(row[n]), not isinstance(row[n], str)) for n in shown
        ]
        rows.append((href, cells))
    numbers = [any(cells[n][1] for _href, cells in rows) for n in range(len(shown))]
    return {
        "key": table.key,
        "title": table.title,
        "says": table.says,
        "heads": [(table.columns[n].label, numbers[at]) for at, n in enumerate(shown)],
        "rows": rows,
    }


def _cell(value: int | float | str) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
