"""One turn of the sweep: what it knows of the team and the calendar, where each clock stands, and who may be told."""

import logging
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import Session

from tracker.casework.papers.ending import WAITS as PASSING
from tracker.casework.papers.readers import who_may_know
from tracker.casework.watch.people import people
from tracker.casework.watch.rungs import Rung, newest, rungs
from tracker.casework.watch.words import Line
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import edition
from tracker.law.grounds import Force
from tracker.law.hours import Hours
from tracker.law.period import japanese_day
from tracker.models import Staff

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)  # when a record that failed is looked at again


class NoReader(Exception):
    """Nobody whom a confidential paper names works here any more: nobody else may be told instead."""


class Stands(NamedTuple):
    """Where a clock stands at an instant: its rule, its end, the newest rung that is due, and when the next one is."""

    rule: ClockRule
    end: datetime | None
    due: Rung | None
    after: datetime | None


class Turn:
    """What one sweep knows and has decided. Rungs and recipients are found once for all clocks that share them."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at = session, at
        self.hours: Hours = session.info["office"].hours
        self.calendar: Calendar = session.info["calendar"]
        self.working = self.hours.working(at, self.calendar)
        self.team = people(session, at)
        self.today = japanese_day(at)
        self.rungs: dict[tuple[str, str], Line] = {}  # what is due now, whoever is told of it
        self.told: dict[UUID, list[tuple[Line, str]]] = defaultdict(list)
        self.next: dict[datetime | None, list[UUID]] = defaultdict(list)
        self.readers: dict[UUID, frozenset[UUID]] = {}  # of the confidential cases met so far
        self.failure = ""
        self._stands: dict[Hashable, Stands] = {}
        self._told: dict[Hashable, Sequence[Staff]] = {}

    def stands(self, row: Row[Any]) -> Stands:
        """Where a clock stands."""
        right, passing = row.force is Force.RIGHT, row.rule in PASSING
        key = (row.edition, row.rule, row.due_at, row.target_at, row.started_at if row.fast else None, right)
        if key not in self._stands:
            rule = edition(row.edition).clock(row.rule)
            end = row.target_at if rule.bound is Bound.PROMPTLY else row.due_at
            due, following = None, None
            # Nothing is due of a right whose time is over; that a paper binds no longer, the morning says.
            if end is not None and not passing and not (right and end <= self.at):
                found = rungs(rule, row.started_at, end, self.hours, self.calendar, fast=row.fast, right=right)
                due, following = newest(found, self.at)
            self._stands[key] = Stands(rule, end, due, following.at if following else None)
        return self._stands[key]

    def failed(self, id: UUID, failure: str) -> None:
        """Name a clock that cannot be told of, by the class of what it raised. It stops no other."""
        log.error("clock %s: %s", id, failure)
        self.failure = self.failure or failure

    def set_aside(self, id: UUID, failure: str) -> None:
        """Name a claimed clock that failed, and look at it again later."""
        self.failed(id, failure)
        self.next[self.at + AGAIN].append(id)

    def may_tell(self, row: Row[Any], id: UUID) -> bool:
        """Whether somebody may be told of a clock: of a confidential paper only who is named."""
        if not row.secret:
            return True
        if row.case_id not in self.readers:
            self.readers |= who_may_know(self.session, [row.case_id])
        return id in self.readers.get(row.case_id, frozenset())

    def named(self, row: Row[Any], *, statutory: bool) -> Sequence[Staff]:
        """Who is told of a confidential paper. Raises NoReader where nobody whom it names works here."""
        everybody = (*self.team.staff, *self.team.away)
        named = {id for id in everybody if self.may_tell(row, id)}
        if not named:
            raise NoReader
        return self.team.readers(named, statutory=statutory)

    def recipients(self, level: str, holder: UUID | None, *, statutory: bool, fast: bool) -> Sequence[Staff]:
        """Who is told at a level of what `holder` has."""
        key = (level, holder, statutory, fast)
        if key not in self._told:
            self._told[key] = self.team.told(level, holder, statutory=statutory, fast=fast)
        return self._told[key]
