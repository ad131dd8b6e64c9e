"""The way of a letter to the platform's system: posted to it, or fetched by it. That it was taken is no receipt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from tracker.casework import delivery, journal
from tracker.casework.custody.carriage import NO_KEY, in_outbox_words
from tracker.casework.hearing import doors, theirs
from tracker.casework.hearing.system import connect
from tracker.casework.hearing.system.contract import MOST_LETTERS, Post, Waiting
from tracker.keys import CannotOpen
from tracker.letters import outbox
from tracker.letters.webhook import Heard, signed
from tracker.models import Case, Letter, LetterChannel, Sender, SenderSystem
from tracker.sealed import case_key, open_text

TRANSPORT = "platform"


@dataclass(frozen=True)
class Carried:
    """A claimed letter on its way to an address. Its id is the same at every attempt."""

    letter: UUID
    body: bytes
    headers: dict[str, str]
    url: str
    again: bool
    until: datetime | None


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Letters that could be posted at `at`, the longest waiting first. Those of a paused system wait."""
    found: list[UUID] = []
    for system in session.exec(select(SenderSystem).where(col(SenderSystem.active)).order_by(col(SenderSystem.id))):
        if _posts(session, system):
            mine = _letters(system.service_id).where(*outbox.waiting(at)).order_by(col(Letter.try_at))
            found += [letter.id for letter in session.exec(mine.limit(limit))]
    return found


def claim(session: Session, letter_id: UUID, at: datetime) -> Carried | None:
    """Take one letter for posting, or None if it is not ours, its system was paused, or it cannot be signed."""
    system = _system(session, letter_id)
    if system is None or not system.active:
        return None
    try:
        where = connect.reach(session, system)
    except CannotOpen:
        where = None
    if where and not where.target:
        return None
    journal.lock(session, session.get_one(Case, session.get_one(Letter, letter_id).case_id))  # before its letter
    parcel = outbox.claim(session, letter_id, at)
    if parcel is None:
        return None
    delivery.check_recordable(session, [letter_id])
    letter = session.get_one(Letter, letter_id)
    body = _post(session, letter, at, parcel.subject, parcel.body).model_dump_json().encode()
    if where is None:
        settle(session, Carried(letter_id, body, {}, "", parcel.again, parcel.claimed_until), NO_KEY, at=at)
        return None
    headers = {"Content-Type": "application/json", "User-Agent": "Kigen"}
    headers |= signed(where.secret, letter_id, body, at=at)
    return Carried(letter_id, body, headers, where.target, parcel.again, parcel.claimed_until)


def settle(session: Session, carried: Carried, heard: Heard, *, at: datetime) -> None:
    """Record what came of it: accepted by the system, as a mail relay accepts; refused for good; or tried again."""
    answer = in_outbox_words(heard, TRANSPORT)
    delivery.settle_all(session, [delivery.Carried(carried.letter, answer, at, carried.again, carried.until)], at=at)


def waiting(session: Session, system: SenderSystem, *, at: datetime) -> Waiting:
    """What the system has not been given yet, the longest waiting first; nothing while it is paused. Writes nothing.

    A letter stays in the list until the system says what became of it.
    """
    if not system.active:
        return Waiting(letters=[])
    query = _letters(system.service_id).where(col(Letter.ended_at).is_(None))
    letters = session.exec(query.order_by(col(Letter.queued_at), col(Letter.id)).limit(MOST_LETTERS)).all()

    def clear(letter: Letter, column: str, sealed: bytes) -> str:
        return open_text(session, letter.case_id, f"letter.{column}", letter.id, sealed)

    return Waiting(
        letters=[
            _post(session, one, at, clear(one, "subject", one.subject_sealed), clear(one, "body", one.body_sealed))
            for one in letters
            if case_key(session, one.case_id) is not None
        ]
    )


def count(session: Session, service: UUID) -> int:
    """How many letters of a service wait to be handed to its system."""
    waiting = _letters(service).where(col(Letter.ended_at).is_(None)).with_only_columns(func.count())
    return int(session.scalar(waiting) or 0)


def _post(session: Session, letter: Letter, at: datetime, subject: str, body: str) -> Post:
    sender = session.get_one(Sender, letter.sender_id)
    purpose = next(purpose for purpose, kinds in theirs.KINDS.items() if letter.kind in kinds)
    door = doors.of_sender(session, sender.id).get(purpose)
    link = doors.address(session, door) if door and doors.is_open(door, at) else ""
    return Post(letter=letter.id, kind=letter.kind, account=sender.account, subject=subject, body=body, link=link)


def _letters(service: UUID) -> SelectOfScalar[Letter]:
    """The letters of a service that its own system carries: those to senders, and no others."""
    return (
        select(Letter)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .where(
            Case.service_id == service,
            Letter.channel == LetterChannel.PLATFORM,
            col(Letter.kind).in_(delivery.TO_SENDER),
        )
    )


def _system(session: Session, letter_id: UUID) -> SenderSystem | None:
    case = session.get_one(Case, session.get_one(Letter, letter_id).case_id)
    return connect.of_service(session, case.service_id)


def _posts(session: Session, system: SenderSystem) -> bool:
    """Whether letters are posted to it: it has an address, or one that cannot be read, which is then recorded."""
    try:
        return bool(connect.reach(session, system).target)
    except CannotOpen:
        return True
