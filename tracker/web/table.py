"""A list of posts as people paste or upload it: one URL a line, or rows of a spreadsheet (Excel, CSV)."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.web.cells import Line, lines
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
    "投稿url": "url",
    "投稿のurl": "url",
    "link": "url",
    "address": "url",
    "quote": "quote",
    "passage": "quote",
    "text": "quote",
    "mark": "mark",
    "time": "mark",
    "position": "mark",
    "note": "note",
    "notes": "note",
    "memo": "note",
    "comment": "note",
    "account": "account",
    "posted": "posted",
    "posted at": "posted",
    "date": "posted",
    "番号": COUNTS,
    "no": COUNTS,
    "no.": COUNTS,
    "#": COUNTS,
}
IN_ORDER = "URL,箇所,時刻,メモ"  # COLUMNS, as their names are written above a list
TITLES = ("URL", "箇所", "アカウント", "日時", "時刻", "メモ")
MOST_BYTES = 2 * 1024 * 1024
TIME = re.compile(r"\d{1,3}:\d{2}(:\d{2})?")
# What only an address goes on with after a comma: a page of the web, a question to it, a letter in its code.
GOES_ON = re.compile(r"\S*(?:\.(?:[sx]?html?|php|aspx?|jsp|cgi)(?:[?#]\S*)?|[?&/][\w.-]+=\S*|%[0-9a-f]{2}\S*)", re.I)
# What people write after an address and hardly ever in one.
FOLLOWED = re.compile(r"[、，；､。｡（）「」『』【】〈〉《》←→↑↓※]|[,;](?:.*[^!-~]|\Z)")

# What a list in a letter or a note begins its lines with: a dot, or a number with its stop. No address begins so.
MARK = re.compile(
    r"\s*(?:[-・･•‣●○◆◇■□▪※*–—]|[(（]?(?P<number>[0-9０-９]{1,4})[)）.．、:：]|(?P<circled>[①-⑳]))\s*"
    r"(?=https?://|\Z)",
    re.IGNORECASE,
)


class Unclear(StrEnum):
    """Why a row can be read in more than one way."""

    TWO = "two"  # addresses
    MORE = "more"  # words after an address, or more of it
    MARKS = "marks"  # quotation marks


@dataclass(frozen=True)
class Entry:
    """A row of the list: its number as a spreadsheet counts, what stands in it and what under each column."""

    number: int
    cells: dict[str, str]
    text: str = ""
    unclear: Unclear | None = None


@dataclass
class _Table:
    """The columns that a row of names announced, if one did, and how many rows there have been."""

    columns: tuple[str, ...] = ()
    tabbed: bool = False
    rows: list[Entry] = field(default_factory=list)


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
    """The rows of a list that say something. A row of column names tells the order of those after it.

    Each cell of a row stands under one column. A row that can be read in two ways says so and is read in neither.
    """
    table, names = _Table(), None
    for line in lines(text):
        if not line.cells:
            continue
        if not line.torn and (columns := _header(line.cells, first=not table.rows and not names)):
            table.columns, table.tabbed, names = columns, line.tabbed, line
        else:
            table.rows.append(_entry(line, table))
    if names and not table.rows:  # names of nothing: a row like any other
        return [Entry(names.number, _under(COLUMNS, names.cells), _shown(names.cells))]
    return table.rows


def joined(pasted: str, uploaded: str) -> str:
    """One list of what was pasted and what a file holds. Names above the first are none of the second."""
    if not pasted or not uploaded:
        return pasted or uploaded
    above, below = (next((line.cells for line in lines(text) if line.cells), []) for text in (pasted, uploaded))
    if _header(above, first=True) and not _header(below, first=True):
        counted = len(below) > 1 and _number(below[0]) and is_address(below[1])
        return f"{pasted}\n{'番号,' if counted else ''}{IN_ORDER}\n{uploaded}"
    return f"{pasted}\n{uploaded}"


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows in the order of TITLES as a list that reads back as the same, whatever stands in them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([TITLES, *rows])
    return out.getvalue().rstrip("\n")


def _entry(line: Line, table: _Table) -> Entry:
    cells, columns, loose = list(line.cells), table.columns, list[str]()
    count = str(len(table.rows) + 1)
    unclear = Unclear.MARKS if line.torn else None
    if not columns:
        cells, loose = _unmarked(cells, count)
        if len(cells) > 1 and _number(cells[0]) and is_address(cells[1]):  # the column that many lists begin with
            loose = [number for number in (cells.pop(0),) if _number(number) != count]
        columns = COLUMNS
        unclear = unclear or (Unclear.TWO if sum(map(is_address, cells)) > 1 else None)
    if not unclear and not line.tabbed and not line.quoted and len(cells) > 1:
        cells, unclear = _whole(line, cells, table)
    row = _under(columns, cells, loose, count)
    urls = [cell for name, cell in zip(columns, cells, strict=False) if name == "url" and is_address(cell)]
    unclear = unclear or (Unclear.TWO if len(urls) > 1 else None)
    if not unclear and FOLLOWED.search(row.get("url", "")) and is_address(row["url"]):
        unclear = Unclear.MORE
    return Entry(line.number, row, line.raw.strip() if unclear else _shown(line.cells), unclear)


def _unmarked(cells: list[str], count: str) -> tuple[list[str], list[str]]:
    """The cells of a row without the mark of a list before its address, and the number there that does not count it."""
    found = MARK.match(cells[0])
    rest = [cells[0][found.end() :], *cells[1:]] if found else []
    rest = rest[1:] if rest and not rest[0] else rest
    if found is None or not rest or not is_address(rest[0]):
        return cells, []
    number = _number(found["number"] or found["circled"] or "")
    return rest, [number] if number not in ("", count) else []


def _whole(line: Line, cells: list[str], table: _Table) -> tuple[list[str], Unclear | None]:
    """The cells of a row that commas cut: an address with commas in it is one cell, if it can be nothing else."""
    alone = table.columns in ((), ("url",))
    at = table.columns.index("url") if table.columns else 0
    rest = cells[at + 1 :]
    if not rest or not is_address(cells[at]):
        return cells, None
    plain = all(re.fullmatch(r"[!-~]+", cell) and not TIME.fullmatch(cell) for cell in rest)
    unbroken = ",".join(cells[at:])
    if alone and plain and GOES_ON.fullmatch(rest[-1]) and line.raw.strip().endswith(unbroken):
        return [*cells[:at], unbroken], None
    crowded = bool(table.columns) and (table.tabbed or len(cells) > len(table.columns))
    if crowded or any(map(GOES_ON.fullmatch, rest[:1])) or (plain and not table.columns):
        return cells, Unclear.MORE
    return cells, None


def _under(columns: Sequence[str], cells: list[str], loose: Sequence[str] = (), count: str = "") -> dict[str, str]:
    """Each cell under its column; what stands under none of ours, or a second time, is a note: nothing is dropped."""
    row: dict[str, str] = {}
    more = list(loose)
    for n, cell in enumerate(cells):
        name = columns[n] if n < len(columns) else ""
        if not cell or (name == COUNTS and _number(cell) == count):  # a number that only counts the rows
            continue
        if not name or name == COUNTS or name in row:
            more.append(cell)
        else:
            row[name] = cell
    if more:
        row["note"] = " ".join(filter(None, (row.get("note", ""), *more)))
    return row


def _number(cell: str) -> str:
    """The digits of a number; empty for anything else."""
    digits = unicodedata.normalize("NFKC", cell)
    return digits.lstrip("0") or "0" if re.fullmatch("[0-9]+", digits) else ""


def _shown(cells: list[str]) -> str:
    return "  ".join(filter(None, cells))


def _header(cells: list[str], *, first: bool) -> tuple[str, ...]:
    """The columns that a row of names announces; empty for any other row. Further down, most names must be ours."""
    keys = [unicodedata.normalize("NFKC", cell).strip().casefold() for cell in cells]
    names = tuple(HEADS.get(key, "") for key in keys)
    known = sum(map(bool, names))
    if "url" not in names or any(map(is_address, cells)):
        return ()
    return names if first or known * 2 > len(keys) else ()
