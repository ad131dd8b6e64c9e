"""One act about a sender as a process of its own: `sender.py VERB NOTICE INSTANT [MORE]`. Says how it went."""

import sys
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework import NotAllowed, calendars, decisions, folder, journal
from tracker.casework.appeals import deciding
from tracker.casework.hearing import answering, doors, theirs
from tracker.casework.hearing.answering import Words
from tracker.db import connect
from tracker.keys import Keyring
from tracker.models import Appeal, Case, DoorPurpose, Notice, Position, Sender
from tracker.settings import Settings

verb, number, at, *more = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3]), *sys.argv[4:]
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)


def objects(session: Session, notice: Notice, case: Case, sender: Sender) -> None:
    """Objects about every post."""
    items = [item.id for item in decisions.items_of(session, notice)]
    words = Words(Position.OBJECTS, "事実を書いたものです。")
    answering.answer(session, case, sender, items, words, actor=journal.SENDER, at=at)


def opens(session: Session, _notice: Notice, _case: Case, sender: Sender) -> None:
    """Opens the page by the link of `more`, as the door does."""
    entered = doors.enter(session, sender.id, DoorPurpose.INQUIRY, more[0], at=at)
    if entered is None:
        raise NotAllowed(doors.GONE)
    theirs.open_all(session, entered, at=at)


def renews(session: Session, _notice: Notice, case: Case, sender: Sender) -> None:
    """Gives a new link."""
    doors.renew(session, case, sender.id, DoorPurpose.INQUIRY, by=UUID(more[0]), at=at)


def decides(session: Session, notice: Notice, case: Case, _sender: Sender) -> None:
    """Decides the appeal: `more` says who, and "reverse" or "uphold"."""
    row = session.exec(select(Appeal.id).where(Appeal.case_id == case.id)).one()
    reason = "あらためて確かめたため。"
    deciding.decide(session, notice, row, reverse=more[1] == "reverse", reason=reason, by=UUID(more[0]), at=at)


VERBS = {"objects": objects, "opens": opens, "renews": renews, "decides": decides}

print("ready", flush=True)
sys.stdin.readline()
try:
    with database.writing() as session:
        notice = folder.find(session, number)
        case = session.get_one(Case, notice.case_id)
        sender = session.exec(select(Sender).where(Sender.case_id == case.id)).one()
        VERBS[verb](session, notice, case, sender)
    print("done", flush=True)
except NotAllowed:
    print("refused", flush=True)
