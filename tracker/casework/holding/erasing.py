"""消去の依頼: when the last hold over them has ended, logs are ordered erased by themselves, and that is watched."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.casework import journal, orders
from tracker.casework.custody import payload
from tracker.casework.holding.covering import free_since, to_erase
from tracker.casework.holding.standard import Periods, standard_of
from tracker.casework.orders.answers import NONE_THERE
from tracker.casework.papers.readers import confidential_cases
from tracker.law.clocks.logs import ERASURE
from tracker.law.facts import Fact
from tracker.models import (
    Adapter,
    Case,
    Clock,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    LineAnswer,
    LogHold,
    OrderKind,
    Service,
)

SETTLED = NONE_THERE | {LineAnswer.ERASED}
MOST_LOOKED_AT = 10_000  # holds of one custodian in one run: what is more waits for the next


def holders(session: Session) -> list[UUID]:
    """The custodians that keep logs for us, or did: whoever was never asked is never told to erase."""
    asked = select(HoldOrder.custodian_id).distinct()
    query = select(Custodian.id).where(col(Custodian.active).is_(True), col(Custodian.id).in_(asked))
    return list(session.exec(query.order_by(col(Custodian.id))))


def due_now(session: Session, custodian_id: UUID, *, at: datetime) -> list[list[UUID]]:
    """What a custodian is to be ordered to erase at `at`, by order. It is looked at before anything is written, and
    again when the order is (`order_erasure`): the nights in which much is due must not keep the office from its work.
    """
    custodian = session.get_one(Custodian, custodian_id)
    due = _due(session, custodian, at=at, limit=MOST_LOOKED_AT)
    secret = _secret(session) if due else set()
    found: list[list[UUID]] = []
    while named := _of_one_order(due, secret):
        found.append([hold.id for hold in named])
        gone = set(found[-1])
        due = [hold for hold in due if hold.id not in gone]
    return found


def order_erasure(
    session: Session, custodian_id: UUID, *, at: datetime, chosen: Collection[UUID] | None = None
) -> HoldOrder | None:
    """Order a custodian to erase what is due, as much as one order names; None when nothing is. `chosen`: of these.

    1. The row of the service is held first: of two workers at once the second finds what the first has ordered, and a
       hold that is being placed is placed before or after, never between the look and the order.
    2. The order is the system's own. Its folder is in the hands of whoever asked last for one of its logs to be kept.
    3. RETENTION_ENDED enters the order's record, as of the moment from which nothing kept the first of its logs: from
       there the office target of 速やかに runs, which LOGS_ERASED meets.

    The records of the notices say HOLD_ORDERED as for every order, and are not opened again.
    """
    custodian = session.get_one(Custodian, custodian_id)
    session.get_one(Service, custodian.service_id, with_for_update={"key_share": True})
    due = _due(session, custodian, at=at, limit=MOST_LOOKED_AT, only=chosen)
    named = _of_one_order(due, _secret(session) if due else set())
    if not named:
        return None
    since = free_since(session, standard_of(session, custodian.service_id), named, at=at)
    order = orders.place(
        session,
        custodian,
        [hold.id for hold in named],
        by=_asker(session, custodian, named),
        at=at,
        kind=OrderKind.ERASE,
        itself=True,
    )
    journal.record(
        session,
        session.get_one(Case, order.case_id),
        Fact.RETENTION_ENDED,
        actor=journal.SYSTEM,
        at=at,
        occurred_at=min(since.values()),
        order=str(order.id),
        holds=sorted(str(hold.id) for hold in named),
    )
    return order


def gone_before(session: Session) -> list[UUID]:
    """The answered orders of which nothing is left to erase, line for line, and whose target still runs: there was
    nothing, or what another hold kept at first was dealt with by a later order.
    """
    running = select(Clock.case_id).where(
        Clock.rule == ERASURE.key, col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None)
    )
    lines = select(HoldOrderLine.order_id).where(HoldOrderLine.order_id == HoldOrder.id)
    later, line = aliased(HoldOrder), aliased(HoldOrderLine)
    settled = (
        select(line.order_id)
        .join(later, col(later.id) == col(line.order_id))
        .where(
            col(line.hold_id) == col(HoldOrderLine.hold_id),
            col(line.answer).in_(SETTLED),
            later.kind == OrderKind.ERASE,
            col(later.custodian_id) == col(HoldOrder.custodian_id),
        )
        .correlate(HoldOrder, HoldOrderLine)
    )
    query = select(HoldOrder.id).where(
        HoldOrder.kind == OrderKind.ERASE,
        col(HoldOrder.answered_at).is_not(None),
        col(HoldOrder.case_id).in_(running),
        ~lines.where(~settled.exists()).exists(),
    )
    return list(session.exec(query.order_by(col(HoldOrder.ordered_at), col(HoldOrder.id))))


def note_gone_before(session: Session, order_id: UUID, *, at: datetime) -> None:
    """The custodian has no log of any line, erased before or never there: nothing is left of which it gives a proof."""
    order = session.get_one(HoldOrder, order_id)
    case = session.get_one(Case, order.case_id)
    journal.lock(session, case)
    if order_id in gone_before(session):
        journal.record(
            session, case, Fact.NOTHING_TO_ERASE, actor=journal.SYSTEM, at=at, occurred_at=order.answered_at,
            order=str(order.id),
        )  # fmt: skip


def _due(
    session: Session, custodian: Custodian, *, at: datetime, limit: int, only: Collection[UUID] | None = None
) -> list[LogHold]:
    periods = Periods(session, custodian.service_id)
    due = to_erase(session, periods.standard, at=at, held_by=custodian, limit=limit, only=only)
    due = [hold for hold in due if periods.going(hold, at)]
    if custodian.adapter is Adapter.MAIL:
        return due
    posts = payload.posts_of(session, due)
    return [hold for hold in due if posts[hold.id]]  # an order that names no post would be refused


def _secret(session: Session) -> set[UUID]:
    return set(session.scalars(confidential_cases()))


def _of_one_order(due: Sequence[LogHold], secret: Collection[UUID]) -> list[LogHold]:
    """As many as one order names. Those of a confidential paper are apart: an order is as confidential as its lines."""
    first = next((hold.case_id for hold in due), None)
    mine = [hold for hold in due if (hold.case_id == first if first in secret else hold.case_id not in secret)]
    return mine[: orders.MOST]


def _asker(session: Session, custodian: Custodian, holds: list[LogHold]) -> UUID:
    """Who asked this custodian last to keep any of `holds`."""
    query = (
        select(HoldOrder.ordered_by)
        .join(HoldOrderLine, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(
            HoldOrder.custodian_id == custodian.id,
            col(HoldOrder.kind).in_(orders.KEEPS),
            col(HoldOrderLine.hold_id).in_([hold.id for hold in holds]),
        )
    )
    return session.exec(query.order_by(col(HoldOrder.ordered_at).desc(), col(HoldOrder.number).desc()).limit(1)).one()
