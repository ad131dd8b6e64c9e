"""Imports in words: how far one has come, who began it, what was wrong with its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.law.ledger import FAMILIES
from tracker.models import LedgerImport, LedgerToken, Staff
from tracker.report.ledger import faults

MIB = 1024 * 1024


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
    errors: list[tuple[str, str, str]]  # row, column, what is wrong

    @property
    def running(self) -> bool:
        """Whether more may come of it."""
        return self.state in {"running", "going"}

    @property
    def may_go(self) -> bool:
        """Whether there is anything that can be taken back."""
        return self.row.withdrawn_at is None and not (self.row.trouble and self.row.done_at)


def shown(session: Session, rows: Sequence[LedgerImport]) -> list[Shown]:
    """Imports with what staff want to know of each."""
    names = _names(session, {row.began_by for row in rows})
    return [
        Shown(
            row,
            str(_(FAMILIES[row.family].label)),
            names.get(row.began_by, row.began_by),
            _state(row),
            100 if row.done_at else min(99, 100 * row.place // row.size) if row.size else 0,
            _size(row.size),
            faults.says(row.trouble) if row.trouble else "",
            [(f"{one['row']:,}", str(one["column"]), faults.says(one["code"])) for one in row.errors],
        )
        for row in rows
    ]


def _state(row: LedgerImport) -> str:
    if row.withdrawn_at:
        return "withdrawn" if row.done_at else "going"
    if row.trouble:
        return "refused"
    return "done" if row.done_at else "running"


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
