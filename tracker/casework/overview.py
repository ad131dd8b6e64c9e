"""状況: what can be counted now. Each figure says exactly what it counts, in one or two queries however many cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, case as when, func, text, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.casework import bands, worklist
from tracker.casework.bands import DEADLINES
from tracker.casework.papers.readers import may_know
from tracker.casework.worklist import Search
from tracker.i18n import last_moment
from tracker.law.clocks import REPLY
from tracker.law.grounds import Force, Strength
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import Case, CaseKind, Clock, Event, LogHold, Staff

WEEK = ONE_DAY * 7


@dataclass(frozen=True)
class Pressing:
    """Open notices by what presses, each counted up to worklist.COUNT_CAP + 1; one may be in several."""

    late: int
    today: int
    closing: int
    waiting: int
    unassigned: int


@dataclass(frozen=True)
class Day:
    """A day to come: notices whose deadline ends on it by law, and those with a voluntary day."""

    day: date
    closed: str  # why offices are closed; empty on a working day
    duty: int
    voluntary: int


@dataclass(frozen=True)
class Month:
    """What became of the statutory notices received in a month."""

    first: date
    in_time: int
    late: int
    running: int  # still within their seven days: in no share
    ended: int  # withdrawn or excused before they were answered: in no share

    @property
    def due(self) -> int:
        """Those whose notice was due: in time and late."""
        return self.in_time + self.late

    @property
    def share(self) -> float | None:
        """Percent answered in time, of those due; None when none was."""
        return 100 * self.in_time / self.due if self.due else None


@dataclass(frozen=True)
class Week:
    """Holds that end in a week, by strength."""

    first: date  # its Monday
    ending: dict[Strength, int]


@dataclass(frozen=True)
class Load:
    """Open notices of one member of staff, or of nobody."""

    id: UUID | None
    name: str
    late: int
    other: int


def pressing(session: Session, *, at: datetime) -> Pressing:
    """Open notices: a binding deadline passed; ends today; ends on the closed days that are on or next; a wait runs.

    The same as the views of the worklist, to which the figures lead.
    """
    views = ("late", "today", "closing", "waiting", "unassigned")
    return Pressing(*(worklist.count(session, Search(view=view), at=at) for view in views))


def days_ahead(session: Session, *, at: datetime, reader: UUID | None = None, days: int = 14) -> list[Day]:
    """For today and the days after it: running deadlines (clocks with a last day) that end on the day.

    One a notice. A voluntary one (第三者の通報 and the like) is counted apart. Passed ones are in no day. Of
    confidential papers only those that `reader` may know of.
    """
    calendar, today = session.info["calendar"], japanese_day(at)
    until = today + ONE_DAY * days
    running = (
        select(Clock.due_at, Clock.force, func.count())
        .where(
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
            col(Clock.due_at) > at,
            col(Clock.due_at) <= start_of(until),
            col(Clock.rule).in_(DEADLINES),
            may_know(col(Clock.case_id), reader),
        )
        .group_by(col(Clock.due_at), col(Clock.force))
    )
    found: Counter[tuple[date, bool]] = Counter()
    for due_at, force, n in session.exec(running):
        if due_at:
            found[last_moment(due_at), force is Force.VOLUNTARY] += n
    wanted = [today + ONE_DAY * i for i in range(days)]
    return [Day(day, calendar.closed(day) or "", found[day, False], found[day, True]) for day in wanted]


def replies_by_month(session: Session, *, at: datetime, months: int = 6) -> list[Month]:
    """法25条1項: statutory notices by the month of receipt, and whether all their items were answered within 7 days.

    Counted is the reply clock that stands: neither voided by a correction nor followed by one that resumed it, so a
    letter that came back takes its answer with it. In time: stopped before its period was over. Late: stopped after, or
    running still, or ended after it without a notice. Voluntary ones are not counted.
    """
    firsts = _months(japanese_day(at), months)
    edges = [start_of(first) for first in [*firsts, _next_month(firsts[-1])]]
    month = when(*((col(Clock.started_at) < edge, n) for n, edge in enumerate(edges[1:])), else_=months)
    stopped, due = col(Clock.stopped_at), col(Clock.due_at)
    newer = aliased(Clock)
    resumed = select(newer.resumes).where(col(newer.resumes).is_not(None))
    # The literal texts are the conditions of small indexes.
    unanswered = text("event.fact IN ('notice_withdrawn', 'reply_excused')")
    ended = tuple_(col(Clock.case_id), stopped).in_(select(Event.case_id, Event.occurred_at).where(unanswered))
    became = when(
        (and_(stopped.is_(None), due > at), "running"),
        (and_(ended, stopped < due), "ended"),
        (stopped < due, "in_time"),
        else_="late",
    )
    each = (
        select(month.label("month"), became.label("became"))
        .where(
            text(f"clock.rule = '{REPLY.key}' AND clock.voided_at IS NULL"),
            col(Clock.force) == Force.DUTY,
            col(Clock.started_at) >= edges[0],
            col(Clock.started_at) < edges[-1],
            col(Clock.id).not_in(resumed),
        )
        .subquery()
    )
    query = select(each.c.month, each.c.became, func.count()).group_by(each.c.month, each.c.became)
    found = {(n, word): count for n, word, count in session.exec(query)}
    words = ("in_time", "late", "running", "ended")
    return [Month(first, *(found.get((n, word), 0) for word in words)) for n, first in enumerate(firsts)]


def holds_ending(session: Session, *, at: datetime, reader: UUID | None = None, weeks: int = 6) -> list[Week]:
    """Log holds that nobody has released and whose last day is today or later, by the week (from Monday) it lies in.

    One a hold: a notice has one of its own, and one for each item against which a measure was carried out. Of
    confidential papers only those that `reader` may know of.
    """
    today = japanese_day(at)
    monday = today - ONE_DAY * today.weekday()
    query = (
        select(LogHold.until_at, LogHold.strength, func.count())
        .where(
            col(LogHold.released_at).is_(None),
            col(LogHold.until_at) > at,
            col(LogHold.until_at) <= start_of(monday + WEEK * weeks),
            may_know(col(LogHold.case_id), reader),
        )
        .group_by(col(LogHold.until_at), col(LogHold.strength))
    )
    found: Counter[tuple[int, Strength]] = Counter()
    for until_at, strength, n in session.exec(query):
        if until_at:
            found[(last_moment(until_at) - monday).days // 7, Strength(strength)] += n
    return [Week(monday + WEEK * i, {s: found[i, s] for s in Strength}) for i in range(weeks)]


def loads(session: Session, *, at: datetime) -> list[Load]:
    """Open notices by who has them, those with a passed deadline apart; nobody's first, then the longest list."""
    late = bands.late(at)
    query = (
        select(Case.assigned_to, func.count(), func.sum(when((late, 1), else_=0)))
        .where(col(Case.closed_at).is_(None), col(Case.kind) == CaseKind.NOTICE)
        .group_by(col(Case.assigned_to))
    )
    rows = session.exec(query).all()
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    found = [Load(id, names.get(id, "") if id else "", int(passed), n - int(passed)) for id, n, passed in rows]
    return sorted(found, key=lambda load: (load.id is not None, -load.late - load.other, load.name))


def _months(today: date, months: int) -> Sequence[date]:
    """The first days of the last months, this one last."""
    firsts = [today.replace(day=1)]
    while len(firsts) < months:
        firsts.insert(0, (firsts[0] - ONE_DAY).replace(day=1))
    return firsts


def _next_month(first: date) -> date:
    return (first + ONE_DAY * 31).replace(day=1)
