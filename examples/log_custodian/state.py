"""The state: once a night, which holds are kept, by their names and nothing else."""

import json
import logging
import threading
import urllib.error
import urllib.request
from datetime import UTC
from uuid import uuid4

from examples.log_custodian import logs
from examples.log_custodian.door import PAUSE, House
from examples.log_custodian.logs import JST
from examples.log_custodian.signing import signed

log = logging.getLogger("log_custodian")
HOUR = 3  # of the night, in Japan, from which the state of a day is sent


def push_nightly(house: House, to: str, stop: threading.Event) -> None:
    """Push the state of each day until it was taken."""
    while not stop.wait(PAUSE if push(house, to) else 0.5):
        pass


def push(house: House, to: str) -> bool:
    """Push the state of today if it is time, under the same id until it is taken. True while the office is away."""
    at = house.now()
    day = logs.japanese_day(at).isoformat()
    with logs.writing(house.database) as database:
        row = database.execute("SELECT * FROM state WHERE day = ?", [day]).fetchone()
        if row is None and at.astimezone(JST).hour >= HOUR:
            said = {
                "counted_at": at.astimezone(UTC).isoformat(timespec="seconds"),
                "holds": logs.kept_holds(database, at),
            }
            database.execute(
                "INSERT INTO state (day, id, body) VALUES (?, ?, ?)", [day, str(uuid4()), json.dumps(said)]
            )
            row = database.execute("SELECT * FROM state WHERE day = ?", [day]).fetchone()
    if row is None or row["given"]:
        return False
    body = row["body"].encode()
    headers = signed(house.secret, row["id"], body, at) | {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(to, body, headers), timeout=10) as came:
            differs = json.loads(came.read(1 << 20))
    except (OSError, ValueError) as error:  # an answer that is no success is an OSError, too
        log.warning("the state was not taken: %s", getattr(error, "code", type(error).__name__))
        return True
    if differs["missing"] or differs["overkept"] or differs["unknown"]:
        log.warning(
            "the state differs: %s missing, %s overkept, %s unknown",
            len(differs["missing"]), len(differs["overkept"]), differs["unknown"],
        )  # fmt: skip
    with logs.writing(house.database) as database:
        database.execute("UPDATE state SET given = 1 WHERE day = ?", [day])
    return False
