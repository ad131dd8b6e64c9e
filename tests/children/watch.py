"""A worker of the night watch as a process of its own: `watch.py INSTANT [MOMENT]`. Starts at a line on stdin.

It tells of what is due, and then carries its memos. At MOMENT it is killed: `raising`, before the sweep's commit;
`raised`, after it; `settling`, when the relay has said 250 and that is not committed. `only-raise`: it carries none.

`morning` and `weekly` write the digests instead of all this, and are killed at MOMENT: `morning:written`, when the
first memo is in the database and its marks in the ledger are not; `morning:marked`, before its commit;
`morning:posted`, after it, when the others have none yet.
"""

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event
from sqlmodel import Session, col, select

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.watching import carry_memos, morning, raise_alerts, weekly
from tracker.keys import Keyring
from tracker.models import Alert, Memo
from tracker.settings import Settings

at, moment = datetime.fromisoformat(sys.argv[1]), "".join(sys.argv[2:])
digest, _colon, point = moment.partition(":")
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@event.listens_for(Session, "after_flush")
def _(session: Session, _context: object) -> None:
    if point == "written" and any(isinstance(one, Memo) for one in session.new):
        die()


@event.listens_for(Session, "before_commit")
def _(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info["written"] = session.exec(select(Memo).where(Memo.key.startswith(f"{digest}:"))).first() is not None
    if point == "marked" and session.info["written"]:
        die()
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
    if point == "posted" and session.info.get("written"):
        die()


print("ready", flush=True)
sys.stdin.readline()
if digest in ("morning", "weekly"):
    {"morning": morning, "weekly": weekly}[digest](database, lambda: at)
else:
    raise_alerts(database, lambda: at)
    if moment != "only-raise":
        carry_memos(database, lambda: at)
