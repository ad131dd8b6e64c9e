"""Days and hours in Japan. `japanese_…` are for letters; the others speak the language of whoever is served.

English keeps a date together with no-break spaces: the first plain blank stands before the hour, as in Japanese.
"""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from tracker.i18n.language import DEFAULT, gettext, tag
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.period import JST

WEEKDAYS = "月火水木金土日"
HOLIDAY = N_("（祝日）")


def japanese_date(day: date, *, year: bool = True) -> str:
    """2026年4月28日(火), or 4月28日(火)."""
    head = f"{day.year}年" if year else ""
    return f"{head}{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def japanese_time(instant: datetime, *, seconds: bool = True) -> str:
    """2026年4月28日(火) 9時14分37秒, in Japan."""
    local = instant.astimezone(JST)
    tail = f"{local.second:02d}秒" if seconds else ""
    return f"{japanese_date(local.date())} {local.hour}時{local.minute:02d}分{tail}"


def wareki(day: date) -> str:
    """令和8年4月28日; 令和元年 for its first year. Raises ValueError before 平成."""
    for name, first in (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8))):
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(day)


def last_moment(boundary: datetime) -> date:
    """The last Japanese day before the first instant after a period."""
    return (boundary - timedelta(seconds=1)).astimezone(JST).date()


def day_text(day: date, *, year: bool = True, calendar: Calendar | None = None) -> str:
    """2026年4月28日(火); with a calendar, 5月5日(火・祝). Tue 28 April 2026, Tue 5 May (holiday)."""
    closed = calendar is not None and day in calendar.holidays
    if tag() == DEFAULT:
        text = japanese_date(day, year=year)
        return f"{text[:-1]}・祝)" if closed else text
    return _written(day, "EEE d MMMM y" if year else "EEE d MMMM") + (_holiday() if closed else "")


def time_text(instant: datetime, *, seconds: bool = True) -> str:
    """2026年4月28日(火) 9時14分37秒; Tue 28 April 2026 9:14:37. In Japan."""
    if tag() == DEFAULT:
        return japanese_time(instant, seconds=seconds)
    local = instant.astimezone(JST)
    return f"{day_text(local.date())} {_hour(local)}" + (f":{local.second:02d}" if seconds else "")


def short_day(day: date, calendar: Calendar) -> str:
    """5/5(火・祝); Tue 5 May (holiday)."""
    closed = day in calendar.holidays
    if tag() == DEFAULT:
        return f"{plain_day(day)}({WEEKDAYS[day.weekday()]}{'・祝' if closed else ''})"
    return _written(day, "EEE d MMM") + (_holiday() if closed else "")


def plain_day(day: date) -> str:
    """5/5; 5 May."""
    return f"{day.month}/{day.day}" if tag() == DEFAULT else _written(day, "d MMM")


def short_time(instant: datetime) -> str:
    """4/30 16:48; 30 Apr 16:48. In Japan."""
    local = instant.astimezone(JST)
    return f"{plain_day(local.date())} {_hour(local)}"


def hour_text(instant: datetime) -> str:
    """16:48, in Japan."""
    return _hour(instant.astimezone(JST))


def month_text(day: date) -> str:
    """5月; May."""
    return f"{day.month}月" if tag() == DEFAULT else _written(day, "MMM")


def weekday_text(day: date) -> str:
    """火; Tue."""
    return WEEKDAYS[day.weekday()] if tag() == DEFAULT else _written(day, "EEE")


def _hour(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02d}"


def _holiday() -> str:
    return gettext(HOLIDAY).replace(" ", "\N{NO-BREAK SPACE}")


def _written(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=tag()).replace(" ", "\N{NO-BREAK SPACE}")
