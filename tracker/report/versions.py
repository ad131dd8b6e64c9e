"""Versions of the yearly publication as they are read: which there are, their files, where each is for ever."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework import chain
from tracker.casework.filings.years import yearly_clocks
from tracker.casework.register import standing_register
from tracker.law.clocks.minister import PUBLICATION
from tracker.law.facts import Fact
from tracker.law.period import ONE_DAY, start_of
from tracker.models import Event, Publication, PublicationFile, Service
from tracker.report.years import Year

INDEX = "index.html"


@dataclass(frozen=True)
class Named:
    """A file of a version without its bytes."""

    name: str
    sha256: str
    size: int


def versions(session: Session, service: Service, year: int) -> list[Publication]:
    """Every version of a year, the newest first: in review, published and sent back."""
    query = select(Publication).where(Publication.service_id == service.id, Publication.year == year)
    return list(session.exec(query.order_by(col(Publication.version).desc())))


def in_review(session: Session, service: Service, year: int) -> Publication | None:
    """The version of a year that waits for somebody to publish it or to send it back."""
    return next((row for row in versions(session, service, year) if waits(row)), None)


def waiting(session: Session) -> list[tuple[Publication, Service]]:
    """Every version that waits for somebody to publish it or to send it back, the longest waiting first."""
    query = select(Publication, Service).join(Service, col(Service.id) == col(Publication.service_id))
    mine = query.where(col(Publication.published_at).is_(None), col(Publication.returned_at).is_(None))
    return list(session.exec(mine.order_by(col(Publication.frozen_at), col(Publication.id))))


def newest(session: Session, service: Service, year: int) -> Publication | None:
    """The version of a year that was published last."""
    return next((row for row in versions(session, service, year) if row.published_at), None)


def published(session: Session, service: Service) -> list[Publication]:
    """Every published version of a service, the newest year and version first."""
    query = select(Publication).where(Publication.service_id == service.id, col(Publication.published_at).is_not(None))
    return list(session.exec(query.order_by(col(Publication.year).desc(), col(Publication.version).desc())))


def file(session: Session, publication: Publication, name: str) -> PublicationFile | None:
    """A file of a version."""
    return session.get(PublicationFile, (publication.id, name))


def files_of(session: Session, publication: Publication) -> dict[str, bytes]:
    """Every file of a version, by its name."""
    query = select(PublicationFile).where(PublicationFile.publication_id == publication.id)
    return {one.name: one.content for one in session.exec(query.order_by(col(PublicationFile.name)))}


def listing(session: Session, publication: Publication) -> Sequence[Named]:
    """What files a version has, by name."""
    query = select(PublicationFile.name, PublicationFile.sha256, func.length(PublicationFile.content))
    rows = session.exec(query.where(PublicationFile.publication_id == publication.id).order_by(PublicationFile.name))
    return [Named(*row) for row in rows]


def runs(session: Session, service: Service, year: int) -> bool:
    """Whether the period within which this very year is to be published runs."""
    began = start_of(date(year + 1, 4, 1))
    return any(clock.rule == PUBLICATION.key and clock.started_at == began for clock in yearly_clocks(session, service))


def owed(session: Session, service: Service, years: Iterable[Year]) -> set[int]:
    """Which of these years the register leaves open: nothing in it says that they were published, here or elsewhere.

    It is asked what was recorded, and not whether a period runs. What was due before the register was opened is not
    called owed, unless its end was recorded (see casework/filings/years.py).
    """
    register = standing_register(session, service)
    if register is None:
        return set()
    facts = col(Event.fact).in_([Fact.YEAR_ENDED, Fact.YEAR_PUBLISHED])
    told = session.exec(select(Event).where(Event.case_id == register.id, facts)).all()
    ended = {event.data["said"]["year"] for event in told if event.fact is Fact.YEAR_ENDED}
    done = {event.data["said"].get("began") for event in told if event.fact is Fact.YEAR_PUBLISHED}
    return {
        one.year
        for one in years
        if (one.year in ended or register.opened_at < start_of(one.due + ONE_DAY))
        and chain.iso(start_of(one.last + ONE_DAY)) not in done
    }


def path(service: Service, year: int, version: int) -> str:
    """Where a version is read, on this site."""
    return f"/s/{service.slug}/report/{year}/v{version}/{INDEX}"


def address(session: Session, service: Service, publication: Publication) -> str:
    """The permalink of a version."""
    base: str = session.info["settings"].base_url
    return base.rstrip("/") + path(service, publication.year, publication.version)


def waits(row: Publication) -> bool:
    """Whether a version was neither published nor sent back."""
    return row.published_at is None and row.returned_at is None


def state(row: Publication) -> dict[str, Any]:
    """What a fact says of a version."""
    return {"publication": str(row.id), "year": row.year, "version": row.version, "sha256": row.sha256}
