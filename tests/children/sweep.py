"""A worker's mail sweep as a process of its own: `sweep.py INSTANT [die-at-settle]`. Starts at a line on stdin."""

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event
from sqlmodel import Session, select

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.mail import carry_mail
from tracker.keys import Keyring
from tracker.law.facts import Fact
from tracker.models import Event
from tracker.settings import Settings

at = datetime.fromisoformat(sys.argv[1])
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)

if sys.argv[2:] == ["die-at-settle"]:

    @event.listens_for(Session, "before_commit")
    def _(session: Session) -> None:
        """The relay has said 250 and the fact is written, but not committed."""
        if session.exec(select(Event).where(Event.fact == Fact.LETTER_ACCEPTED)).first():
            os.kill(os.getpid(), signal.SIGKILL)


print("ready", flush=True)
sys.stdin.readline()
carry_mail(database, lambda: at)
