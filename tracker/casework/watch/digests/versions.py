"""What the morning names of the yearly publication (法28条): frozen versions that wait for a second person."""

from datetime import datetime

from sqlmodel import Session

from tracker.casework.second_look import Waiting, waiting
from tracker.i18n import gettext as _, short_day
from tracker.law.calendars import Calendar
from tracker.law.period import japanese_day
from tracker.models import Role, Staff
from tracker.settings import Settings

PUBLISHING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})  # who may publish a version that somebody else froze


def versions_waiting(session: Session, staff: Staff, *, at: datetime) -> list[str]:
    """Each with its last day or how late it is, and its address; not to whoever froze it or may not publish."""
    if staff.role not in PUBLISHING:
        return []
    settings: Settings = session.info["settings"]
    desk = f"{settings.base_url.rstrip('/')}/desk/report"
    return [
        _("・「%(name)s」%(year)s年度 第%(n)s版", name=one.service.name, year=one.row.year, n=one.row.version)
        + _due(session, one, at)
        + f"\n　{desk}/{one.service.slug}/{one.row.year}/versions/{one.row.version}"
        for one in waiting(session)
        if one.row.frozen_by != staff.id
    ]


def _due(session: Session, one: Waiting, at: datetime) -> str:
    if one.due is None:
        return ""
    calendar: Calendar = session.info["calendar"]
    late = one.late(japanese_day(at))
    return _("　公表の期限 %(day)s", day=short_day(one.due, calendar)) + (_("　%(n)s日超過", n=late) if late else "")
