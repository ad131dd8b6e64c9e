"""The moderation ledger, against what the register of its service says: imports, code maps, and sums of roll-ups."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from tracker.casework import chain
from tracker.casework.journal import staff
from tracker.casework.ledger_record import import_state, map_state
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, CodeMap, Event, LedgerCell, LedgerImport, LedgerKey

NAMED = 20  # roll-ups that are named at most: where many are wrong, one reason is behind them


def check_ledger(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each import that was done or taken back, and each code map that was verified, as its fact bound it."""
    if case.kind is not CaseKind.REGISTER:
        return
    done, back, verified = (
        {e.data["said"][key]: e for e in events if e.fact is fact}
        for fact, key in (
            (Fact.LEDGER_IMPORTED, "import"),
            (Fact.LEDGER_WITHDRAWN, "import"),
            (Fact.CODES_VERIFIED, "map"),
        )
    )
    known = set()
    for row in session.exec(select(LedgerImport).where(LedgerImport.service_id == case.service_id)):
        known.add(str(row.id))
        yield from _import(case, row, done.get(str(row.id)), back.get(str(row.id)))
    yield from (Finding(case.id, "ledgerimport", id, "the row is missing") for id in {*done, *back} - known)
    for version in session.exec(select(CodeMap).where(CodeMap.service_id == case.service_id)):
        event = verified.pop(str(version.id), None)
        if _verified(event) != _verifier(session, version):
            yield Finding(case.id, "codemap", str(version.id), "is not the version that was verified")
    yield from (Finding(case.id, "codemap", id, "the row is missing") for id in verified)


def check_unrecorded(session: Session) -> Iterator[Finding]:
    """Nothing of a service without a register was ever done; and every roll-up is the sum of its keys."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    over = (col(LedgerImport.done_at).is_not(None) & (col(LedgerImport.trouble) == "")) | col(
        LedgerImport.withdrawn_at
    ).is_not(None)
    imports = select(LedgerImport.id).where(col(LedgerImport.service_id).not_in(registers), over)
    maps = select(CodeMap.id).where(col(CodeMap.service_id).not_in(registers), col(CodeMap.verified_at).is_not(None))
    for table, query in (("ledgerimport", imports), ("codemap", maps)):
        for id in session.exec(query):
            yield Finding(None, table, str(id), "was never recorded")
    sums = select(LedgerKey.cell_id, func.sum(LedgerKey.n).label("n")).group_by(col(LedgerKey.cell_id)).subquery()
    wrong = (
        select(LedgerCell.id)
        .outerjoin(sums, sums.c.cell_id == LedgerCell.id)
        .where(col(LedgerCell.n) != func.coalesce(sums.c.n, 0))
    )
    for cell in session.exec(wrong.order_by(col(LedgerCell.id)).limit(NAMED)):
        yield Finding(None, "ledgercell", str(cell), "is not the sum of its keys")


def _import(case: Case, row: LedgerImport, done: Event | None, back: Event | None) -> Iterator[Finding]:
    wanted = row.done_at is not None and not row.trouble and row.withdrawn_at is None
    if (wanted and done is None) or (done and (row.done_at is None and row.withdrawn_at is None)):
        yield Finding(case.id, "ledgerimport", str(row.id), "is done, or is not, other than was recorded")
    taken = (back.occurred_at, back.actor) if back else (None, None)
    by = staff(row.withdrawn_by) if row.withdrawn_by else "system"
    if taken != ((row.withdrawn_at, by) if row.withdrawn_at else (None, None)):
        yield Finding(case.id, "ledgerimport", str(row.id), "was taken back, or was not, other than was recorded")
    for event in (done, back):
        if event and event.data["said"] != import_state(row):
            yield Finding(case.id, "ledgerimport", str(row.id), "is not what was recorded of the file and its rows")
            break


def _verified(event: Event | None) -> dict[str, Any] | None:
    if event is None:
        return None
    return {**event.data["said"], "at": chain.iso(event.occurred_at), "by": event.actor}


def _verifier(session: Session, row: CodeMap) -> dict[str, Any] | None:
    if row.verified_at is None:
        return None
    by = staff(row.verified_by) if row.verified_by else ""
    return {**map_state(session, row), "at": chain.iso(row.verified_at), "by": by}
