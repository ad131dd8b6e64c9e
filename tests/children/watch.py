"""A worker of the night watch as a process of its own: `watch.py INSTANT [MOMENT]`. Starts at a line on stdin.

It tells of what is due, and then carries its memos. At MOMENT it is killed: `raising`, before the sweep's commit;
`raised`, after it; `settling`, when the relay has said 250 and that is not committed. `only-raise`: it carries none.
"""

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event
from sqlmodel import Session, col, select

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.watching import carry_memos, raise_alerts
from tracker.keys import Keyring
from tracker.models import Alert, Memo
from tracker.settings import Settings

at, moment = datetime.fromisoformat(sys.argv[1]), "".join(sys.argv[2:])
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@event.listens_for(Session, "before_commit")
def _(session: Session) -> None:
    if session.in_nested_transaction():
        return
    if moment == "raising" and session.exec(select(Alert)).first():
        die()
    if moment == "settling" and session.exec(select(Memo).where(col(Memo.given_at).is_not(None))).first():
        die()
    session.info["raised"] = session.exec(select(Alert)).first() is not None


@event.listens_for(Session, "after_commit")
def _(session: Session) -> None:
    if session.in_nested_transaction():
        return
    if moment == "raised" and session.info.get("raised"):
        die()


print("ready", flush=True)
sys.stdin.readline()
raise_alerts(database, lambda: at)
if moment != "only-raise":
    carry_memos(database, lambda: at)
