"""Imports and code maps in the register of their service: what its events say of the rows."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from sqlmodel import Session, select

from tracker.models import CodeLine, CodeMap, LedgerImport

COUNTS = ("rows", "added", "same", "changed", "refused")


def import_state(row: LedgerImport) -> dict[str, Any]:
    """What an event keeps of an import: which file it was, and what became of its rows."""
    counts = {name: getattr(row, name) for name in COUNTS}
    return {
        "import": str(row.id),
        "number": row.number,
        "family": row.family.value,
        "sha256": row.sha256,
    } | counts


def map_state(session: Session, row: CodeMap) -> dict[str, Any]:
    """What an event keeps of a version that was verified: its lines as a digest."""
    return {"map": str(row.id), "version": row.version, "lines": lines_digest(session, row.id)}


def lines_digest(session: Session, map_id: UUID) -> str:
    """SHA-256 over the lines of a version, in order, as canonical JSON (RFC 8785)."""
    lines = session.exec(select(CodeLine).where(CodeLine.map_id == map_id)).all()
    told = sorted([one.vocabulary.value, one.code, one.category] for one in lines)
    return sha256(rfc8785.dumps(told)).hexdigest()
