"""The outbox of channels: written in the transaction of what is told, claimed by one worker, settled by the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, or_, select

from tracker.keys import CannotOpen, Keyring, place, unseal
from tracker.letters.outbox import AHEAD, BACKOFF, CLAIM
from tracker.letters.webhook import Heard, signed
from tracker.models import Channel, ChannelPost, PostKind, Trouble

GIVEN_UP = timedelta(days=3)  # over a long weekend; by then every clock that presses is told of anew


@dataclass(frozen=True)
class Carried:
    """A claimed post on its way. Its headers are made for one attempt, its id and its body for all of them.

    `again` says that the receiver may have had it once before.
    """

    id: UUID
    url: str
    body: bytes
    headers: dict[str, str]
    again: bool


def post(
    session: Session, channel: Channel, kind: PostKind, id: UUID, key: str, body: str, *, at: datetime
) -> ChannelPost:
    """Put a post into the outbox."""
    made = ChannelPost(id=id, channel_id=channel.id, kind=kind, key=key, body=body, queued_at=at, try_at=at)
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, channel_id: UUID, kind: PostKind | None = None, *, at: datetime) -> list[UUID]:
    """Take back what waits for a channel. Gives the ids.

    What a worker carries stays, and what the receiver may have taken without a word: that is only ever repeated as it
    was, under its id.
    """
    taken = session.execute(
        update(ChannelPost)
        .where(
            col(ChannelPost.channel_id) == channel_id,
            col(ChannelPost.kind).in_([kind] if kind else list(PostKind)),
            col(ChannelPost.ended_at).is_(None),
            col(ChannelPost.claimed_until).is_(None),
        )
        .values(cancelled_at=at, ended_at=at)
        .returning(col(ChannelPost.id))
    )
    return list(taken.scalars())


def due(session: Session, at: datetime, limit: int = 100) -> list[UUID]:
    """Posts that could be sent at `at`, the longest waiting first."""
    query = select(ChannelPost.id).where(*_free(at)).order_by(col(ChannelPost.try_at)).limit(limit)
    return list(session.exec(query))


def claim(session: Session, id: UUID, at: datetime) -> Carried | None:
    """Take one post for sending, or None if it is not ours, or its channel was stopped or does not open."""
    wanted = select(ChannelPost).where(col(ChannelPost.id) == id, *_free(at)).with_for_update()
    row = session.exec(wanted.execution_options(populate_existing=True)).first()
    if row is None:
        return None
    before, row.claimed_until, row.attempts = row.claimed_until, at + CLAIM, row.attempts + 1
    session.add(row)
    channel = session.get_one(Channel, row.channel_id)
    if channel.stopped_at:
        row.cancelled_at = row.ended_at = at
        return None
    body = row.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Kigen"}
    try:
        url = opened(session, "url", channel.id, channel.url_sealed)
        if channel.secret_sealed:
            headers |= signed(opened(session, "secret", channel.id, channel.secret_sealed), id, body, at=at)
    except CannotOpen:
        row.trouble, row.refused_at, row.ended_at = Trouble.KEY, at, at
        return None
    return Carried(id, url, body, headers, again=before is not None)


def _free(at: datetime) -> Sequence[ColumnElement[bool]]:
    """Waiting, and in nobody's hands. What lies further ahead than it is ever put was written by a wrong clock."""
    wanted, claim = col(ChannelPost.try_at), col(ChannelPost.claimed_until)
    unclaimed = or_(claim.is_(None), claim <= at, claim > at + CLAIM)
    return col(ChannelPost.ended_at).is_(None), or_(wanted <= at, wanted > at + AHEAD), unclaimed


def settle(session: Session, id: UUID, heard: Heard, *, at: datetime, again: bool = False) -> None:
    """Record what came of it. What was not taken waits and is tried again, for some days; a no is for good.

    `again` says that the receiver may have had it once before; that is not forgotten when it is away now.
    """
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
        row.claimed_until = at if heard.unsure or again else None  # an expired claim marks what may have arrived
        row.try_at = at + (max(step, asked) if asked else step)
    session.add(row)
    session.flush()


def opened(session: Session, column: str, channel_id: UUID, sealed: bytes) -> str:
    """A secret of a channel in the clear. Raises CannotOpen."""
    keyring: Keyring = session.info["keys"]
    return unseal(keyring.channel_key(), sealed, place(f"channel.{column}", channel_id)).decode()
