"""The outbox of memos: written in the transaction of what they tell, claimed by one worker, settled by the answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from tracker.letters.outbox import BACKOFF, CLAIM, Parcel
from tracker.letters.transport import Answer
from tracker.models import Alert, Clock, Memo, MemoKind, Staff


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
    """Take back what waits for somebody and no worker carries: a newer memo says it. Gives the ids."""
    taken = session.execute(
        update(Memo)
        .where(
            col(Memo.staff_id) == staff_id,
            col(Memo.kind) == kind,
            col(Memo.ended_at).is_(None),
            or_(col(Memo.claimed_until).is_(None), col(Memo.claimed_until) <= at),
        )
        .values(cancelled_at=at, ended_at=at)
        .returning(col(Memo.id))
    )
    return list(taken.scalars())


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Memos that could be sent at `at`, the longest waiting first."""
    query = (
        select(Memo.id)
        .where(
            col(Memo.ended_at).is_(None),
            col(Memo.try_at) <= at,
            or_(col(Memo.claimed_until).is_(None), col(Memo.claimed_until) <= at),
        )
        .order_by(col(Memo.try_at))
        .limit(limit)
    )
    return list(session.exec(query))


def claim(session: Session, id: UUID, at: datetime) -> Parcel | None:
    """Take one memo for sending, or None if it is not ours. One whose recipient left is cancelled, and told anew."""
    before = session.exec(select(Memo.claimed_until).where(Memo.id == id)).first()
    taken = session.execute(
        update(Memo)
        .where(
            col(Memo.id) == id,
            col(Memo.ended_at).is_(None),
            col(Memo.try_at) <= at,
            or_(col(Memo.claimed_until).is_(None), col(Memo.claimed_until) <= at),
        )
        .values(claimed_until=at + CLAIM, attempts=Memo.attempts + 1)
        .returning(col(Memo.id))
    ).scalar()
    if taken is None:
        return None
    memo = session.get_one(Memo, id, populate_existing=True)
    staff = session.get_one(Staff, memo.staff_id)
    if not staff.active:
        memo.cancelled_at = memo.ended_at = at
        session.add(memo)
        tell_others(session, [id], at=at)
        return None
    return Parcel(
        id=id, to=staff.email, subject=memo.subject, body=memo.body, queued_at=memo.queued_at, again=before is not None
    )


def settle(session: Session, id: UUID, answer: Answer, *, at: datetime) -> None:
    """Record what the relay said. Refused for good: others are told; anything else waits and is tried again."""
    memo = session.get_one(Memo, id, with_for_update=True, populate_existing=True)
    if memo.ended_at:
        return
    if answer.accepted:
        memo.given_at = memo.ended_at = at
    elif answer.refused:
        memo.refused_at = memo.ended_at = at
        session.add(memo)
        session.flush()
        tell_others(session, [id], at=at)
    else:
        put_back(memo, at, unsure=answer.unsure)
    session.add(memo)
    session.flush()


def put_back(memo: Memo, at: datetime, *, unsure: bool) -> None:
    """Try again later. `unsure`: the relay may have taken it, and an expired claim stays to mark that."""
    memo.claimed_until = at if unsure else None
    memo.try_at = at + timedelta(minutes=BACKOFF[min(memo.attempts, len(BACKOFF)) - 1])


def tell_others(session: Session, memos: Sequence[UUID], *, at: datetime) -> None:
    """What these memos told reached nobody: their clocks are due again, for whoever can be reached."""
    subjects = session.exec(select(Alert.subject).where(col(Alert.memo_id).in_(memos))).all()
    ids = [UUID(one.removeprefix("clock:")) for one in subjects if one.startswith("clock:")]
    if ids:
        session.execute(update(Clock).where(col(Clock.id).in_(ids)).values(alert_at=at))


def key_of(kind: MemoKind, staff_id: UUID, what: Sequence[str]) -> str:
    """The business key of a memo: the same content to the same person is the same memo."""
    return f"{kind.value}:{staff_id}:{sha256(chr(10).join(sorted(what)).encode()).hexdigest()[:32]}"
