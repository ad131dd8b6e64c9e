"""Hold orders and their lines, against what the order's own record says of them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework import chain, journal, orders
from tracker.casework.orders import answers as order_answers
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Event, HoldOrder, LetterKind, OrderKind


def check_orders(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """The order that `case` is the folder of, and which holds it names and were kept. Other cases have none."""
    if case.kind is not CaseKind.HOLD_ORDER or not events:
        return
    row = session.exec(select(HoldOrder).where(HoldOrder.case_id == case.id)).first()
    if row is None:
        yield Finding(case.id, "holdorder", str(case.id), "the row is missing")
        return
    said = events[0].data["said"]
    when = {event.fact: event for event in events}
    facts = [event.fact for event in events]  # what is sent after the withdrawal says that, and is no version
    asked = events[: facts.index(Fact.HOLD_ORDER_WITHDRAWN)] if Fact.HOLD_ORDER_WITHDRAWN in facts else events
    letters = [e for e in asked if e.fact is Fact.LETTER_QUEUED and e.data["said"]["kind"] == LetterKind.HOLD_ORDER]
    recorded = (
        said["number"],
        said["custodian"],
        journal.staff(UUID(said["folder"])) if "folder" in said else events[0].actor,  # no person ordered it
        chain.iso(events[0].occurred_at),
        len(letters),
        said.get("kind", OrderKind.PRESERVE),  # before there were others
    )
    moments = [when[f].occurred_at if f in when else None for f in (Fact.HOLD_ACKNOWLEDGED, Fact.HOLD_ORDER_WITHDRAWN)]
    plain = (
        row.number,
        str(row.custodian_id),
        journal.staff(row.ordered_by),
        chain.iso(row.ordered_at),
        row.secret_version,
        row.kind,
    )
    if row.service_id != case.service_id or recorded != plain or moments != [row.answered_at, row.withdrawn_at]:
        yield Finding(case.id, "holdorder", str(row.id), "differs from what was recorded")
    answered = when.get(Fact.HOLD_ACKNOWLEDGED)
    missing = answered.data["said"]["missing"] if answered else []
    expected = {hold: None if answered is None else hold not in missing for hold in said["ordered"]}
    lines = orders.order_lines(session, row)
    if {str(line.hold_id): line.kept for line in lines} != expected or [line.no for line in lines] != list(
        range(1, len(lines) + 1)
    ):
        yield Finding(case.id, "holdorderline", str(row.id), "its lines are not those recorded")
    answers = answered.data["said"].get("answers") if answered else {}
    if answers is not None and answers != {
        str(one.hold_id): [one.answer, one.reference] for one in lines if one.answer
    }:
        yield Finding(case.id, "holdorderline", str(row.id), "its answers are not those recorded")
    erased = when.get(Fact.LOGS_ERASED) or answered  # in the answer, where another hold keeps some of it
    proofs = [order_answers.proof_state(proof) for proof in order_answers.proofs_of(session, row)]
    if sorted(proofs, key=lambda one: str(one["hold"])) != (erased.data["said"].get("proofs", []) if erased else []):
        yield Finding(case.id, "erasureproof", str(row.id), "its proofs are not those recorded")
