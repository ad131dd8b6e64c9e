"""CSV (RFC 4180): UTF-8, CRLF, one value in a cell, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from tracker.report.package.columns import Cell, Sheet

BOM = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
RISKY = tuple("=+-@\t\r'＝＋－＠")  # the apostrophe too: so what was put before a text can be taken away again


def written(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file with its head."""
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(sheet.names)
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue().encode()


def cell(value: Cell) -> str:
    """A value as it stands in a file: a text that a spreadsheet takes for a formula has an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(RISKY) else value
    return str(value)
