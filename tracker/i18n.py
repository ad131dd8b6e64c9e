"""Japanese dates and times, and the choice of language."""

from datetime import date, datetime, timedelta

from tracker.law.period import JST

WEEKDAYS = "月火水木金土日"


def japanese_date(day: date, *, year: bool = True) -> str:
    """2026年4月28日(火), or 4月28日(火)."""
    head = f"{day.year}年" if year else ""
    return f"{head}{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def japanese_time(instant: datetime, *, seconds: bool = True) -> str:
    """2026年4月28日(火) 9時14分37秒, in Japan."""
    local = instant.astimezone(JST)
    tail = f"{local.second:02d}秒" if seconds else ""
    return f"{japanese_date(local.date())} {local.hour}時{local.minute:02d}分{tail}"


def short_time(instant: datetime) -> str:
    """4/30 16:48, in Japan."""
    local = instant.astimezone(JST)
    return f"{local.month}/{local.day} {local.hour}:{local.minute:02d}"


def last_moment(boundary: datetime) -> date:
    """The last Japanese day before the first instant after a period."""
    return (boundary - timedelta(seconds=1)).astimezone(JST).date()


def wareki(day: date) -> str:
    """令和8年4月28日; 令和元年 for its first year. Raises ValueError before 平成."""
    for name, first in (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8))):
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(day)
