"""Imports of a service: begun once for each file, taken back with a reason. `carry` reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.ledger_record import import_state
from tracker.casework.register import register_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.ledger import Family
from tracker.models import LedgerImport, Service
from tracker.report.ledger import store

NAME_LETTERS = 200
AT_ONCE = 20_000  # keys that are gone through at once, and go in one transaction: nobody waits long for it
LEAST = -(1 << 63)  # below every id of a key
AGAIN = N_("同じファイルを、取込み %(number)s で取り込んでいます。同じ行は二度数えません。")


def begin(
    session: Session,
    service: Service,
    family: Family,
    name: str,
    *,
    stored: str,
    size: int,
    sha256: str,
    actor: str,
    at: datetime,
) -> LedgerImport:
    """Take a file in. Its rows are read afterwards (`carry`).

    Raises Conflict (about "file", with the `number`) where the same file was taken in before and still counts.
    """
    session.get_one(Service, service.id, with_for_update={"key_share": True})  # one number after another
    before = same(session, service, family, sha256)
    if before is not None:
        raise Conflict(AGAIN, about="file", number=before.number)
    last = session.exec(select(func.max(LedgerImport.number)).where(LedgerImport.service_id == service.id)).one()
    row = LedgerImport(
        service_id=service.id,
        number=(last or 0) + 1,
        family=family,
        name=name[:NAME_LETTERS],
        stored=stored,
        size=size,
        sha256=sha256,
        began_at=at,
        began_by=actor,
    )
    session.add(row)
    session.flush()
    return row


def same(session: Session, service: Service, family: Family, sha256: str) -> LedgerImport | None:
    """The import by which this very file still counts, or is about to; None where it may be taken in.

    One that was read before another that overlapped it, and was taken back, may come again: it gives back what the
    other took with it.
    """
    mine: Any = (LedgerImport.service_id == service.id, LedgerImport.family == family)
    query = select(LedgerImport).where(
        *mine, LedgerImport.sha256 == sha256, col(LedgerImport.withdrawn_at).is_(None), LedgerImport.trouble == ""
    )
    found = session.exec(query.order_by(col(LedgerImport.number).desc()).limit(1)).first()
    if found is None or found.done_at is None:
        return found
    overlapped = col(LedgerImport.same) + col(LedgerImport.changed) > 0
    taken = (LedgerImport.number > found.number, col(LedgerImport.withdrawn_at).is_not(None), overlapped)
    return None if session.exec(select(LedgerImport.id).where(*mine, *taken).limit(1)).first() else found


def imports_of(session: Session, service: Service, *, most: int = 50) -> list[LedgerImport]:
    """The imports of a service, the newest first."""
    query = select(LedgerImport).where(LedgerImport.service_id == service.id)
    return list(session.exec(query.order_by(col(LedgerImport.number).desc()).limit(most)))


def import_of(session: Session, service: Service, number: int) -> LedgerImport | None:
    """The import of a number."""
    query = select(LedgerImport).where(LedgerImport.service_id == service.id, LedgerImport.number == number)
    return session.exec(query).first()


def unfinished(session: Session, service: Service) -> list[LedgerImport]:
    """Imports that are still being read or taken back, and those that broke off: figures may not be published yet."""
    query = select(LedgerImport).where(LedgerImport.service_id == service.id, col(LedgerImport.done_at).is_(None))
    return list(session.exec(query.order_by(col(LedgerImport.number))))


def with_refused(session: Session, service: Service) -> list[LedgerImport]:
    """Imports that count, of which some rows were refused: whoever publishes should know what is not in the figures."""
    query = select(LedgerImport).where(
        LedgerImport.service_id == service.id, col(LedgerImport.withdrawn_at).is_(None), LedgerImport.refused > 0
    )
    return list(session.exec(query.order_by(col(LedgerImport.number))))


def waiting(session: Session) -> list[UUID]:
    """What a worker has to carry, of all services, in the order in which it came.

    A file that lies somewhere else is read by the command that named it: the worker may not even see it.
    """
    going = (col(LedgerImport.trouble) == "") | col(LedgerImport.withdrawn_at).is_not(None)
    query = select(LedgerImport).where(col(LedgerImport.done_at).is_(None), going)
    rows = session.exec(query.order_by(col(LedgerImport.began_at), col(LedgerImport.number)))
    return [row.id for row in rows if row.withdrawn_at or store.ours(row.stored)]


def lock(session: Session, id: UUID) -> LedgerImport:
    """Hold an import, and before it the ledger of its service, until the transaction ends.

    The first import of a service stands for its ledger: chunks of two files are counted one after the other.
    """
    row = session.get_one(LedgerImport, id)
    first = select(LedgerImport).where(LedgerImport.service_id == row.service_id, LedgerImport.number == 1)
    session.exec(first.with_for_update()).one()
    session.refresh(row, with_for_update=True)
    return row


def withdraw(
    session: Session, service: Service, import_id: UUID, *, reason: str, by: UUID | None, at: datetime
) -> None:
    """Take an import back: what it was the last to say is counted no more. `by` nobody is the command line.

    The register says so, with the reason. Its keys go afterwards (`carry`), and it is unfinished until then.
    A row that earlier files had said as well goes with it: they may be taken in again afterwards.
    Raises NotAllowed without a reason or where nothing was counted, Conflict where somebody took it back before.
    """
    row = lock(session, import_id)
    if row.service_id != service.id:
        raise LookupError(import_id)
    if row.withdrawn_at is not None:
        raise Conflict(N_("この取込みは、すでに取り消されています。"), about="import")
    if row.trouble and row.done_at is not None:
        raise NotAllowed(
            N_("このファイルは読めなかったので、何も数えていません。取り消すものはありません。"), about="import"
        )
    if not reason.strip():
        raise NotAllowed(N_("取り消す理由を入力してください。"), about="reason")
    row.withdrawn_at, row.withdrawn_by, row.done_at = at, by, None
    store.forget(session, row.stored)
    row.stored = ""
    case = register_of(session, service, at)
    journal.lock(session, case)
    journal.record(
        session,
        case,
        Fact.LEDGER_WITHDRAWN,
        actor=journal.staff(by) if by else journal.SYSTEM,
        at=at,
        remark=reason.strip(),
        **import_state(row),
    )
    session.add(row)
    session.flush()


def going(session: Session, service_id: UUID, family: Family) -> set[int]:
    """The numbers of the imports that are being taken back: what they said of a key is as good as unsaid."""
    query = select(LedgerImport.number).where(
        LedgerImport.service_id == service_id,
        LedgerImport.family == family,
        col(LedgerImport.done_at).is_(None),
        col(LedgerImport.withdrawn_at).is_not(None),
    )
    return set(session.exec(query))
