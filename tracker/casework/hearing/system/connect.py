"""Connecting the platform's own system: where it is reached, what both sides sign with, and whether it is paused.

Address and secret are sealed like those of custodians; the register of the service says what changed, and when.
"""

from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, chain, journal
from tracker.casework.custody.reach import NO_ADDRESS, Reach
from tracker.casework.register import register_of
from tracker.keys import CannotOpen, Keyring, place, seal, unseal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters.webhook import Forbidden, new_secret, target
from tracker.models import Case, SenderSystem, Service
from tracker.settings import Settings


def connect(session: Session, service: Service, where: str, *, by: UUID, at: datetime) -> str:
    """Hand letters to senders of a service to its own system from now on. Gives the new secret, not shown again.

    `where` is the address that letters are posted to; without one the system fetches them. Raises NotAllowed, about
    `target`.
    """
    settings: Settings = session.info["settings"]
    if where:
        try:
            target(where, local=settings.webhook_local)
        except Forbidden as no:
            raise NotAllowed(NO_ADDRESS[no.about], about="target") from None
    case = register_of(session, service, at)  # holds the service: two people connect one system
    row = of_service(session, service.id) or SenderSystem(id=uuid4(), service_id=service.id, changed_at=at)
    secret = new_secret()
    row.active = True
    row.target_sealed = _seal(session, "target", row.id, where)
    row.secret_sealed = _seal(session, "secret", row.id, secret)
    _changed(session, case, row, by=by, at=at)
    return secret


def renew(session: Session, service: Service, *, by: UUID, at: datetime) -> str:
    """Give the system a new secret; the one before is void. Raises CannotOpen, and NotAllowed where there is none."""
    case = register_of(session, service, at)
    row = _there(session, service.id)
    reach(session, row)
    secret = new_secret()
    row.secret_sealed = _seal(session, "secret", row.id, secret)
    _changed(session, case, row, by=by, at=at)
    return secret


def pause(session: Session, service: Service, *, active: bool, by: UUID, at: datetime) -> None:
    """Stop handing letters to the system, or go on. Letters wait meanwhile; what it was given is still answered.

    Raises NotAllowed where there is none, Conflict when it is so already.
    """
    case = register_of(session, service, at)
    row = _there(session, service.id)
    if row.active is active:
        raise Conflict(N_("すでに、そうなっています。画面の新しい内容を確かめてください。"))
    row.active = active
    _changed(session, case, row, by=by, at=at)


def reach(session: Session, row: SenderSystem) -> Reach:
    """Where and with what; an empty address where it fetches letters. Raises CannotOpen."""
    keyring: Keyring = session.info["keys"]

    def clear(column: str, sealed: bytes | None) -> str:
        if sealed is None:
            raise CannotOpen(f"sendersystem.{column}")
        return unseal(keyring.channel_key(), sealed, place(f"sendersystem.{column}", row.id)).decode()

    return Reach(clear("target", row.target_sealed), clear("secret", row.secret_sealed))


def of_service(session: Session, service: UUID) -> SenderSystem | None:
    """The system of a service, paused or not."""
    wanted = select(SenderSystem).where(SenderSystem.service_id == service)
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def once(session: Session, system: UUID, secret: str) -> str:
    """A new secret on its way to the page that shows it once: sealed, for nobody but this installation."""
    return b64encode(_seal(session, "shown", system, secret)).decode()


def shown(session: Session, system: UUID, carried: str) -> str:
    """The secret that `once` sealed; empty for anything else."""
    keyring: Keyring = session.info["keys"]
    try:
        return unseal(keyring.channel_key(), b64decode(carried), place("sendersystem.shown", system)).decode()
    except (CannotOpen, ValueError):
        return ""


def system_state(row: SenderSystem) -> dict[str, Any]:
    """What an event keeps of a system: whether letters go there, and digests of its row and of what is sealed in it."""
    sealed = {"target": row.target_sealed, "secret": row.secret_sealed}
    said = row.model_dump(mode="json", exclude={"target_sealed", "secret_sealed", "changed_at"})
    said |= {name: sha256(one).hexdigest() if one else None for name, one in sealed.items()}
    said |= {"changed": chain.iso(row.changed_at)}
    return {"system": str(row.id), "active": row.active, "row": sha256(rfc8785.dumps(said)).hexdigest()}


def _there(session: Session, service: UUID) -> SenderSystem:
    row = of_service(session, service)
    if row is None:
        raise NotAllowed(N_("このサービスのシステムは、まだつながれていません。"), about="target")
    return row


def _changed(session: Session, case: Case, row: SenderSystem, *, by: UUID, at: datetime) -> None:
    row.changed_at = at
    session.add(row)
    session.flush()
    journal.lock(session, case)
    journal.record(session, case, Fact.SENDER_SYSTEM_CHANGED, actor=journal.staff(by), at=at, **system_state(row))


def _seal(session: Session, column: str, id: UUID, text: str) -> bytes:
    keyring: Keyring = session.info["keys"]
    return seal(keyring.channel_key(), text.encode(), place(f"sendersystem.{column}", id))
