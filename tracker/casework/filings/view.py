"""The register of a service as a person reads it: its days, its clocks, each change with its filing, the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import journal
from tracker.casework.faces import Face, face
from tracker.casework.filings.rows import change_words, filing_words
from tracker.casework.filings.years import ended_year, still_owed, yearly_clocks
from tracker.casework.register import standing_register
from tracker.casework.remarks import remarks_of
from tracker.law.clocks.minister import JAPANESE_FILING, PUBLICATION, REGISTRATION, REGISTRATION_CHANGE, SENDER_REPORT
from tracker.law.facts import Fact
from tracker.models import Case, Clock, Event, RegisterChange, RegisterFiling, Service

FACTS = (
    Fact.DESIGNATED,
    Fact.DESIGNATION_CORRECTED,
    Fact.REGISTERED,
    Fact.REGISTERED_MATTER_CHANGED,
    Fact.CHANGE_FILED,
    Fact.YEAR_ENDED,
    Fact.YEAR_PUBLISHED,
    Fact.SENDER_COUNT_REPORTED,
    Fact.FILED_IN_ENGLISH,
    Fact.FILED_IN_JAPANESE,
)
CLOCKS = (REGISTRATION.key, REGISTRATION_CHANGE.key, PUBLICATION.key, SENDER_REPORT.key, JAPANESE_FILING.key)


@dataclass(frozen=True)
class FiledView:
    """A filing with its words."""

    row: RegisterFiling
    reference: str
    who: str


@dataclass(frozen=True)
class Change:
    """A change with its words, by which event it was recorded, and its filing where there is one."""

    row: RegisterChange
    seq: int
    before: str
    after: str
    filing: FiledView | None


@dataclass(frozen=True)
class RegisterView:
    """What a service has to file, and what it filed. `case` is None as long as nothing was ever recorded."""

    service: Service
    case: Case | None
    designated: date | None  # as recorded; the columns of the service may say more
    registered: FiledView | None
    changes: Sequence[Change]  # newest first; those put right are not among them
    clocks: Sequence[Face]  # of filings and of each year, the newest first
    unpublished: Sequence[int]  # the years that ended, were not published, and whose period does not run
    events: Sequence[Event]
    remarks: dict[UUID, str]

    @property
    def open_changes(self) -> list[Change]:
        """The changes whose filing is still owed."""
        return [change for change in self.changes if change.filing is None]

    @property
    def unrecorded(self) -> bool:
        """Whether the service has days that no fact stands for."""
        return bool(
            (self.service.designated_on and not self.designated) or (self.service.registered_on and not self.registered)
        )


def open_register(session: Session, service: Service, *, at: datetime) -> RegisterView:
    """Everything of one service's filings."""
    case = standing_register(session, service)
    if case is None:
        return RegisterView(service, None, None, None, [], [], [], [], {})
    events = [event for event in journal.history(session, case) if event.fact in FACTS]
    last = {event.fact: event for event in events}
    filings = _filings(session, case)
    clocks = session.exec(
        select(Clock)
        .where(
            Clock.case_id == case.id,
            col(Clock.voided_at).is_(None),
            col(Clock.rule).in_(CLOCKS),
        )
        .order_by(col(Clock.started_at).desc())
    )
    running = {ended_year(clock) for clock in yearly_clocks(session, service) if clock.rule == PUBLICATION.key}
    designated = last_of(events, Fact.DESIGNATED, Fact.DESIGNATION_CORRECTED)
    registered = last.get(Fact.REGISTERED)
    return RegisterView(
        service,
        case,
        date.fromisoformat(designated.data["said"]["day"]) if designated else None,
        filings[registered.data["said"]["filing"]] if registered else None,
        standing_changes(session, case)[::-1],
        [face(clock, at, session.info["calendar"]) for clock in clocks],
        [year for year in still_owed(session, service, PUBLICATION.key) if year not in running],
        events,
        remarks_of(session, case),
    )


def last_of(events: Sequence[Event], *facts: Fact) -> Event | None:
    """The newest event that is one of `facts`, among events in their order."""
    return next((event for event in reversed(events) if event.fact in facts), None)


def standing_changes(session: Session, case: Case) -> list[Change]:
    """The changes that no later row puts right, in the order in which they were recorded."""
    rows = {str(r.id): r for r in session.exec(select(RegisterChange).where(RegisterChange.case_id == case.id))}
    corrected = {row.corrects for row in rows.values()}
    filed = {id: filing for filing in _filings(session, case).values() for id in filing.row.changes}
    found = []
    for event in journal.history(session, case):
        id = event.data["said"].get("change") if event.fact is Fact.REGISTERED_MATTER_CHANGED else None
        if id and rows[id].id not in corrected:
            words = change_words(session, rows[id])
            found.append(Change(rows[id], event.seq, words.get("before", ""), words.get("after", ""), filed.get(id)))
    return found


def _filings(session: Session, case: Case) -> dict[str, FiledView]:
    found = {}
    for row in session.exec(select(RegisterFiling).where(RegisterFiling.case_id == case.id)):
        words = filing_words(session, row)
        found[str(row.id)] = FiledView(row, words.get("reference", ""), words.get("who", ""))
    return found
