"""Decides all items of a notice as a process of its own: `decide.py NUMBER STAFF REASON`. Says how it went."""

import sys
from datetime import UTC, datetime
from uuid import UUID

from tracker.casework import Conflict, calendars, decisions, folder
from tracker.casework.decisions import Judgement
from tracker.db import connect
from tracker.keys import Keyring
from tracker.settings import Settings

settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)
with database.reading() as session:
    items = [(item.id, 0) for item in decisions.items_of(session, folder.find(session, sys.argv[1]))]
print("ready", flush=True)
sys.stdin.readline()
try:
    with database.writing() as session:
        notice = folder.find(session, sys.argv[1])
        judgement = Judgement(take=False, reason=sys.argv[3])
        decisions.decide(session, notice, items, judgement, by=UUID(sys.argv[2]), at=datetime(2026, 5, 1, tzinfo=UTC))
    print("decided", flush=True)
except Conflict:
    print("refused", flush=True)
