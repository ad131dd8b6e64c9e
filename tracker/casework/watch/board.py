"""いま知らせていること: running clocks that somebody was told of, whom, what became of each memo, and who has it.

What is late stands there too where nobody was told. A page costs the same, however many clocks run. Reads only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import Session, col, select

from tracker.casework.faces import Face, face
from tracker.casework.papers.readers import may_know
from tracker.casework.watch.answers import in_force, longest_rest
from tracker.casework.watch.fates import Told, subjects_told, told_of
from tracker.casework.watch.nearest import DUTIES, nearest, order, runs
from tracker.casework.watch.places import clocks, place
from tracker.law.calendars import Calendar
from tracker.models import (
    AlertAnswer,
    Case,
    Clock,
    Memo,
    Preference,
    Staff,
)

PAGE = 50
MOST = 1000  # clocks that a page looks at, those that end first
MINE = 20  # memos to oneself that the room lists


class Whose(StrEnum):
    """Which of them to show."""

    ALL = "all"
    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Holder:
    """Who has an alert: whoever took it, else whoever has the case. `answer` is the newest answer, if there is one."""

    staff_id: UUID
    name: str
    active: bool
    answer: AlertAnswer | None
    singles: bool = True  # whether they read single memos; without, they hear of it in the digest of the morning
    morning: bool = True

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
    level: str  # as it stands in the ledger: one, day, late:2026-05-07, left:2, …; empty where nobody was told
    told: Sequence[Told]
    holder: Holder | None
    answer: AlertAnswer | None
    rest: datetime | None  # the longest rest, while one is still possible
    secret: bool = False  # of a confidential paper, or of an order about one: only who is named knows of it

    @property
    def awaits_digest(self) -> bool:
        """Whether who has it was not told, wants no single memos, and reads of it in the next digest."""
        who = self.holder
        if who is None or not who.active or who.singles or not who.morning:
            return False
        return all(one.name != who.name for one in self.told)

    @property
    def seen(self) -> str:
        """The newest answer, for who answers from a page."""
        return str(self.answer.id) if self.answer else ""


@dataclass(frozen=True)
class Board:
    """A page of entries, how many there are in each view, and whether there are more clocks than were looked at."""

    entries: Sequence[Entry]
    counts: Mapping[Whose, int]
    capped: bool


def board(session: Session, whose: Whose, me: UUID, *, page: int = 1, at: datetime) -> Board:
    """A page of what is told of, and how many there are in each view.

    Late duties stand first, the oldest before the others; then today, tomorrow and so on, targets that have passed with
    today. Within a day what nobody has comes first. Only the MOST clocks that end first are looked at: what a page
    costs does not grow with how many run.
    """
    near = nearest(session, at, MOST + 1, reader=me)
    capped = len(near) > MOST
    near = near[:MOST]
    known = subjects_told(session, near)
    near = [row for row in near if f"clock:{row.id}" in known or (row.rule in DUTIES and row.end <= at)]
    answers = in_force(session, {f"clock:{row.id}": row.case_id for row in near})
    here = set(session.exec(select(Staff.id).where(col(Staff.active).is_(True))))
    holders = {row.id: _holder(row, answers) for row in near}
    views = {
        Whose.ALL: near,
        Whose.MINE: [row for row in near if holders[row.id] == me],
        Whose.NOBODY: [row for row in near if holders[row.id] not in here],
    }
    shown = sorted(views[whose], key=lambda row: order(row, taken=holders[row.id] in here, at=at))
    ids = [row.id for row in shown[(page - 1) * PAGE : page * PAGE]]
    return Board(_ordered(session, ids, at), {view: len(rows) for view, rows in views.items()}, capped)


def entry(session: Session, clock: UUID, *, at: datetime) -> Entry | None:
    """One clock as it stands on the board. Whoever asks has looked whether its reader may know of it."""
    return next(iter(_ordered(session, [clock], at)), None)


def room_of(session: Session, clock: UUID, *, reader: UUID) -> str | None:
    """The page of the desk of what a clock belongs to; None where `reader` may not know of it."""
    query = clocks().where(col(Clock.id) == clock, may_know(col(Clock.case_id), reader))
    row = session.execute(query).first()
    return place(row)[1] if row else None


def of_clocks(session: Session, ids: Collection[UUID], *, at: datetime) -> Mapping[UUID, Entry]:
    """Those of `ids` that run and were told of."""
    if not ids:
        return {}
    rows = session.execute(clocks(Clock, Case.assigned_to).where(col(Clock.id).in_(ids), runs())).all()
    known = subjects_told(session, [row.Clock for row in rows])
    rows = [row for row in rows if f"clock:{row.Clock.id}" in known]
    return {one.clock.id: one for one in _entries(session, rows, at)}


def memos_of(session: Session, staff_id: UUID) -> Sequence[Memo]:
    """The newest memos to somebody, the newest first."""
    query = select(Memo).where(Memo.staff_id == staff_id).order_by(col(Memo.queued_at).desc()).limit(MINE)
    return session.exec(query).all()


def _holder(row: Any, answers: Mapping[str, AlertAnswer]) -> UUID | None:
    """Who has it: the newest to take it, else who has the case."""
    answer = answers.get(f"clock:{row.id}")
    found: UUID | None = answer.staff_id if answer else row.assigned_to
    return found


def _ordered(session: Session, ids: Sequence[UUID], at: datetime) -> list[Entry]:
    """The entries of some clocks, in their order."""
    if not ids:
        return []
    rows = {row.Clock.id: row for row in session.execute(clocks(Clock, Case.assigned_to).where(col(Clock.id).in_(ids)))}
    return _entries(session, [rows[id] for id in ids if id in rows], at)


def _entries(session: Session, rows: Sequence[Row[Any]], at: datetime) -> list[Entry]:
    subjects = [f"clock:{row.Clock.id}" for row in rows]
    told, levels = told_of(session, subjects)
    answers = in_force(session, {f"clock:{row.Clock.id}": row.Clock.case_id for row in rows})
    holders = {answer.staff_id for answer in answers.values()} | {row.assigned_to for row in rows if row.assigned_to}
    people = {one.id: one for one in session.exec(select(Staff).where(col(Staff.id).in_(holders)))} if holders else {}
    asked = select(Preference).where(col(Preference.staff_id).in_(holders))
    wishes = {one.staff_id: one for one in session.exec(asked)} if holders else {}
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
                level=levels.get(subject, ""),
                told=told.get(subject, ()),
                holder=_held(who, answer, wishes.get(who.id)) if who else None,
                answer=answer,
                rest=rest if rest and rest > at else None,
                secret=row.secret,
            )
        )
    return found


def _held(who: Staff, answer: AlertAnswer | None, wish: Preference | None) -> Holder:
    singles, morning = (wish.singles, wish.morning) if wish else (True, True)
    return Holder(who.id, who.name, who.active, answer, singles, morning)
