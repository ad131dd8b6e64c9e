"""The sheet of a stored clock: counted again with the calendar and the edition that it pins, never with today's.

Only the working days on which people still have time are today's: whoever works goes by the holidays in use now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import calendars, editions
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks import Bound, Given
from tracker.law.editions import Edition, edition
from tracker.law.period import JST, japanese_day
from tracker.law.sheets import Sheet, calculate, origin, spoken, spoken_rule
from tracker.models import Clock
from tracker.web.calculation.proof import Proof, proof
from tracker.web.calculation.shown import Shown, shown


@dataclass(frozen=True)
class Counted:
    """A stored clock and its sheet; no sheet where the law names no number of days."""

    clock: Clock
    sheet: Sheet | None
    edition: Edition
    calendar: Calendar
    pinned: bool  # whether the calendar that the clock names was found
    in_use: Calendar  # the calendar by which people work now
    confirmed: bool  # whether the text of its edition was read
    proof: Proof | None  # by whom and where, if that was done here

    @property
    def agrees(self) -> bool:
        """Whether the stored date is the one that the sheet counts."""
        return self.sheet is None or self.sheet.boundary == self.clock.due_at

    @property
    def stated(self) -> bool:
        """Whether a paper names the day: an earlier one than the law's longest is then no fault."""
        law = self.edition.clock(self.clock.rule).stated
        earlier = self.sheet is None or (self.clock.due_at is not None and self.clock.due_at < self.sheet.boundary)
        return law and earlier

    @property
    def running(self) -> bool:
        """Neither stopped nor voided."""
        return self.clock.stopped_at is None and self.clock.voided_at is None

    @property
    def work_until(self) -> date | None:
        """The last working day by the calendar in use, where the sheet of a running deadline says another or none."""
        if self.sheet is None or self.sheet.rule.bound is not Bound.WITHIN or not (self.running and self.agrees):
            return None
        day = self.in_use.last_working_day(self.sheet.last_day)
        return day if day != self.sheet.last_working_day else None

    def shown(self, *, today: date, work: bool = True) -> Shown | None:
        """Its sheet in words, with the Force that binds this one clock."""
        if self.sheet is None:
            return None
        return shown(
            self.sheet,
            confirmed=self.confirmed,
            work=work,
            today=today,
            force=self.clock.force,
            mark_today=self.running and work,
            proof=self.proof,
        )


def recounted(session: Session, clock: Clock) -> Counted:
    """One stored clock, counted again."""
    return recounted_all(session, [clock])[clock.id]


def recounted_all(session: Session, clocks: Iterable[Clock]) -> Mapping[UUID, Counted]:
    """Stored clocks counted again, by their ids. Each calendar and each edition is looked up once."""
    in_use: Calendar = session.info["calendar"]
    book: dict[str, Calendar | None] = {}
    read: dict[str, bool] = {}
    proofs: dict[str, Proof | None] = {}
    found = {}
    for clock in clocks:
        if clock.calendar not in book:
            book[clock.calendar] = calendars.pinned(session, clock.calendar)
        if clock.edition not in read:
            read[clock.edition] = not editions.unconfirmed(session, clock.edition)
            proofs[clock.edition] = proof(session, clock.edition, named=True)
        calendar = book[clock.calendar] or in_use
        rules = edition(clock.edition)
        found[clock.id] = Counted(
            clock=clock,
            sheet=_sheet(clock, rules, calendar),
            edition=rules,
            calendar=calendar,
            pinned=book[clock.calendar] is not None,
            in_use=in_use,
            confirmed=read[clock.edition],
            proof=proofs[clock.edition],
        )
    return found


def _sheet(clock: Clock, rules: Edition, calendar: Calendar) -> Sheet | None:
    rule = rules.clock(clock.rule)
    if rule.length is None:
        return None
    try:
        return calculate(rule, clock.started_at, calendar, rules)
    except Uncovered:
        return None


def plain(one: Counted) -> dict[str, object]:
    """A stored clock as plain data for JSON: its sheet as the command line says it, and what is stored of it."""
    clock = one.clock
    stored = {
        "id": str(clock.id),
        "article": clock.article,
        "force": clock.force.value,
        "started_at": _japan(clock.started_at),
        "due_at": _japan(clock.due_at),
        "target_at": _japan(clock.target_at),
        "stopped_at": _japan(clock.stopped_at),
        "voided_at": _japan(clock.voided_at),
        "resumes": str(clock.resumes) if clock.resumes else None,
        "calendar": clock.calendar,
        "calendar_found": one.pinned,
        "edition": clock.edition,
        "agrees": one.agrees,
    }
    said = spoken(one.sheet, confirmed=one.confirmed) if one.sheet else _without_days(one)
    return said | {"stored": stored}


def _without_days(one: Counted) -> dict[str, object]:
    """What is said of a clock without a sheet: the same names, and no days."""
    rule = one.edition.clock(one.clock.rule)
    begins = origin(rule, one.clock.started_at)
    timed = rule.given is not Given.DAY
    return spoken_rule(rule) | {
        "edition": one.edition.key,
        "confirmed": one.confirmed,
        "calendar": one.calendar.version,
        "started_day": japanese_day(begins).isoformat(),
        "started_at": begins.isoformat() if timed else None,
        "started_at_japan": _japan(begins) if timed else None,
        "boundary": None,
        "last_day": None,
        "last_working_day": None,
        "holidays_known": None,
        "steps": [],
        "readings": [],
    }


def _japan(instant: datetime | None) -> str | None:
    return instant.astimezone(JST).isoformat() if instant else None
