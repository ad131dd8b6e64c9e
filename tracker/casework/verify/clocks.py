"""Clocks and holds: drawn again from the events by the tables of law, and compared row by row."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from tracker.casework import calendars, chain, journal
from tracker.casework.verify.finding import Finding
from tracker.closed_days import working_calendar
from tracker.law.calendars import Calendar
from tracker.law.consequences import Binds, KnownClock, draw
from tracker.law.editions import Edition, edition, edition_on
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import japanese_day
from tracker.models import (
    Case,
    Clock,
    Event,
    LogHold,
)


def check_clocks(session: Session, case: Case, events: Sequence[Event], rows: Sequence[Clock]) -> Iterator[Finding]:
    """The clocks of a case, drawn again from its events by the tables of law, against their rows.

    Each event is drawn with the edition and the calendar that its clocks are pinned to: later ones change nothing.
    """
    expected: dict[str, dict[str, Any]] = {}
    for n, event in enumerate(events):
        data = event.data
        drawn = draw(
            _edition(event),
            event.fact,
            event.occurred_at,
            items=event.items,
            said=data["said"],
            clocks=[_known(state) for state in expected.values()],
            happened=journal.standing(events[:n]),
            binds=Binds(*data["binds"]),
            target=_no_target,
            calendar=_calendar(session, data["starts"]),
        )
        law = sorted((s.rule.key, s.item or "", chain.iso(s.started_at), chain.iso(s.due_at)) for s in drawn.starts)
        said = sorted((s["rule"], s["item"] or "", s["started_at"], s["due_at"]) for s in data["starts"])
        same = (law, sorted(drawn.stops), sorted(drawn.voids)) == (said, data["stops"], data["voids"])
        if not same:
            yield Finding(case.id, "event", str(event.id), "its clocks are not those that the tables of law give")
        for state in data["starts"]:
            expected[state["id"]] = state | {"voided_at": None}
        for id in data["stops"]:
            expected[id]["stopped_at"] = chain.iso(event.occurred_at)
        for id in data["voids"]:
            expected[id]["voided_at"] = chain.iso(event.recorded_at)
    for row in rows:
        state = chain.clock_state(row) | {"voided_at": chain.iso(row.voided_at)}
        if expected.pop(str(row.id), None) != state:
            yield Finding(case.id, "clock", str(row.id), f"{row.rule} differs from what the events give")
    for id in expected:
        yield Finding(case.id, "clock", id, "the row is missing")


def check_holds(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """The holds of a case against what its events placed and released."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        for state in event.data["holds"]:
            expected[state["id"]] = state | {"released_at": None}
        for id in [*event.data["releases"], *event.data["said"].get("holds", [])]:
            if id in expected:
                expected[id]["released_at"] = chain.iso(event.recorded_at)
        if event.fact is Fact.HOLD_REVIEWED:
            expected[event.data["said"]["hold"]]["review_at"] = event.data["said"]["review_at"]
    for row in session.exec(select(LogHold).where(LogHold.case_id == case.id)):
        state = chain.hold_state(row) | {"released_at": chain.iso(row.released_at)}
        if expected.pop(str(row.id), None) != state:
            yield Finding(case.id, "loghold", str(row.id), f"{row.rule} differs from what the events give")
    for id in expected:
        yield Finding(case.id, "loghold", id, "the row is missing")


def _edition(event: Event) -> Edition:
    """The edition that an event was drawn with: one appended later for the same days changes nothing."""
    starts = event.data["starts"]
    key = event.data.get("edition") or (starts[0]["edition"] if starts else None)
    return edition(key) if key else edition_on(japanese_day(event.occurred_at))


def _calendar(session: Session, starts: Sequence[dict[str, Any]]) -> Calendar:
    """The calendar that the clocks of an event name; without clocks any will do. One not kept is a finding of books."""
    found = calendars.pinned(session, starts[0]["calendar"]) if starts else None
    return found or working_calendar()


def _no_target(name: str, at: datetime) -> timedelta:
    """Office targets are not law: the event says which was set."""
    return timedelta(0)


def _known(state: dict[str, Any]) -> KnownClock:
    def instant(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return KnownClock(
        id=state["id"],
        rule=state["rule"],
        item=state["item"],
        started_at=datetime.fromisoformat(state["started_at"]),
        due_at=instant(state["due_at"]),
        target_at=instant(state["target_at"]),
        stopped_at=instant(state["stopped_at"]),
        voided=state["voided_at"] is not None,
        resumes=state["resumes"],
        force=Force(state["force"]),
        edition=state["edition"],
    )
