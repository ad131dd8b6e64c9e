"""The picture of what may be used from when: a row a version, its 14 clear days, its use, today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from tracker.i18n import month_text, short_day
from tracker.law.calendars import Calendar
from tracker.law.period import ONE_DAY, japanese_day
from tracker.web.criteria import Version

BACK, AHEAD = timedelta(days=150), timedelta(days=21)  # how far the picture looks from today, and past the last day
TOP, STEP = 26, 46  # in units of the picture
WIDE, NARROW = 580, 320
WORDS = 216  # room for the words of a row


@dataclass(frozen=True)
class Row:
    """One version: its wait and its use as (x, width), where it has them in the picture."""

    y: int
    x: float  # where its words begin: over its bar, as far as they fit
    name: str
    says: str
    wait: tuple[float, float] | None
    use: tuple[float, float] | None
    goes_on: bool  # its use has no end yet
    replaced: bool


@dataclass(frozen=True)
class Drawn:
    """The rows for one width, the first day of each month, today; x in units of the picture."""

    width: int
    height: int
    rows: Sequence[Row]
    months: Sequence[tuple[float, str]]
    now: float


def picture(versions: Sequence[Version], today: date, calendar: Calendar) -> list[Drawn]:
    """The picture, wide and for a phone, newest version first; empty where there is nothing to draw."""
    first = max(min((_published(v) for v in versions), default=today), today - BACK)
    shown = [v for v in versions if v.replaced_on is None or v.replaced_on >= first]
    last = max([today, *(japanese_day(v.version.usable_from) for v in shown)]) + AHEAD
    return [_drawn(shown, width, first, last, today, calendar) for width in (WIDE, NARROW)] if shown else []


def table(versions: Sequence[Version], calendar: Calendar) -> list[tuple[bool, list[str]]]:
    """The same as rows of a table: published, the days that are counted, usable, replaced."""
    rows = []
    for one in versions:
        first = japanese_day(one.version.usable_from)
        counted = _(
            "%(first)sから%(last)sまで",
            first=short_day(_published(one) + ONE_DAY, calendar), last=short_day(first - ONE_DAY, calendar),
        )  # fmt: skip
        replaced = _("%(day)s（第%(n)s版）", day=one.replaced, n=one.replaced_by) if one.replaced_by else _("まだない")
        name = _("第%(v)s版", v=one.version.version)
        rows.append((one.standing == "replaced", [name, one.published, counted, one.first_day, replaced]))
    return rows


def _published(one: Version) -> date:
    return japanese_day(one.version.published_at)


def _drawn(versions: Sequence[Version], width: int, first: date, last: date, today: date, calendar: Calendar) -> Drawn:
    def x(day: date) -> float:
        share = (min(max(day, first), last) - first).days / max((last - first).days, 1)
        return round(4 + share * (width - 8), 1)

    def span(start: date, end: date) -> tuple[float, float] | None:
        return (x(start), round(max(x(end) - x(start), 2), 1)) if end > first and start < last else None

    rows = []
    for n, one in enumerate(versions):
        usable = japanese_day(one.version.usable_from)
        end = one.replaced_on or last
        rows.append(
            Row(
                y=TOP + n * STEP,
                x=min(x(_published(one)), width - WORDS),
                name=_("第%(v)s版", v=one.version.version),
                says=_(
                    "%(published)s公表、%(first)sから",
                    published=short_day(_published(one), calendar), first=short_day(usable, calendar),
                ),
                wait=span(_published(one), usable),
                use=span(usable, end) if end > usable else None,
                goes_on=one.replaced_on is None,
                replaced=one.standing == "replaced",
            )
        )  # fmt: skip
    return Drawn(
        width, TOP + len(rows) * STEP + 6, rows, [(x(d), month_text(d)) for d in _months(first, last)], x(today)
    )


def _months(first: date, last: date) -> list[date]:
    """The first day of each month after `first`, up to `last`."""
    found, day = [], first
    while (day := date(day.year + day.month // 12, day.month % 12 + 1, 1)) <= last:
        found.append(day)
    return found
