"""The outbox of memos: written in the transaction of what they tell, claimed by one worker, settled by the answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, exists, select as pick, update
from sqlmodel import Session, col, or_, select

from tracker.casework.watch.many import parts
from tracker.letters.outbox import AHEAD, BACKOFF, CLAIM, Parcel
from tracker.letters.transport import Answer
from tracker.models import Alert, Clock, Memo, MemoKind, PaperReader, Staff

# Said once for each memo of a night: built once, and no object is made of a row.
MEMO: Table = Memo.__table__  # type: ignore[attr-defined] # the table behind the model
STAFF: Table = Staff.__table__  # type: ignore[attr-defined] # the same
READER: Table = PaperReader.__table__  # type: ignore[attr-defined] # the same
MINE = (MEMO.c.id == bindparam("memo")) & MEMO.c.ended_at.is_(None)
# Waiting, and in nobody's hands. What lies further ahead than it is ever put was written by a wrong clock.
FREE = (
    MEMO.c.ended_at.is_(None),
    (MEMO.c.try_at <= bindparam("at")) | (MEMO.c.try_at > bindparam("ahead")),
    MEMO.c.claimed_until.is_(None)
    | (MEMO.c.claimed_until <= bindparam("at"))
    | (MEMO.c.claimed_until > bindparam("until")),
)
WAITING = pick(MEMO.c.id).where(*FREE).order_by(MEMO.c.try_at).limit(bindparam("limit"))
LOOK = (
    pick(
        MEMO.c.claimed_until,
        MEMO.c.subject,
        MEMO.c.body,
        MEMO.c.queued_at,
        STAFF.c.email,
        STAFF.c.active,
        exists().where(READER.c.staff_id == MEMO.c.staff_id, READER.c.ended_at >= MEMO.c.queued_at).label("taken_off"),
    )
    .join_from(MEMO, STAFF, MEMO.c.staff_id == STAFF.c.id)
    .where(MINE)
)
TAKE = (
    update(MEMO)
    .where(MEMO.c.id == bindparam("memo"), *FREE)
    .values(claimed_until=bindparam("until"), attempts=MEMO.c.attempts + 1)
)
GIVE = update(MEMO).where(MINE).values(given_at=bindparam("at"), ended_at=bindparam("at"))


def post(
    session: Session, staff: Staff, kind: MemoKind, key: str, subject: str, body: str, *, at: datetime
) -> Memo | None:
    """Put a memo into the outbox; None when one with this key was written before: it goes once."""
    if session.exec(select(Memo.id).where(Memo.key == key)).first():
        return None
    memo = Memo(id=uuid4(), staff_id=staff.id, kind=kind, key=key, subject=subject, body=body, queued_at=at, try_at=at)
    session.add(memo)
    session.flush()
    session.info["posted"] = True
    return memo


def withdraw(session: Session, staff_id: UUID, kind: MemoKind, *, at: datetime) -> list[UUID]:
    """Take back what waits for somebody: a newer memo says it. Gives the ids.

    What a worker carries stays, and what the relay may have taken without a word: it is only ever repeated as it was.
    """
    taken = session.execute(
        update(Memo)
        .where(
            col(Memo.staff_id) == staff_id,
            col(Memo.kind) == kind,
            col(Memo.ended_at).is_(None),
            col(Memo.claimed_until).is_(None),
        )
        .values(cancelled_at=at, ended_at=at)
        .returning(col(Memo.id))
    )
    return list(taken.scalars())


def replace(session: Session, taken_back: Sequence[UUID], memo: Memo) -> None:
    """Say that `memo` stands for those taken back, and for those that they stood for themselves."""
    for some in parts(taken_back):
        stood = or_(col(Memo.id).in_(some), col(Memo.replaced_by).in_(some))
        session.execute(update(Memo).where(stood).values(replaced_by=memo.id))


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Memos that could be sent at `at`, the longest waiting first."""
    return list(session.execute(WAITING, _instants(at) | {"limit": limit}).scalars())


def claim(session: Session, id: UUID, at: datetime) -> Parcel | None:
    """Take one memo for sending, or None if it is not ours. One whose recipient left is cancelled, and told anew.

    So is one whose recipient was taken off the readers of a confidential paper after it was written: it may tell of it.
    """
    found = session.execute(LOOK, {"memo": id}).one_or_none()
    taken = session.execute(TAKE, _instants(at) | {"memo": id})
    if found is None or taken.rowcount == 0:  # type: ignore[attr-defined] # an update has a count
        return None
    if not found.active:
        gone = update(Memo).where(col(Memo.id) == id).values(cancelled_at=at, ended_at=at)
        session.execute(gone)
        tell_others(session, [id], at=at)
        return None
    if found.taken_off:
        _drop(session, id, at=at)
        return None
    return Parcel(
        id=id,
        to=found.email,
        subject=found.subject,
        body=found.body,
        queued_at=found.queued_at,
        again=found.claimed_until is not None,
    )


def _drop(session: Session, id: UUID, *, at: datetime) -> None:
    """Cancel a memo that must not go: whoever may still know of what it told is told anew (ledger.again)."""
    session.execute(update(Memo).where(col(Memo.id) == id).values(cancelled_at=at, ended_at=at))
    tell_others(session, [id], at=at)


def _instants(at: datetime) -> dict[str, Any]:
    return {"at": at, "until": at + CLAIM, "ahead": at + AHEAD}


def settle(session: Session, id: UUID, answer: Answer, *, at: datetime, again: bool = False) -> None:
    """Record what the relay said. Refused for good: others are told; anything else waits and is tried again.

    `again` says that the relay may have had it once before; that is not forgotten when it is away now.
    """
    if answer.accepted:
        session.execute(GIVE, {"memo": id, "at": at})
        return
    memo = session.get_one(Memo, id, with_for_update=True, populate_existing=True)
    if memo.ended_at:
        return
    if answer.refused:
        memo.refused_at = memo.ended_at = at
        session.add(memo)
        session.flush()
        tell_others(session, [id], at=at)
    else:
        put_back(memo, at, unsure=answer.unsure or again)
    session.add(memo)
    session.flush()


def came_back(session: Session, memo: Memo, *, at: datetime) -> None:
    """The relay took it, and it did not arrive: as if it had been refused. Once; what came back before stays so."""
    if memo.refused_at or memo.cancelled_at:
        return
    memo.refused_at = at
    session.add(memo)
    session.flush()
    tell_others(session, [memo.id], at=at)


def put_back(memo: Memo, at: datetime, *, unsure: bool) -> None:
    """Try again later. `unsure`: the relay may have taken it, and an expired claim stays to mark that."""
    memo.claimed_until = at if unsure else None
    memo.try_at = at + timedelta(minutes=BACKOFF[min(memo.attempts, len(BACKOFF)) - 1])


def tell_others(session: Session, memos: Sequence[UUID], *, at: datetime) -> None:
    """What these memos told reached nobody: their clocks are due again, for whoever can be reached."""
    for some in parts(clocks_of(session, memos)):
        session.execute(update(Clock).where(col(Clock.id).in_(some)).values(alert_at=at))


def clocks_of(session: Session, memos: Sequence[UUID]) -> list[UUID]:
    """The clocks that these memos tell of, themselves and for those that they stand for."""
    found: set[str] = set()
    for some in parts(memos):
        stood = select(Memo.id).where(or_(col(Memo.id).in_(some), col(Memo.replaced_by).in_(some)))
        told = select(Alert.subject).where(col(Alert.memo_id).in_(stood), col(Alert.subject).startswith("clock:"))
        found.update(session.exec(told))
    return [UUID(subject.removeprefix("clock:")) for subject in sorted(found)]


def key_of(kind: MemoKind, staff_id: UUID, what: Sequence[str]) -> str:
    """The business key of a memo: the same content to the same person is the same memo."""
    return f"{kind.value}:{staff_id}:{sha256(chr(10).join(sorted(what)).encode()).hexdigest()[:32]}"
