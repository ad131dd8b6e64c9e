"""The books that no case owns: the calendars by which clocks were counted."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from tracker.casework.verify.finding import Finding
from tracker.law.calendars import Calendar
from tracker.models import CalendarVersion, Clock


def check_calendars(session: Session) -> Iterator[Finding]:
    """Each version must be named by its content, follow the one before, and be kept while a clock names it."""
    kept = set()
    for due, row in enumerate(session.exec(select(CalendarVersion).order_by(col(CalendarVersion.number))), 1):
        content = Calendar({date.fromisoformat(day): name for day, name in row.holidays.items()})
        if content.version != row.version:
            yield Finding(None, "calendarversion", row.version, "its holidays are not those that it is named by")
        if row.number != due:
            yield Finding(None, "calendarversion", row.version, f"its number is {row.number} where {due} is due")
        kept.add(row.version)
    for version in session.exec(select(Clock.calendar).distinct()):
        if version not in kept:
            yield Finding(None, "calendarversion", version, "clocks were counted with it, and it is not kept")
