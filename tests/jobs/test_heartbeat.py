"""The heartbeat: an address is called while every other job is fresh, and not once one of them sleeps."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.relay import free_port
from tracker.jobs import JOBS, tasks
from tracker.models import JobRun

AT = make.instant("2026-05-07T09:00+09:00")
BEAT = next(job for job in JOBS if job.name == "heartbeat")


class Watcher:
    """Somebody else's service: it counts the calls, and answers as it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.calls.append((self.command, self.path))
                if outer.status == 0:
                    self.connection.close()
                    return
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_words) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/ping/7f3a"


@pytest.fixture
def watcher():
    one = Watcher()
    thread = threading.Thread(target=one.server.serve_forever, daemon=True)
    thread.start()
    yield one
    one.server.shutdown()
    one.server.server_close()
    thread.join()


@pytest.fixture
def house(app, tmp_path, watcher):
    """A house where every job but the heartbeat has just succeeded, and which has an address to call."""
    database = app.extensions["database"]
    database.info["settings"] = make_settings(tmp_path, heartbeat_url=watcher.address)
    for job in JOBS:
        if job is not BEAT:
            assert tasks.run(database, job.name, lambda database, clock: None, lambda: AT)
    return database


def beat(database, at=AT) -> bool:
    return tasks.run(database, BEAT.name, BEAT.work, lambda: at)


def run_of(database) -> JobRun:
    with database.reading() as session:
        return session.get_one(JobRun, BEAT.name)


def test_it_is_called_every_five_minutes_while_all_is_well(house, watcher):
    assert (BEAT.minute, BEAT.hour) == ("4-59/5", "*")
    assert beat(house)
    assert watcher.calls == [("POST", "/ping/7f3a")]


@pytest.mark.parametrize("job", [job for job in JOBS if job is not BEAT], ids=lambda job: job.name)
def test_it_is_silent_once_a_job_sleeps(house, watcher, job):
    later = AT + timedelta(days=40)
    for other in JOBS:
        if other not in (BEAT, job):
            tasks.run(house, other.name, lambda database, clock: None, lambda: later)
    assert beat(house, later)  # there was nothing to do, which is no failure of its own
    assert watcher.calls == []


def test_its_own_age_does_not_silence_it(house, watcher):
    assert beat(house)
    later = AT + timedelta(hours=1)
    for job in JOBS:
        if job is not BEAT:
            tasks.run(house, job.name, lambda database, clock: None, lambda: later)
    assert beat(house, later)
    assert len(watcher.calls) == 2


@pytest.mark.parametrize(("status", "failure"), [(500, "HTTPError"), (404, "HTTPError"), (0, "RemoteDisconnected")])
def test_a_bad_answer_or_none_is_its_own_failure_and_nobody_else_s(house, watcher, status, failure):
    watcher.status = status
    assert not beat(house)
    assert run_of(house).failure == failure
    with house.reading() as session:
        assert [row.name for row in session.exec(select(JobRun)) if row.failed_at] == [BEAT.name]


def test_nobody_there_is_a_failure(house, tmp_path):
    house.info["settings"] = make_settings(tmp_path, heartbeat_url=f"http://127.0.0.1:{free_port()}/")
    assert not beat(house)
    assert run_of(house).failure == "URLError"


def test_without_an_address_nothing_is_called_and_nothing_fails(house, watcher, tmp_path):
    house.info["settings"] = make_settings(tmp_path, heartbeat_url="")
    assert beat(house)
    assert watcher.calls == []
