"""The sample custodian as a process of its own, with a clock that a test sets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

HOUSE = Path(__file__).parents[1]

ACCOUNTS = """
@kaze_2198 https://tsumugi.example/p/1 20
@kaze_2198 https://tsumugi.example/p/2 19
@furui_kagi https://tsumugi.example/p/33 400
@shizuka_na_niwa https://tsumugi.example/p/34 none
"""


class Sample:
    """A sample custodian that runs, or did. It keeps its logs when it is stopped."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder, self.secret = folder, secret
        self.clock, self.database, self.accounts = folder / "clock", folder / "logs.db", folder / "accounts.txt"
        self.accounts.write_text(ACCOUNTS)
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    def now(self, at: datetime) -> None:
        """Set its clock."""
        self.clock.write_text(at.isoformat())

    def start(self, *more: str) -> str:
        """Run it, at the port it had before. Gives the address of its door."""
        command = [
            sys.executable, "-m", "examples.log_custodian", "--port", str(self.port), "--database", str(self.database),
            "--accounts", str(self.accounts), "--clock", str(self.clock), *more,
        ]  # fmt: skip
        environment = os.environ | {"LOG_CUSTODIAN_SECRET": self.secret, "PYTHONPATH": str(HOUSE)}
        self.process = subprocess.Popen(
            command, cwd=HOUSE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout
        url = self.process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), "it did not start"
        self.port = int(url.split(":")[2].split("/")[0])
        return url

    def stop(self) -> None:
        """Stop it."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            assert self.process.stdout
            self.process.stdout.close()
            self.process = None


@contextmanager
def sample_custodian(folder: Path, secret: str) -> Iterator[Sample]:
    """A sample custodian that is stopped in the end."""
    folder.mkdir(exist_ok=True)
    sample = Sample(folder, secret)
    try:
        yield sample
    finally:
        sample.stop()
