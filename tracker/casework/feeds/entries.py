"""What a feed shows: running clocks, one query, flat: each half of it reads an index in order and stops.

Nothing of a confidential paper (刑訴法197条5項): a feed is read by whoever has its address, and kept by calendars.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlmodel import Session, col

from tracker.casework.calendars import pinned
from tracker.casework.editions import unconfirmed
from tracker.casework.faces import Face, Urgency, face
from tracker.casework.papers.readers import may_know
from tracker.casework.watch.places import FIRST
from tracker.law.calendars import Calendar
from tracker.law.editions import EDITIONS
from tracker.law.period import japanese_day
from tracker.models import Case, Clock, CriteriaVersion, Feed, HoldOrder, LegalPaper, Notice

MOST = 2000  # entries of one feed: what calendars take, and what a person can read in a year
AHEAD = timedelta(days=366)
# What of a clock makes its face; nothing of its items.
CLOCK = ("case_id", "rule", "article", "edition", "calendar", "force", "started_at", "due_at", "target_at")


@dataclass(frozen=True)
class Entry:
    """One date: a running clock, or several alike of one case that fall on one day."""

    id: UUID  # of this clock for as long as it runs, whichever of its items is done first
    number: str
    path: str  # of the page of the case, behind the sign-in
    face: Face
    day: date  # the last day of a deadline, the first free one of a wait, the day of a target
    moment: datetime
    calendar: Calendar  # the one that the clock is pinned to: how it was counted
    confirmed: bool  # the text of the edition that it keeps was read

    @property
    def passed(self) -> bool:
        """Whether its moment is over."""
        return self.face.urgency is Urgency.LATE


@dataclass(frozen=True)
class Entries:
    """The entries of a feed, soonest first; `cut` says that there are more."""

    rows: list[Entry]
    cut: bool


def entries(session: Session, feed: Feed, *, at: datetime) -> Entries:
    """What runs now: all that has passed, and what falls due in the next twelve months."""
    due, aim = col(Clock.due_at), col(Clock.target_at)
    halves = [_half(feed, due, due.is_not(None), at), _half(feed, aim, due.is_(None), at)]
    both = union_all(*(select(half.subquery()) for half in halves)).subquery()
    soonest = select(both).order_by(func.coalesce(both.c.due_at, both.c.target_at)).limit(MOST + 1)
    rows = session.execute(soonest).all()
    calendar: Calendar = session.info["calendar"]
    book: dict[str, Calendar] = {}
    unread = {e.key for e in EDITIONS if unconfirmed(session, e.key)}
    found: dict[UUID, Entry] = {}
    for *values, notice, order, paper, version in rows[:MOST]:
        clock = Clock(**dict(zip(CLOCK, values, strict=True)))  # a copy, never stored
        number, path = _name(notice, order, paper, version)
        if clock.calendar not in book:
            book[clock.calendar] = pinned(session, clock.calendar) or calendar
        sure = clock.edition not in unread
        entry = _entry(face(clock, at, calendar), number, path, book[clock.calendar], confirmed=sure)
        same = found.setdefault(entry.id, entry)
        if entry.moment < same.moment:
            found[entry.id] = entry
    ordered = sorted(found.values(), key=lambda entry: (entry.moment, entry.number, entry.face.rule.key))
    return Entries(ordered, cut=len(rows) > MOST)


def _half(feed: Feed, moment: Any, which: ColumnElement[bool], at: datetime) -> Select[Any]:
    """The running clocks of the feed's cases with such a moment, soonest first; alike to the second only once."""
    mine = col(Case.service_id) == feed.service_id if feed.service_id else col(Case.assigned_to) == feed.staff_id
    columns: list[Any] = [getattr(Clock, name) for name in CLOCK]
    names: list[Any] = [
        Notice.number,
        col(HoldOrder.number).label("order_number"),
        col(LegalPaper.number).label("paper_number"),
        CriteriaVersion.version,
    ]
    found: Select[Any] = (
        select(*columns, *names)
        .select_from(Clock)
        .join(Case, col(Case.id) == col(Clock.case_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .outerjoin(LegalPaper, and_(col(LegalPaper.case_id) == col(Case.id), col(LegalPaper.kind).in_(FIRST)))
        .outerjoin(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
        .where(
            mine,
            col(Case.closed_at).is_(None),
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
            may_know(col(Clock.case_id), None),
            which,
            moment < at + AHEAD,
        )
        .distinct()
        .order_by(moment)
        .limit(MOST + 1)
    )
    return found


def _entry(shown: Face, number: str, path: str, calendar: Calendar, *, confirmed: bool) -> Entry:
    clock = shown.clock
    moment = shown.moment or clock.started_at
    day = shown.last_day or japanese_day(moment)
    key = f"{clock.rule} {clock.force.value} {day.isoformat()}"
    return Entry(uuid5(clock.case_id, key), number, path, shown, day, moment, calendar, confirmed)


def _name(notice: str | None, order: str | None, paper: str | None, version: int | None) -> tuple[str, str]:
    """What a case is called in a calendar, and its page: never a person's name."""
    if notice:
        return notice, f"/desk/cases/{notice}"
    if order:
        return order, f"/desk/holds/orders/{order}"
    if paper:
        return paper, f"/desk/papers/{paper}"
    return (f"基準 第{version}版", "/desk/criteria") if version else ("", "/desk/")
