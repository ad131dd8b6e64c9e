"""The ledger of alerts: who was told of a subject at which level, and whether the memo reached nobody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, case, select as pick
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from tracker.casework.watch.many import parts
from tracker.law.period import japanese_day
from tracker.models import Alert, Memo

LEDGER: Table = Alert.__table__  # type: ignore[attr-defined] # rows go in at once, and no object is made of them


class Entered(NamedTuple):
    """A row of the ledger. `lost`: the relay refused its memo, or it came back, or it was `dropped` on its way.

    Dropped is what was cancelled with nothing in its place: its recipient left, or may not know of it any more.
    """

    level: str
    recipient: UUID
    raised_at: datetime
    lost: bool
    dropped: bool = False

    @property
    def kind(self) -> str:
        """Its level without the day."""
        return self.level.partition(":")[0]


def entered(session: Session, subjects: Collection[str]) -> dict[str, list[Entered]]:
    """What the ledger holds of `subjects`. A memo that was taken back fared as the one that stands for it."""
    newer = aliased(Memo)
    query = (
        pick(
            col(Alert.subject),
            col(Alert.level),
            col(Alert.recipient),
            col(Alert.raised_at),
            func.coalesce(newer.refused_at, Memo.refused_at).is_not(None),
            func.coalesce(newer.cancelled_at, case((col(Memo.replaced_by).is_(None), Memo.cancelled_at))).is_not(None),
        )
        .outerjoin(Memo, col(Memo.id) == col(Alert.memo_id))
        .outerjoin(newer, col(newer.id) == col(Memo.replaced_by))
    )
    found: dict[str, list[Entered]] = defaultdict(list)
    for some in parts(subjects):
        rows = session.execute(query.where(col(Alert.subject).in_(some)))
        for subject, level, recipient, raised_at, lost, dropped in rows:
            found[subject].append(Entered(level, recipient, raised_at, bool(lost or dropped), bool(dropped)))
    return found


def enter(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter who is told. A row that is there already stays as it is: one of thousands must not undo all the others."""
    if not rows:
        return
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(LEDGER).on_conflict_do_nothing(), rows)


def again(rows: Sequence[Entered], level: str, to: UUID, today: date) -> str | None:
    """The level under which somebody is told at `level` now; "" where they were told, None where that reached nobody.

    What was refused comes again, each working day once, under its kind and the day: the ledger never swallows it.
    What was dropped comes again at once, for what remains of it.
    """
    kind = level.partition(":")[0]
    mine = [row for row in rows if row.recipient == to and row.kind == kind]
    if all(row.level != level for row in mine):
        return level
    newest = max(mine, key=lambda row: row.raised_at)
    if not newest.lost:
        return ""
    if newest.dropped and newest.level != f"{kind}:{today}":
        return f"{kind}:{today}"
    return f"{kind}:{today}" if japanese_day(newest.raised_at) < today else None
