"""The register of a service: the folder of its own legal matters (届出, 専門員, 公表), one for each service."""

from datetime import datetime

from sqlmodel import Session, select

from tracker.models import Case, CaseKind, Service
from tracker.sealed import create_key


def register_of(session: Session, service: Service, at: datetime) -> Case:
    """The register of `service`, opened at `at` when it has none. Writes: who only reads asks `standing_register`.

    The row of the service is held until the transaction ends, so that two people open one register and not two.
    Nothing is to be done in a new one, so it is closed until a fact starts a clock.
    """
    session.get_one(Service, service.id, with_for_update={"key_share": True})  # filings go on beside it
    found = standing_register(session, service)
    if found:
        return found
    case = Case(kind=CaseKind.REGISTER, service_id=service.id, opened_at=at, closed_at=at)
    session.add(case)
    session.flush()
    create_key(session, case.id)
    session.flush()
    return case


def standing_register(session: Session, service: Service) -> Case | None:
    """The register of `service`; None as long as nothing was ever written in it."""
    return session.exec(select(Case).where(Case.kind == CaseKind.REGISTER, Case.service_id == service.id)).first()
