"""The lines of a pasted list, cut into their cells: by tabs as spreadsheets copy them, or by commas (CSV).

The csv module repairs what is malformed: it drops quotation marks and runs rows together without a word. Here a mark
that no spreadsheet wrote stays a letter, and a line that can be read in two ways says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.web.reading import is_address

QUOTED = re.compile(r' *"([^"]*+(?:""[^"]*+)*+)" *')
PLAIN = {sep: re.compile(rf"[^{sep}\n]*") for sep in ("\t", ",")}


@dataclass(frozen=True)
class Cell:
    """What stands between two separators; `inner` is what quotation marks enclose there."""

    raw: str
    inner: str | None = None


@dataclass(frozen=True)
class Line:
    """A row: its number as a spreadsheet counts, and its cells without the empty ones at its end."""

    number: int
    cells: list[str]
    tabbed: bool
    raw: str
    quoted: bool  # a spreadsheet has told where its cells end
    torn: bool  # its quotation marks can be read in two ways


def lines(text: str) -> Iterator[Line]:
    """The rows of a list, empty ones too. Each is cut by tabs where it has one, otherwise by commas."""
    at = number = 0
    while at <= len(text):
        number += 1
        start = at
        cells, at = _cut(text, start, ",")
        tabbed = cells == [Cell("\t")]
        if tabbed:
            cells, at = _cut(text, start, "\t")
        yield _line(number, cells, tabbed, text[start:at])
        at += 1


def _cut(text: str, at: int, sep: str) -> tuple[list[Cell], int]:
    """The cells of the row that begins at a place, and where it ends; by commas a row with a tab is the tab alone."""
    cells = []
    while True:
        found = QUOTED.match(text, at)
        if found and (after := text[found.end() : found.end() + 1]) in (sep, "\n", "\t", ""):
            cells.append(Cell(found[0], found[1].replace('""', '"')))
            at = found.end()
            tab = after == "\t"
        else:
            plain = next(PLAIN[sep].finditer(text, at))[0]
            cells.append(Cell(plain))
            at += len(plain)
            tab = "\t" in plain
        if tab and sep == ",":
            return [Cell("\t")], at
        if text[at : at + 1] != sep:
            return cells, at
        at += 1


def _line(number: int, cells: list[Cell], tabbed: bool, raw: str) -> Line:
    filled = [cell for cell in cells if cell.raw.strip()]
    throughout = all(cell.inner is not None for cell in filled)
    read = [_read(cell, literal=tabbed and not throughout).strip() for cell in cells]
    while read and not read[-1]:
        read.pop()
    quoted = any(cell.inner is not None for cell in cells)
    torn = any(_torn(cell, tabbed) for cell in cells)
    return Line(number, read, tabbed, raw, quoted, torn)


def _read(cell: Cell, *, literal: bool) -> str:
    """The text of a cell. Between tabs, marks that no spreadsheet had to write are the words of a person."""
    if cell.inner is None:
        return cell.raw
    needless = not re.search(r'["\n]', cell.inner) and not is_address(cell.inner)
    return cell.raw if literal and needless else cell.inner


def _torn(cell: Cell, tabbed: bool) -> bool:
    """Whether marks enclose what may be rows of their own, or open and do not close."""
    if cell.inner is None:
        return not tabbed and cell.raw.lstrip().startswith('"')
    if "\t" in cell.inner:
        return True
    parts = re.split(r"[\n,]", cell.inner) if "\n" in cell.inner else []
    return any(is_address(part.strip()) for part in parts)
