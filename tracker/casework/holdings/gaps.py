"""Holds that nobody looks after: of services without a table, asked without an answer, at paused custodians."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from tracker.casework.papers.readers import may_know
from tracker.models import (
    Case,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    LineAnswer,
    LogHold,
    OrderKind,
    RetentionTable,
    Service,
)

LONG = timedelta(days=30)  # after which an order without an answer is no matter of days any more


@dataclass(frozen=True)
class Unkept:
    """How many holds nobody may be keeping: asked for long without an answer, and at a custodian that was paused."""

    unanswered: int
    paused: int


def without_table(session: Session, *, reader: UUID, service: UUID | None = None) -> list[Service]:
    """The services that have holds and no table: nothing of them is ordered erased by itself.

    A service of which only confidential papers have holds is named to those only whom they name.
    """
    tables = select(RetentionTable.id).where(RetentionTable.service_id == Service.id)
    holds = (
        select(LogHold.id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(Case.service_id == Service.id, may_know(col(LogHold.case_id), reader))
    )
    query = select(Service).where(~tables.exists(), holds.exists()).order_by(col(Service.name))
    if service:
        query = query.where(Service.id == service)
    return list(session.exec(query))


def unkept(session: Session, *, at: datetime, reader: UUID, service: UUID | None = None) -> Unkept:
    """How many running holds were asked of a custodian that does not answer, or that takes no orders any more.

    Of confidential papers only those that `reader` knows.
    """
    query = (
        select(func.count(func.distinct(col(LogHold.id))))
        .select_from(HoldOrder)
        .join(HoldOrderLine, col(HoldOrderLine.order_id) == col(HoldOrder.id))
        .join(LogHold, col(LogHold.id) == col(HoldOrderLine.hold_id))
        .where(
            col(HoldOrder.withdrawn_at).is_(None),
            col(HoldOrder.kind).in_([OrderKind.PRESERVE, OrderKind.EXTEND]),
            col(LogHold.released_at).is_(None),
            or_(col(LogHold.until_at).is_(None), col(LogHold.until_at) > at),
            may_know(col(LogHold.case_id), reader),
        )
    )
    if service:
        query = query.where(HoldOrder.service_id == service)
    silent = query.where(col(HoldOrder.answered_at).is_(None), col(HoldOrder.ordered_at) < at - LONG)
    stopped = query.where(
        col(HoldOrder.custodian_id).in_(select(Custodian.id).where(col(Custodian.active).is_(False))),
        or_(col(HoldOrderLine.answer).is_(None), HoldOrderLine.answer == LineAnswer.HELD),
    )
    return Unkept(session.exec(silent).one(), session.exec(stopped).one())
