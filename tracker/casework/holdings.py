"""What is held: the running holds of every case with what was asked of which custodian, and the orders still open."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, select

from tracker.i18n import gettext
from tracker.law import N_
from tracker.law.holds import CLASSES, HOLDS, HoldRule
from tracker.models import (
    Case,
    Clock,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    Item,
    LogHold,
    Notice,
    Sender,
    Service,
)

PAGE = 50
COUNT_CAP = 1000
SOON = timedelta(days=30)  # how long before its end a hold is worth a second look

VIEWS: dict[str, str] = {
    "unordered": N_("依頼していないもの"),
    "waiting": N_("回答を待つもの"),
    "kept": N_("保存されたもの"),
    "missing": N_("記録がなかったもの"),
    "ending": N_("30日以内に終わるもの"),
    "ended": N_("終わったもの"),
}


@dataclass(frozen=True)
class Asked:
    """What was asked of one custodian about a hold. `kept` is None while unanswered."""

    order: HoldOrder
    custodian: str
    kept: bool | None


@dataclass(frozen=True)
class Held:
    """One hold: which logs of which posts, for how long, and what was asked of whom."""

    hold: LogHold
    number: str
    service: Service
    posts: Sequence[Item]
    accounts: Sequence[str]
    asked: Sequence[Asked]

    @property
    def law(self) -> HoldRule:
        """Its rule."""
        return next(rule for rule in HOLDS if rule.key == self.hold.rule)

    @property
    def classes(self) -> list[str]:
        """The classes of 発信者情報 (規則2条) it covers, in the reader's language."""
        return [gettext(CLASSES[name]) for name in self.hold.classes]


@dataclass(frozen=True)
class Holdings:
    """A page of holds; `total` counts up to COUNT_CAP and `capped` says that there are more."""

    rows: Sequence[Held]
    total: int
    capped: bool
    page: int

    @property
    def more(self) -> bool:
        """Whether a further page exists."""
        return self.page * PAGE < self.total or self.capped


@dataclass(frozen=True)
class Open:
    """An order that nobody answered yet. `late` says that the office target has passed."""

    order: HoldOrder
    custodian: str
    service: str
    lines: int
    target_at: datetime | None
    late: bool


def holdings(
    session: Session,
    view: str,
    *,
    at: datetime,
    service: UUID | None = None,
    number: str = "",
    page: int = 1,
    limit: int = PAGE,
) -> Holdings:
    """Holds of a view (VIEWS), or of its notice `number`, the soonest end first; those that ended, the latest first."""
    ends = col(LogHold.until_at)
    found = session.exec(
        select(LogHold)
        .where(*_conditions(view, at, service, number))
        .order_by(ends.desc() if view == "ended" else ends, col(LogHold.id))
        .offset((page - 1) * limit)
        .limit(limit)
    ).all()
    total = count(session, view, at=at, service=service, number=number)
    return Holdings(described(session, found), min(total, COUNT_CAP), total > COUNT_CAP, page)


def count(session: Session, view: str, *, at: datetime, service: UUID | None = None, number: str = "") -> int:
    """How many holds a view has, never counting past the cap."""
    inner = select(col(LogHold.id)).where(*_conditions(view, at, service, number)).limit(COUNT_CAP + 1).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


def described(session: Session, holds: Sequence[LogHold]) -> list[Held]:
    """Each hold with its posts, accounts and orders, in five queries however many there are."""
    cases = {hold.case_id for hold in holds}
    numbers = dict(session.exec(select(Notice.case_id, Notice.number).where(col(Notice.case_id).in_(cases))).all())
    services = dict(
        session.exec(
            select(Case.id, Service)
            .join(Service, col(Service.id) == col(Case.service_id))
            .where(col(Case.id).in_(cases))
        ).all()
    )
    posts: dict[UUID, list[Item]] = defaultdict(list)
    for item in session.exec(select(Item).where(col(Item.case_id).in_(cases)).order_by(col(Item.no))):
        posts[item.case_id].append(item)
    accounts = dict(session.exec(select(Sender.id, Sender.account).where(col(Sender.case_id).in_(cases))).all())
    asked = asked_of(session, [hold.id for hold in holds])
    rows = []
    for hold in holds:
        mine = [item for item in posts[hold.case_id] if hold.item_id in (None, item.id)]
        names = dict.fromkeys(accounts.get(item.sender_id, "") if item.sender_id else item.account for item in mine)
        rows.append(
            Held(
                hold,
                numbers.get(hold.case_id, ""),
                services[hold.case_id],
                mine,
                [name for name in names if name],
                asked[hold.id],
            )
        )
    return rows


def open_orders(session: Session, *, at: datetime, service: UUID | None = None) -> list[Open]:
    """Orders that nobody answered or took back, the longest waiting first."""
    query = (
        select(HoldOrder, Custodian.name, Service.name, Clock.target_at)
        .join(Custodian, col(Custodian.id) == col(HoldOrder.custodian_id))
        .join(Service, col(Service.id) == col(HoldOrder.service_id))
        .join(Clock, and_(col(Clock.case_id) == col(HoldOrder.case_id), col(Clock.stopped_at).is_(None)))
        .where(col(HoldOrder.answered_at).is_(None), col(HoldOrder.withdrawn_at).is_(None))
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


def asked_of(session: Session, holds: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """What was asked of which custodian about each hold, orders that were taken back left out."""
    found: dict[UUID, list[Asked]] = defaultdict(list)
    rows = session.exec(
        select(HoldOrderLine, HoldOrder, Custodian.name)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .join(Custodian, col(Custodian.id) == col(HoldOrder.custodian_id))
        .where(col(HoldOrderLine.hold_id).in_(holds), col(HoldOrder.withdrawn_at).is_(None))
        .order_by(col(HoldOrder.ordered_at), col(HoldOrder.number))
    )
    for line, order, custodian in rows:
        found[line.hold_id].append(Asked(order, custodian, line.kept))
    return found


def _conditions(view: str, at: datetime, service: UUID | None, number: str) -> list[ColumnElement[bool]]:
    running = col(LogHold.released_at).is_(None)
    lines = (
        select(HoldOrderLine.hold_id)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(HoldOrderLine.hold_id == LogHold.id, col(HoldOrder.withdrawn_at).is_(None))
    )
    views: dict[str, list[ColumnElement[bool]]] = {
        "unordered": [running, ~lines.exists()],
        "waiting": [running, lines.where(col(HoldOrderLine.kept).is_(None)).exists()],
        "kept": [running, lines.where(col(HoldOrderLine.kept).is_(True)).exists()],
        "missing": [running, lines.where(col(HoldOrderLine.kept).is_(False)).exists()],
        "ending": [running, col(LogHold.until_at) <= at + SOON],
        "ended": [col(LogHold.released_at).is_not(None)],
    }
    conditions = views[view]
    if service:
        conditions.append(col(LogHold.case_id).in_(select(Case.id).where(Case.service_id == service)))
    if number:
        conditions.append(col(LogHold.case_id).in_(select(Notice.case_id).where(Notice.number == number)))
    return conditions
