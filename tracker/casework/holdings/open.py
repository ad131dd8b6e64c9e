"""The orders that nobody answered yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, and_, col, select

from tracker.casework.papers.readers import may_know
from tracker.models import (
    Clock,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    Service,
)


@dataclass(frozen=True)
class Open:
    """An order that nobody answered yet. `late` says that the office target has passed."""

    order: HoldOrder
    custodian: str
    service: str
    lines: int
    target_at: datetime | None
    late: bool


def open_orders(
    session: Session, *, at: datetime, service: UUID | None = None, reader: UUID | None = None
) -> list[Open]:
    """Orders that nobody answered or took back, the longest waiting first.

    About confidential papers only those that `reader` may know of.
    """
    query = (
        select(HoldOrder, Custodian.name, Service.name, Clock.target_at)
        .join(Custodian, col(Custodian.id) == col(HoldOrder.custodian_id))
        .join(Service, col(Service.id) == col(HoldOrder.service_id))
        .join(Clock, and_(col(Clock.case_id) == col(HoldOrder.case_id), col(Clock.stopped_at).is_(None)))
        .where(col(HoldOrder.answered_at).is_(None), col(HoldOrder.withdrawn_at).is_(None))
        .where(may_know(col(HoldOrder.case_id), reader))
        .order_by(col(HoldOrder.ordered_at), col(HoldOrder.number))
    )
    if service:
        query = query.where(HoldOrder.service_id == service)
    rows = session.exec(query).all()
    ids = [order.id for order, *_rest in rows]
    lines = dict(
        session.exec(
            select(HoldOrderLine.order_id, func.count())
            .where(col(HoldOrderLine.order_id).in_(ids))
            .group_by(col(HoldOrderLine.order_id))
        ).all()
    )
    return [
        Open(order, custodian, name, lines.get(order.id, 0), target, target is not None and target <= at)
        for order, custodian, name, target in rows
    ]
