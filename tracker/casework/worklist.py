"""The read side: what is running, due today, overdue, waiting. Flat at a million: one index, a capped count."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from tracker.casework.faces import Face, Urgency, face
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Force
from tracker.models import Case, Clock, Decision, Item, Letter, LetterKind, Measure, Notice, Service, Staff

PAGE = 50
COUNT_CAP = 1000
# Rules with a last day; a case is late when one of them binds and has run out. An office target never makes it late.
DEADLINES = [rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN]


@dataclass(frozen=True)
class Search:
    """What is asked of the worklist. `view` is one of VIEWS."""

    view: str = "all"
    text: str = ""
    service: UUID | None = None
    assigned: UUID | None = None
    page: int = 1


@dataclass(frozen=True)
class Row:
    """One open notice on the list."""

    case: Case
    notice: Notice
    service: Service
    title: str
    lead: Face | None
    next_step: str
    items: int
    decided: int
    assigned: str
    came_back: bool

    @property
    def urgency(self) -> Urgency:
        """Of its leading clock; STOPPED when nothing presses."""
        return self.lead.urgency if self.lead else Urgency.STOPPED


@dataclass(frozen=True)
class Page:
    """A page of the list; `total` counts up to COUNT_CAP and `capped` says that there are more."""

    rows: Sequence[Row]
    total: int
    capped: bool
    page: int

    @property
    def more(self) -> bool:
        """Whether a further page exists."""
        return self.page * PAGE < self.total or self.capped


def worklist(session: Session, search: Search, *, at: datetime) -> Page:
    """Open notices, urgent circumstances first, then by what is due; of one moment, a duty before what is voluntary."""
    query = (
        select(Case, Notice)
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(*_conditions(search, at))
        .order_by(col(Case.fast).desc(), col(Case.next_at), col(Case.statutory).desc(), col(Case.id))
        .offset((search.page - 1) * PAGE)
        .limit(PAGE)
    )
    found = session.exec(query).all()
    total = count(session, search, at=at)
    return Page(_rows(session, found, at), min(total, COUNT_CAP), total > COUNT_CAP, search.page)


def count(session: Session, search: Search, *, at: datetime) -> int:
    """How many notices `search` finds, never counting past the cap."""
    inner = (
        select(col(Case.id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(*_conditions(search, at))
        .limit(COUNT_CAP + 1)
        .subquery()
    )
    return session.exec(select(func.count()).select_from(inner)).one()


VIEWS: dict[str, str] = {
    "all": "すべて",
    "mine": "わたしの担当",
    "late": "期限超過",
    "fast": "優先",
    "unexecuted": "実施の記録待ち",
    "back": "戻ってきたもの",
    "voluntary": "任意の申出",
    "closed": "終わったもの",
}


def _conditions(search: Search, at: datetime) -> list[ColumnElement[bool]]:
    closed = col(Case.closed_at)
    conditions: list[ColumnElement[bool]] = [closed.is_not(None) if search.view == "closed" else closed.is_(None)]
    ordered = select(Measure.case_id).where(col(Measure.executed_at).is_(None), col(Measure.withdrawn_at).is_(None))
    views: dict[str, ColumnElement[bool]] = {
        "mine": col(Case.assigned_to) == search.assigned,
        "late": _late(at),
        "fast": col(Case.fast).is_(True),
        "voluntary": col(Case.statutory).is_(False),
        "unexecuted": col(Case.id).in_(ordered),
        "back": col(Case.id).in_(_came_back()),
    }
    if search.view in views:
        conditions.append(views[search.view])
    if search.service:
        conditions.append(col(Case.service_id) == search.service)
    if search.text:
        wanted = unicodedata.normalize("NFKC", search.text).casefold()
        escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(
            or_(
                col(Notice.search_text).like(f"%{escaped}%", escape="\\"),
                func.lower(col(Notice.number)).like(f"%{escaped}%", escape="\\"),
            )
        )
    return conditions


def _late(at: datetime) -> ColumnElement[bool]:
    """Cases of which a deadline has passed. Its moment is never before the case's next one, which is indexed."""
    passed = select(Clock.id).where(
        Clock.case_id == Case.id,
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
        col(Clock.due_at) <= at,
        col(Clock.rule).in_(DEADLINES),
        Clock.force != Force.VOLUNTARY,
    )
    return and_(col(Case.next_at) <= at, passed.exists())


def _came_back() -> SelectOfScalar[UUID]:
    """Cases with a letter that came back and was not replaced by a newer one of its kind."""
    newer = aliased(Letter)
    replaced = (
        select(newer.id)
        .where(
            newer.case_id == Letter.case_id,
            newer.kind == Letter.kind,
            newer.queued_at >= Letter.queued_at,
            newer.id != Letter.id,
            col(newer.refused_at).is_(None),
            col(newer.bounced_at).is_(None),
            col(newer.cancelled_at).is_(None),
        )
        .exists()
    )
    lost = or_(col(Letter.refused_at).is_not(None), col(Letter.bounced_at).is_not(None))
    return select(Letter.case_id).where(
        lost, Letter.kind != LetterKind.ALERT, col(Letter.opened_at).is_(None), ~replaced
    )


def _rows(session: Session, found: Sequence[tuple[Case, Notice]], at: datetime) -> list[Row]:
    """The rows of a page, in six queries however many cases there are."""
    ids = [case.id for case, _ in found]
    calendar = session.info["calendar"]
    clocks: dict[UUID, list[Face]] = {id: [] for id in ids}
    running = select(Clock).where(
        col(Clock.case_id).in_(ids), col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None)
    )
    for clock in session.exec(running):
        clocks[clock.case_id].append(face(clock, at, calendar))
    items = _counts(
        session, select(Item.case_id, func.count()).where(col(Item.case_id).in_(ids)).group_by(col(Item.case_id))
    )
    decided = _counts(
        session,
        select(Decision.case_id, func.count(func.distinct(Decision.item_id)))
        .where(col(Decision.case_id).in_(ids))
        .group_by(col(Decision.case_id)),
    )
    ordered = _counts(
        session,
        select(Measure.case_id, func.count())
        .where(col(Measure.case_id).in_(ids), col(Measure.executed_at).is_(None), col(Measure.withdrawn_at).is_(None))
        .group_by(col(Measure.case_id)),
    )
    back = set(session.exec(_came_back().where(col(Letter.case_id).in_(ids))))
    titles = dict(session.exec(select(Item.case_id, Item.quote).where(col(Item.case_id).in_(ids), Item.no == 1)).all())
    services = {s.id: s for s in session.exec(select(Service))}
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    rows = []
    for case, notice in found:
        lead = _lead(clocks[case.id])
        rows.append(
            Row(
                case=case,
                notice=notice,
                service=services[case.service_id],
                title=titles.get(case.id) or notice.reason[:60],
                lead=lead,
                next_step=_next(
                    lead, items.get(case.id, 0), decided.get(case.id, 0), ordered.get(case.id, 0), case.id in back
                ),
                items=items.get(case.id, 0),
                decided=decided.get(case.id, 0),
                assigned=names.get(case.assigned_to, "") if case.assigned_to else "",
                came_back=case.id in back,
            )
        )
    return rows


def _counts(session: Session, query: Select[UUID, int]) -> dict[UUID, int]:
    return dict(session.exec(query).all())


def _lead(faces: Sequence[Face]) -> Face | None:
    """The clock that stands for the case: a deadline that has passed, else the earliest moment among those that lead.

    A wait only when nothing else runs.
    """
    leading = [f for f in faces if f.kind != "wait" and f.rule.leads] or [f for f in faces]
    return min(
        leading,
        key=lambda f: (f.urgency is not Urgency.LATE or f.kind == "target", f.moment or f.clock.started_at),
        default=None,
    )


def _next(lead: Face | None, items: int, decided: int, ordered: int, back: bool) -> str:
    """The one next thing to do."""
    if lead is None:
        return "することはありません"
    if back:
        return "別の連絡先に送る"
    if ordered:
        return "実施を記録する"
    if lead.rule.key in {"sender_notice", "criteria_change", "receipt"}:
        return lead.rule.label
    return "判断する" if decided < items else "申出者へ結果を送る"
