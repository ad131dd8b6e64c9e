"""The Cabinet Office's table of holidays (内閣府, syukujitsu.csv), read into a calendar to be looked at."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.casework import NotAllowed
from tracker.casework.calendars import LONGEST_NAME
from tracker.closed_days import YEARS
from tracker.law import N_
from tracker.law.calendars import Calendar

MOST_BYTES = 1_000_000  # the real one has 20,000
HEAD = ("国民の祝日・休日月日", "国民の祝日・休日名称")
DAY = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})")
BARE = N_("休日")  # what the table calls a day that we call 振替休日 or 国民の休日


@dataclass(frozen=True)
class Table:
    """What a file says: the holidays of the years that it holds from New Year's Day to the last holiday."""

    holidays: Mapping[date, str]
    years: tuple[int, ...]
    partly: tuple[int, ...]  # years of ours that it begins but does not end, or the reverse

    def onto(self, calendar: Calendar) -> Calendar:
        """`calendar` with the years of the file in place of its own; other years keep what they have."""
        kept = {day: name for day, name in calendar.holidays.items() if day.year not in self.years}
        taken = {
            day: calendar.holidays.get(day, name) if name == BARE else name
            for day, name in self.holidays.items()
            if day.year in self.years
        }
        return Calendar(dict(sorted((kept | taken).items())))


def read(content: bytes) -> Table:
    """Read the table, in Shift_JIS as it is published or in UTF-8. Raises NotAllowed, naming the line."""
    rows = _rows(_text(content))
    seen: dict[date, int] = {}
    found: dict[date, str] = {}
    for line, cells in rows:
        day = _day(line, cells[0])
        if day in seen:
            raise _wrong(N_("%(n)s行目の日付は、%(first)s行目と同じです。"), n=line, first=seen[day])
        seen[day] = line
        if not 0 < len(cells[1]) <= LONGEST_NAME or not cells[1].isprintable():
            raise _wrong(N_("%(n)s行目の休日の名前を読み取れません。"), n=line)
        if day.year in YEARS:
            found[day] = cells[1]
    touched = sorted({day.year for day in found})
    years = tuple(y for y in touched if {date(y, 1, 1), date(y, 11, 23)} <= found.keys())
    if not years:
        raise _wrong(
            N_("%(first)s年から%(last)s年までのうち、1年分がそろっている年がありません。"),
            first=YEARS[0],
            last=YEARS[-1],
        )
    return Table(found, years, tuple(y for y in touched if y not in years))


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _wrong(N_("ファイルが大きすぎます。内閣府の表は1MBを超えません。"))
    if not content.strip():
        raise _wrong(N_("ファイルが空です。"))
    for coding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if text.lstrip()[:1] == "<":
            raise _wrong(
                N_("CSVではなく、ウェブページです。表を開くのではなく、「syukujitsu.csv」を保存して選んでください。")
            )
        return text
    raise _wrong(N_("文字を読み取れません。Shift_JISかUTF-8のCSVを選んでください。"))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Number and cells of each line after the head; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1  # on which a row begins
    try:
        for row in reader:
            cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _wrong(N_("%(n)s行目をCSVとして読み取れません。"), n=line) from error
    if not found or tuple(found[0][1]) != HEAD:
        raise _wrong(
            N_("%(n)s行目が見出し「%(head)s」ではありません。内閣府の表をそのまま選んでください。"),
            n=found[0][0] if found else 1,
            head=",".join(HEAD),
        )
    for line, cells in found[1:]:
        if len(cells) != len(HEAD):
            raise _wrong(N_("%(n)s行目が「日付,名前」の2列になっていません。"), n=line)
    return found[1:]


def _day(line: int, text: str) -> date:
    matched = DAY.fullmatch(text)
    try:
        if matched:
            return date(*map(int, matched.groups()))
    except ValueError:
        pass
    raise _wrong(N_("%(n)s行目の日付を読み取れません。「2027/1/1」の形の、実際にある日付にしてください。"), n=line)


def _wrong(words: str, **values: object) -> NotAllowed:
    return NotAllowed(words, about="file", **values)
