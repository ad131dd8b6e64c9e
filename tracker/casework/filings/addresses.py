"""Where form and criteria stand, against what was registered of it (規則11条2項2号・3号)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

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
    """Where the newest criteria of a service were published; what the service says where they do not say it."""
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
    """Where the newest version of each service was published, by the service's id."""
    rows = session.exec(
        select(CriteriaVersion.service_id, CriteriaVersion.url).order_by(col(CriteriaVersion.version))
    ).all()
    return {str(id): url for id, url in rows}
