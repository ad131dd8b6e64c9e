"""What the sweep tells people is told to channels, in its transaction: one post a channel, each level once.

A channel also hears of what nobody is told of: all who could be have left, or wish not to be.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from tracker.casework.watch.channels import outbox
from tracker.casework.watch.channels.bodies import alert
from tracker.casework.watch.many import parts
from tracker.casework.watch.words import Line
from tracker.models import Channel, ChannelAlert, ChannelPost, PostKind

log = logging.getLogger(__name__)

Fresh = Mapping[tuple[str, str], Line]  # lines by subject and level
Now = Callable[[Collection[UUID]], Iterable[Line]]  # what still runs of some clocks, as it stands now


def tell(session: Session, fresh: Fresh, now: Now, *, at: datetime) -> str:
    """Post what is `fresh` to every channel that wants it. Mail does not depend on it, and no channel on another.

    Gives the class of the first failure.
    """
    failure = ""
    for channel in _wanting(session, fresh):
        try:
            with session.begin_nested():
                _one(session, channel, fresh, now, at)
        except Exception as error:
            log.error("channel: %s", type(error).__name__)
            failure = failure or type(error).__name__
    return failure


def _wanting(session: Session, fresh: Fresh) -> Sequence[Channel]:
    if not fresh:
        return ()
    query = select(Channel).where(col(Channel.stopped_at).is_(None)).order_by(col(Channel.made_at), col(Channel.id))
    return session.exec(query).all()


def _one(session: Session, channel: Channel, fresh: Fresh, now: Now, at: datetime) -> None:
    """1. Leave out what the channel does not want, and what the ledger has.
    2. Take back what waits. What did not arrive since the last post that did is told again, as it stands now.
    """
    wanted = {
        pair: line
        for pair, line in fresh.items()
        if line.level in channel.levels.split(",") and channel.service_id in (None, line.row.service_id)
    }
    known = _known(session, channel, wanted)
    told = {pair: line for pair, line in wanted.items() if pair not in known}
    if not told:
        return
    outbox.withdraw(session, channel.id, PostKind.ALERT, at=at)
    lines = {line.subject: line for line in (*now(_untold(session, channel, at)), *told.values())}
    what = "\n".join(sorted(f"{subject} {level}" for subject, level in told))
    made = outbox.post(
        session,
        channel,
        PostKind.ALERT,
        uuid4(),
        f"alert:{channel.id}:{sha256(what.encode()).hexdigest()[:32]}",
        alert(session, channel.kind, list(lines.values()), at=at),
        at=at,
    )
    rows = [
        {"id": uuid4(), "subject": subject, "level": level, "channel_id": channel.id, "post_id": made.id,
         "raised_at": at}
        for subject, level in told
    ]  # fmt: skip
    session.execute(insert(ChannelAlert), rows)


def _known(session: Session, channel: Channel, wanted: Fresh) -> set[tuple[str, str]]:
    query = select(ChannelAlert.subject, ChannelAlert.level).where(ChannelAlert.channel_id == channel.id)
    found: set[tuple[str, str]] = set()
    for some in parts({subject for subject, _level in wanted}):
        found.update(session.exec(query.where(col(ChannelAlert.subject).in_(some))))
    return found


def _untold(session: Session, channel: Channel, at: datetime) -> set[UUID]:
    """The clocks of posts that were taken back or refused after the last one that was given."""
    mine = select(func.max(ChannelPost.queued_at)).where(
        ChannelPost.channel_id == channel.id, ChannelPost.kind == PostKind.ALERT
    )
    # One that was queued by a clock that ran ahead says nothing of what came after it.
    last = session.exec(mine.where(col(ChannelPost.given_at).is_not(None), col(ChannelPost.queued_at) <= at)).one()
    query = (
        select(ChannelAlert.subject)
        .join(ChannelPost, col(ChannelPost.id) == col(ChannelAlert.post_id))
        .where(
            ChannelPost.channel_id == channel.id,
            col(ChannelPost.ended_at).is_not(None),
            col(ChannelPost.given_at).is_(None),
            col(ChannelPost.queued_at) > max(last or at - outbox.GIVEN_UP, at - outbox.GIVEN_UP),
        )
    )
    return {UUID(one.removeprefix("clock:")) for one in session.exec(query)}
