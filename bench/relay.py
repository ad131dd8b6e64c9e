"""A mail relay in a process of its own, which takes everything and keeps nothing: `python -m bench.relay`.

It prints its port, and ends when its standard input is closed.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HERE = Path(__file__).parents[1]


class Taker:
    """What the relay says to a mail."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take it."""
        return "250 2.0.0 OK"


async def serve() -> None:
    """Listen until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taker()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running() -> Iterator[int]:
    """A relay while this lasts; gives its port."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.relay"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout and child.stdin
    try:
        yield int(child.stdout.readline())
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve())
