"""A list of posts as people paste or upload it: one URL a line, or rows of a spreadsheet (Excel, CSV)."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tracker.web.reading import is_address

COLUMNS = ("url", "quote", "mark", "note")  # their order where no header says another
COUNTS = "counts"  # a column of numbers
HEADS = {
    "url": "url",
    "アドレス": "url",
    "リンク": "url",
    "掲載場所": "url",
    "箇所": "quote",
    "問題の箇所": "quote",
    "引用": "quote",
    "本文": "quote",
    "時刻": "mark",
    "位置": "mark",
    "位置・時刻": "mark",
    "メモ": "note",
    "ひとこと": "note",
    "備考": "note",
    "アカウント": "account",
    "投稿した人のアカウント": "account",
    "投稿者": "account",
    "日時": "posted",
    "投稿日時": "posted",
    "投稿された日時": "posted",
    "番号": COUNTS,
    "no": COUNTS,
    "no.": COUNTS,
    "#": COUNTS,
}
MOST_BYTES = 2 * 1024 * 1024
TIME = re.compile(r"\d{1,3}:\d{2}(:\d{2})?")


@dataclass(frozen=True)
class Entry:
    """A row of the list: its number as a spreadsheet counts, and what stands under each column."""

    number: int
    cells: dict[str, str]


def decoded(body: bytes) -> str:
    """The text of an uploaded list: UTF-8 with or without BOM, Unicode text or Shift_JIS as Excel writes them.

    Raises ValueError for what is no text, a workbook (.xlsx) for example.
    """
    if len(body) > MOST_BYTES or body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ValueError("no list")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16")
    try:
        found = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = body.decode("cp932")
    if "\x00" in found:
        raise ValueError("no text")
    return found


def entries(text: str) -> list[Entry]:
    """The rows of a list that say something. A row of column names tells the order of those after it."""
    columns: tuple[str, ...] = COLUMNS
    headed = False
    found = []
    for number, line in _lines(text):
        cells = _cells(line, headed)
        if names := _header(cells):
            columns, headed = names, True
            continue
        if not headed and len(cells) > 1 and cells[0].isdigit() and is_address(cells[1]):
            cells = cells[1:]  # the column of numbers that many lists begin with
        row = _under(columns, cells)
        if row:
            found.append(Entry(number, row))
    return found


def joined(pasted: str, uploaded: str) -> str:
    """One list of what was pasted and what a file holds, in the same kind of columns."""
    if not pasted or not uploaded:
        return pasted or uploaded
    if ("\t" in pasted) != ("\t" in uploaded):
        pasted, uploaded = (text if "\t" in text else _tabbed(text) for text in (pasted, uploaded))
    return f"{pasted}\n{uploaded}"


def _tabbed(text: str) -> str:
    out = io.StringIO(newline="")
    rows = (_cells(line, headed=False) for _number, line in _lines(text))
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().rstrip("\n")


def _under(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """Each cell under its column; what stands under no column of ours is a note, so that nothing is dropped."""
    row: dict[str, str] = {}
    loose = []
    for n, cell in enumerate(cells):
        name = columns[n] if n < len(columns) else ""
        if cell and not name:
            loose.append(cell)
        elif cell and name != COUNTS:
            row[name] = cell
    if loose:
        row["note"] = " ".join(filter(None, (row.get("note", ""), *loose)))
    return row


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows, each as its cells; quotes that do not pair are letters like any other."""
    tabs = "\t" in text
    paired = text.count('"') % 2 == 0
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if paired else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",", quoting=quoting)
    try:
        rows = list(reader)
    except csv.Error:  # a cell longer than any that is accepted
        rows = [[line] for line in text.split("\n")]
    yield from enumerate(rows, 1)


def _cells(row: list[str], headed: bool) -> list[str]:
    """The cells of a row. A line that reads as one address with commas in it is one cell."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    rest = cells[1:]
    plain = all(re.fullmatch(r"[!-~]+", cell) and not TIME.fullmatch(cell) and not is_address(cell) for cell in rest)
    return [",".join(cells)] if rest and plain and not headed and is_address(cells[0]) else cells


def _header(cells: list[str]) -> tuple[str, ...]:
    """The columns that a row of names announces; empty for any other row."""
    keys = [unicodedata.normalize("NFKC", cell).strip().casefold() for cell in cells]
    names = tuple(HEADS.get(key, "") for key in keys)
    return names if "url" in names and sum(map(bool, names)) * 2 > len(keys) else ()
