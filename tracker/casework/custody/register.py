"""Custodians and what they say they keep, in the register of their service: who was entered, changed and compared.

The register keeps digests alone: of addresses and secrets, of what is sealed of them.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from sqlmodel import Session

from tracker.casework import chain, journal
from tracker.casework.custody import reach
from tracker.casework.register import register_of
from tracker.law.facts import Fact
from tracker.models import Adapter, Custodian, Reconciliation, Service


def enter(
    session: Session, service: Service, *, name: str, email: str, keeps: str = "", by: UUID, at: datetime
) -> Custodian:
    """Enter who keeps logs of a service."""
    row = Custodian(service_id=service.id, name=name, email=email, keeps=keeps)
    session.add(row)
    session.flush()
    _record(session, row, by=by, at=at)
    return row


def change(
    session: Session,
    custodian: Custodian,
    *,
    name: str,
    email: str,
    keeps: str,
    active: bool,
    by: UUID,
    at: datetime,
) -> None:
    """Change who a custodian is, or that it is asked no more. Orders sent before keep what they said."""
    before = custodian_state(custodian)
    custodian.name, custodian.email, custodian.keeps, custodian.active = name, email, keeps, active
    session.add(custodian)
    session.flush()
    if custodian_state(custodian) != before:
        _record(session, custodian, by=by, at=at)


def connect(
    session: Session, custodian: Custodian, adapter: Adapter, where: str = "", *, by: UUID, at: datetime
) -> str:
    """Choose how orders reach a custodian, and say so in the register. Gives and raises what `reach.connect` does."""
    secret = reach.connect(session, custodian, adapter, where)
    _record(session, custodian, by=by, at=at)
    return secret


def renew(session: Session, custodian: Custodian, *, by: UUID, at: datetime) -> str:
    """Give a custodian's system a new secret, and say so in the register. Gives and raises what `reach.renew` does."""
    secret = reach.renew(session, custodian)
    _record(session, custodian, by=by, at=at)
    return secret


def record_compared(session: Session, custodian: Custodian, row: Reconciliation, *, at: datetime) -> None:
    """Say in the register that a state was compared, and with what result; the row must be there."""
    case = register_of(session, session.get_one(Service, custodian.service_id), at)
    journal.lock(session, case)
    journal.record(session, case, Fact.STATE_RECONCILED, actor=journal.CUSTODIAN, at=at, **compared_state(row))


def custodian_state(row: Custodian) -> dict[str, Any]:
    """What an event keeps of a custodian: a digest of its row, and of what is sealed the digests alone."""
    sealed = {"target": row.target_sealed, "secret": row.secret_sealed}
    said = row.model_dump(mode="json", exclude={"target_sealed", "secret_sealed"})
    said |= {name: sha256(one).hexdigest() if one else None for name, one in sealed.items()}
    return {"custodian": str(row.id), "row": _digest(said)}


def compared_state(row: Reconciliation) -> dict[str, Any]:
    """What an event keeps of a comparison: whose it was, and a digest of its row."""
    said = row.model_dump(mode="json", exclude={"received_at"}) | {"received": chain.iso(row.received_at)}
    return {"reconciliation": str(row.id), "of": str(row.custodian_id), "row": _digest(said)}


def _record(session: Session, row: Custodian, *, by: UUID, at: datetime) -> None:
    case = register_of(session, session.get_one(Service, row.service_id), at)
    journal.lock(session, case)
    journal.record(session, case, Fact.CUSTODIAN_CHANGED, actor=journal.staff(by), at=at, **custodian_state(row))


def _digest(said: dict[str, Any]) -> str:
    return sha256(rfc8785.dumps(said)).hexdigest()
