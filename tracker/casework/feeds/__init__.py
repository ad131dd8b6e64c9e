"""予定表の配信: make, find and revoke the secret address under which a calendar reads running clocks."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, or_, select, update

from tracker.casework import Conflict, NotAllowed
from tracker.keys import Keyring
from tracker.law import N_
from tracker.models import Feed, Service, Staff
from tracker.settings import Settings

MOST = 20  # live addresses of one person: more than the calendars that anybody has
SHOWN = timedelta(minutes=10)  # how long the one who made an address can read it again
NOTED = timedelta(minutes=10)  # a read is noted at most so often: looking must not wait for the writer each time


@dataclass(frozen=True)
class Listed:
    """An address in a list, without its secret."""

    feed: Feed
    owner: Staff
    service: Service | None


def make(session: Session, *, owner: UUID, service: UUID | None, at: datetime) -> Feed:
    """A new address for `owner`: of the cases they have, or of one service. Raises NotAllowed for too many."""
    live = select(func.count()).select_from(Feed).where(Feed.staff_id == owner, col(Feed.revoked_at).is_(None))
    if session.exec(live).one() >= MOST:
        raise NotAllowed(N_("使えるアドレスは1人%(most)s件までです。使っていないものを止めてください。"), most=MOST)
    feed = Feed(staff_id=owner, service_id=service, made_at=at)
    session.add(feed)
    session.flush()
    return feed


def revoke(session: Session, feed: Feed, *, by: UUID, at: datetime) -> None:
    """Void an address for good. Raises Conflict when it is void already."""
    ended = session.exec(
        update(Feed).where(col(Feed.id) == feed.id, col(Feed.revoked_at).is_(None)).values(revoked_at=at, revoked_by=by)
    )
    if not ended.rowcount:
        raise Conflict(N_("このアドレスは、先に止められていました。"))


def find(session: Session, feed_id: UUID, secret: str) -> Feed | None:
    """The feed of a secret address. Unknown, wrong, revoked, or of somebody who left: the same None."""
    feed = session.get(Feed, feed_id)
    same = secrets.compare_digest(_secret(session, feed_id).encode(), secret.encode())
    if feed is None or not same or feed.revoked_at:
        return None
    return feed if session.get_one(Staff, feed.staff_id).active else None


def note_fetched(session: Session, feed: Feed, *, at: datetime) -> None:
    """Remember that a calendar read the feed."""
    session.exec(update(Feed).where(col(Feed.id) == feed.id).values(fetched_at=at))


def stale(feed: Feed, at: datetime) -> bool:
    """Whether a read of the feed is worth noting again."""
    return feed.fetched_at is None or at - feed.fetched_at >= NOTED


def shown_until(feed: Feed) -> datetime:
    """Until when the one who made an address can read it."""
    return feed.made_at + SHOWN


def address(session: Session, feed: Feed) -> str:
    """The whole secret address."""
    settings: Settings = session.info["settings"]
    return f"{settings.base_url.rstrip('/')}/feeds/{feed.id}/{_secret(session, feed.id)}.ics"


def listed(session: Session, *, owner: UUID | None = None, feed_id: UUID | None = None) -> list[Listed]:
    """Addresses, the live ones first, then the newest: one person's, one, or all of them."""
    asked = (
        select(Feed, Staff, Service)
        .join(Staff, col(Staff.id) == col(Feed.staff_id))
        .outerjoin(Service, col(Service.id) == col(Feed.service_id))
        .where(or_(owner is None, Feed.staff_id == owner), or_(feed_id is None, Feed.id == feed_id))
        .order_by(col(Feed.revoked_at).is_not(None), col(Feed.made_at).desc(), col(Feed.id))
    )
    return [Listed(*row) for row in session.exec(asked)]


def _secret(session: Session, feed_id: UUID) -> str:
    keyring: Keyring = session.info["keys"]
    return keyring.feed_secret(feed_id)
