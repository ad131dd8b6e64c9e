"""Letters to a sender that wait to be handed over: whether the link in their text still opens, whether they arrived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.hearing import doors
from tracker.models import DoorPurpose, Inquiry, Letter, LetterChannel, LetterKind, SenderDoor

LINKED = {LetterKind.INQUIRY: DoorPurpose.INQUIRY, LetterKind.SENDER_NOTICE: DoorPurpose.NOTICE}


@dataclass(frozen=True)
class InHand:
    """Of letters that nobody has recorded as given. `dead`: their link opens nothing; whether there is a newer one."""

    dead: Mapping[UUID, bool] = field(default_factory=dict)
    arrived: frozenset[UUID] = frozenset()


def look(session: Session, letters: Iterable[Letter], *, at: datetime) -> InHand:
    """Which letters still to be given name a link that was renewed, shut or has expired, and which inquiries arrived.

    A link is known by the hour at which it was made: one made after a letter does not stand in it.
    """
    waiting = [x for x in letters if x.kind in LINKED and x.sender_id and not (x.given_at or x.cancelled_at)]
    waiting = [x for x in waiting if x.channel not in (LetterChannel.SMTP, LetterChannel.PUBLICATION)]
    if not waiting:
        return InHand()
    whose = col(SenderDoor.sender_id).in_({x.sender_id for x in waiting})
    hung = session.exec(select(SenderDoor).where(whose)).all()
    dead = {
        x.id: doors.is_open(door, at)
        for x in waiting
        for door in hung
        if (door.sender_id, door.purpose) == (x.sender_id, LINKED[x.kind])
        and (door.made_at > x.queued_at or not doors.is_open(door, at))
    }
    came = select(Inquiry.letter_id).where(
        col(Inquiry.letter_id).in_([x.id for x in waiting]), col(Inquiry.received_at).is_not(None)
    )
    return InHand(dead, frozenset(session.exec(came)))
