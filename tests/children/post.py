"""A worker's run over webhooks as a process of its own: `post.py INSTANT`. Starts at a line on stdin."""

import sys
from datetime import datetime

from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs.channels import carry_posts
from tracker.keys import Keyring
from tracker.settings import Settings

at = datetime.fromisoformat(sys.argv[1])
settings = Settings(_env_file=None)
database = connect(settings, keys=Keyring(settings), calendar=calendars.current)

print("ready", flush=True)
sys.stdin.readline()
carry_posts(database, lambda: at)
