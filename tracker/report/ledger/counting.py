"""Counting a chunk of rows into the roll-ups: what is new adds, what says something else moves, all else stays."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from tracker.models import LedgerImport
from tracker.report.ledger import cells, imports
from tracker.report.ledger.cells import Cells, Key
from tracker.report.ledger.faults import fault
from tracker.report.ledger.rows import Said

NAMED = 100  # errors that are kept of an import: enough to see what is wrong with the program that writes the file

Row = tuple[int, int, Said]  # a good one: its number in the file (the head is 1), the id of its key, what it says


class Chunk(NamedTuple):
    """Rows that follow each other, those that are wrong, how many both are, and where the file stands behind them."""

    rows: Sequence[Row]
    wrong: Sequence[dict[str, Any]]
    read: int
    place: int


def count(session: Session, row: LedgerImport, chunk: Chunk, known: Cells) -> None:
    """Count a chunk into the roll-ups, and say in the import how far it came.

    1. What is known of the keys, and the roll-up of each row.
    2. A new key adds; one that says something else moves; one that says the same stays, and this import says so last.
    3. Roll-ups, keys, and the import itself.
    """
    seen = cells.keys(session, [id for _no, id, _said in chunk.rows])
    all_said = {said for _no, _id, said in chunk.rows}
    places = known.ids(session, {one.fields for one in all_said})
    for one in all_said:
        one.cell = places[one.fields]
    going, number = imports.going(session, row.service_id, row.family), row.number
    new: list[Key] = []
    moved: list[Key] = []
    more: Counter[int] = Counter()
    tally: Counter[str] = Counter()
    twice = []
    for no, id, said in chunk.rows:
        cell, n, was = said.cell, said.n, seen.get(id)
        now = id, cell, number, n
        if was is None:
            new.append(now)
            seen[id] = now
            more[cell] += n
        elif was[2] == number:  # this file said it before
            if was == now:
                tally["same"] += 1
            else:
                twice.append(fault(no, "id", "twice"))
        else:
            alike = was[1] == cell and was[3] == n
            tally["added" if was[2] in going else "same" if alike else "changed"] += 1
            if not alike:
                more[was[1]] -= was[3]
                more[cell] += n
            seen[id] = now
            moved.append(now)
    cells.add_to_cells(session, more)
    cells.add_keys(session, new)
    cells.move_keys(session, moved)
    wrong = sorted([*chunk.wrong, *twice], key=lambda one: one["row"])
    row.rows += chunk.read
    row.place = chunk.place
    row.added += len(new) + tally["added"]
    row.same += tally["same"]
    row.changed += tally["changed"]
    row.refused += len(wrong)
    if len(row.errors) < NAMED and wrong:
        row.errors = [*row.errors, *wrong][:NAMED]
    session.add(row)
    session.flush()
