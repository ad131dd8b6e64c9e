"""What the morning names of the yearly publication (法28条): frozen versions that wait for a second person."""

from datetime import date

from sqlmodel import Session, col, select

from tracker.casework.filings.years import NEW_YEAR, yearly_clocks
from tracker.i18n import gettext as _, last_moment, short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks.minister import PUBLICATION
from tracker.law.period import start_of
from tracker.models import Publication, Role, Service, Staff
from tracker.settings import Settings

PUBLISHING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})  # who may publish a version that somebody else froze


def versions_waiting(session: Session, staff: Staff) -> list[str]:
    """Each with its last day, while its period runs, and its address; not to whoever froze it or may not publish."""
    if staff.role not in PUBLISHING:
        return []
    settings: Settings = session.info["settings"]
    query = (
        select(Publication, Service)
        .join(Service, col(Service.id) == col(Publication.service_id))
        .where(col(Publication.published_at).is_(None), col(Publication.returned_at).is_(None))
        .where(Publication.frozen_by != staff.id)
        .order_by(col(Publication.frozen_at))
    )
    return [
        _("・「%(name)s」%(year)s年度 第%(n)s版", name=service.name, year=row.year, n=row.version)
        + _due(session, service, row.year)
        + f"\n　{settings.base_url.rstrip('/')}/desk/report/{service.slug}/{row.year}/versions/{row.version}"
        for row, service in session.exec(query)
    ]


def _due(session: Session, service: Service, year: int) -> str:
    calendar: Calendar = session.info["calendar"]
    began = start_of(date(year + 1, *NEW_YEAR))
    for clock in yearly_clocks(session, service):
        if clock.rule == PUBLICATION.key and clock.started_at == began and clock.due_at:
            return _("　公表の期限 %(day)s", day=short_day(last_moment(clock.due_at), calendar))
    return ""
