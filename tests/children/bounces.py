"""A worker's reading of bounces as a process of its own: `bounces.py INSTANT [MOMENT]`. Starts at a line on stdin."""

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event
from sqlmodel import Session

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.bounces import read_bounces
from tracker.keys import Keyring
from tracker.settings import Settings

at = datetime.fromisoformat(sys.argv[1])
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)

for moment in sys.argv[2:]:

    @event.listens_for(Session, moment)
    def _(_session: Session) -> None:
        """The letter is recorded as lost; the message is not marked as seen."""
        os.kill(os.getpid(), signal.SIGKILL)


print("ready", flush=True)
sys.stdin.readline()
read_bounces(database, lambda: at)
