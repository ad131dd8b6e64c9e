"""What tests of the ledger share: a file of rows from a list, taken in to its end, and the sums that it left."""

import io
from collections import Counter
from datetime import timedelta

from sqlmodel import select

from tests import make
from tracker.law.ledger import FAMILIES, Family
from tracker.models import Event, LedgerCell, LedgerImport, LedgerKey, Service
from tracker.report.ledger import imports, store
from tracker.report.ledger.carry import carry

AT = make.instant("2026-05-01T10:00+09:00")
LATER = AT + timedelta(hours=1)
HEADS = {family: ",".join(column.name for column in rule.columns) for family, rule in FAMILIES.items()}
GOOD = {
    Family.MEASURES: "m-1,2026-04-28,rm,auto,spam,yes,yes,2026-04-29,,",
    Family.REPORTS: "r-1,2026-04-28,taken,spam,,yes,",
    Family.REQUESTS: "q-1,2026-04-28,defame,pending,yes,",
    Family.ORDERS: "o-1,2026-04-28,defame,taken,yes,",
    Family.APPEALS: "a-1,2026-04-28,rm,no,upheld,2026-04-29,yes,",
}


def file_of(*rows: str, family: Family = Family.MEASURES, head: str = "") -> bytes:
    """A file of rows."""
    return "\r\n".join([head or HEADS[family], *rows, ""]).encode()


def begin(database, service: Service, body: bytes, family: Family = Family.MEASURES, at=AT) -> LedgerImport:
    """Take a file in; nothing of it is read yet."""
    settings = database.info["settings"]
    kept = store.keep(settings, io.BytesIO(body))
    with database.writing() as session:
        row = imports.begin(
            session,
            session.get_one(Service, service.id),
            family,
            "rows.csv",
            stored=kept.stored,
            size=kept.size,
            sha256=kept.sha256,
            actor="system",
            at=at,
        )
    return row


def take(database, service: Service, *rows: str, family: Family = Family.MEASURES, head: str = "") -> LedgerImport:
    """Take a file in to its end."""
    return take_body(database, service, file_of(*rows, family=family, head=head), family)


def take_body(database, service: Service, body: bytes, family: Family = Family.MEASURES) -> LedgerImport:
    """The same of the bytes of a file."""
    row = begin(database, service, body, family)
    carry(database, row.id, lambda: LATER)
    return import_of(database, row)


def import_of(database, row: LedgerImport) -> LedgerImport:
    """An import as it stands now."""
    with database.reading() as session:
        return session.get_one(LedgerImport, row.id)


def counts(row: LedgerImport) -> tuple[int, int, int, int, int]:
    """What became of the rows of an import."""
    return row.rows, row.added, row.same, row.changed, row.refused


def withdraw(database, service: Service, row: LedgerImport, at=LATER, reason="別のサービスのファイルだった") -> None:
    """Take an import back, to its end."""
    with database.writing() as session:
        imports.withdraw(session, session.get_one(Service, service.id), row.id, reason=reason, by=None, at=at)
    carry(database, row.id, lambda: at)


def sums(database, service: Service) -> dict[tuple, int]:
    """What the roll-ups of a service add up to, and that keys say the same."""
    with database.reading() as session:
        cells = session.exec(select(LedgerCell).where(LedgerCell.service_id == service.id)).all()
        keys = Counter()
        for key in session.exec(select(LedgerKey)):
            keys[key.cell_id] += key.n
    assert {cell.id: cell.n for cell in cells if cell.n} == {c.id: keys[c.id] for c in cells if keys[c.id]}
    found: Counter[tuple] = Counter()
    for cell in cells:
        if cell.n:
            found[said_of(cell)] += cell.n
    assert len(found) == sum(1 for cell in cells if cell.n)  # one roll-up for each thing that is said
    return dict(found)


def said_of(cell: LedgerCell) -> tuple:
    """What a roll-up says, shortly: everything that is not as it is by itself."""
    values = (cell.family.value, cell.day.isoformat(), cell.kind, cell.route, cell.reason, cell.kept, cell.exemption)
    outcome, settled = cell.outcome and cell.outcome.value, cell.settled_on and cell.settled_on.isoformat()
    flags = ("ai" if cell.ai else "", "" if cell.japan else "abroad")
    return tuple(value for value in (*values, outcome, settled, *flags) if value)


def facts(database, fact) -> list[Event]:
    """The events of a fact."""
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == fact)))
