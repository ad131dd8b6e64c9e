"""Days and instants as people type them: 2026-04-28T09:14, 2026/4/28 9:14, 令和8年4月28日 午前9時14分, 28 April 2026.

What our own pages print can be copied back. Without an offset a time is Japan's.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from tracker.i18n.language import gettext as _
from tracker.law.period import JST, ONE_DAY, japanese_day

LONGEST = 60
YEARS = range(1900, 3000)  # days outside are slips of the finger, and the edges of what computers count
ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}  # the year before the first
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\u30fc"), "-")

_ERA = rf"(?P<era>{'|'.join(ERAS)})?\s?"
WEEKDAY = re.compile(
    r"\((?:[月火水木金土日](?:曜日?)?(?:[・,]\s?祝日?)?|holiday|祝日?)\)|\b[月火水木金土日]曜日?", re.IGNORECASE
)
NUMBERS = re.compile(
    _ERA + r"(?P<year>元|\d{1,6})\s?(?:年|[-/.])\s?(?P<month>\d{1,2})\s?(?:月|[-/.])\s?(?P<day>\d{1,2})\s?日?",
    re.IGNORECASE,
)
TOGETHER = re.compile(r"(?P<era>)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=T|\s|$)", re.IGNORECASE)
ENGLISH = re.compile(r"(?:[a-z]{3,9},?\s)?(?P<day>\d{1,2})\s(?P<name>[a-z]{3,9}),?\s(?P<year>\d{4})", re.IGNORECASE)
AMERICAN = re.compile(r"(?P<name>[a-z]{3,9})\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})", re.IGNORECASE)
TIME = re.compile(
    r"(?P<early>午前|午後)?\s?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|時\s?(?:(?P<minute_>\d{1,2})分\s?(?:(?P<second_>\d{1,2})秒)?|(?P<half>半))?)"
    r"(?:\s?(?P<late>am|pm))?",
    re.IGNORECASE,
)
TOGETHER_TIME = re.compile(
    r"(?P<early>)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<late>)(?P<minute_>)(?P<second_>)(?P<half>)"
)
# A plus in an address is read as a blank: 2026-04-28T09:14+09:00 arrives as 09:14 09:00.
OFFSET = re.compile(r"(?P<name>z|utc|gmt|jst)|(?P<sign>[-+ ])(?P<hours>\d\d):?(?P<minutes>\d\d)?", re.IGNORECASE)
JAPAN = re.compile(r"\(?\s?日本(?:標準)?時間?\s?\)?|\(?japan time\)?", re.IGNORECASE)
FISCAL = re.compile(r"(?:FY\s?)?" + _ERA + r"(?P<year>元|\d{1,6})\s?(?:年度?)?", re.IGNORECASE)


class Unreadable(ValueError):
    """What was typed is no day or instant; its text says so to whoever typed it, in the language spoken now."""


def moment(text: str) -> datetime | date:
    """The instant in `text`; only its day where no time was typed. Raises Unreadable."""
    rest = _plain(text)
    day, rest = _day(rest)
    rest = JAPAN.sub("", rest.lstrip(" ,T/t")).strip()
    if not rest:
        return day
    found = TIME.match(rest) or TOGETHER_TIME.match(rest)
    if found is None:
        raise Unreadable(_("時刻が読み取れません。例のように書いてください。例: 2026-04-28 09:14"))
    hour, minute, second = _clock(found)
    zone = _zone(rest[found.end() :])
    midnight = (hour, minute, second) == (24, 0, 0)  # the end of the day, as timetables write it
    try:
        at = datetime.combine(day, time(0 if midnight else hour, minute, second), zone)
    except ValueError as error:
        raise Unreadable(_("時刻は、0時0分から23時59分59秒までで書いてください。")) from error
    at += ONE_DAY if midnight else timedelta()
    _check(japanese_day(at))
    return at


def day(text: str) -> date:
    """The Japanese day in `text`; a time after it only matters with an offset. Raises Unreadable."""
    found = moment(text)
    return japanese_day(found) if isinstance(found, datetime) else found


def fiscal_year(text: str) -> int:
    """The year in which the April of a 年度 lies: 2025, 令和7年度; of a day, the 年度 around it. Raises Unreadable."""
    rest = _plain(text)
    found = FISCAL.fullmatch(rest)
    if found is None:
        try:
            lies_in = day(text)
        except Unreadable as error:
            raise Unreadable(_("年度が読み取れません。例のように書いてください。例: 2025、令和7年度")) from error
        return lies_in.year - (1 if lies_in.month < 4 else 0)
    year = _year(found)
    if year not in YEARS:
        raise Unreadable(_out_of_range())
    return year


def _plain(text: str) -> str:
    """Full-width figures, blanks and dashes as everybody's; without names of weekdays in brackets."""
    if len(text) > LONGEST:
        raise Unreadable(_("長すぎて読み取れません。日付だけを書いてください。例: 2026-04-28"))
    plain = unicodedata.normalize("NFKC", text).translate(DASHES)
    return re.sub(r"\s+", " ", WEEKDAY.sub(" ", plain)).strip()


def _day(text: str) -> tuple[date, str]:
    """The day at the beginning of `text`, and what follows it."""
    found = next((m for p in (NUMBERS, TOGETHER, ENGLISH, AMERICAN) if (m := p.match(text))), None)
    if found is None:
        raise Unreadable(_("日付が読み取れません。例のように書いてください。例: 2026-04-28、令和8年4月28日"))
    named = found.groupdict()
    if "name" in named:
        name = named["name"][:3].lower()
        month = MONTHS.index(name) + 1 if name in MONTHS else 0
    else:
        month = int(named["month"])
    year = _year(found)
    if year not in YEARS:
        raise Unreadable(_out_of_range())
    try:
        return date(year, month, int(named["day"])), text[found.end() :]
    except ValueError as error:
        raise Unreadable(_("暦にない日です。年・月・日を確かめてください。")) from error


def _year(found: re.Match[str]) -> int:
    named = found.groupdict()
    era, year = named.get("era") or "", named["year"]
    if year == "元" and not era:
        raise Unreadable(_("元号が読み取れません。例のように書いてください。例: 令和元年5月1日"))
    return ERAS.get(era.upper(), 0) + (1 if year == "元" else int(year))


def _clock(found: re.Match[str]) -> Sequence[int]:
    """Hour, minute and second; 午後3時 is 15, 午前12時 is 0."""
    said = found.groupdict()
    hour = int(said["hour"])
    half = (said["early"] or said["late"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in ("午後", "pm") else 0)
    minute = 30 if said["half"] else int(said["minute"] or said["minute_"] or 0)
    return hour, minute, int(said["second"] or said["second_"] or 0)


def _zone(rest: str) -> tzinfo:
    """The offset that follows a time; Japan's where none does."""
    if not rest.strip():
        return JST
    found = OFFSET.fullmatch(rest if OFFSET.fullmatch(rest) else rest.strip())
    if found is None:
        raise Unreadable(_("時刻の後ろが読み取れません。日本時間でないときは、Z や +09:00 を付けてください。"))
    if found["name"]:
        return JST if found["name"].lower() == "jst" else timezone(timedelta())
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if offset > timedelta(hours=18):
        raise Unreadable(_("時差が大きすぎます。時差は +09:00 のように書いてください。"))
    return timezone(-offset if found["sign"] == "-" else offset)


def _check(day: date) -> None:
    if day.year not in YEARS:
        raise Unreadable(_out_of_range())


def _out_of_range() -> str:
    return _("%(first)s年から%(last)s年までの日付を書いてください。", first=YEARS[0], last=YEARS[-1])
