"""続けての申出: a new URL or a new right is a new 申出, which may name the one that it goes on from.

Anybody may type a number. So the public is never told whether there is such a notice or whose it is, and the desk is
told how far the link can be trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework.receipts import find_by_number, printed_number
from tracker.models import Claimant, Notice, Service

MOST = 10  # that went on from one notice are shown one by one: anybody may name any number


class Tie(StrEnum):
    """How far it can be trusted that two notices that are linked come from one claimant."""

    SAME = "same"
    OTHER = "other"  # another address of mail
    UNKNOWN = "unknown"  # one of them has none
    NOTHING = "nothing"  # there is no notice with that number


@dataclass(frozen=True)
class Linked:
    """A notice at the other end of a link; without one, only the number that was typed."""

    number: str
    notice: Notice | None
    tie: Tie


def named(service: Service, typed: str) -> str:
    """The number as it is printed, if `typed` has the shape of a number of the service; else empty.

    The shape is public. Whether there is such a notice is not looked up.
    """
    number = printed_number(service, typed[:100])
    return number if number.startswith(f"{service.prefix}-") else ""


def known(session: Session, service: Service, typed: str) -> bool:
    """Whether there is such a notice. For the desk only."""
    return find_by_number(session, service, typed) is not None


def before(session: Session, notice: Notice) -> Linked | None:
    """The notice that this one goes on from, as its claimant named it."""
    if not notice.follows:
        return None
    earlier = session.get(Notice, notice.follows_id) if notice.follows_id else None
    return Linked(notice.follows, earlier, _ties(session, notice, [earlier] if earlier else [])[0])


def after(session: Session, notice: Notice) -> tuple[list[Linked], int]:
    """The newest notices that name this one, and how many do."""
    naming = col(Notice.follows_id) == notice.id
    newest = select(Notice).where(naming).order_by(col(Notice.received_at).desc()).limit(MOST)
    found = list(session.exec(newest))
    count = len(found) if len(found) < MOST else session.exec(select(func.count(col(Notice.id))).where(naming)).one()
    return [Linked(n.number, n, tie) for n, tie in zip(found, _ties(session, notice, found), strict=False)], count


def _ties(session: Session, notice: Notice, others: Sequence[Notice]) -> list[Tie]:
    if not others:
        return [Tie.NOTHING]
    wanted = [notice.id, *(other.id for other in others)]
    rows = session.exec(select(Claimant.notice_id, Claimant.email_bidx).where(col(Claimant.notice_id).in_(wanted)))
    marks: dict[UUID, str] = dict(rows.all())
    mine = marks.get(notice.id, "")
    return [_tie(mine, marks.get(other.id, "")) for other in others]


def _tie(mine: str, theirs: str) -> Tie:
    if not mine or not theirs:
        return Tie.UNKNOWN
    return Tie.SAME if mine == theirs else Tie.OTHER
