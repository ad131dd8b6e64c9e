"""Who was told of what runs, and what became of each memo. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select as pick
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, select

from tracker.models import Alert, Memo, MemoKind, Staff


class Fate(StrEnum):
    """What became of a memo. Nobody knows whether it was read."""

    GIVEN = "given"  # our relay took it
    WAITING = "waiting"
    REFUSED = "refused"
    REPLACED = "replaced"  # a newer one says it
    CANCELLED = "cancelled"  # its recipient left before it could go
    UNKNOWN = "unknown"  # from before memos were kept


@dataclass(frozen=True)
class Told:
    """One person who was told, when, and the fate of the memo; `digest` where a digest was what told them."""

    name: str
    raised_at: datetime
    fate: Fate
    digest: bool = False


def fate(memo: Memo | None) -> Fate:
    """What became of a memo."""
    if memo is None:
        return Fate.UNKNOWN
    if memo.given_at:
        return Fate.GIVEN
    if memo.refused_at:
        return Fate.REFUSED
    if memo.replaced_by:
        return Fate.REPLACED
    return Fate.CANCELLED if memo.cancelled_at else Fate.WAITING


def subjects_told(session: Session, rows: Sequence[Any]) -> set[str]:
    """Those of these clocks that somebody was told of, as the ledger names them."""
    subjects = [f"clock:{row.id}" for row in rows]
    return set(session.exec(select(Alert.subject).where(col(Alert.subject).in_(subjects)).distinct()))


def told_of(session: Session, subjects: Sequence[str]) -> tuple[dict[str, list[Told]], dict[str, str]]:
    """Each person's newest alert of each subject, and the newest level of each."""
    people: dict[str, dict[UUID, Told]] = defaultdict(dict)
    levels: dict[str, str] = {}
    newest = (
        pick(col(Alert.subject), col(Alert.recipient), func.max(col(Alert.raised_at)).label("raised_at"))
        .where(col(Alert.subject).in_(subjects))
        .group_by(col(Alert.subject), col(Alert.recipient))
        .subquery()
    )
    newer = aliased(Memo)  # what was taken back is said by it
    query = (
        pick(Alert, Staff.name, Memo, newer)  # type: ignore[call-overload] # a column
        .join(
            newest,
            and_(
                col(Alert.subject) == newest.c.subject,
                col(Alert.recipient) == newest.c.recipient,
                col(Alert.raised_at) == newest.c.raised_at,
            ),
        )
        .join(Staff, col(Staff.id) == col(Alert.recipient))
        .outerjoin(Memo, col(Memo.id) == col(Alert.memo_id))
        .outerjoin(newer, col(newer.id) == col(Memo.replaced_by))
        .order_by(col(Alert.raised_at), Staff.name)
    )
    for alert, name, memo, instead in session.execute(query):
        digest = memo is not None and memo.kind in (MemoKind.MORNING, MemoKind.WEEKLY)
        people[alert.subject][alert.recipient] = Told(name, alert.raised_at, fate(instead or memo), digest)
        levels[alert.subject] = alert.level
    return {subject: sorted(found.values(), key=lambda one: one.name) for subject, found in people.items()}, levels
