"""Who has the alert of a clock, in one line beside it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework.folder import Folder
from tracker.casework.watch import board
from tracker.casework.watch.board import Entry


def told(session: Session, folder: Folder, *, at: datetime) -> Mapping[UUID, Entry]:
    """Of the running clocks of a case, those that somebody was told of."""
    return board.of_clocks(session, [face.clock.id for face in folder.clocks if face.running], at=at)
