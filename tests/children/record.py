"""Records facts on one case as a process of its own: `record.py CASE COUNT NAME`. Starts at a line on stdin."""

import sys
from datetime import UTC, datetime
from uuid import UUID

from tracker.casework import calendars, journal
from tracker.db import connect
from tracker.keys import Keyring
from tracker.law.facts import Fact
from tracker.models import Case
from tracker.settings import Settings

settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[2])):
    with database.writing() as session:
        case = session.get_one(Case, UUID(sys.argv[1]))
        journal.record(
            session,
            case,
            Fact.EVIDENCE_ADDED,
            actor="system",
            at=datetime(2026, 5, 1, tzinfo=UTC),
            by=f"{sys.argv[3]}-{n}",
        )
