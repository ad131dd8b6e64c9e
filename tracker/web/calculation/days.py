"""Days in words, and the letters by which a picture names the readings that were not chosen."""

from collections.abc import Iterator
from datetime import date

from tracker.i18n import day_text
from tracker.law.calendars import SATURDAY, SUNDAY, Calendar
from tracker.law.clocks import CRITERIA_WAIT, Bound, ClockRule
from tracker.law.period import ONE_DAY
from tracker.law.readings import Reading
from tracker.law.sheets import Sheet

LETTERS = "ABCDEFGH"


def day_words(day: date, calendar: Calendar, *, beside: date | None = None) -> str:
    """5月5日(火・祝); with its year when that is not the year of `beside`."""
    return day_text(day, year=beside is not None and day.year != beside.year, calendar=calendar)


def holiday(day: date, calendar: Calendar) -> str:
    """The Japanese name of a holiday, or 年末年始; empty on other days, weekends among them."""
    return "" if day.weekday() in (SATURDAY, SUNDAY) and day not in calendar.holidays else calendar.closed(day) or ""


def lettered(sheet: Sheet) -> list[tuple[str, Reading]]:
    """The readings that would give another day, each with its letter, in their order."""
    return list(zip(LETTERS, (one for one in sheet.readings if one.differs), strict=False))


def marked_day(sheet: Sheet, last_day: date) -> date:
    """The day on which a period that ends with `last_day` is marked: itself, or the first free one of a wait."""
    return last_day + ONE_DAY if sheet.rule.bound is Bound.NOT_BEFORE else last_day


def safe_day(sheet: Sheet) -> date | None:
    """Where closed offices moved the end: the last open day before they did, on which nobody can be late."""
    if not sheet.steps[-1].moved:
        return None
    day = next(step.day for step in reversed(sheet.steps) if not step.moved)
    return sheet.calendar.last_working_day(day) if sheet.calendar.covers(day) else None


def opens_use(rule: ClockRule) -> bool:
    """Whether the end of a wait lets something be used; else the wait is merely over."""
    return rule.key == CRITERIA_WAIT.key


def letters(sheet: Sheet) -> dict[date, str]:
    """Where the other readings end, by the day: AB."""
    found: dict[date, str] = {}
    for letter, one in lettered(sheet):
        day = marked_day(sheet, one.last_day)
        found[day] = found.get(day, "") + letter
    return found


def days_after(sheet: Sheet) -> Iterator[date]:
    """The days behind the answer, up to the latest end that another reading would give."""
    day = marked_day(sheet, sheet.last_day)
    latest = max([*letters(sheet), day])
    while day < latest:
        day += ONE_DAY
        yield day
