"""One row of a file → what it counts: its own key, the roll-up it is in, and how many it stands for.

What a row says beside its key repeats a thousand times: it is read once and remembered, as far as memory allows.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.law.ledger import FAMILIES, Column, Family, Outcome, Shape
from tracker.report.ledger.faults import Trouble

KEY_LETTERS, CODE_LETTERS = 200, 100  # at most
REMEMBERED = 20_000  # different rows
EARLIEST = date(2000, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
COUNT = re.compile(r"[1-9]\d{0,8}", re.ASCII)
FLAGS = {"yes": True, "no": False}
OTHER_COMMAS = frozenset("\t;、，")  # what some programs write between values


class Fields(NamedTuple):
    """What a roll-up is of, beside its service and family: the columns of LedgerCell."""

    day: date
    kind: str = ""
    route: str = ""
    reason: str = ""
    kept: str = ""
    exemption: str = ""
    outcome: Outcome | None = None
    ai: bool = False
    japan: bool = True
    settled_on: date | None = None


class Said:
    """What rows say beside their key: the roll-up that they are in, and how many each stands for.

    All rows that say it share it. `cell` is the id of the roll-up while a chunk is counted.
    """

    __slots__ = ("cell", "fields", "n")

    def __init__(self, fields: Fields, n: int) -> None:
        self.fields, self.n, self.cell = fields, n, 0


class Fault(Exception):
    """A row that counts nowhere: `column` is at fault, `code` says why (faults.FAULTS)."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


Rule = Callable[[Mapping[str, Any]], tuple[str, str] | None]


def columns_of(family: Family, head: Sequence[str]) -> list[Column]:
    """The columns of a file by its head, in its order. Raises Trouble where they are not those of the family.

    All must be there; the number of what a row stands for may be left out, for it is 1 then.
    """
    known = {column.name: column for column in FAMILIES[family].columns}
    names = [name.strip() for name in head]
    needed = [name for name, column in known.items() if column.shape is not Shape.COUNT]
    missing, unknown = [name for name in needed if name not in names], [name for name in names if name not in known]
    if len(names) == 1 and OTHER_COMMAS & set(names[0]):
        raise Trouble("head_commas")
    if not known.keys() & set(names):
        raise Trouble("head_unknown")  # it may be a row of values: nobody repeats it
    if len(set(names)) != len(names):
        raise Trouble("head_twice")
    if unknown:
        raise Trouble("head_unknown", missing, unknown)
    if missing:
        raise Trouble("head_missing", missing)
    return [known[name] for name in names]


class Reader:
    """Reads the rows of one file. `last` is the last day that any of them may name: that of the file itself."""

    def __init__(self, family: Family, columns: Sequence[Column], last: date) -> None:
        self._family, self._columns, self._last = family, columns, last
        self._key = next(n for n, column in enumerate(columns) if column.shape is Shape.KEY)
        self._known: dict[str | tuple[str, ...], Said | Fault] = {}

    def read(self, row: str | list[str]) -> tuple[str, Said]:
        """The key of a row, and what it says: a text without quotes, or its cells (which are used up). Raises Fault."""
        if isinstance(row, str) and self._key == 0:
            key, _comma, rest = row.partition(",")
            said = self._known.get(rest)
            if said is None:
                said = self._remember(rest, row.split(",")[1:])
        else:
            cells = row.split(",") if isinstance(row, str) else row
            key = cells.pop(self._key) if len(cells) == len(self._columns) else ""
            said = self._known.get(tuple(cells)) or self._remember(tuple(cells), cells)
        if isinstance(said, Fault):
            raise said
        key = key.strip()
        if not key or len(key) > KEY_LETTERS or not key.isprintable():
            raise Fault(self._columns[self._key].name, _text_fault(key, KEY_LETTERS))
        return key, said

    def _remember(self, rest: str | tuple[str, ...], cells: Sequence[str]) -> Said | Fault:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        said = self._known[rest] = self._said(cells)
        return said

    def _said(self, cells: Sequence[str]) -> Said | Fault:
        found: dict[str, Any] = {}
        others = [column for column in self._columns if column.shape is not Shape.KEY]
        if len(cells) != len(others):
            return Fault("", "cells")
        try:
            for column, cell in zip(others, cells, strict=True):
                found[column.fills] = self._value(column, cell.strip())
        except Fault as fault:
            return Fault(fault.column, fault.code)  # without what it was raised from: it is kept
        for rule in RULES.get(self._family, ()):
            if wrong := rule(found):
                return Fault(*wrong)
        n = found.pop("n", 1)
        return Said(Fields(**found), n)

    def _value(self, column: Column, cell: str) -> Any:
        if not cell:
            if column.required:
                raise Fault(column.name, "empty")
            return EMPTY[column.shape]
        return VALUES[column.shape](column, cell, self._last)


def can_be(code: str) -> bool:
    """Whether a row can have a code of the platform."""
    return not _text_fault(code, CODE_LETTERS)


def _text_fault(text: str, most: int) -> str:
    if not text:
        return "empty"
    if len(text) > most:
        return "long"
    return "" if text.isprintable() else "control"


def _day(column: Column, cell: str, last: date) -> date:
    try:
        found = date.fromisoformat(cell) if DAY.fullmatch(cell) else None
    except ValueError:
        found = None
    if found is None or found < EARLIEST:
        raise Fault(column.name, "day")
    if found > last:
        raise Fault(column.name, "future")
    return found


def _code(column: Column, cell: str, _last: date) -> str:
    if wrong := _text_fault(cell, CODE_LETTERS):
        raise Fault(column.name, wrong)
    return cell


def _word(column: Column, cell: str, _last: date) -> Outcome:
    if cell not in column.words:
        raise Fault(column.name, "word")
    return Outcome(cell)


def _flag(column: Column, cell: str, _last: date) -> bool:
    if cell not in FLAGS:
        raise Fault(column.name, "flag")
    return FLAGS[cell]


def _count(column: Column, cell: str, _last: date) -> int:
    if not COUNT.fullmatch(cell):
        raise Fault(column.name, "count")
    return int(cell)


VALUES: dict[Shape, Callable[[Column, str, date], Any]] = {
    Shape.DAY: _day,
    Shape.CODE: _code,
    Shape.WORD: _word,
    Shape.FLAG: _flag,
    Shape.COUNT: _count,
}
EMPTY: dict[Shape, Any] = {Shape.DAY: None, Shape.CODE: "", Shape.COUNT: 1}


def _told(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """A sender was told on a day, or was not for a reason; neither as long as nobody has told them yet (法27条)."""
    if row["settled_on"] and row["exemption"]:
        return "exemption", "told_and_exempt"
    if row["settled_on"] and row["settled_on"] < row["day"]:
        return "told_on", "told_early"
    return None


def _reasoned(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """A report has the reason of what became of it, and none of the other (規則18条5項2号)."""
    if row["outcome"] is Outcome.NOT_TAKEN:
        wrong = {"kept": "" if row["kept"] else "kept_needed", "reason": "reason_spare" if row["reason"] else ""}
    else:
        needed = row["outcome"] is Outcome.TAKEN and not row["reason"]
        wrong = {"reason": "reason_needed" if needed else "", "kept": "kept_spare" if row["kept"] else ""}
    return next(((column, code) for column, code in wrong.items() if code), None)


def _settled(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """An appeal that is settled may say when; one that is not has no such day."""
    if row["settled_on"] and row["outcome"] is Outcome.PENDING:
        return "settled_on", "settled_pending"
    if row["settled_on"] and row["settled_on"] < row["day"]:
        return "settled_on", "settled_early"
    return None


RULES: dict[Family, Sequence[Rule]] = {
    Family.MEASURES: (_told,),
    Family.REPORTS: (_reasoned,),
    Family.APPEALS: (_settled,),
}
