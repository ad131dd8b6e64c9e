"""The register of specialists and what was given to them, against what the events say of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, select

from tracker.casework import chain
from tracker.casework.specialists.entries import committed, words_of
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, Event, Specialist, SpecialistTask
from tracker.sealed import open_words


def check_specialists(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each entry with its words, its day and the day of leaving; each task with its items and its end."""
    yield from _entries(session, case, events)
    yield from _tasks(session, case, events)


def _entries(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.SPECIALIST_APPOINTED:
            names = ("person", "version", "staff", "day", "words")
            expected[said["entry"]] = {name: said[name] for name in names} | {"left": None}
        elif event.fact is Fact.SPECIALIST_LEFT:
            expected[said["entry"]]["left"] = said["day"]
    for row in session.exec(select(Specialist).where(Specialist.case_id == case.id)):
        wanted = expected.pop(str(row.id), None)
        sealed = open_words(session, case.id, "specialist.words", row.id, row.words_sealed)
        words = words_of(session, row)
        found = {
            "person": str(row.person),
            "version": row.version,
            "staff": str(row.staff_id) if row.staff_id else None,
            "day": row.since.isoformat(),
            "words": committed(sealed["salt"], words) if words else wanted and wanted["words"],
            "left": row.left_on.isoformat() if row.left_on else None,
        }
        if wanted != found:
            yield Finding(case.id, "specialist", str(row.id), "is not the entry recorded")
    for id in expected:
        yield Finding(case.id, "specialist", id, "the row is missing")


def _tasks(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected: dict[str, dict[str, Any]] = {}
    left: dict[str, set[str]] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.SPECIALIST_ASSIGNED:
            expected[said["task"]] = {
                "entry": said["entry"],
                "person": said["person"],
                "items": event.items,
                "given": chain.iso(event.occurred_at),
                "opined": None,
            }
            left[said["task"]] = set(event.items)
        elif event.fact is Fact.SPECIALIST_OPINED and left[said["task"]]:
            left[said["task"]] -= set(event.items)
            if not left[said["task"]]:
                expected[said["task"]]["opined"] = chain.iso(event.occurred_at)
    for row in session.exec(select(SpecialistTask).where(SpecialistTask.case_id == case.id)):
        found = {
            "entry": str(row.specialist_id),
            "person": str(row.person),
            "items": row.items,
            "given": chain.iso(row.given_at),
            "opined": chain.iso(row.opined_at),
        }
        if expected.pop(str(row.id), None) != found:
            yield Finding(case.id, "specialist task", str(row.id), "is not what was recorded as given")
    for id in expected:
        yield Finding(case.id, "specialist task", id, "the row is missing")
