"""Retention tables and checks of safety, against what the register of their service says of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from tracker.casework.retention_record import check_state, table_state
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Event, RetentionTable, SafetyCheck


def check_retention(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each version of a table with its lines, and each check, as it was recorded, and none besides."""
    if case.kind is not CaseKind.REGISTER:
        return
    tables: dict[str, dict[str, Any]] = {}
    checks: dict[str, dict[str, Any]] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.RETENTION_PUBLISHED:
            tables[said["table"]] = said
        elif event.fact is Fact.SAFETY_CHECKED:
            checks |= {one["check"]: one for one in said["checks"]}
    for table in session.exec(select(RetentionTable).where(RetentionTable.service_id == case.service_id)):
        if tables.pop(str(table.id), None) != table_state(session, table):
            yield Finding(case.id, "retentiontable", str(table.id), "is not the version that was published")
    for row in session.exec(select(SafetyCheck).where(SafetyCheck.service_id == case.service_id)):
        if checks.pop(str(row.id), None) != check_state(row):
            yield Finding(case.id, "safetycheck", str(row.id), "is not what was recorded as found")
    yield from (Finding(case.id, "retentiontable", id, "the row is missing") for id in tables)
    yield from (Finding(case.id, "safetycheck", id, "the row is missing") for id in checks)


def check_unregistered(session: Session) -> Iterator[Finding]:
    """A version or a check of a service that has no register was never recorded."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    tables = select(RetentionTable.id).where(col(RetentionTable.service_id).not_in(registers))
    checks = select(SafetyCheck.id).where(col(SafetyCheck.service_id).not_in(registers))
    for name, query in (("retentiontable", tables), ("safetycheck", checks)):
        for id in session.exec(query):
            yield Finding(None, name, str(id), "was never recorded")
