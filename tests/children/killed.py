"""Jobs as a process of their own, killed at their N-th write: what `INSTANT [N]` of the command line says."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import event

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.tasks import Incomplete
from tracker.keys import Keyring
from tracker.settings import Settings


def run(*jobs: Callable) -> None:
    """Wait for a line, run the jobs at the instant one after another, and say how many writes there were."""
    at, last = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 0
    settings = Settings(_env_file=None)
    database = connect(settings, keys=Keyring(settings), calendar=calendars.current)
    moments = SimpleNamespace(written=0)

    def step(*_more: object) -> None:
        """One more moment at which a machine may lose its power."""
        moments.written += 1
        if moments.written == last:
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(database.writer, "after_cursor_execute")
    def _(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            step()

    event.listen(database.writer, "commit", step)  # just before it

    print("ready", flush=True)
    sys.stdin.readline()
    try:
        for job in jobs:
            job(database, lambda: at)
    except Incomplete as error:
        print(error.failure, flush=True)
    print(f"wrote {moments.written}", flush=True)
