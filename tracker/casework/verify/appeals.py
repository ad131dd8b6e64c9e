"""Appeals of senders, against what the events say of them."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework import chain, journal
from tracker.casework.appeals import deciding, filing
from tracker.casework.verify.finding import Finding
from tracker.keys import commitment
from tracker.law.facts import Fact
from tracker.models import Appeal, Case, Event, Item

OPEN = dict.fromkeys(("decided", "by", "reversed", "reason", "withdrawn"))


def check_appeals(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each appeal as it was filed, by whom and how it was decided with its reason, and whether it was taken back."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said, when = event.data["said"], chain.iso(event.recorded_at)
        if event.fact is Fact.APPEAL_RECEIVED:
            expected |= {one["id"]: one | OPEN for one in said["appeals"]}
        elif event.fact is Fact.APPEAL_DECIDED:
            expected[said["appeal"]] |= {
                "decided": when,
                "by": event.actor,
                "reversed": said["reversed"],
                "reason": said["words"],
            }
        elif event.fact is Fact.APPEAL_WITHDRAWN:
            expected[said["appeal"]]["withdrawn"] = when
        elif event.fact is Fact.APPEAL_REOPENED:
            expected[said["appeal"]]["withdrawn"] = None
    for row in session.exec(select(Appeal).where(Appeal.case_id == case.id)):
        wanted = expected.pop(str(row.id), None)
        if wanted is None or not _agrees(_state(session, row), wanted):
            yield Finding(case.id, "appeal", str(row.id), "differs from what was recorded")
        elif session.get_one(Item, row.item_id).sender_id != UUID(wanted["sender"]):
            yield Finding(case.id, "appeal", str(row.id), "is not of the sender of its item")
    for id in expected:
        yield Finding(case.id, "appeal", id, "the row is missing")


def _state(session: Session, row: Appeal) -> dict[str, Any]:
    reason = deciding.reason_of(session, row)
    written = commitment(reason["salt"], reason["text"]) if reason else ""
    return filing.filed_state(session, row) | {
        "decided": chain.iso(row.decided_at),
        "by": journal.staff(row.decided_by) if row.decided_by else None,
        "reversed": row.reversed,
        "reason": written if row.reason_sealed is not None else None,
        "withdrawn": chain.iso(row.withdrawn_at),
    }


def _agrees(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a row is what was recorded. Words that were erased with their case are empty, and agree with any."""
    erased = {name: "" for name in ("words", "reason") if found[name] == "" and wanted[name]}
    return found == wanted | erased
