"""`python app.py` in a fresh copy of the house: it asks nothing, says where everything is, and keeps itself running."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.relay import free_port

HOUSE = Path(__file__).parents[2]
PATIENCE = 120  # the first start fills in the demo


@pytest.fixture
def house(tmp_path) -> Path:
    """A copy without a database, keys or history."""
    for room in ("tracker", "templates", "translations"):
        if (HOUSE / room).exists():
            shutil.copytree(HOUSE / room, tmp_path / room)
    shutil.copy(HOUSE / "app.py", tmp_path)
    return tmp_path


def start(house: Path, port: int, **more: str) -> subprocess.Popen:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    return subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=house,
        env=environment | {"PORT": str(port)} | more,
        stdin=subprocess.DEVNULL,
        stdout=(house / "out").open("w"),
        stderr=subprocess.STDOUT,
    )


def health(port: int) -> tuple[int, dict]:
    """The answer of /healthz; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def until(condition) -> bool:
    """Whether `condition` comes true while we have patience."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.3)
    return False


def notices(house: Path) -> int:
    with closing(sqlite3.connect(house / "var" / "kigen.db")) as database:
        return database.execute("select count(*) from notice").fetchone()[0]


def children(house: Path, name: str) -> list[int]:
    return [int(pid) for pid in re.findall(rf"^{name} runs as process (\d+)", (house / "out").read_text(), re.M)]


@pytest.mark.slow
def test_one_command_starts_everything_and_a_child_that_is_killed_comes_back(house):
    port = free_port()
    running = start(house, port)
    try:
        assert until(lambda: health(port)[0] == 200), (house / "out").read_text()
        said = (house / "out").read_text()
        assert f"http://127.0.0.1:{port}/s/tsumugi/" in said
        assert f"http://127.0.0.1:{port}/desk/" in said
        assert str(house / "var" / "mail") in said
        email, password = (house / "var" / "sign-in.txt").read_text().split()
        assert email in said
        assert password in said
        assert (house / ".env").stat().st_mode & 0o777 == 0o600
        assert notices(house) == 80  # a new house is shown with people in it

        os.kill(children(house, "worker")[0], signal.SIGKILL)
        assert until(lambda: len(children(house, "worker")) == 2)
        os.kill(children(house, "web")[0], signal.SIGKILL)
        assert until(lambda: len(children(house, "web")) >= 2)
        assert until(lambda: health(port)[0] == 200)

    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE) == 0
    assert health(port)[0] == 0
    for child in children(house, "web") + children(house, "worker"):
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@pytest.mark.slow
def test_a_house_without_the_demo_starts_empty_and_a_later_start_leaves_it_so(house):
    for more in ({"DEMO": "0"}, {}):
        port = free_port()
        running = start(house, port, **more)
        try:
            assert until(lambda port=port: health(port)[0] == 200), (house / "out").read_text()
            assert notices(house) == 0
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_port_in_use_is_said_in_a_sentence(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert start(house, port).wait(PATIENCE) == 1
    said = (house / "out").read_text()
    assert f"Port {port} is in use." in said
    assert "Traceback" not in said
    assert not (house / ".env").exists()
