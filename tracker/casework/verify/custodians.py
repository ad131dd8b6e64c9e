"""Custodians, and what they said they keep, against what the register of their service says of them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.custody.register import compared_state, custodian_state
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Custodian, Event, Reconciliation


def check_custodians(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each custodian as it was recorded last, each comparison as it was recorded, and no comparison besides.

    A custodian entered before the register spoke of custodians is compared from its first change on.
    """
    if case.kind is not CaseKind.REGISTER:
        return
    custodians = {e.data["said"]["custodian"]: e.data["said"] for e in events if e.fact is Fact.CUSTODIAN_CHANGED}
    for id, said in custodians.items():
        row = session.get(Custodian, UUID(id))
        if row is None:
            yield Finding(case.id, "custodian", id, "the row is missing")
        elif custodian_state(row) != said:
            yield Finding(case.id, "custodian", id, "differs from what was recorded last")
    states = {e.data["said"]["reconciliation"]: e for e in events if e.fact is Fact.STATE_RECONCILED}
    mine = select(Custodian.id).where(Custodian.service_id == case.service_id)
    recorded = [UUID(id) for id in states]
    query = select(Reconciliation).where(
        col(Reconciliation.custodian_id).in_(mine) | col(Reconciliation.id).in_(recorded)
    )
    for one in session.exec(query):
        event = states.pop(str(one.id), None)
        if event is None or event.data["said"] != compared_state(one) or event.recorded_at != one.received_at:
            yield Finding(case.id, "reconciliation", str(one.id), "is not what was recorded")
    yield from (Finding(case.id, "reconciliation", id, "the row is missing") for id in states)


def check_unrecorded(session: Session) -> Iterator[Finding]:
    """A comparison with a custodian of a service that has no register was never recorded."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    mine = select(Custodian.id).where(col(Custodian.service_id).in_(registers))
    for id in session.exec(select(Reconciliation.id).where(col(Reconciliation.custodian_id).not_in(mine))):
        yield Finding(None, "reconciliation", str(id), "was never recorded")
