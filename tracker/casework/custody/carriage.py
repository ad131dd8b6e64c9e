"""The way of an order to a custodian's system: the letter is claimed, carried outside any transaction, and settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, delivery, holding, orders
from tracker.casework.custody import reach
from tracker.casework.orders.record import order_holds
from tracker.casework.watch import recalled
from tracker.i18n import japanese
from tracker.keys import CannotOpen
from tracker.letters import drop, outbox
from tracker.letters.transport import OK, PERMANENT, UNREACHED, Answer
from tracker.letters.webhook import Heard, signed
from tracker.models import (
    Adapter,
    Custodian,
    HoldOrder,
    Letter,
    LetterChannel,
    OrderKind,
    Trouble,
)
from tracker.settings import Settings

NO_KEY = Heard(trouble=Trouble.KEY)


@dataclass(frozen=True)
class Carried:
    """A claimed order on its way, to an address or into a folder. Its letter's id is the same at every attempt."""

    letter: UUID
    body: bytes
    headers: dict[str, str]
    url: str
    folder: Path | None
    again: bool
    until: datetime | None
    before: Sequence[UUID] = ()  # letters of the same order whose files are void now


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Orders that could be carried at `at`, the longest waiting first."""
    return outbox.due(session, at, limit, channel=LetterChannel.CUSTODIAN)


def open_erasures(session: Session, *, waiting: LetterChannel | None = None) -> list[UUID]:
    """The orders to erase that nobody answered or took back; `waiting`: those of which a letter waits to leave so."""
    query = select(HoldOrder.id).where(
        HoldOrder.kind == OrderKind.ERASE,
        col(HoldOrder.answered_at).is_(None),
        col(HoldOrder.withdrawn_at).is_(None),
    )
    if waiting:
        letters = select(Letter.id).where(
            Letter.case_id == HoldOrder.case_id, Letter.channel == waiting, col(Letter.ended_at).is_(None)
        )
        query = query.where(letters.exists())
    return list(session.exec(query.order_by(col(HoldOrder.ordered_at), col(HoldOrder.id))))


@japanese()
def stop_what_may_not_go(session: Session, order_id: UUID, *, at: datetime) -> bool:
    """Take an order to erase back where a hold came over its logs since it was written. True if it was.

    Whoever has it gets a message, and the leads learn that it may have been carried out. Raises Conflict while it is
    being carried.
    """
    order = session.get_one(HoldOrder, order_id)
    if order.kind is not OrderKind.ERASE or order.answered_at or order.withdrawn_at:
        return False
    try:
        holding.refuse_erasure(session, order_holds(session, order), at=at)
    except NotAllowed as no:
        orders.withdraw(session, order, reason=str(no), by=None, at=at)
        recalled.tell_leads(session, order, at=at)
        return True
    return False


def put_off(session: Session, order_id: UUID, *, at: datetime) -> None:
    """Let the letters of an order wait their turn."""
    mine = select(HoldOrder.case_id).where(HoldOrder.id == order_id)
    waiting = select(Letter).where(col(Letter.case_id).in_(mine), *outbox.waiting(at)).with_for_update()
    for letter in session.exec(waiting):
        letter.attempts += 1
        outbox.put_back(letter, at, unsure=letter.claimed_until is not None)
        session.add(letter)


def claim(session: Session, letter_id: UUID, at: datetime) -> Carried | None:
    """Take one order for carrying, or None if it is not ours, or cannot be signed any more.

    Raises Conflict where it was to be written anew as a mail and is being carried.
    """
    order = order_of(session, letter_id)
    if session.get_one(Custodian, order.custodian_id).adapter is Adapter.MAIL:
        orders.by_mail_instead(session, order, at=at)
        return None
    parcel = outbox.claim(session, letter_id, at)
    if parcel is None:
        return None
    delivery.check_recordable(session, [letter_id])
    custodian = session.get_one(Custodian, order.custodian_id)
    body = parcel.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Kigen"}
    try:
        where = reach.reach(session, custodian)
    except (CannotOpen, NotAllowed):
        settle(session, Carried(letter_id, body, headers, "", None, parcel.again, parcel.claimed_until), NO_KEY, at=at)
        return None
    headers |= signed(where.secret, letter_id, body, at=at)
    settings: Settings = session.info["settings"]
    folder = reach.folder(settings, where.target) / "orders" if custodian.adapter is Adapter.FOLDER else None
    url = "" if folder else where.target
    before = _earlier(session, order, letter_id) if folder else ()
    return Carried(letter_id, body, headers, url, folder, parcel.again, parcel.claimed_until, before)


def settle(session: Session, carried: Carried, heard: Heard, *, at: datetime) -> None:
    """Record what came of it: taken, refused for good, or to be tried again."""
    answer = in_outbox_words(heard, "drop" if carried.folder else "webhook")
    one = delivery.Carried(carried.letter, answer, at, carried.again, carried.until)
    delivery.settle_all(session, [one], at=at)


def folders(session: Session) -> list[Path]:
    """Where custodians that are reached by a folder leave their answers."""
    settings: Settings = session.info["settings"]
    found = []
    for custodian in session.exec(select(Custodian).where(Custodian.adapter == Adapter.FOLDER)):
        try:
            found.append(reach.folder(settings, reach.reach(session, custodian).target) / "answers")
        except CannotOpen:
            continue
    return found


def spoilt(session: Session, custodian: Custodian) -> int:
    """How many files of a custodian were set aside because they were no answers to be taken."""
    if custodian.adapter is not Adapter.FOLDER:
        return 0
    settings: Settings = session.info["settings"]
    try:
        return drop.refused(reach.folder(settings, reach.reach(session, custodian).target) / "answers")
    except (CannotOpen, NotAllowed, OSError):
        return 0


def in_outbox_words(heard: Heard, transport: str) -> Answer:
    """What came of a post, in the words of the outbox. The code of an answer of the web is kept as the status."""
    status = f"http {heard.status}" if heard.status else (heard.trouble or "")
    if heard.given:
        return Answer(True, OK, transport)
    if heard.refused:
        return Answer(False, PERMANENT, transport, status)
    return Answer(False, 0, transport, "" if heard.unsure else UNREACHED)


def _earlier(session: Session, order: HoldOrder, letter_id: UUID) -> Sequence[UUID]:
    """The other letters of an order: one that is taken back, or was sent again, is not to lie there any more."""
    query = select(Letter.id).where(Letter.case_id == order.case_id, Letter.id != letter_id)
    return session.exec(query.order_by(col(Letter.queued_at))).all()


def order_of(session: Session, letter_id: UUID) -> HoldOrder:
    """The order that a letter is about."""
    letter = session.get_one(Letter, letter_id)
    return session.exec(select(HoldOrder).where(HoldOrder.case_id == letter.case_id)).one()
