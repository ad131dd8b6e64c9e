"""The sheet of a stored clock: counted again with the calendar and the edition that it pins, never with today's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import calendars, editions
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.editions import Edition, edition
from tracker.law.period import JST
from tracker.law.sheets import Sheet, calculate, spoken
from tracker.models import Clock
from tracker.web.calculation.shown import Shown, shown


@dataclass(frozen=True)
class Counted:
    """A stored clock and its sheet; no sheet where the law names no number of days."""

    clock: Clock
    sheet: Sheet | None
    edition: Edition
    calendar: Calendar
    pinned: bool  # whether the calendar that the clock names was found
    confirmed: bool  # whether the text of its edition was read here

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
    def unconfirmed(self) -> bool:
        """Whether what rests on its edition must say 改正後条文未確認."""
        return not self.edition.text_seen and not self.confirmed

    def shown(self, *, work: bool = True, today: date | None = None) -> Shown | None:
        """Its sheet in words, with the Force that binds this one clock."""
        if self.sheet is None:
            return None
        running = self.clock.stopped_at is None and self.clock.voided_at is None
        return shown(
            self.sheet,
            confirmed=self.confirmed,
            work=work,
            today=today,
            force=self.clock.force,
            mark_today=running and work,
        )


def recounted(session: Session, clock: Clock) -> Counted:
    """One stored clock, counted again."""
    return recounted_all(session, [clock])[clock.id]


def recounted_all(session: Session, clocks: Iterable[Clock]) -> Mapping[UUID, Counted]:
    """Stored clocks counted again, by their ids. Each calendar and each edition is looked up once."""
    book: dict[str, Calendar | None] = {}
    read: dict[str, bool] = {}
    found = {}
    for clock in clocks:
        if clock.calendar not in book:
            book[clock.calendar] = calendars.pinned(session, clock.calendar)
        if clock.edition not in read:
            read[clock.edition] = not editions.unconfirmed(session, clock.edition)
        calendar = book[clock.calendar] or session.info["calendar"]
        rules = edition(clock.edition)
        found[clock.id] = Counted(
            clock=clock,
            sheet=_sheet(clock, rules, calendar),
            edition=rules,
            calendar=calendar,
            pinned=book[clock.calendar] is not None,
            confirmed=read[clock.edition],
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
    clock, rule = one.clock, one.edition.clock(one.clock.rule)
    law: dict[str, object] = {
        "key": rule.name,
        "label": rule.label,
        "article": rule.article,
        "force": rule.force.value,
        "bound": rule.bound.value,
        "edition": one.edition.key,
        "text_seen": one.edition.text_seen,
        "calendar": one.calendar.version,
        "boundary": None,
        "steps": [],
        "readings": [],
    }
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
        "edition_confirmed": one.edition.text_seen or one.confirmed,
        "agrees": one.agrees,
    }
    return (spoken(one.sheet) if one.sheet else law) | {"stored": stored}


def _japan(instant: datetime | None) -> str | None:
    return instant.astimezone(JST).isoformat() if instant else None
