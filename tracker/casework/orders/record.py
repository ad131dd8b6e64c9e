"""The record of an order: its lines, its lock, and the one fact that enters it and the cases whose logs it names."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, journal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, HoldOrder, HoldOrderLine, LogHold, OrderKind

KEEPS = frozenset({OrderKind.PRESERVE, OrderKind.EXTEND})


def order_lines(session: Session, order: HoldOrder) -> list[HoldOrderLine]:
    """The lines of an order, in the order of the letter."""
    return list(
        session.exec(select(HoldOrderLine).where(HoldOrderLine.order_id == order.id).order_by(col(HoldOrderLine.no)))
    )


def order_holds(session: Session, order: HoldOrder) -> list[LogHold]:
    """The holds of an order, in the order of its lines."""
    return list(
        session.exec(
            select(LogHold)
            .join(HoldOrderLine, col(HoldOrderLine.hold_id) == col(LogHold.id))
            .where(HoldOrderLine.order_id == order.id)
            .order_by(col(HoldOrderLine.no))
        )
    )


def lock_open(session: Session, order: HoldOrder, *, answering: bool = False) -> None:
    """Lock an order and its case; Conflict when it is over, or (`answering`) takes no answer any more."""
    journal.lock(session, session.get_one(Case, order.case_id))
    session.refresh(order, with_for_update=True)
    if answering and order.takes_answer:
        return
    if order.withdrawn_at:
        raise Conflict(N_("この依頼は取り消されています。"), about="withdrawn")
    if order.answered_at:
        raise Conflict(N_("この依頼には、すでに回答があります。"), about="answered")


def record(
    session: Session,
    order: HoldOrder,
    fact: Fact,
    lines: Sequence[HoldOrderLine],
    *,
    actor: str,
    at: datetime,
    remark: str = "",
    occurred_at: datetime | None = None,
    itself: bool = True,
    **said: Any,
) -> None:
    """Write `fact` into the order's record (unless not `itself`), and those of the cases whose logs it names."""
    missing = sorted(str(line.hold_id) for line in lines if line.kept is False)
    if itself:
        journal.record(
            session, session.get_one(Case, order.case_id), fact, actor=actor, at=at, occurred_at=occurred_at,
            remark=remark, order=str(order.id), ordered=sorted(str(line.hold_id) for line in lines), missing=missing,
            awaited=fact is Fact.HOLD_ORDERED, **said,
        )  # fmt: skip
    holds = session.exec(select(LogHold).where(col(LogHold.id).in_([line.hold_id for line in lines])))
    by_case: dict[UUID, list[LogHold]] = defaultdict(list)
    for hold in holds:
        by_case[hold.case_id].append(hold)
    session.flush()
    cases = journal.open_all(session, by_case)  # hundreds, in the hand of a night's order
    for case_id in sorted(by_case, key=str):
        mine = sorted(str(hold.id) for hold in by_case[case_id])
        journal.record(
            session,
            cases[case_id].case,
            fact,
            actor=actor,
            at=at,
            occurred_at=occurred_at,
            items={hold.item_id for hold in by_case[case_id] if hold.item_id},
            order=str(order.id),
            number=order.number,
            ordered=mine,
            missing=sorted(set(mine) & set(missing)),
            opened=cases[case_id],
        )
    session.flush()
