"""Versions of the yearly publication with their files, against what the register of their service says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import journal
from tracker.casework.remarks import remarks_of
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Event, Publication, PublicationFile

MANIFEST = "manifest.json"


@dataclass
class Told:
    """What the facts say of one version."""

    frozen: Event
    ended: list[Event] = field(default_factory=list)


def check_publications(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each version as it was frozen, published or sent back, byte for byte, and none besides."""
    if case.kind is not CaseKind.REGISTER:
        return
    told: dict[str, Told] = {}
    for event in events:
        if event.fact is Fact.REPORT_FROZEN:
            told[event.data["said"]["publication"]] = Told(event)
        elif event.fact in {Fact.REPORT_RETURNED, Fact.REPORT_PUBLISHED}:
            told[event.data["said"]["publication"]].ended.append(event)
    remarks = remarks_of(session, case) if told else {}
    for row in session.exec(select(Publication).where(Publication.service_id == case.service_id)):
        known = told.pop(str(row.id), None)
        if known is None:
            yield Finding(case.id, "publication", str(row.id), "was never recorded as frozen")
            continue
        if _row(row) != _facts(case, row.id, known, remarks):
            yield Finding(case.id, "publication", str(row.id), "is not the version that was recorded")
        yield from _files(session, case, row, known)
    yield from (Finding(case.id, "publication", id, "the row is missing") for id in told)


def check_unrecorded(session: Session) -> Iterator[Finding]:
    """A version of a service that has no register was never recorded."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    for id in session.exec(select(Publication.id).where(col(Publication.service_id).not_in(registers))):
        yield Finding(None, "publication", str(id), "was never recorded")


def _row(row: Publication) -> dict[str, Any]:
    return {
        "case": row.case_id,
        "said": {"publication": str(row.id), "year": row.year, "version": row.version, "sha256": row.sha256},
        "why": row.why,
        "frozen": (journal.staff(row.frozen_by), row.frozen_at),
        "published": (row.published_by and journal.staff(row.published_by), row.published_at),
        "returned": (row.returned_by and journal.staff(row.returned_by), row.returned_at),
    }


def _facts(case: Case, id: UUID, known: Told, remarks: dict[UUID, str]) -> dict[str, Any]:
    """The same of the events. A version ended once at most, and each fact about it names the same bytes."""
    said = {key: value for key, value in known.frozen.data["said"].items() if key != "files"}
    ends = {event.fact: (event.actor, event.recorded_at) for event in known.ended}
    one = len(known.ended) <= 1 and all(event.data["said"] == said for event in known.ended)
    return {
        "case": case.id,
        "said": said if one else None,
        "why": remarks.get(known.frozen.id, ""),
        "frozen": (known.frozen.actor, known.frozen.recorded_at),
        "published": ends.get(Fact.REPORT_PUBLISHED, (None, None)),
        "returned": ends.get(Fact.REPORT_RETURNED, (None, None)),
    }


def _files(session: Session, case: Case, row: Publication, known: Told) -> Iterator[Finding]:
    """The bytes of each file are those of its fact; those of the manifest are what the version is known by."""
    files: dict[str, str] = dict(known.frozen.data["said"]["files"])
    if files.get(MANIFEST) != row.sha256:
        yield Finding(case.id, "publication", str(row.id), "the manifest is not the one that was recorded")
    query = select(PublicationFile).where(PublicationFile.publication_id == row.id)
    for file in session.exec(query.order_by(col(PublicationFile.name))):
        if not files.pop(file.name, "") == file.sha256 == sha256(file.content).hexdigest():
            yield Finding(case.id, "publicationfile", f"{row.id} {file.name}", "is not the file that was frozen")
    yield from (Finding(case.id, "publicationfile", f"{row.id} {name}", "the file is missing") for name in files)
