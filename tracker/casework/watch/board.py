"""いま知らせていること: running clocks that somebody was told of, whom, what became of each memo, and who has it.

Five queries for a page, however many rows it has. Reads only.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, case, cast, select as pick
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, func, not_, or_, select

from tracker.casework.faces import Face, face
from tracker.casework.watch.answers import latest, longest_rest
from tracker.casework.watch.words import place
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Force
from tracker.models import Alert, AlertAnswer, Case, Clock, CriteriaVersion, HoldOrder, Memo, Notice, Service, Staff

PAGE = 50
MINE = 20  # memos to oneself that the room lists
FAR = timedelta(days=45)  # nobody is told earlier before an end: in the fast lane at the start of a month at most
DUTIES = [rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN]


class Whose(StrEnum):
    """Which of them to show."""

    ALL = "all"
    MINE = "mine"
    NOBODY = "nobody"


class Fate(StrEnum):
    """What became of a memo. Nobody knows whether it was read."""

    GIVEN = "given"  # our relay took it
    WAITING = "waiting"
    REFUSED = "refused"
    REPLACED = "replaced"  # a newer one says it
    CANCELLED = "cancelled"  # its recipient left before it could go
    UNKNOWN = "unknown"  # from before memos were kept


@dataclass(frozen=True)
class Told:
    """One person who was told, when, and the fate of the memo."""

    name: str
    raised_at: datetime
    fate: Fate


@dataclass(frozen=True)
class Holder:
    """Who has an alert: whoever took it, else whoever has the case. `answer` is the newest answer, if there is one."""

    staff_id: UUID
    name: str
    active: bool
    answer: AlertAnswer | None

    @property
    def resting(self) -> datetime | None:
        """Until when it was asked to rest."""
        return self.answer.quiet_until if self.answer else None


@dataclass(frozen=True)
class Entry:
    """A running clock that was told of."""

    clock: Clock
    face: Face
    name: str  # a number, or what it is of
    room: str  # its page of the desk
    service: str
    level: str  # as it stands in the ledger: one, day, late:2026-05-07, left:2, …
    told: Sequence[Told]
    holder: Holder | None
    answer: AlertAnswer | None
    rest: datetime | None  # the longest rest, while one is still possible

    @property
    def seen(self) -> str:
        """The newest answer, for who answers from a page."""
        return str(self.answer.id) if self.answer else ""


def entries(session: Session, whose: Whose, me: UUID, *, page: int = 1, at: datetime) -> list[Entry]:
    """A page of them, the most pressing first."""
    query = _query().where(_shown(whose, me, at)).order_by(_rank(at), _end(), col(Clock.id))
    rows = session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    return _entries(session, rows, at)


def counts(session: Session, me: UUID, *, at: datetime) -> dict[Whose, int]:
    """How many there are, in each view."""
    whose = [func.sum(case((condition, 1), else_=0)) for condition in (_mine(me), _nobodys())]
    query = pick(func.count(), *whose).select_from(Clock).join(Case, col(Case.id) == col(Clock.case_id))
    found = session.execute(query.where(_told_now(at))).one()
    return {view: n or 0 for view, n in zip((Whose.ALL, Whose.MINE, Whose.NOBODY), found, strict=True)}


def of_clocks(session: Session, ids: Collection[UUID], *, at: datetime) -> Mapping[UUID, Entry]:
    """Those of `ids` that run and were told of."""
    if not ids:
        return {}
    rows = session.execute(_query().where(col(Clock.id).in_(ids), _runs(), _was_told())).all()
    return {one.clock.id: one for one in _entries(session, rows, at)}


def memos_of(session: Session, staff_id: UUID) -> Sequence[Memo]:
    """The newest memos to somebody, the newest first."""
    query = select(Memo).where(Memo.staff_id == staff_id).order_by(col(Memo.queued_at).desc()).limit(MINE)
    return session.exec(query).all()


def fate(memo: Memo | None) -> Fate:
    """What became of a memo."""
    if memo is None:
        return Fate.UNKNOWN
    if memo.given_at:
        return Fate.GIVEN
    if memo.refused_at:
        return Fate.REFUSED
    if memo.replaced_by:
        return Fate.REPLACED
    return Fate.CANCELLED if memo.cancelled_at else Fate.WAITING


def _query() -> Select[Any]:
    columns: list[Any] = [
        Clock, Case.kind, Case.assigned_to, Service.name, Notice.number, HoldOrder.number.label("order"),  # type: ignore[attr-defined] # a column
        CriteriaVersion.version,
    ]  # fmt: skip
    return (
        pick(*columns)
        .select_from(Clock)
        .join(Case, col(Case.id) == col(Clock.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .outerjoin(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
    )


def _runs() -> ColumnElement[bool]:
    return and_(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))


def _subject() -> ColumnElement[str]:
    """The subject of a clock in the ledger. SQLite keeps an id without its hyphens, PostgreSQL with them."""
    plain = func.replace(cast(Clock.id, String), "-", "")
    text: ColumnElement[str] = func.substr(plain, 1, 8)
    for start, length in ((9, 4), (13, 4), (17, 4), (21, 12)):
        text = text + "-" + func.substr(plain, start, length)
    return "clock:" + text


def _was_told() -> ColumnElement[bool]:
    return exists().where(col(Alert.subject) == _subject()).correlate(Clock)


def _told_now(at: datetime) -> ColumnElement[bool]:
    """Running and told of. The ends are bounded, so that far ones cost nothing."""
    near = or_(col(Clock.due_at) <= at + FAR, col(Clock.target_at) <= at + FAR)
    return and_(_runs(), near, _was_told())


def _shown(whose: Whose, me: UUID, at: datetime) -> ColumnElement[bool]:
    found = _told_now(at)
    if whose is Whose.MINE:
        return and_(found, _mine(me))
    return and_(found, _nobodys()) if whose is Whose.NOBODY else found


def _holder() -> ColumnElement[UUID]:
    """Who has it: the newest to take it, else who has the case."""
    taken = (
        pick(col(AlertAnswer.staff_id))
        .where(col(AlertAnswer.subject) == _subject())
        .order_by(col(AlertAnswer.at).desc())
        .limit(1)
        .correlate(Clock)
        .scalar_subquery()
    )
    return func.coalesce(taken, col(Case.assigned_to))


def _mine(me: UUID) -> ColumnElement[bool]:
    return _holder() == me


def _nobodys() -> ColumnElement[bool]:
    active = pick(col(Staff.id)).where(col(Staff.active).is_(True))
    return or_(_holder().is_(None), not_(_holder().in_(active)))


def _rank(at: datetime) -> ColumnElement[int]:
    """Late duties, then the fast lane, then duties to come, then what is voluntary or a target."""
    duty = and_(col(Clock.rule).in_(DUTIES), col(Clock.force) != Force.VOLUNTARY)
    return case((and_(duty, col(Clock.due_at) <= at), 0), (col(Case.fast).is_(True), 1), (duty, 2), else_=3)


def _end() -> ColumnElement[datetime]:
    return func.coalesce(Clock.due_at, Clock.target_at)


def _entries(session: Session, rows: Sequence[Row[Any]], at: datetime) -> list[Entry]:
    subjects = [f"clock:{row.Clock.id}" for row in rows]
    told, levels = _told(session, subjects)
    answers = latest(session, subjects) if subjects else {}
    holders = {answer.staff_id for answer in answers.values()} | {row.assigned_to for row in rows if row.assigned_to}
    people = {one.id: one for one in session.exec(select(Staff).where(col(Staff.id).in_(holders)))} if holders else {}
    calendar: Calendar = session.info["calendar"]
    hours = session.info["office"].hours
    found = []
    for row, subject in zip(rows, subjects, strict=True):
        answer = answers.get(subject)
        who = people.get(answer.staff_id if answer else row.assigned_to)
        name, room = place(row)
        rest = longest_rest(row.Clock, hours, calendar)
        found.append(
            Entry(
                clock=row.Clock,
                face=face(row.Clock, at, calendar),
                name=name,
                room=room,
                service=row.name,
                level=levels[subject],
                told=told[subject],
                holder=Holder(who.id, who.name, who.active, answer) if who else None,
                answer=answer,
                rest=rest if rest and rest > at else None,
            )
        )
    return found


def _told(session: Session, subjects: Sequence[str]) -> tuple[dict[str, list[Told]], dict[str, str]]:
    """Each person's newest alert of each subject, and the newest level of each."""
    people: dict[str, dict[UUID, Told]] = defaultdict(dict)
    levels: dict[str, str] = {}
    newest = (
        pick(col(Alert.subject), col(Alert.recipient), func.max(col(Alert.raised_at)).label("raised_at"))
        .where(col(Alert.subject).in_(subjects))
        .group_by(col(Alert.subject), col(Alert.recipient))
        .subquery()
    )
    newer = aliased(Memo)  # what was taken back is said by it
    query = (
        pick(Alert, Staff.name, Memo, newer)  # type: ignore[call-overload] # a column
        .join(
            newest,
            and_(
                col(Alert.subject) == newest.c.subject,
                col(Alert.recipient) == newest.c.recipient,
                col(Alert.raised_at) == newest.c.raised_at,
            ),
        )
        .join(Staff, col(Staff.id) == col(Alert.recipient))
        .outerjoin(Memo, col(Memo.id) == col(Alert.memo_id))
        .outerjoin(newer, col(newer.id) == col(Memo.replaced_by))
        .order_by(col(Alert.raised_at), Staff.name)
    )
    for alert, name, memo, instead in session.execute(query):
        people[alert.subject][alert.recipient] = Told(name, alert.raised_at, fate(instead or memo))
        levels[alert.subject] = alert.level
    return {subject: sorted(found.values(), key=lambda one: one.name) for subject, found in people.items()}, levels
