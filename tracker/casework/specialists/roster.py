"""The register as it is read: who stands in it, how many the rule wants, what is still to be filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import journal
from tracker.casework.faces import Face, face
from tracker.casework.register import standing_register
from tracker.casework.remarks import remarks_of
from tracker.casework.specialists.entries import Words, newest, unfiled, words_of
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Case, CaseKind, Clock, Event, Service, Specialist, Staff

NEEDED = 1  # 規則14条: 大規模特定電気通信役務ごとに一人


@dataclass(frozen=True)
class Listed:
    """Somebody in the register. `words` is None after its key was destroyed."""

    entry: Specialist
    words: Words | None
    staff: Staff | None
    appointed_on: date

    @property
    def name(self) -> str:
        """The name, or nothing."""
        return self.words.name if self.words else ""

    @property
    def born(self) -> date | None:
        """The birth date."""
        return date.fromisoformat(self.words.born) if self.words else None


@dataclass(frozen=True)
class Change:
    """An appointment, change or departure: who, which, when, and whether it was filed."""

    event: Event
    name: str
    kind: str  # appointed, changed, left
    filed: bool

    @property
    def day(self) -> date:
        """The day on which it came about."""
        return japanese_day(self.event.occurred_at)


@dataclass(frozen=True)
class Filed:
    """A filing: its day, the number of specialists it stated, its reference."""

    day: date
    number: int
    reference: str


@dataclass(frozen=True)
class Roster:
    """The register of one service."""

    service: Service
    standing: Sequence[Listed]
    left: Sequence[Listed]
    changes: Sequence[Change]  # newest first
    filings: Sequence[Filed]  # newest first
    clocks: Sequence[Face]  # of filings that are due

    @property
    def unfiled(self) -> Sequence[Change]:
        """What is still to be filed, newest first."""
        return [one for one in self.changes if not one.filed]


@dataclass(frozen=True)
class Lack:
    """A service with fewer specialists than the rule wants. `bound` says whether the duty binds it yet (法22条1項)."""

    service: Service
    number: int
    bound: bool


def roster(session: Session, *, at: datetime) -> list[Roster]:
    """The registers of all services, by their names."""
    services = session.exec(select(Service).order_by(col(Service.name))).all()
    return [roster_of(session, service, at=at) for service in services]


def roster_of(session: Session, service: Service, *, at: datetime) -> Roster:
    """The register of a service; an empty one when nobody was ever entered."""
    case = standing_register(session, service)
    if case is None:
        return Roster(service, [], [], [], [], [])
    events = journal.history(session, case)
    first = {
        e.data["said"]["person"]: date.fromisoformat(e.data["said"]["day"])
        for e in events
        if e.fact is Fact.SPECIALIST_APPOINTED and e.data["said"]["version"] == 1
    }
    listed = [
        Listed(
            entry=entry,
            words=words_of(session, entry),
            staff=session.get(Staff, entry.staff_id) if entry.staff_id else None,
            appointed_on=first[str(entry.person)],
        )
        for entry in newest(session, case)
    ]
    return Roster(
        service=service,
        standing=[one for one in listed if one.entry.left_on is None],
        left=[one for one in listed if one.entry.left_on],
        changes=_changes(events, {str(one.entry.person): one.name for one in listed}),
        filings=_filings(session, case, events),
        clocks=_running(session, case, at),
    )


def lacking(session: Session, *, at: datetime) -> list[Lack]:
    """The designated services with fewer specialists than 規則14条 wants, by their names."""
    today = japanese_day(at)
    counts = _counts(session)
    found = []
    for service in session.exec(select(Service).order_by(col(Service.name))):
        bound = service.registered_on is not None and service.registered_on <= today
        named = service.designated_on is not None and service.designated_on <= today
        if (bound or named) and counts.get(service.id, 0) < NEEDED:
            found.append(Lack(service, counts.get(service.id, 0), bound))
    return found


def standing_for(session: Session, service_id: UUID) -> list[Listed]:
    """Who may be given a case of a service."""
    case = standing_register(session, session.get_one(Service, service_id))
    rows = [one for one in newest(session, case) if one.left_on is None] if case else []
    return [
        Listed(one, words_of(session, one), session.get(Staff, one.staff_id) if one.staff_id else None, one.since)
        for one in rows
    ]


def _counts(session: Session) -> dict[UUID, int]:
    """How many specialists each service has; nothing sealed is opened."""
    rows = session.exec(
        select(Case.service_id, Specialist)
        .join(Specialist, col(Specialist.case_id) == col(Case.id))
        .where(Case.kind == CaseKind.REGISTER)
        .order_by(col(Specialist.version))
    )
    last = {entry.person: (service, entry) for service, entry in rows}
    counts: dict[UUID, int] = {}
    for service, entry in last.values():
        counts[service] = counts.get(service, 0) + (entry.left_on is None)
    return counts


def _changes(events: Sequence[Event], names: dict[str, str]) -> list[Change]:
    waiting = {event.seq for event in unfiled(events)}
    found = []
    for event in events:
        if event.fact is Fact.SPECIALIST_APPOINTED:
            kind = "appointed" if event.data["said"]["version"] == 1 else "changed"
        elif event.fact is Fact.SPECIALIST_LEFT:
            kind = "left"
        else:
            continue
        found.append(Change(event, names.get(event.data["said"]["person"], ""), kind, event.seq not in waiting))
    return found[::-1]


def _filings(session: Session, case: Case, events: Sequence[Event]) -> list[Filed]:
    remarks = remarks_of(session, case)
    return [
        Filed(japanese_day(e.occurred_at), e.data["said"]["number"], remarks.get(e.id, ""))
        for e in reversed(events)
        if e.fact is Fact.SPECIALIST_FILED
    ]


def _running(session: Session, case: Case, at: datetime) -> list[Face]:
    clocks = session.exec(select(Clock).where(Clock.case_id == case.id, Clock.rule == "specialist_filing"))
    shown = [face(clock, at, session.info["calendar"]) for clock in clocks]
    return [one for one in shown if one.running]
