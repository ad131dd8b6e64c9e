"""Roll-ups and keys in the database: what a chunk of rows adds to them, in as few statements as there are kinds.

Statements go to the driver as they are: a dict for each of a million keys would take most of the time.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Table, func, insert, select
from sqlmodel import Session, col

from tracker.casework.tallies import month
from tracker.law.ledger import Family
from tracker.models import LedgerCell, LedgerKey
from tracker.report.ledger.rows import Fields

AT_ONCE = 10_000  # keys named in one question
MOST_CELLS = 100_000  # remembered between chunks
ROLL_UPS: Table = LedgerCell.__table__  # type: ignore[attr-defined]
Key = tuple[int, int, int, int]  # id, roll-up, the number of the import that said so last, how many
# What every row goes through, in the words of each database: SQLite wants a row at a time, PostgreSQL a list of each
# column. Ids are one value in both: a statement that names each would be a new one every time.
WORDS: dict[str, dict[str, str]] = {
    "sqlite": {
        "keys": "select id, cell_id, import_no, n from ledgerkey where id in (select value from json_each(?))",
        "add keys": "insert into ledgerkey (id, cell_id, import_no, n) values (?, ?, ?, ?)",
        "move keys": "update ledgerkey set cell_id = ?, import_no = ?, n = ? where id = ?",
        "forget keys": "delete from ledgerkey where id in (select value from json_each(?))",
        "add to cells": "update ledgercell set n = n + ? where id = ?",
    },
    "postgresql": {
        "keys": "select id, cell_id, import_no, n from ledgerkey where id = any(%s::bigint[])",
        "add keys": "insert into ledgerkey (id, cell_id, import_no, n) "
        "select * from unnest(%s::bigint[], %s::int[], %s::int[], %s::int[])",
        "move keys": "update ledgerkey set cell_id = said.cell, import_no = said.no, n = said.n "
        "from unnest(%s::int[], %s::int[], %s::int[], %s::bigint[]) as said(cell, no, n, id) "
        "where ledgerkey.id = said.id",
        "forget keys": "delete from ledgerkey where id = any(%s::bigint[])",
        "add to cells": "update ledgercell set n = ledgercell.n + said.more "
        "from unnest(%s::bigint[], %s::int[]) as said(more, id) where ledgercell.id = said.id",
    },
}


class Hash:
    """The id of a key: 64 bits, signed, over service, family and the row's own key."""

    def __init__(self, service: UUID, family: Family) -> None:
        self._begun = blake2b(f"{service}/{family.value}/".encode(), digest_size=8)

    def __call__(self, key: str) -> int:
        mine = self._begun.copy()
        mine.update(key.encode())
        return int.from_bytes(mine.digest(), "big", signed=True)


def keys(session: Session, ids: Sequence[int]) -> dict[int, Key]:
    """Those of the keys that were seen before."""
    found: dict[int, Key] = {}
    for rows in _named(session, "keys", ids):
        found.update((row[0], row) for row in rows.all())  # type: ignore[misc]
    return found


def add_keys(session: Session, added: Iterable[Key]) -> None:
    """Write keys that were never seen, in the order in which the index has them."""
    _many(session, "add keys", sorted(added))


def move_keys(session: Session, moved: Iterable[Key]) -> None:
    """Write what is now said of keys that were seen before."""
    _many(session, "move keys", [(cell, no, n, id) for id, cell, no, n in sorted(moved)])


def add_to_cells(session: Session, more: Counter[int]) -> None:
    """Count up, and down."""
    _many(session, "add to cells", [(n, id) for id, n in sorted(more.items()) if n])


class Cells:
    """The roll-ups of one family, found or made; days that were not asked for of late are forgotten again.

    Ask while the ledger of the service is locked (imports.lock): no roll-up is then made twice.
    """

    def __init__(self, service: UUID, family: Family) -> None:
        self._service, self._family = service, family
        self._days: OrderedDict[date, dict[Fields, int]] = OrderedDict()
        self._newest = 0  # of all roll-ups, when we last looked

    def ids(self, session: Session, wanted: Iterable[Fields]) -> dict[Fields, int]:
        """The id of each roll-up that rows are in. What is new is made, with nothing in it."""
        wanted = set(wanted)
        days = {one.day for one in wanted}
        newest = session.scalar(select(func.max(LedgerCell.id))) or 0
        if newest != self._newest:  # another import made some meanwhile
            self._days.clear()
        self._read(session, sorted(days - self._days.keys()))
        for day in days:
            self._days.move_to_end(day)
        new = [one for one in wanted if one not in self._days[one.day]]
        self._newest = max([newest, *self._make(session, new, newest)])
        found = {one: self._days[one.day][one] for one in wanted}
        room = MOST_CELLS - sum(len(cells) for cells in self._days.values())
        while room < 0 and len(self._days) > 1:
            room += len(self._days.popitem(last=False)[1])
        return found

    def _read(self, session: Session, days: Sequence[date]) -> None:
        for start in range(0, len(days), AT_ONCE):
            some = days[start : start + AT_ONCE]
            self._days.update((day, {}) for day in some)
            self._enter(session, col(LedgerCell.day).in_(some))

    def _make(self, session: Session, new: Sequence[Fields], newest: int) -> list[int]:
        """Write what is new, and read which ids it was given: they are above all that there were."""
        if not new:
            return []
        mine = {"service_id": self._service, "family": self._family, "n": 0}
        rows = [one._asdict() | mine | {"month": month(one.day)} for one in new]
        session.connection().execute(insert(ROLL_UPS), rows)
        return self._enter(session, col(LedgerCell.id) > newest)

    def _enter(self, session: Session, where: ColumnElement[bool]) -> list[int]:
        """Remember the roll-ups of days that are remembered. Their ids."""
        columns: list[Any] = [getattr(LedgerCell, name) for name in ("id", *Fields._fields)]
        mine = (col(LedgerCell.service_id) == self._service, col(LedgerCell.family) == self._family)
        found = []
        for id, *fields in session.execute(select(*columns).where(*mine, where)):
            one = Fields(*fields)
            self._days[one.day][one] = id
            found.append(id)
        return found


def keys_of(
    session: Session, service: UUID, family: Family, no: int, *, after: int, most: int
) -> tuple[Sequence[int], int | None]:
    """The keys of an import among the `most` that come after an id, and where those end; None where none follow.

    All keys are gone through in the order of their ids: no index says which import a key is of.
    """
    window = select(col(LedgerKey.id)).where(col(LedgerKey.id) > after).order_by(col(LedgerKey.id)).limit(most)
    some = window.subquery()
    n, last = session.execute(select(func.count(), func.max(some.c.id)).select_from(some)).one()
    if not n:
        return [], None
    query = (
        select(col(LedgerKey.id))
        .join(LedgerCell, col(LedgerCell.id) == col(LedgerKey.cell_id))
        .where(
            col(LedgerKey.id) > after,
            col(LedgerKey.id) <= last,
            col(LedgerKey.import_no) == no,
            col(LedgerCell.service_id) == service,
            col(LedgerCell.family) == family,
        )
    )
    return session.execute(query).scalars().all(), last if n == most else None


def forget(session: Session, ids: Sequence[int], no: int) -> None:
    """Let keys of an import go, and count their roll-ups down; those that another one has meanwhile stay."""
    mine = [key for key in keys(session, ids).values() if key[2] == no]
    less: Counter[int] = Counter()
    for _id, cell, _no, n in mine:
        less[cell] -= n
    for _gone in _named(session, "forget keys", sorted(id for id, *_more in mine)):
        pass
    add_to_cells(session, less)


def _named(session: Session, what: str, ids: Sequence[int]) -> Iterator[CursorResult[Any]]:
    """Do something with keys, some thousands at a time."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        yield connection.exec_driver_sql(
            WORDS[connection.dialect.name][what], (json.dumps(some) if sqlite else list(some),)
        )


def _many(session: Session, what: str, rows: Sequence[tuple[int, ...]]) -> None:
    """Do something with many rows."""
    if rows:
        connection = session.connection()
        sqlite = connection.dialect.name == "sqlite"
        given: Any = rows if sqlite else tuple(list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(WORDS[connection.dialect.name][what], given)
