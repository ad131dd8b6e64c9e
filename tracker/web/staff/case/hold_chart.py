"""The picture of a case's log holds: one bar from the fact to the end of its period, over months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.i18n import day_text, last_moment, month_text
from tracker.law.grounds import Strength
from tracker.law.period import japanese_day
from tracker.models import LogHold

LEFT, RIGHT, TOP, STEP = 240, 1180, 38, 44  # in units of the picture
SHAPES = {Strength.FLAG: "h-flag"}


@dataclass(frozen=True)
class Bar:
    """One hold: where it lies and what stands in and beside it."""

    y: int
    x: float
    width: float
    shape: str
    strength: str
    what: str
    text: str


@dataclass(frozen=True)
class Picture:
    """The bars, the first day of each month, and now; x in units of the picture."""

    bars: Sequence[Bar]
    months: Sequence[tuple[float, str]]
    now: float | None
    height: int


def hold_chart(rows: Sequence[Mapping[str, Any]], at: datetime) -> Picture | None:
    """The picture of `rows` (record.hold_rows), or None when there is nothing to draw."""
    holds: list[LogHold] = [row["hold"] for row in rows]
    if not holds:
        return None
    first = min(japanese_day(h.from_at) for h in holds)
    last = max(last_moment(h.until_at) for h in holds)
    today = japanese_day(at)

    def x(day: date) -> float:
        share = (day - first).days / max((last - first).days, 1)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    bars = []
    for n, row in enumerate(rows):
        hold = holds[n]
        start, end = japanese_day(hold.from_at), last_moment(hold.until_at)
        bars.append(
            Bar(
                y=TOP + n * STEP,
                x=x(start),
                width=max(x(end) - x(start), 4),
                shape=SHAPES.get(hold.strength, "h-soft"),
                strength=str(row["strength"]),
                what=str(row["items"]),
                text=_("%(day)sまで", day=day_text(end, year=False)),
            )
        )
    now = x(today) if first <= today <= last else None
    return Picture(bars, [(x(day), month_text(day)) for day in _months(first, last)], now, TOP + len(rows) * STEP + 8)


def _months(first: date, last: date) -> list[date]:
    """The first day of each month after `first`, up to `last`."""
    found, day = [], first
    while (day := date(day.year + day.month // 12, day.month % 12 + 1, 1)) <= last:
        found.append(day)
    return found
