"""Digests: of the morning for each person, of the week for managers. One goes out also when there is nothing to say."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.watch.digests.morning import morning
from tracker.casework.watch.digests.weekly import weekly
from tracker.law.period import japanese_day
from tracker.models import Staff

__all__ = ["morning", "team", "weekly"]


def team(session: Session, at: datetime) -> list[UUID]:
    """Whom digests are written for; nobody on a day on which the office is closed."""
    if session.info["calendar"].closed(japanese_day(at)):
        return []
    return list(session.exec(select(Staff.id).where(col(Staff.active).is_(True)).order_by(Staff.email)))
