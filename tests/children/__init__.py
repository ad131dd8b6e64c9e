"""Real processes for tests: each script runs on the database and the relay of the settings it is given.

They are forks of one process that has read all our modules and done nothing else: reading them costs two seconds.
"""

import multiprocessing
import os
import runpy
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from tracker.settings import Settings

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.children.nursery"])


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that works with these settings."""
    found = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        found[f"TRACKER_{name.upper()}"] = str(
            value.get_secret_value() if hasattr(value, "get_secret_value") else value
        )
    return found | {"PYTHONPATH": str(HOUSE)}


class Child:
    """A process that runs a script, and the pipes to it."""

    def __init__(self, script: str, settings: Settings, arguments: tuple[str, ...]) -> None:
        (theirs_in, ours_in), (ours_out, theirs_out) = FORKS.Pipe(duplex=False), FORKS.Pipe(duplex=False)
        given = (script, environment(settings), arguments, theirs_in, theirs_out)
        self._process = FORKS.Process(target=_run, args=given)
        self._process.start()
        self.pid = self._process.pid
        self.stdin = os.fdopen(os.dup(ours_in.fileno()), "w")
        self.stdout = os.fdopen(os.dup(ours_out.fileno()))
        for end in (theirs_in, ours_in, ours_out, theirs_out):
            end.close()

    def wait(self, seconds: float | None = None) -> int | None:
        """How it ended: 0, or the signal that killed it, negated; None if it goes on."""
        self._process.join(seconds)
        return self._process.exitcode

    def said(self) -> str:
        """What it said until it ended."""
        found = self.stdout.read()
        self.wait()
        return found


def _run(script: str, environment: dict[str, str], arguments: tuple[str, ...], stdin: Connection, stdout: Connection):
    """What a child does: nothing that a Python started with this script would not."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(HOUSE)
    os.dup2(stdin.fileno(), 0)
    os.dup2(stdout.fileno(), 1)
    stdin.close()
    stdout.close()
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.argv = [script, *arguments]
    runpy.run_path(str(HERE / script), run_name="__main__")


def start(script: str, settings: Settings, *arguments: str) -> Child:
    """Start a script, which gets ready and waits for `go`."""
    return Child(script, settings, arguments)


def go(*started: Child) -> None:
    """Let scripts run, all at once, as soon as the last of them is ready."""
    for child in started:
        assert child.stdout.readline() == "ready\n"
    for child in started:
        child.stdin.write("go\n")
        child.stdin.flush()
