"""Hold orders of the demo: one answered and partly let go, one open, one not answered in time, one taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import NotAllowed, holding, journal, orders
from tracker.cli.demo import post
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import keeping, words
from tracker.models import Case, Custodian, Event, HoldOrder, HoldOrderLine, Item, LogHold, Notice, OrderKind, Service


def place_orders(session: Session, diary: Diary, services: dict[str, Service], by: UUID) -> None:
    """Two custodians and what they were asked for."""
    own, other = [_custodian(session, services[prefix], *given) for prefix, *given in words()["custodians"]]
    first = _place(session, diary, own, by, ago=20, most=24)
    if first:
        at = diary.office(first.ordered_at, 3, 9, until=diary.now)
        missing = [orders.order_lines(session, first)[-1].hold_id]
        orders.answer(session, first, missing=missing, words=words()["acknowledged"], actor=journal.CUSTODIAN, at=at)
        _let_go(session, diary, own, first, by, at)
    taken_back = _place(session, diary, other, by, ago=9, most=2)
    if taken_back:
        at = diary.office(taken_back.ordered_at, 0.5, 2, until=diary.now)
        orders.withdraw(session, taken_back, reason=words()["order_withdrawn"], by=by, at=at)
        post.settle_case(session, diary, taken_back.case_id, by, at)
    _place(session, diary, other, by, ago=6, most=8)
    _place(session, diary, own, by, ago=0, most=5)


def _let_go(
    session: Session, diary: Diary, custodian: Custodian, order: HoldOrder, by: UUID, answered: datetime
) -> None:
    """One of the claimants will ask for no disclosure: what was kept returns to the usual period."""
    last = select(func.max(Event.recorded_at)).where(Event.case_id == Notice.case_id).correlate(Notice)
    quiet = (
        select(Notice, LogHold.id)
        .join(LogHold, col(LogHold.case_id) == col(Notice.case_id))
        .join(HoldOrderLine, col(HoldOrderLine.hold_id) == col(LogHold.id))
        .where(
            HoldOrderLine.order_id == order.id, col(HoldOrderLine.kept).is_(True), last.scalar_subquery() <= answered
        )
    )
    found = session.exec(quiet.order_by(col(Notice.number), col(HoldOrderLine.no))).all()
    alone = [(notice, hold) for notice, hold in found if _may_release(session, custodian, hold, answered)]
    if not alone:
        return
    notice, hold = alone[0]
    at = diary.office(answered, 50, 80, until=diary.now)
    holding.release(session, notice, [hold], reason=keeping()["let_go"]["reason"], by=by, at=at)
    release = orders.place(session, custodian, [hold], by=by, at=at, kind=OrderKind.RELEASE)
    at = post.settle_case(session, diary, release.case_id, by, at)
    at = diary.office(at, 1, 6, until=diary.now)
    orders.answer(
        session, release, missing=[], words=keeping()["let_go"]["words"], actor=journal.CUSTODIAN, at=at
    )  # fmt: skip


def _may_release(session: Session, custodian: Custodian, hold: UUID, at: datetime) -> bool:
    try:
        holding.refuse_release(session, custodian, [session.get_one(LogHold, hold)], at=at)
    except NotAllowed:
        return False
    return True


def _custodian(session: Session, service: Service, name: str, email: str, keeps: str) -> Custodian:
    made = Custodian(service_id=service.id, name=name, email=email, keeps=keeps)
    session.add(made)
    session.flush()
    return made


def _place(session: Session, diary: Diary, custodian: Custodian, by: UUID, *, ago: int, most: int) -> HoldOrder | None:
    """Order the newest holds that may be ordered on a day, whose cases have been quiet since."""
    since = diary.day(ago, "10:00") if ago else diary.now - timedelta(hours=18)
    at = diary.office(since, 0.2, 3, until=diary.now - timedelta(minutes=3))
    holds = free(session, custodian, at, most)
    if not holds:
        return None
    order = orders.place(session, custodian, holds, by=by, at=at)
    post.settle_case(session, diary, order.case_id, by, at)
    return order


def free(session: Session, custodian: Custodian, at: datetime, most: int) -> Sequence[UUID]:
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
            col(LogHold.until_at) > at,
            last <= at,
            col(LogHold.case_id).not_in(asked),
        )
        .order_by(col(LogHold.from_at).desc(), col(Notice.number), col(LogHold.rule), col(Item.no))
        .limit(most)
    )
    return list(rows)
