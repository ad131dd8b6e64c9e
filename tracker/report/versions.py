"""Versions of the yearly publication as they are read: which there are, their files, where each is for ever."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework.filings.years import publications
from tracker.models import Publication, PublicationFile, Service
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


def owed(session: Session, service: Service, years: Iterable[Year]) -> set[int]:
    """Which of these years the register leaves open: their end is recorded, and no publication of them.

    What was due before Kigen was used is not called owed: nobody recorded its end (casework/filings/years.py).
    """
    told = publications(session, service)
    return {one.year for one in years if told.get(one.year) is False}


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
