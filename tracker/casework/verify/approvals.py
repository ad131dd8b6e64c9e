"""What a second person was asked for and said, against what the events say of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, select

from tracker.casework import approvals, chain, journal
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Approval, Case, Event

SETTLES = {Fact.APPROVED: True, Fact.APPROVAL_DENIED: False}


def check_approvals(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each asking: what for, by whom, who settled it and how, and when newer decisions or an ending left nothing."""
    expected: dict[str, dict[str, Any]] = {}
    left, done = dict[str, set[str]](), set[str]()
    for event in events:
        said, when = event.data["said"], chain.iso(event.occurred_at)
        if event.fact is Fact.APPROVAL_ASKED:
            expected[said["approval"]] = said | {
                "asked": [event.actor, when],
                "settled": None,
                "approved": None,
                "voided": None,
            }
        elif event.fact in SETTLES:
            expected[said["approval"]] |= {"settled": [event.actor, when], "approved": SETTLES[event.fact]}
        approvals.narrow(event, left, done)
        for id, some in left.items():
            if not some and not expected[id]["settled"]:
                expected[id]["voided"] = expected[id]["voided"] or when
    for row in session.exec(select(Approval).where(Approval.case_id == case.id)):
        if expected.pop(str(row.id), None) != _state(row):
            yield Finding(case.id, "approval", str(row.id), "differs from what was recorded")
    for id in expected:
        yield Finding(case.id, "approval", id, "the row is missing")


def _state(row: Approval) -> dict[str, Any]:
    settled = [journal.staff(row.settled_by), chain.iso(row.settled_at)] if row.settled_by and row.settled_at else None
    return approvals.asked_state(row) | {
        "asked": [journal.staff(row.asked_by), chain.iso(row.asked_at)],
        "settled": settled,
        "approved": row.approved,
        "voided": chain.iso(row.voided_at),
    }
