"""Pages of holds: those of a view, of a service, of a notice or paper, and how many there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case as by_case, func, or_
from sqlmodel import Session, col, select

from tracker.casework.holdings.rows import Held, described
from tracker.casework.papers.readers import may_know
from tracker.law import N_
from tracker.law.grounds import Strength
from tracker.models import (
    Case,
    HoldOrder,
    HoldOrderLine,
    LegalPaper,
    LineAnswer,
    LogHold,
    Notice,
)

PAGE = 50
COUNT_CAP = 1000
SOON = timedelta(days=30)  # how long before its end a hold is worth a second look

VIEWS: dict[str, str] = {
    "unordered": N_("依頼していないもの"),
    "waiting": N_("回答を待つもの"),
    "kept": N_("保存されたもの"),
    "missing": N_("記録がなかったもの"),
    "expired": N_("先に消去されていたもの"),
    "ending": N_("30日以内に終わるもの"),
    "ended": N_("終わったもの"),
    "released": N_("保存を解いたもの"),
    "erased": N_("消去されたもの"),
}


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


def holdings(
    session: Session,
    view: str,
    *,
    at: datetime,
    service: UUID | None = None,
    number: str = "",
    reader: UUID | None = None,
    page: int = 1,
    limit: int = PAGE,
) -> Holdings:
    """Holds of a view (VIEWS), the soonest end first; those that ended, the latest first.

    With a notice's `number` those over its logs: of its case, and of the papers that name it; with a paper's its own.
    Of these, and of what nobody was asked to keep, the holds that stop an erasure come first, the hardest before the
    others.
    """
    ends = col(LogHold.until_at)
    order = (ends.desc() if view == "ended" else ends, col(LogHold.id))
    query = select(LogHold).where(*_conditions(view, at, service, number, reader))
    skip = (page - 1) * limit
    if view == "unordered" or number:
        binding = query.where(LogHold.strength != Strength.FLAG)  # few, and with an index of their own
        hardest = by_case((col(LogHold.strength) == Strength.HARD, 0), else_=1)
        found = list(session.exec(binding.order_by(hardest, *order).offset(skip).limit(limit)))
        if len(found) < limit:
            before = session.exec(select(func.count()).select_from(binding.subquery()))
            flags = query.where(LogHold.strength == Strength.FLAG).order_by(*order)
            found += session.exec(flags.offset(max(0, skip - before.one())).limit(limit - len(found)))
    else:
        found = list(session.exec(query.order_by(*order).offset(skip).limit(limit)))
    total = count(session, view, at=at, service=service, number=number, reader=reader)
    return Holdings(described(session, found), min(total, COUNT_CAP), total > COUNT_CAP, page)


def count(
    session: Session,
    view: str,
    *,
    at: datetime,
    service: UUID | None = None,
    number: str = "",
    reader: UUID | None = None,
) -> int:
    """How many holds a view has, never counting past the cap. Of confidential papers only those that `reader` knows."""
    inner = (
        select(col(LogHold.id)).where(*_conditions(view, at, service, number, reader)).limit(COUNT_CAP + 1).subquery()
    )
    return session.exec(select(func.count()).select_from(inner)).one()


def known(session: Session, holds: Collection[UUID], *, reader: UUID) -> frozenset[UUID]:
    """Those of `holds` that `reader` may know of: what a form names is no more than what its page showed."""
    query = select(LogHold.id).where(col(LogHold.id).in_(holds), may_know(col(LogHold.case_id), reader))
    return frozenset(session.exec(query))


def _conditions(
    view: str, at: datetime, service: UUID | None, number: str, reader: UUID | None
) -> list[ColumnElement[bool]]:
    running = col(LogHold.released_at).is_(None)
    lines = (
        select(HoldOrderLine.hold_id)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(HoldOrderLine.hold_id == LogHold.id, col(HoldOrder.withdrawn_at).is_(None))
    )
    answer = col(HoldOrderLine.answer)
    views: dict[str, list[ColumnElement[bool]]] = {
        "unordered": [running, ~lines.exists()],
        "waiting": [_answered(answer.is_(None))],
        "kept": [running, lines.where(answer == LineAnswer.HELD).exists()],
        "missing": [running, _answered(answer.in_([LineAnswer.NOT_HELD, LineAnswer.UNLINKABLE]))],
        "expired": [_answered(answer == LineAnswer.EXPIRED)],
        "released": [_answered(answer == LineAnswer.RELEASED)],
        "erased": [_answered(answer == LineAnswer.ERASED)],
        "ending": [running, col(LogHold.until_at) <= at + SOON],
        "ended": [col(LogHold.released_at).is_not(None)],
    }
    case = col(LogHold.case_id)
    conditions = views[view]
    conditions.append(may_know(case, reader))
    if service:
        conditions.append(col(LogHold.case_id).in_(select(Case.id).where(Case.service_id == service)))
    if number:
        named = (
            select(LegalPaper.id)
            .join(Notice, col(Notice.id) == col(LegalPaper.notice_id), isouter=True)
            .where(or_(col(Notice.number) == number, col(LegalPaper.number) == number))
        )
        own = select(Notice.case_id).where(Notice.number == number)
        conditions.append(or_(case.in_(own), col(LogHold.paper_id).in_(named)))
    return conditions


def _answered(answer: ColumnElement[bool]) -> ColumnElement[bool]:
    """The holds of a few answers, found by the index of answers and not by looking at every hold."""
    lines = (
        select(HoldOrderLine.hold_id)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(answer, col(HoldOrder.withdrawn_at).is_(None))
    )
    return col(LogHold.id).in_(lines)
