"""The senders of each month and how they are counted, against what the register of the service says of them."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from tracker.casework import chain
from tracker.casework.journal import staff
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Event, SenderMethod, SenderMonth

FIGURES = ("month", "version", "senders", "users", "times")


def check_sender_months(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each row is what its event recorded, and none is missing or was never recorded."""
    if case.kind is not CaseKind.REGISTER:
        return
    counted = {e.data["said"]["row"]: _counted(e) for e in events if e.fact is Fact.SENDERS_COUNTED}
    for row in session.exec(select(SenderMonth).where(SenderMonth.service_id == case.service_id)):
        found = {name: getattr(row, name) for name in FIGURES} | {"by": staff(row.by), "at": chain.iso(row.at)}
        if counted.pop(str(row.id), None) != found:
            yield Finding(case.id, "sendermonth", str(row.id), "is not what was recorded of that month")
    for id in counted:
        yield Finding(case.id, "sendermonth", id, "the row is missing")
    methods = {e.data["said"]["row"]: _method(e) for e in events if e.fact is Fact.SENDER_METHOD_SET}
    for method in session.exec(select(SenderMethod).where(SenderMethod.service_id == case.service_id)):
        said = {
            "version": method.version,
            "excluded": method.excluded,
            "words": sha256(method.words.encode()).hexdigest(),
            "by": staff(method.by),
            "at": chain.iso(method.at),
        }
        if methods.pop(str(method.id), None) != said:
            yield Finding(case.id, "sendermethod", str(method.id), "is not the method recorded")
    for id in methods:
        yield Finding(case.id, "sendermethod", id, "the row is missing")


def check_unregistered(session: Session) -> Iterator[Finding]:
    """Figures of a service that has no register were never recorded."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    months = select(SenderMonth.id).where(col(SenderMonth.service_id).not_in(registers))
    methods = select(SenderMethod.id).where(col(SenderMethod.service_id).not_in(registers))
    for name, query in (("sendermonth", months), ("sendermethod", methods)):
        for id in session.exec(query):
            yield Finding(None, name, str(id), "was never recorded")


def _counted(event: Event) -> dict[str, Any]:
    return {name: event.data["said"][name] for name in FIGURES} | _who(event)


def _method(event: Event) -> dict[str, Any]:
    return {name: event.data["said"][name] for name in ("version", "excluded", "words")} | _who(event)


def _who(event: Event) -> dict[str, Any]:
    return {"by": event.actor, "at": chain.iso(event.recorded_at)}
