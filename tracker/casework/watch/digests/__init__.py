"""Digests: of the morning for each person, of the week for managers. One goes out also when there is nothing to say."""

from datetime import datetime, time
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.watch.digests.morning import morning
from tracker.casework.watch.digests.weekly import weekly
from tracker.law.hours import Hours
from tracker.law.period import JST, japanese_day
from tracker.models import Staff

EARLIEST = time(8, 30)  # when the digest of the morning is due

__all__ = ["morning", "team", "weekly"]


def team(session: Session, at: datetime) -> list[UUID]:
    """Whom digests are written for at `at`; nobody on a closed day, in the night, and after the office has closed."""
    hours: Hours = session.info["office"].hours
    local = at.astimezone(JST).time()
    if session.info["calendar"].closed(japanese_day(at)) or not EARLIEST <= local < hours.closes:
        return []
    return list(session.exec(select(Staff.id).where(col(Staff.active).is_(True)).order_by(Staff.email)))
