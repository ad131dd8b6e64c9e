"""Deals with a kept file and is killed: `files.py VERB MOMENT TOKEN`. Starts at a line on stdin."""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import event
from sqlmodel import Session, select

from tracker.casework import calendars, evidence, journal
from tracker.db import connect
from tracker.keys import Keyring
from tracker.models import Case
from tracker.settings import Settings

verb, moment, token = sys.argv[1:]
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)
at = datetime(2026, 5, 5, tzinfo=UTC)


@event.listens_for(Session, moment)  # before_commit: all is done but the commit; after_commit: nothing after it is
def _(_session: Session) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


print("ready", flush=True)
sys.stdin.readline()
with database.writing() as session:
    if verb == "drop":
        for upload in evidence.kept(session, token):
            evidence.drop(session, upload)
    elif verb == "sweep":
        evidence.sweep(session, at=at + 2 * evidence.KEPT + timedelta(hours=1))
    else:
        case = session.exec(select(Case)).one()
        evidence.attach(session, case, evidence.kept(session, token), actor=journal.CLAIMANT, at=at)
