"""The picture of a case's log holds: at most a year of months, one bar from the fact to the end of its period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from tracker.i18n import day_text, last_moment, month_text
from tracker.law.grounds import Strength
from tracker.law.period import ONE_DAY, japanese_day
from tracker.models import LogHold

TOP = 44
LONGER = timedelta(days=45)  # how far the picture goes on behind the last day it knows
BEFORE = timedelta(days=120)  # how much of the past stays in a picture of more than a year
YEAR = timedelta(days=366)
SHAPES = {Strength.FLAG: "h-flag", Strength.SOFT: "h-soft", Strength.HARD: "h-hard"}
INSIDE = 150  # how wide a bar must be to bear its words


@dataclass(frozen=True)
class Size:
    """A picture across (names beside the bars) or down (names above them), in units of the picture."""

    left: int
    right: int
    bar: int  # from the top of a row to its bar
    step: int


WIDE, NARROW = Size(376, 1170, 0, 48), Size(4, 324, 24, 70)


@dataclass(frozen=True)
class Bar:
    """One hold: where it lies, its shape, and what stands in and beside it. `arrow`: it goes on beyond the picture."""

    y: int
    x: float
    width: float
    shape: str
    strength: str
    what: str
    text: str
    text_x: float
    text_class: str
    anchor: str
    arrow: bool
    over: bool
    review: float | None
    review_text: str


@dataclass(frozen=True)
class Picture:
    """The bars, the first day of each month, today and the end of the standard period; x in units of the picture."""

    bars: Sequence[Bar]
    months: Sequence[tuple[float, str]]
    now: float | None
    height: int
    width: int = 1200
    bar_y: int = 0
    standard: float | None = None
    standard_text: str = ""


def hold_chart(
    rows: Sequence[Mapping[str, Any]], at: datetime, standard: date | None = None, size: Size = WIDE
) -> Picture | None:
    """The picture of `rows` (record.hold_rows), or None when there is nothing to draw.

    `standard` is the last day of the standard period, where a table of periods names one.
    """
    holds: list[LogHold] = [row["hold"] for row in rows]
    if not holds:
        return None
    today = japanese_day(at)
    first, last = _span(holds, today, standard)

    def x(day: date) -> float:
        share = (min(max(day, first), last) - first).days / (last - first).days
        return round(size.left + share * (size.right - size.left), 1)

    bars = [_bar(row, n, x, (first, last), at, size) for n, row in enumerate(rows)]
    months = [(x(day), month_text(day)) for day in _months(first, last)]
    return Picture(
        bars=bars,
        months=months if size is WIDE else months[::2],
        now=x(today),
        height=TOP + len(rows) * size.step + 28,
        width=size.right + 30 if size is WIDE else size.right + 16,
        bar_y=size.bar,
        standard=x(standard) if standard and first <= standard <= last else None,
        standard_text=_("標準の期間の終わり %(day)s", day=day_text(standard, year=False)) if standard else "",
    )


def _span(holds: Sequence[LogHold], today: date, standard: date | None) -> tuple[date, date]:
    """The days of the picture: from the first hold to behind the last known day, a year at most with today in it."""
    first = min([today, *(japanese_day(h.from_at) for h in holds)])
    known = [last_moment(h.until_at) for h in holds if h.until_at]
    looks = [japanese_day(h.review_at) for h in holds if h.review_at]
    last = max([today, *known, *looks, *([standard] if standard else [])]) + LONGER
    if last - first > YEAR:
        first = max(first, min(today - BEFORE, last - YEAR))
        last = min(last, first + YEAR)
    return first, last


def _bar(row: Mapping[str, Any], n: int, x: Any, span: tuple[date, date], at: datetime, size: Size) -> Bar:
    hold: LogHold = row["hold"]
    first, last = span
    start = japanese_day(hold.from_at)
    ended = [moment for moment in (hold.until_at, hold.released_at) if moment]
    open_end = not ended
    end = min(last_moment(moment) for moment in ended) if ended else last
    arrow = open_end or end > last
    left, width = x(start), max(x(end + ONE_DAY) - x(start), 6)
    text = _ends(hold, end, at)
    inside = width >= INSIDE
    review = japanese_day(hold.review_at) if hold.review_at and not hold.over(at) else None
    beyond = left + width > size.right - INSIDE
    look = x(review) if review and first <= review <= last else None
    text_x = left + 10 if inside else left - 8 if beyond else left + width + 8
    if look and inside and left < look < left + INSIDE:  # the mark of the review would lie over the words
        text_x = look + 14
    return Bar(
        y=TOP + n * size.step,
        x=left,
        width=width,
        shape=SHAPES[hold.strength],
        strength=str(row["strength"]),
        what=str(row["what"] if size is WIDE else row["items"]),
        text=text,
        text_x=text_x,
        text_class="t-in" if inside and hold.strength is Strength.HARD else "",
        anchor="start" if inside or not beyond else "end",
        arrow=arrow,
        over=hold.over(at),
        review=look,
        review_text=_("見直し %(day)s", day=day_text(review, year=False)) if review else "",
    )


def _ends(hold: LogHold, end: date, at: datetime) -> str:
    if hold.released_at and (hold.until_at is None or hold.released_at < hold.until_at):
        return str(_("%(day)sに解いた", day=day_text(japanese_day(hold.released_at), year=False)))
    if hold.until_at is None:
        return str(_("終わりの日はない"))
    return str(_("%(day)sまで", day=day_text(end, year=False)))


def _months(first: date, last: date) -> list[date]:
    """The first day of each month after `first`, up to `last`."""
    found, day = [], first
    while (day := date(day.year + day.month // 12, day.month % 12 + 1, 1)) <= last:
        found.append(day)
    return found
