"""Imports in words: how far one has come, who began it, what was wrong with its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, func, select

from tracker.law.ledger import FAMILIES
from tracker.models import JobRun, LedgerImport, LedgerToken, Staff
from tracker.report.ledger import faults, imports, store

MIB = 1024 * 1024
ASLEEP = timedelta(minutes=5)  # some job begins each minute: without any for so long, no worker runs


class Waits(StrEnum):
    """Why an import that is not done does not go on by itself, or not yet."""

    ASLEEP = "asleep"  # no worker runs
    COMMAND = "command"  # its file lies somewhere else: only the command that named it can read on
    TURN = "turn"  # the worker has others to carry first
    SOON = "soon"  # the worker begins within a minute
    NO = ""


@dataclass(frozen=True)
class Shown:
    """An import as the desk shows it. `percent` of its bytes were read."""

    row: LedgerImport
    family: str
    who: str
    state: str  # running, done, refused, going (it is being taken back), withdrawn
    percent: int
    size: str
    trouble: str
    errors: list[tuple[str, str, str, str]]  # row, column, what that is, what is wrong
    waits: Waits
    before: int  # imports that the worker carries first

    @property
    def running(self) -> bool:
        """Whether more may come of it."""
        return self.state in {"running", "going"}

    @property
    def may_go(self) -> bool:
        """Whether there is anything that can be taken back."""
        return self.row.withdrawn_at is None and not (self.row.trouble and self.row.done_at)


def shown(session: Session, rows: Sequence[LedgerImport], *, at: datetime) -> list[Shown]:
    """Imports with what staff want to know of each at an instant."""
    names = _names(session, {row.began_by for row in rows})
    open_ones = any(_state(row) in {"running", "going"} for row in rows)
    order = {id: n for n, id in enumerate(imports.waiting(session))} if open_ones else {}
    asleep = open_ones and _asleep(session, at)
    return [
        Shown(
            row,
            str(_(FAMILIES[row.family].label)),
            names.get(row.began_by, row.began_by),
            _state(row),
            100 if row.done_at else min(99, 100 * row.place // row.size) if row.size else 0,
            _size(row.size),
            faults.says(row.trouble) if row.trouble else "",
            [_error(row, one) for one in row.errors],
            _waits(row, order.get(row.id, 0), asleep=asleep),
            order.get(row.id, 0),
        )
        for row in rows
    ]


def _state(row: LedgerImport) -> str:
    if row.withdrawn_at:
        return "withdrawn" if row.done_at else "going"
    if row.trouble:
        return "refused"
    return "done" if row.done_at else "running"


def _error(row: LedgerImport, one: dict[str, Any]) -> tuple[str, str, str, str]:
    label = next((column.label for column in FAMILIES[row.family].columns if column.name == one["column"]), "")
    return f"{one['row']:,}", str(one["column"]), str(_(label)) if label else "", faults.says(one["code"])


def _asleep(session: Session, at: datetime) -> bool:
    newest = session.exec(select(func.max(JobRun.started_at))).one()
    return newest is None or newest < at - ASLEEP


def _waits(row: LedgerImport, before: int, *, asleep: bool) -> Waits:
    state = _state(row)
    if state not in {"running", "going"}:
        return Waits.NO
    if state == "running" and not store.ours(row.stored):
        return Waits.COMMAND
    if asleep:
        return Waits.ASLEEP
    return Waits.TURN if before else Waits.NO if row.place or state == "going" else Waits.SOON


def _names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """The names of people and of tokens, by how an import names who began it."""
    found = {}
    wanted = {kind: _ids(actors, f"{kind}:") for kind in ("staff", "token")}
    for person in session.exec(select(Staff).where(col(Staff.id).in_(wanted["staff"]))):
        found[f"staff:{person.id}"] = person.name
    for one in session.exec(select(LedgerToken).where(col(LedgerToken.id).in_(wanted["token"]))):
        found[f"token:{one.id}"] = str(_("送信用の鍵「%(name)s」", name=one.name))
    return found


def _ids(actors: Iterable[str], kind: str) -> list[UUID]:
    return [UUID(actor.removeprefix(kind)) for actor in actors if actor.startswith(kind)]


def _size(n: int) -> str:
    return f"{n / MIB:.1f} MB" if n >= MIB else f"{max(1, round(n / 1024))} KB"
