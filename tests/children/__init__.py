"""Real processes for tests: each script runs on the database and the relay of the settings it is given."""

import os
import subprocess
import sys
from pathlib import Path

from tracker.settings import Settings

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that works with these settings."""
    found = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        found[f"TRACKER_{name.upper()}"] = str(
            value.get_secret_value() if hasattr(value, "get_secret_value") else value
        )
    return found | {"PYTHONPATH": str(HOUSE)}


def start(script: str, settings: Settings, *arguments: str) -> subprocess.Popen:
    """Start a script, which gets ready and waits for `go`."""
    return subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments],
        cwd=HOUSE,
        env=environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(*started: subprocess.Popen) -> None:
    """Let scripts run, all at once, as soon as the last of them is ready."""
    for child in started:
        assert child.stdout.readline() == "ready\n"
    for child in started:
        child.stdin.write("go\n")
        child.stdin.flush()
