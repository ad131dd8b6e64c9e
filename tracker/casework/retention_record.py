"""Versions of a table and checks of safety in the register of their service: what its events say of the rows."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from sqlmodel import Session, col, select

from tracker.casework import chain, journal
from tracker.casework.register import register_of
from tracker.law.facts import Fact
from tracker.models import RetentionLine, RetentionTable, SafetyCheck, Service


def record_table(session: Session, service: Service, table: RetentionTable, *, by: UUID, at: datetime) -> None:
    """Say in the register that a version was published; its lines must be there."""
    case = register_of(session, service, at)
    journal.lock(session, case)
    journal.record(
        session, case, Fact.RETENTION_PUBLISHED, actor=journal.staff(by), at=at, **table_state(session, table)
    )


def record_checks(session: Session, service: Service, found: Sequence[SafetyCheck], *, by: UUID, at: datetime) -> None:
    """Say in the register what was found of which measures; the rows must be there."""
    case = register_of(session, service, at)
    journal.lock(session, case)
    journal.record(
        session, case, Fact.SAFETY_CHECKED, actor=journal.staff(by), at=at, checks=[check_state(one) for one in found]
    )


def table_state(session: Session, table: RetentionTable) -> dict[str, Any]:
    """What an event keeps of a version: its words and lines, which are public, only as a digest."""
    lines = session.exec(
        select(RetentionLine).where(RetentionLine.table_id == table.id).order_by(col(RetentionLine.no))
    ).all()
    words = {
        "note": table.note,
        "made": chain.iso(table.made_at),
        "by": str(table.made_by),
        "lines": [line.model_dump(mode="json", exclude={"table_id"}) for line in lines],
    }
    return {
        "table": str(table.id),
        "version": table.version,
        "in_force": table.in_force.isoformat(),
        "lines": sha256(rfc8785.dumps(words)).hexdigest(),
    }


def check_state(row: SafetyCheck) -> dict[str, Any]:
    """What an event keeps of a check: its note only as a digest."""
    words = {"note": row.note, "at": chain.iso(row.checked_at), "by": str(row.checked_by)}
    return {
        "check": str(row.id),
        "measure": row.measure,
        "done": row.done,
        "row": sha256(rfc8785.dumps(words)).hexdigest(),
    }
