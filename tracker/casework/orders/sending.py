"""The letters of an order: sent, sent again, taken back, and written anew where a custodian is reached by mail now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, and_, col, or_, select

from tracker.casework import NotAllowed, cancelling, delivery, holding, journal
from tracker.casework.custody import payload
from tracker.casework.holding import going
from tracker.casework.holding.going import Going
from tracker.casework.holding.standard import Periods
from tracker.casework.orders import letter as order_letter
from tracker.casework.orders.record import KEEPS, lock_open, order_holds, order_lines, record
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Adapter, Case, Custodian, HoldOrder, Letter, LetterKind, LogHold, OrderKind


def taking(
    session: Session, custodian: Custodian, holds: Sequence[LogHold], at: datetime, *, itself: bool = False
) -> dict[UUID, Going]:
    """What an order to erase takes of each hold: by itself only what may go so, by hand every class."""
    periods = Periods(session, custodian.service_id)
    by_itself = {hold.id: periods.going(hold, at) for hold in holds} if itself else {}
    return {hold.id: by_itself.get(hold.id) or periods.by_hand(hold, at) for hold in holds}


def classes_of(session: Session, order: HoldOrder) -> dict[UUID, tuple[str, ...]]:
    """Which classes an order is about, by hold, in the order of its lines."""
    return going.classes_asked(going.going_of(session, order), order_holds(session, order))


def check_custodian(custodian: Custodian) -> None:
    """Raises NotAllowed where a custodian gets no orders now."""
    if not custodian.active:
        raise NotAllowed(N_("この保管者への依頼は止められています。"))


def send_again(session: Session, order: HoldOrder, *, by: UUID, at: datetime) -> None:
    """Send an unanswered order again, with a new address for its page: the one sent before is void.

    Raises Conflict when it was answered or withdrawn meanwhile, or while the letter before is being sent; NotAllowed
    when nothing in it is to be kept any longer, or the custodian takes no orders.
    """
    lock_open(session, order)
    check_custodian(session.get_one(Custodian, order.custodian_id))
    if order.kind in KEEPS and not _running(session, order, at):
        raise NotAllowed(N_("この依頼の記録は、すべて保存が終わっています。依頼を取り消してください。"))
    if order.kind is OrderKind.ERASE:
        holding.refuse_erasure(session, order_holds(session, order), at=at)
    if order.kind is OrderKind.RELEASE:
        holding.refuse_release(
            session, session.get_one(Custodian, order.custodian_id), order_holds(session, order), at=at
        )
    case = session.get_one(Case, order.case_id)
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.HOLD_ORDER}), by=journal.staff(by), at=at)
    order.secret_version += 1
    session.add(order)
    send(session, order, actor=journal.staff(by), at=at)


def withdraw(session: Session, order: HoldOrder, *, reason: str, by: UUID | None, at: datetime) -> None:
    """Take back an unanswered order. Its page says so from now on. Raises NotAllowed without a reason, or Conflict.

    A custodian that has the order, or may have it, gets a message that it is taken back. Nobody does it (`by` None)
    where it may not be carried out any more.
    """
    lock_open(session, order)
    if not reason.strip():
        raise NotAllowed(N_("依頼を取り消す理由を書いてください。"))
    case = session.get_one(Case, order.case_id)
    actor = journal.staff(by) if by else journal.SYSTEM
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.HOLD_ORDER}), by=actor, at=at)
    order.withdrawn_at = at
    session.add(order)
    lines = order_lines(session, order)
    record(session, order, Fact.HOLD_ORDER_WITHDRAWN, lines, actor=actor, at=at, remark=reason.strip())
    if may_have(session, order):
        send(session, order, actor=actor, at=at)


def may_have(session: Session, order: HoldOrder) -> bool:
    """Whether the custodian has an order: a letter of it was accepted and did not come back, or may have been taken."""
    sent = select(Letter).where(Letter.case_id == order.case_id, Letter.kind == LetterKind.HOLD_ORDER)
    unsure = and_(col(Letter.refused_at).is_(None), col(Letter.claimed_until).is_not(None))
    given = and_(col(Letter.given_at).is_not(None), col(Letter.bounced_at).is_(None))
    return session.exec(sent.where(or_(given, unsure)).limit(1)).first() is not None


def by_mail_instead(session: Session, order: HoldOrder, *, at: datetime) -> None:
    """Write what waits for a custodian's own system anew as a mail: it is reached by mail now.

    Raises Conflict while it is being carried.
    """
    case = session.get_one(Case, order.case_id)
    journal.lock(session, case)
    session.refresh(order, with_for_update=True)
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.HOLD_ORDER}), by=journal.SYSTEM, at=at)
    if order.answered_at:
        return
    if not order.withdrawn_at:
        order.secret_version += 1
        session.add(order)
    send(session, order, actor=journal.SYSTEM, at=at)


def _running(session: Session, order: HoldOrder, at: datetime) -> bool:
    """Whether any log of the order is still to be kept."""
    ids = [line.hold_id for line in order_lines(session, order)]
    running = select(LogHold.id).where(
        col(LogHold.id).in_(ids),
        col(LogHold.released_at).is_(None),
        or_(col(LogHold.until_at).is_(None), col(LogHold.until_at) > at),
    )
    return session.exec(running.limit(1)).first() is not None


def send(session: Session, order: HoldOrder, *, actor: str, at: datetime) -> None:
    """Write the letter of an order, or of its withdrawal."""
    custodian = session.get_one(Custodian, order.custodian_id)
    holds = order_holds(session, order)
    if custodian.adapter is not Adapter.MAIL and order.withdrawn_at:
        letter = payload.withdrawal(session, custodian, holds, id=order.id, number=order.number, at=order.withdrawn_at)
    elif custodian.adapter is Adapter.MAIL:
        letter = order_letter.letter(
            session, custodian, holds, number=order.number, link=order_letter.link(session, order),
            at=order.ordered_at, version=order.secret_version, kind=order.kind, withdrawn=bool(order.withdrawn_at),
            going=going.going_of(session, order),
        )  # fmt: skip
    else:
        letter = payload.draft(
            session, custodian, holds, id=order.id, number=order.number, kind=order.kind, at=order.ordered_at,
            version=order.secret_version, going=going.going_of(session, order),
        )  # fmt: skip
    delivery.send(session, session.get_one(Case, order.case_id), letter, by=actor, at=at)
