"""The outbox of channels: written in the transaction of what is told, claimed by one worker, settled by the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from tracker.keys import CannotOpen, Keyring, place, unseal
from tracker.letters.outbox import BACKOFF, CLAIM
from tracker.letters.webhook import Heard, signed
from tracker.models import Channel, ChannelPost, PostKind, Trouble

GIVEN_UP = timedelta(days=3)  # over a long weekend; by then every clock that presses is told of anew


@dataclass(frozen=True)
class Carried:
    """A claimed post on its way. Its headers are made for one attempt, its id and its body for all of them."""

    id: UUID
    url: str
    body: bytes
    headers: dict[str, str]


def post(
    session: Session, channel: Channel, kind: PostKind, id: UUID, key: str, body: str, *, at: datetime
) -> ChannelPost:
    """Put a post into the outbox."""
    made = ChannelPost(id=id, channel_id=channel.id, kind=kind, key=key, body=body, queued_at=at, try_at=at)
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, channel_id: UUID, kind: PostKind | None = None, *, at: datetime) -> list[UUID]:
    """Take back what waits for a channel and no worker carries. Gives the ids."""
    taken = session.execute(
        update(ChannelPost)
        .where(
            col(ChannelPost.channel_id) == channel_id,
            col(ChannelPost.kind).in_([kind] if kind else list(PostKind)),
            col(ChannelPost.ended_at).is_(None),
            or_(col(ChannelPost.claimed_until).is_(None), col(ChannelPost.claimed_until) <= at),
        )
        .values(cancelled_at=at, ended_at=at)
        .returning(col(ChannelPost.id))
    )
    return list(taken.scalars())


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Posts that could be sent at `at`, the longest waiting first."""
    query = (
        select(ChannelPost.id)
        .where(
            col(ChannelPost.ended_at).is_(None),
            col(ChannelPost.try_at) <= at,
            or_(col(ChannelPost.claimed_until).is_(None), col(ChannelPost.claimed_until) <= at),
        )
        .order_by(col(ChannelPost.try_at))
        .limit(limit)
    )
    return list(session.exec(query))


def claim(session: Session, id: UUID, at: datetime) -> Carried | None:
    """Take one post for sending, or None if it is not ours, or its channel was stopped or does not open."""
    taken = session.execute(
        update(ChannelPost)
        .where(
            col(ChannelPost.id) == id,
            col(ChannelPost.ended_at).is_(None),
            col(ChannelPost.try_at) <= at,
            or_(col(ChannelPost.claimed_until).is_(None), col(ChannelPost.claimed_until) <= at),
        )
        .values(claimed_until=at + CLAIM, attempts=ChannelPost.attempts + 1)
        .returning(col(ChannelPost.id))
    ).scalar()
    if taken is None:
        return None
    row = session.get_one(ChannelPost, id, populate_existing=True)
    channel = session.get_one(Channel, row.channel_id)
    if channel.stopped_at:
        row.cancelled_at = row.ended_at = at
        session.add(row)
        return None
    body = row.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Kigen"}
    try:
        url = opened(session, "url", channel.id, channel.url_sealed)
        if channel.secret_sealed:
            headers |= signed(opened(session, "secret", channel.id, channel.secret_sealed), id, body, at=at)
    except CannotOpen:
        row.trouble, row.refused_at, row.ended_at = Trouble.KEY, at, at
        session.add(row)
        return None
    return Carried(id, url, body, headers)


def settle(session: Session, id: UUID, heard: Heard, *, at: datetime) -> None:
    """Record what came of it. What was not taken waits and is tried again, for some days; a no is for good."""
    row = session.get_one(ChannelPost, id, with_for_update=True, populate_existing=True)
    if row.ended_at:
        return
    row.status, row.trouble = heard.status, heard.trouble
    if heard.given:
        row.given_at = row.ended_at = at
    elif heard.refused or at - row.queued_at >= GIVEN_UP:
        row.refused_at = row.ended_at = at
    else:
        step = timedelta(minutes=BACKOFF[min(row.attempts, len(BACKOFF)) - 1])
        asked = heard.pause(at)
        row.claimed_until, row.try_at = None, at + (max(step, asked) if asked else step)
    session.add(row)
    session.flush()


def opened(session: Session, column: str, channel_id: UUID, sealed: bytes) -> str:
    """A secret of a channel in the clear. Raises CannotOpen."""
    keyring: Keyring = session.info["keys"]
    return unseal(keyring.channel_key(), sealed, place(f"channel.{column}", channel_id)).decode()
