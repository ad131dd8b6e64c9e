"""The register of a service, against what its events say: filings, changes, digests, and the days of the service."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, select

from tracker.casework.digest.content import content_of
from tracker.casework.filings.rows import row_digest
from tracker.casework.verify.finding import Finding
from tracker.law.consequences import CORRECTIONS
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, DigestVersion, Event, RegisterChange, RegisterFiling, Service


def check_register(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each row of a register as its fact bound it, and none besides; the days of the service as last recorded."""
    if case.kind is not CaseKind.REGISTER:
        return
    said = [event.data["said"] for event in events]
    changes = {one["change"]: one["row"] for one in said if "change" in one}
    filings = {one["filing"]: one["row"] for one in said if "filing" in one}
    yield from _rows(
        case,
        "registerchange",
        changes,
        session.exec(select(RegisterChange).where(RegisterChange.case_id == case.id)).all(),
    )
    yield from _rows(
        case,
        "registerfiling",
        filings,
        session.exec(select(RegisterFiling).where(RegisterFiling.case_id == case.id)).all(),
    )
    yield from _digests(session, case, events)
    yield from _days(session, case, events)


def _rows(
    case: Case, table: str, wanted: dict[str, str], found: Sequence[RegisterChange] | Sequence[RegisterFiling]
) -> Iterator[Finding]:
    left = dict(wanted)
    for row in found:
        if left.pop(str(row.id), None) != row_digest(row):
            yield Finding(case.id, table, str(row.id), "is not what was recorded")
    for id in left:
        yield Finding(case.id, table, id, "the row is missing")


def _digests(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """A published digest has the text that its fact committed to: of its examples none was changed, added or taken."""
    left = {e.data["said"]["digest"]: e.data["said"]["content"] for e in events if e.fact is Fact.DIGEST_PUBLISHED}
    for row in session.exec(select(DigestVersion).where(DigestVersion.case_id == case.id)):
        content = content_of(session, row)
        if left.pop(str(row.id), None) != content or row.content != content:
            yield Finding(case.id, "digestversion", str(row.id), "is not the digest that was published")
    for id in left:
        yield Finding(case.id, "digestversion", id, "the row is missing")


def _days(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    service = session.get_one(Service, case.service_id)
    last = {CORRECTIONS.get(event.fact, event.fact): event.data["said"].get("day") for event in events}
    for fact, day in ((Fact.DESIGNATED, service.designated_on), (Fact.REGISTERED, service.registered_on)):
        if fact in last and last[fact] != (day.isoformat() if day else None):
            yield Finding(
                case.id, "service", str(service.id), f"its day differs from what was recorded as {fact.value}"
            )
