"""Carrying an import to its end, chunk by chunk: each is one transaction, and says how far it came.

A process that is killed loses the chunk it was at, and nothing else; whoever carries on begins where the last one
ended. Two who carry one import do no harm: of each chunk the first one counts, and the other goes on from there.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from tracker.casework import journal
from tracker.casework.ledger_record import import_state
from tracker.casework.register import register_of
from tracker.db import Database
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import LedgerImport, Service
from tracker.report.ledger import cells, imports, store
from tracker.report.ledger.cells import Cells, Hash
from tracker.report.ledger.counting import Chunk, Row, count
from tracker.report.ledger.faults import Trouble, fault
from tracker.report.ledger.reading import Bad, Block, blocks, head_of, rows
from tracker.report.ledger.rows import Fault, Reader, columns_of

Clock = Callable[[], datetime]
Told = Callable[[LedgerImport], object]


class Opened(NamedTuple):
    """What reads a file: its rows, its blocks, the roll-ups of its family, the ids of its keys."""

    reader: Reader
    found: Iterator[Block]
    known: Cells
    hashed: Hash


def carry(database: Database, import_id: UUID, clock: Clock, *, told: Told = lambda row: None) -> None:
    """Read an import to its end, or take it back to its end. `told` hears of it after each chunk."""
    while True:
        with database.reading() as session:
            row = session.get_one(LedgerImport, import_id)
        if row.done_at or (row.trouble and not row.withdrawn_at):
            return
        if row.withdrawn_at:
            _take_back(database, row, clock, told)
            return
        try:
            with store.path_of(database.info["settings"], row.stored).open("rb") as file:
                _read(database, row, file, clock, told)
        except FileNotFoundError:
            _note(database, row, "gone", clock)
        except Trouble as trouble:
            _note(database, row, trouble.code, clock)


def carry_in(session: Session, import_id: UUID, *, at: datetime) -> None:
    """Read an import to its end in a transaction that is open: for files of a few rows. Raises Trouble."""
    row = imports.lock(session, import_id)
    with store.path_of(session.info["settings"], row.stored).open("rb") as file:
        opened = _open(row, file)
        for block in opened.found:
            count(session, row, _chunk(block, opened.reader, opened.hashed, row.rows), opened.known)
    _finish(session, row, at)


def _open(row: LedgerImport, file: IO[bytes]) -> Opened:
    """What reads a file from where it stands. Raises Trouble where it is another one, or not of its family."""
    if store.measure_open(file) != (row.size, row.sha256):
        raise Trouble("differs")
    columns = columns_of(row.family, head_of(file))
    return Opened(
        Reader(row.family, columns, japanese_day(row.began_at)),
        blocks(file, row.place or file.tell()),
        Cells(row.service_id, row.family),
        Hash(row.service_id, row.family),
    )


def _read(database: Database, row: LedgerImport, file: IO[bytes], clock: Clock, told: Told) -> None:
    """Count chunk after chunk, until the file ends or somebody else was faster."""
    reader, found, known, hashed = _open(row, file)
    while block := next(found, None):
        chunk = _chunk(block, reader, hashed, row.rows)
        with database.writing() as session:
            now = imports.lock(session, row.id)
            if now.done_at or now.withdrawn_at:
                return
            if now.place == row.place:
                count(session, now, chunk, known)
            else:  # somebody else carries it, too, and was faster
                found = blocks(file, now.place)
        row = now
        told(row)
    with database.writing() as session:
        now = imports.lock(session, row.id)
        if now.done_at or now.withdrawn_at or now.place != row.place:
            return
        _finish(session, now, clock())
    told(now)


def _chunk(block: Block, reader: Reader, hashed: Hash, before: int) -> Chunk:
    """The rows of a block, read; `before` says how many stand before them."""
    good: list[Row] = []
    wrong: list[dict[str, Any]] = []
    no = before + 1
    for no, row in enumerate(rows(block.body), before + 2):  # the head is row 1
        try:
            key, said = reader.read(_whole(row) if row.__class__ is not str or not row else row)
        except Fault as error:
            wrong.append(fault(no, error.column, error.code))
        else:
            good.append((no, hashed(key), said))
    return Chunk(good, wrong, no - before - 1, block.place)


def _whole(row: str | list[str] | Bad) -> str | list[str]:
    if isinstance(row, Bad):
        raise Fault("", row.fault)
    if not row:
        raise Fault("", "blank")
    return row


def _finish(session: Session, row: LedgerImport, at: datetime) -> None:
    """Every row is counted: the register says so once, and the file goes."""
    row.done_at = at
    store.forget(session, row.stored)
    row.stored = ""
    session.add(row)
    case = register_of(session, session.get_one(Service, row.service_id), at)
    journal.lock(session, case)
    journal.record(session, case, Fact.LEDGER_IMPORTED, actor=row.began_by, at=at, **import_state(row))


def take_back_in(session: Session, import_id: UUID, *, at: datetime) -> None:
    """Let the keys of an import go that was taken back, in a transaction that is open: for files of a few rows."""
    row = imports.lock(session, import_id)
    after: int | None = imports.LEAST
    while after is not None:
        ids, after = _keys(session, row, after)
        cells.forget(session, ids, row.number)
    row.done_at = at
    session.add(row)


def _take_back(database: Database, row: LedgerImport, clock: Clock, told: Told) -> None:
    """Let the keys of an import go that was taken back: looked for while others write, and gone some at a time.

    None is added meanwhile behind the place that was reached: nobody reads what was taken back.
    """
    after: int | None = imports.LEAST
    while after is not None:
        with database.reading() as session:
            ids, after = _keys(session, row, after)
        if not ids and after is not None:
            continue
        with database.writing() as session:
            now = imports.lock(session, row.id)
            if now.done_at:
                return
            cells.forget(session, ids, now.number)
            if after is None:
                now.done_at = clock()
                session.add(now)
        told(now)


def _keys(session: Session, row: LedgerImport, after: int) -> tuple[Sequence[int], int | None]:
    return cells.keys_of(session, row.service_id, row.family, row.number, after=after, most=imports.AT_ONCE)


def _note(database: Database, row: LedgerImport, code: str, clock: Clock) -> None:
    """Say that the file cannot be read. If some of it was counted, it stays unfinished until somebody takes it back."""
    with database.writing() as session:
        now = imports.lock(session, row.id)
        if now.done_at or now.withdrawn_at or now.trouble:
            return
        now.trouble = code
        if not now.rows:
            now.done_at = clock()
        store.forget(session, now.stored)
        now.stored = ""
        session.add(now)
