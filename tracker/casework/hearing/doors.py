"""The page of a sender behind a link: one purpose each, it expires, a new link voids the one before."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, chain, journal
from tracker.keys import Keyring
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, DoorPurpose, Notice, Sender, SenderDoor, Service
from tracker.settings import Settings

GONE = N_("このページのアドレスは、もう使えません。")


@dataclass(frozen=True)
class Entered:
    """A door that somebody stands in, and to whom it belongs."""

    door: SenderDoor
    sender: Sender
    case: Case
    notice: Notice
    service: Service


def link(session: Session, sender: UUID, purpose: DoorPurpose) -> str:
    """The address that the next letter to a sender names: of the door there is, else of the one that sending makes."""
    return _address(session, sender, purpose, _next(session, sender, purpose))


def hang(session: Session, case: Case, sender: UUID, purpose: DoorPurpose, *, by: str, at: datetime) -> SenderDoor:
    """Have a door that opens for TRACKER_SENDER_DOOR_DAYS from now on: a letter that names its link is on its way.

    The case is locked by who calls. A door keeps its link until somebody shuts or renews it, so that earlier letters
    still lead there; one that had expired opens again.
    """
    settings: Settings = session.info["settings"]
    version = _next(session, sender, purpose)
    door = _of(session, sender, purpose)
    if door is None:
        door = SenderDoor(
            id=uuid4(), case_id=case.id, sender_id=sender, purpose=purpose, version=version, made_at=at, expires_at=at
        )
    elif door.version != version:
        door.version, door.made_at, door.opened_at, door.closed_at = version, at, None, None
    door.expires_at = at + timedelta(days=settings.sender_door_days)
    return _changed(session, case, door, by=by, at=at)


def renew(session: Session, case: Case, sender: UUID, purpose: DoorPurpose, *, by: UUID, at: datetime) -> str:
    """Give a sender a new link, and void the one before: it reached a stranger, or it expired. Gives the address.

    Raises NotAllowed where no letter has named a door of this purpose.
    """
    journal.lock(session, case)
    door = _of(session, sender, purpose)
    if door is None or door.case_id != case.id:
        raise NotAllowed(N_("この発信者には、まだアドレスを送っていません。"))
    settings: Settings = session.info["settings"]
    door.version, door.made_at, door.opened_at, door.closed_at = door.version + 1, at, None, None
    door.expires_at = at + timedelta(days=settings.sender_door_days)
    _changed(session, case, door, by=journal.staff(by), at=at)
    return _address(session, sender, purpose, door.version)


def close(session: Session, case: Case, sender: UUID, purpose: DoorPurpose, *, by: UUID, at: datetime) -> None:
    """Shut a door before it expires. Raises Conflict when it is shut, NotAllowed when there is none."""
    journal.lock(session, case)
    door = _of(session, sender, purpose)
    if door is None or door.case_id != case.id:
        raise NotAllowed(N_("この発信者には、まだアドレスを送っていません。"))
    if not is_open(door, at):
        raise Conflict(N_("このアドレスは、すでに使えなくなっています。"))
    door.closed_at = at
    _changed(session, case, door, by=journal.staff(by), at=at)


def enter(session: Session, sender: UUID, purpose: DoorPurpose, secret: str, *, at: datetime) -> Entered | None:
    """The door that a link opens at `at`; None for a wrong secret, an older link, a door that expired or was shut."""
    door = _of(session, sender, purpose)
    keyring: Keyring = session.info["keys"]
    expected = keyring.door_secret(purpose.value, sender, door.version if door else 0)
    same = secrets.compare_digest(expected.encode(), secret.strip().lower().encode())
    if door is None or not same or not is_open(door, at):
        return None
    case = session.get_one(Case, door.case_id)
    return Entered(
        door,
        session.get_one(Sender, sender),
        case,
        session.exec(select(Notice).where(Notice.case_id == case.id)).one(),
        session.get_one(Service, case.service_id),
    )


def hold(session: Session, entered: Entered, *, at: datetime) -> Entered:
    """The same with its case locked, before anything is recorded of who stands there.

    Raises NotAllowed when the link was voided, shut or has expired meanwhile.
    """
    version = entered.door.version  # the row is read anew below, into the same object
    journal.lock(session, entered.case)
    door = session.get_one(SenderDoor, entered.door.id, populate_existing=True)
    if not is_open(door, at) or door.version != version:
        raise NotAllowed(GONE)
    return Entered(door, entered.sender, entered.case, entered.notice, entered.service)


def opened(session: Session, case: Case, door: SenderDoor, *, at: datetime) -> None:
    """Record on a locked case that somebody opened a door by hand for the first time by the link that it has now."""
    if door.opened_at is None:
        door.opened_at = at
        session.add(door)
        session.flush()
        said: dict[str, Any] = {"door": str(door.id), "version": door.version}
        journal.record(session, case, Fact.SENDER_OPENED, actor=journal.SENDER, at=at, **said)


def is_open(door: SenderDoor, at: datetime) -> bool:
    """Whether its link opens it at `at`."""
    return door.closed_at is None and at < door.expires_at


def of_sender(session: Session, sender: UUID) -> dict[DoorPurpose, SenderDoor]:
    """The doors of a sender, by their purpose."""
    return {door.purpose: door for door in session.exec(select(SenderDoor).where(SenderDoor.sender_id == sender))}


def address(session: Session, door: SenderDoor) -> str:
    """The link of a door as it is now."""
    return _address(session, door.sender_id, door.purpose, door.version)


def door_state(door: SenderDoor) -> dict[str, Any]:
    """What the record keeps of a door."""
    return {
        "door": str(door.id),
        "sender": str(door.sender_id),
        "purpose": door.purpose.value,
        "version": door.version,
        "made_at": chain.iso(door.made_at),
        "expires_at": chain.iso(door.expires_at),
        "closed_at": chain.iso(door.closed_at),
    }


def _changed(session: Session, case: Case, door: SenderDoor, *, by: str, at: datetime) -> SenderDoor:
    session.add(door)
    session.flush()
    journal.record(session, case, Fact.DOOR_RENEWED, actor=by, at=at, **door_state(door))
    return door


def _next(session: Session, sender: UUID, purpose: DoorPurpose) -> int:
    """The version of the link that the next letter names: a new one where somebody shut the door."""
    door = _of(session, sender, purpose)
    return 1 if door is None else door.version + 1 if door.closed_at else door.version


def _of(session: Session, sender: UUID, purpose: DoorPurpose) -> SenderDoor | None:
    wanted = select(SenderDoor).where(SenderDoor.sender_id == sender, SenderDoor.purpose == purpose)
    return session.exec(wanted).first()


def _address(session: Session, sender: UUID, purpose: DoorPurpose, version: int) -> str:
    settings: Settings = session.info["settings"]
    keyring: Keyring = session.info["keys"]
    secret = keyring.door_secret(purpose.value, sender, version)
    return f"{settings.base_url.rstrip('/')}/sender/{purpose.value}/{sender.hex}/{secret}"
