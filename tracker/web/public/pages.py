"""What all public pages share: the layout's words, and the service of an address."""

from typing import Any

from flask import abort, render_template, url_for
from sqlmodel import Session, col, select

from tracker.casework import criteria, receipts
from tracker.models import Notice, Service
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.reading import single_line


def page(template: str, service: Service | None = None, **words: Any) -> str:
    """A public page in its layout. Call it with no session open."""
    layout = {
        "provider": settings().provider,
        "service": service,
        "exit_url": settings().exit_url,
        "home_url": url_for("public.intake_form", slug=service.slug) if service else url_for("public.front"),
        "criteria_url": _criteria_url(service) if service else "",
    }
    return render_template(template, **(layout | words))


def _criteria_url(service: Service) -> str:
    """Where the criteria of a service are: as the version in use says, or the newest where none is, else here.

    What the service itself names counts only while no version was entered: it would be the place of an older one.
    """
    with database().reading() as session:
        version = criteria.current(session, service.id, now()) or next(
            iter(criteria.versions(session, service.id)), None
        )
    known = version.url if version else service.criteria_url
    here = url_for("public.criteria", slug=service.slug) if version else ""
    return known if is_page(known) else here


def is_page(url: str) -> bool:
    """Whether staff typed the address of a page, and nothing that a browser would run."""
    return url.startswith(("https://", "http://"))


def service_of(slug: str) -> Service:
    """The service of an address, or 404."""
    with database().reading() as session:
        return service_in(session, slug)


def service_in(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    service = session.exec(select(Service).where(Service.slug == single_line(slug))).first()
    return service or abort(404)


def services() -> list[Service]:
    """All services, by name."""
    with database().reading() as session:
        return list(session.exec(select(Service).order_by(col(Service.name))))


def notice_in(session: Session, service: Service, number: str, secret: str) -> Notice:
    """The notice of a secret address, or 404: an unknown number and a wrong secret look the same."""
    found = receipts.find_by_secret(session, service, single_line(number), single_line(secret))
    return found or abort(404)
