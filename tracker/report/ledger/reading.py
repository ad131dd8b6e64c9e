"""A file of rows, read in blocks from any place in it: a run that was cut off goes on where it stood.

A block ends with a row. What has no quotes is cut at its commas; only the rest is looked at letter by letter.
"""

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

from tracker.report.ledger.faults import Trouble

BOM = b"\xef\xbb\xbf"
BLOCK = 2 * 1024 * 1024  # bytes: some 30,000 rows
LONGEST = 64 * 1024  # bytes of a row: none of ours comes near
QUOTE, END = b'"', b"\n"
# What other files begin with: a workbook (a zip, or the format before it) and text that is not in UTF-8.
BEGINNINGS = {
    b"PK\x03\x04": "head_workbook",
    b"\xd0\xcf\x11\xe0": "head_workbook",
    b"\xff\xfe": "head_utf16",
    b"\xfe\xff": "head_utf16",
}


class Block(NamedTuple):
    """Whole rows that follow each other, and how many bytes of the file lie behind them."""

    body: bytes
    place: int


class Bad(NamedTuple):
    """A row that cannot be taken apart: what is wrong with all of it."""

    fault: str


def head_of(file: IO[bytes]) -> list[str]:
    """The names in the first row. The file stands behind it then. Raises Trouble."""
    file.seek(0)
    line = file.readline(LONGEST).removeprefix(BOM)
    if other := next((code for begins, code in BEGINNINGS.items() if line.startswith(begins)), ""):
        raise Trouble(other)
    if not line.strip():
        raise Trouble("head_none")
    found = _cells(line)
    if isinstance(found, Bad):
        raise Trouble("head_encoding")
    return found


def blocks(file: IO[bytes], place: int) -> Iterator[Block]:
    """The file behind `place`. Blank lines at its end are no rows."""
    file.seek(place)
    while body := file.read(BLOCK):
        if not body.endswith(END):
            body += file.readline(LONGEST)
        body += _closed(file, body)
        place = file.tell()
        last = not file.read(1)
        file.seek(place)
        yield Block(body.rstrip(b"\r\n") if last else body, place)


def rows(body: bytes) -> Iterator[str | list[str] | Bad]:
    """The rows of a block (RFC 4180): a text that has no quotes, to be cut at its commas; or its cells."""
    if not body:
        return
    try:
        text = body.decode() if QUOTE not in body else ""
    except UnicodeDecodeError:
        text = ""
    if text:
        yield from text.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").split("\n")
        return
    lines, n = [line + END for line in body.removesuffix(END).split(END)], 0
    while n < len(lines):
        row, taken = lines[n], 1
        while row.count(QUOTE) % 2 and len(row) < LONGEST and n + taken < len(lines):
            row += lines[n + taken]
            taken += 1
        if row.count(QUOTE) % 2:  # a quote that nobody closes must not swallow the rows behind it
            row, taken = lines[n], 1
        n += taken
        yield _cells(row) if row.strip(b"\r\n") else ""


def _closed(file: IO[bytes], body: bytes) -> bytes:
    """What a quote that is open at the end of a block goes on with; nothing where it is never closed."""
    begun, more = file.tell(), b""
    odd = body.count(QUOTE) % 2
    while odd and len(more) < LONGEST and (line := file.readline(LONGEST)):
        more += line
        odd = (odd + line.count(QUOTE)) % 2
    if odd:
        file.seek(begun)
        return b""
    return more


def _cells(row: bytes) -> list[str] | Bad:
    try:
        cells = next(csv.reader([row.decode().rstrip("\r\n")], strict=True))
    except UnicodeDecodeError:
        return Bad("encoding")
    except csv.Error:
        return Bad("quotes")
    return Bad("line_break") if any("\n" in cell or "\r" in cell for cell in cells) else cells
