"""`python -m examples.log_custodian`: run the custodian on this machine."""

import argparse
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.serving import make_server

from examples.log_custodian import door, logs, state

HERE = Path(__file__).parent


def main() -> int:
    """Read what was asked, fill the database, serve until stopped."""
    asked = argparse.ArgumentParser(prog="python -m examples.log_custodian", description=__doc__)
    asked.add_argument("--port", type=int, default=8600)
    asked.add_argument("--database", type=Path, default=Path("var/log_custodian.db"))
    asked.add_argument("--accounts", type=Path, default=HERE / "accounts.txt", help="whose logs are made up")
    asked.add_argument(
        "--answers-to", default="", help="address of Kigen's /custodian/answers: answer later, by a post"
    )
    asked.add_argument(
        "--state-to", default="", help="address of Kigen's /custodian/state: say each night which holds are kept"
    )
    asked.add_argument(
        "--erase-after", type=float, default=0, help="seconds for which an erasure waits, where answers go later"
    )
    asked.add_argument("--clock", type=Path, help="a file with the time it shall be, ISO 8601: for tests")
    given = asked.parse_args()
    secret = os.environ.get("LOG_CUSTODIAN_SECRET", "")
    if not secret.startswith("whsec_"):
        print("LOG_CUSTODIAN_SECRET is missing: the secret that Kigen shows for this custodian.", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    def now() -> datetime:
        if given.clock:
            return datetime.fromisoformat(given.clock.read_text().strip())
        return datetime.now(UTC)

    house = door.House(given.database, secret, now, given.answers_to, given.erase_after)
    logs.fill(house.database, given.accounts, now())
    server = make_server("127.0.0.1", given.port, door.create_app(house), threaded=True)
    stop = threading.Event()
    if house.answers_to:
        threading.Thread(target=door.post_answers, args=[house, stop], daemon=True).start()
    if given.state_to:
        threading.Thread(target=state.push_nightly, args=[house, given.state_to, stop], daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/orders", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        stop.set()
    return 0


if __name__ == "__main__":
    sys.exit(main())
