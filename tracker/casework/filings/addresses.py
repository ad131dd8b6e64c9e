"""Where form and criteria stand, against what was registered of it (規則11条2項2号・3号)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from tracker.casework.criteria import IN_TIME
from tracker.models import CriteriaVersion, Matter, Service
from tracker.settings import Settings


@dataclass(frozen=True)
class Moved:
    """An address that is another one now than the one known: to be asked about, nothing follows by itself."""

    service: Service
    matter: Matter
    was: str
    now: str


def form_address(session: Session, service: Service) -> str:
    """Where the form of a service stands, by the public address of this installation."""
    settings: Settings = session.info["settings"]
    return f"{settings.base_url.rstrip('/')}/s/{service.slug}/"


def criteria_address(session: Session, service: Service) -> str:
    """Where the newest criteria of a service were published; what the service says where none was entered."""
    return _published(session).get(str(service.id)) or service.criteria_url


def moved(session: Session) -> Sequence[Moved]:
    """The addresses of registered services that differ from what is known of them."""
    services = session.exec(select(Service).where(col(Service.registered_on).is_not(None)).order_by(col(Service.name)))
    found, published = [], _published(session)
    for service in services:
        form, criteria = form_address(session, service), published.get(str(service.id), "")
        if service.form_url and service.form_url != form:
            found.append(Moved(service, Matter.FORM, service.form_url, form))
        if service.form_url and service.criteria_url and criteria and criteria != service.criteria_url:
            found.append(Moved(service, Matter.CRITERIA, service.criteria_url, criteria))
    return found


def _published(session: Session) -> dict[str, str]:
    """Where the newest version of each service was published, by the service's id: here, where it names no address."""
    settings: Settings = session.info["settings"]
    newest = select(CriteriaVersion.service_id, CriteriaVersion.url, Service.slug).join(
        Service, col(Service.id) == col(CriteriaVersion.service_id)
    )
    rows = session.exec(newest.order_by(*IN_TIME)).all()
    return {str(id): url or f"{settings.base_url.rstrip('/')}/s/{slug}/criteria" for id, url, slug in rows}
