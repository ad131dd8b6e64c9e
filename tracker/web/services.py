"""The service that an address names."""

from flask import abort
from sqlmodel import Session, select

from tracker.models import Service


def by_slug(session: Session, slug: str) -> Service | None:
    """The service of a short name; None for any other text, of which a database takes no NUL."""
    return None if "\0" in slug else session.exec(select(Service).where(Service.slug == slug)).first()


def service_of(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    return by_slug(session, slug) or abort(404)
