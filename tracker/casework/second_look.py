"""Frozen versions of the yearly publication (法28条) that wait for a second person: one list for desk and morning."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from tracker.casework.filings.years import publications
from tracker.models import Publication, Service, Staff

LAST, DUE = (3, 31), (5, 31)  # 規則18条1項: the end of a 公表年度, and its last day, whatever day of the week that is


@dataclass(frozen=True)
class Waiting:
    """A version that was neither published nor sent back.

    `corrects` is the version of its year that was published last, or None. `recorded` is what the register says of the
    year: True where it was published, False where it ended and was not, None where its end is not recorded.
    """

    row: Publication
    service: Service
    frozen_by: str
    corrects: Publication | None
    recorded: bool | None

    @property
    def registered(self) -> bool:
        """Whether the service was registered by the end of the year (法22条1項): else there is nothing to publish."""
        day = self.service.registered_on
        return day is not None and day <= date(self.row.year + 1, *LAST)

    @property
    def due(self) -> date | None:
        """By which Japanese day the year is to be published; None for a correction, and for what was published."""
        return date(self.row.year + 1, *DUE) if self.registered and not (self.corrects or self.recorded) else None

    def late(self, today: date) -> int:
        """How many days ago that was; 0 before, and where the end of the year is not recorded: it may be published."""
        return max(0, (today - self.due).days) if self.due and self.recorded is False else 0


def waiting(session: Session) -> list[Waiting]:
    """Every version that waits, the longest waiting first. A version more costs no query, a service more a few."""
    query = (
        select(Publication, Service, Staff.name)
        .join(Service, col(Service.id) == col(Publication.service_id))
        .join(Staff, col(Staff.id) == col(Publication.frozen_by))
        .where(col(Publication.published_at).is_(None), col(Publication.returned_at).is_(None))
        .order_by(col(Publication.frozen_at), col(Publication.id))
    )
    found = list(session.exec(query))
    if not found:
        return []
    services = {service.id: service for _row, service, _name in found}
    published = (
        select(Publication)
        .where(col(Publication.service_id).in_(services), col(Publication.published_at).is_not(None))
        .order_by(col(Publication.version))
    )
    newest = {(row.service_id, row.year): row for row in session.exec(published)}
    told = {id: publications(session, service) for id, service in services.items()}
    return [
        Waiting(row, service, name, newest.get((service.id, row.year)), told[service.id].get(row.year))
        for row, service, name in found
    ]
