"""Hold orders of the demo: one answered, one open, one that nobody answered in time, one taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import journal, orders
from tracker.cli.demo import post
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import words
from tracker.models import Case, Custodian, Event, HoldOrder, Item, LogHold, Notice, Service


def place_orders(session: Session, diary: Diary, services: dict[str, Service], by: UUID) -> int:
    """Two custodians and what they were asked for. Says how many orders there are."""
    own, other = [_custodian(session, services[prefix], *given) for prefix, *given in words()["custodians"]]
    first = _place(session, diary, own, by, ago=20, most=24)
    if first:
        at = diary.office(first.ordered_at, 3, 9, until=diary.now)
        missing = [orders.order_lines(session, first)[-1].hold_id]
        orders.answer(session, first, missing=missing, words=words()["acknowledged"], actor=journal.CUSTODIAN, at=at)
    taken_back = _place(session, diary, other, by, ago=9, most=2)
    if taken_back:
        at = diary.office(taken_back.ordered_at, 0.5, 2, until=diary.now)
        orders.withdraw(session, taken_back, reason=words()["order_withdrawn"], by=by, at=at)
    unanswered = _place(session, diary, other, by, ago=6, most=8)
    fresh = _place(session, diary, own, by, ago=0, most=5)
    return sum(order is not None for order in (first, taken_back, unanswered, fresh))


def _custodian(session: Session, service: Service, name: str, email: str, keeps: str) -> Custodian:
    made = Custodian(service_id=service.id, name=name, email=email, keeps=keeps)
    session.add(made)
    session.flush()
    return made


def _place(session: Session, diary: Diary, custodian: Custodian, by: UUID, *, ago: int, most: int) -> HoldOrder | None:
    """Order the newest holds that may be ordered on a day, whose cases have been quiet since."""
    since = diary.day(ago, "10:00") if ago else diary.now - timedelta(hours=18)
    at = diary.office(since, 0.2, 3, until=diary.now - timedelta(minutes=3))
    holds = _free(session, custodian, at, most)
    if not holds:
        return None
    order = orders.place(session, custodian, holds, by=by, at=at)
    post.settle_case(session, diary, order.case_id, by, at)
    return order


def _free(session: Session, custodian: Custodian, at: datetime, most: int) -> Sequence[UUID]:
    """Running holds of the custodian's service of cases in which nothing was recorded after `at`, newest first."""
    last = (
        select(func.max(Event.recorded_at)).where(Event.case_id == LogHold.case_id).correlate(LogHold).scalar_subquery()
    )
    asked = select(Event.case_id).where(Event.fact == "hold_ordered")
    rows = session.exec(
        select(LogHold.id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .join(Notice, col(Notice.case_id) == col(LogHold.case_id))
        .outerjoin(Item, col(Item.id) == col(LogHold.item_id))
        .where(
            Case.service_id == custodian.service_id,
            col(LogHold.released_at).is_(None),
            LogHold.until_at > at,
            last <= at,
            col(LogHold.case_id).not_in(asked),
        )
        .order_by(col(LogHold.from_at).desc(), col(Notice.number), col(LogHold.rule), col(Item.no))
        .limit(most)
    )
    return list(rows)
