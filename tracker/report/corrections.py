"""What a later version changes: every figure and text that is not as in the files published before.

The files are compared, not the records: what readers have is what a correction is about.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.report.content import Correction, Report
from tracker.report.package import nested
from tracker.report.package.columns import CODE
from tracker.report.package.labels import Labels, labels
from tracker.report.package.plain import plain

EXTRA = "extra"  # the measure of a cell of a table beside the figures: `one` is its column, `two` its row's code
CODED = "code"  # the first column of a table whose rows have codes
HEAD = "report"  # what stands at the head: names, the first and the last day
LABELS = "labels"  # only names of categories, or notes, are others
# What no item and no table has a name for.
CALLED: Labels = {
    (HEAD, ""): "この公表の名称と期間",
    (HEAD, "id"): "サービスの符号",
    (HEAD, "name"): "サービスの名称",
    (HEAD, "provider"): "提供者",
    (HEAD, "first"): "対象の初めの日",
    (HEAD, "last"): "対象の終わりの日",
    (HEAD, "partial"): "1年に満たない年度か",
    (HEAD, "due"): "公表の期限",
    (LABELS, ""): "区分の名称、備考など（数と文章は同じ）",
}
YES = {True: "はい", False: "いいえ"}
Key = tuple[str, ...]  # what a row of such a table is known by, in whichever version; empty for all else
Place = tuple[str, str, str, str, Key]  # item, first and second category, measure


@dataclass(frozen=True)
class Row:
    """A row of a table beside the figures: its code in this version, what people call it, and its cells by column."""

    code: str
    name: str
    cells: Mapping[str, str]


Rows = Mapping[tuple[str, Key], Row]  # by table


def differences(old: Mapping[str, bytes], new: Report, *, day: date, why: str) -> list[Correction]:
    """Each place of `new` that differs from the `old` files, in their order; what is added comes last.

    Empty where readers would find nothing changed.
    """
    new = plain(new)
    before, after = json.loads(old[nested.NAME]), nested.nested(new)
    if _content(before) == _content(after):
        return []
    widths = {one["table_id"]: _width(one["table_id"], before, after) for one in [*before["tables"], *after["tables"]]}
    rows_before, rows_after = _rows(before, widths), _rows(after, widths)
    was = _stated(before, *nested.read(old)[:2]) | dict(_cells(rows_before, rows_after, rows_after))
    now = _stated(after, *nested.said(new)) | dict(_cells(rows_after, rows_before, rows_after))
    called = labels(before, after) | CALLED
    rows = rows_before | rows_after
    places = [place for place in {**was, **now} if was.get(place, "") != now.get(place, "")]
    return [
        Correction(
            new.version, day, *place[:4], was.get(place, ""), now.get(place, ""), why, *_labels(place, called, rows)
        )
        for place in places or [(LABELS, "", "", "", ())]
    ]


def corrected(old: Mapping[str, bytes]) -> list[Correction]:
    """What the versions before had corrected, as the files of the last one say."""
    return nested.read(old)[2]


def _labels(place: Place, called: Labels, rows: Rows) -> tuple[str, str, str]:
    """What people call the item or the table, and the two categories: of a table its column and its row."""
    code, one, two, measure, key = place
    row = rows[code, key].name if measure == EXTRA else called.get((code, two), "") if two else ""
    return called.get((code, ""), ""), called.get((code, one), "") if one else "", row


def _content(package: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in package.items() if key not in {"version", "corrections"}}


def _stated(package: Mapping[str, Any], figures: nested.Lines, texts: nested.Texts) -> dict[Place, str]:
    """The figures and texts of a package, by where they stand. The parts of one text are one, in their order."""
    told: dict[Place, str] = dict(_head(package))
    told |= {(*place, ()): str(value) for place, value in figures.items()}
    for code, part, order in sorted(texts, key=lambda key: key[2]):
        place: Place = (code, part, "", "", ())
        told[place] = "\n".join(filter(None, (told.get(place), texts[code, part, order])))
    return told


def _head(package: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for part in ("service", "period"):
        for name, value in package[part].items():
            yield (HEAD, name, "", "", ()), YES[value] if isinstance(value, bool) else str(value)


def _width(table: str, *packages: Mapping[str, Any]) -> int:
    """By how many of its first cells a row is known in both versions: its code, or all its names; 0 where by none."""
    found = [one for package in packages for one in package["tables"] if one["table_id"] == table]
    names = min((_names(row) for one in found for row in one["rows"]), default=0)
    width = min(1, names) if all(map(_coded, found)) else names
    told_apart = all(len({tuple(row[:width]) for row in one["rows"]}) == len(one["rows"]) for one in found)
    return width if told_apart else 0


def _coded(table: Mapping[str, Any]) -> bool:
    first: str = table["columns"][0]["code"]
    return first == CODED


def _names(row: Sequence[int | float | str | None]) -> int:
    """How many words a row begins with: its code, its names."""
    return next((n for n, cell in enumerate(row) if not isinstance(cell, str)), len(row))


def _rows(package: Mapping[str, Any], widths: Mapping[str, int]) -> dict[tuple[str, Key], Row]:
    """The rows of every table, by what they are known by: so one that is taken out leaves the others as they are."""
    found = {}
    for table in package["tables"]:
        heads = [column["code"] for column in table["columns"]]
        width = widths[table["table_id"]]
        for no, row in enumerate(table["rows"], 1):
            coded = _coded(table)
            code = row[0] if width and coded and re.search(CODE, row[0]) else f"row-{no}"
            words = row[1:2] if coded else row[:width]
            name = " / ".join(word for word in words if isinstance(word, str)) or f"{no}行目"
            key = tuple(row[:width]) or (code,)
            cells = {head: str(cell) for head, cell in zip(heads, row, strict=True) if cell is not None}
            found[table["table_id"], key] = Row(code, name, cells)
    return found


def _cells(mine: Rows, theirs: Rows, newer: Rows) -> Iterator[tuple[Place, str]]:
    """The cells of rows that both versions have, as the newer one calls them; a row that one has, in one piece."""
    for (table, key), row in mine.items():
        if (table, key) in theirs:
            code = newer[table, key].code
            yield from (((table, head, code, EXTRA, key), cell) for head, cell in row.cells.items())
        else:
            yield (table, "", row.code, EXTRA, key), " / ".join(row.cells.values())
