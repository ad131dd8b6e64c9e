"""The engine only knocks: times are Japanese, messages are signed, and a lost or doubled tick changes nothing."""

import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests import children, make, pictures
from tests.conftest import make_settings
from tests.scanner import running_scanner
from tracker.casework import evidence, journal
from tracker.jobs import JOBS, MAIL
from tracker.jobs.engine import clockwork, knocker, last_due, queue, waiting
from tracker.models import Case, JobRun, Letter
from tracker.now import now

HOLDS = next(job for job in JOBS if job.name == "holds")


@pytest.fixture
def database(app):
    """The database as the app has it: with its knock, and what the health page watches."""
    return app.extensions["database"]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-05-05T00:10:00+09:00", "2026-05-05T00:10+09:00"),
        ("2026-05-05T23:59:59+09:00", "2026-05-05T00:10+09:00"),
        ("2026-05-05T00:09:59+09:00", "2026-05-04T00:10+09:00"),
        ("2026-05-04T15:10:00+00:00", "2026-05-05T00:10+09:00"),  # UTC is nine hours behind
    ],
)
def test_holds_end_at_ten_past_midnight_in_japan(at, due):
    assert last_due(HOLDS, make.instant(at)) == make.instant(due)


def test_mail_is_due_each_minute():
    assert last_due(MAIL, make.instant("2026-05-05T12:34:56+09:00")) == make.instant("2026-05-05T12:34+09:00")


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_may_be_missed_once_before_the_health_page_says_so(job):
    at = make.instant("2026-05-05T12:34+09:00")
    last = last_due(job, at)
    interval = last - last_due(job, last - timedelta(minutes=1))
    assert interval < job.fresh


def mark(database, job, started: str, succeeded: str | None) -> None:
    with database.writing() as session:
        session.add(
            JobRun(
                name=job.name,
                started_at=make.instant(started),
                succeeded_at=make.instant(succeeded) if succeeded else None,
            )
        )


def test_a_job_that_began_since_it_was_due_is_not_asked_for_again(database):
    mark(database, HOLDS, "2026-05-05T00:10:20+09:00", None)
    at = make.instant("2026-05-05T09:00+09:00")
    assert HOLDS not in waiting(database, at)
    assert HOLDS in waiting(database, at, done=True)  # a worker that starts anew tries what did not succeed


def test_a_tick_that_was_skipped_is_caught_up_with(database):
    mark(database, HOLDS, "2026-05-04T00:10+09:00", "2026-05-04T00:10+09:00")
    assert HOLDS not in waiting(database, make.instant("2026-05-05T00:09+09:00"))
    assert HOLDS in waiting(database, make.instant("2026-05-05T00:11+09:00"))  # 00:10 itself was skipped


def test_the_tick_asks_for_what_is_due(app, database, settings, freezer):
    freezer.move_to("2026-05-05T09:00:00+09:00")
    made = clockwork(settings, database)
    [tick] = made.huey.read_periodic(None)
    tick.execute()
    assert {task.name for task in made.huey.pending()} == {job.name for job in JOBS}


def test_a_scan_does_not_begin_while_one_waits_for_a_mute_scanner(app, database, settings):
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session))
        evidence.keep(session, "t", evidence.FileIn("画面.png", pictures.png()), at=now())
        case = session.get_one(Case, notice.case_id)
        evidence.attach(session, case, evidence.kept(session, "t"), actor=journal.CLAIMANT, at=now())
    made = clockwork(settings, database)
    with running_scanner() as scanner, ThreadPoolExecutor(2) as pool:
        database.info["settings"].clamd, scanner.mute = scanner.address, True
        first = pool.submit(made.tasks["scan"].call_local)
        until = time.monotonic() + 4
        while not scanner.asked and time.monotonic() < until:
            time.sleep(0.02)
        pool.submit(made.tasks["scan"].call_local).result(3)
        assert not first.done() and scanner.asked == 1
        scanner.closing.set()
    with database.reading() as session:
        assert session.get_one(JobRun, "scan").failure == "Silent"


def test_creating_an_app_opens_no_queue_and_a_posted_letter_knocks(app, database, settings):
    assert not (settings.data / "jobs.db").exists()
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    assert [task.name for task in queue(settings, print).huey.pending()] == ["mail"]


def test_a_commit_without_a_letter_does_not_knock(app, database, settings):
    with database.writing() as session:
        make.make_service(session)
    assert not (settings.data / "jobs.db").exists()


def test_a_knock_that_fails_never_reaches_the_door(tmp_path, caplog):
    (tmp_path / "jobs.db").mkdir()  # no file can be opened there
    knocker(make_settings(tmp_path))()
    assert "knock lost: OperationalError" in caplog.text


def test_a_message_that_is_not_ours_is_not_unpickled(settings):
    ran = []
    made = queue(settings, lambda job: ran.append(job.name))

    class Evil:
        def __reduce__(self):
            return (ran.append, ("evil",))

    made.ask(MAIL)
    with sqlite3.connect(settings.data / "jobs.db") as connection:
        connection.execute("update task set data = ?", (pickle.dumps(Evil(), 0) + b":" + b"0" * 40,))
    with pytest.raises(ValueError, match="ignature"):
        made.huey.dequeue()
    assert ran == []


def test_the_queue_holds_no_personal_data(app, database, settings):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    assert b"akari" not in (settings.data / "jobs.db").read_bytes()


@pytest.mark.slow
def test_a_worker_runs_every_job_at_its_start_sends_what_waits_and_stops_when_asked(app, database, settings):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "worker"],
        cwd=children.HOUSE,
        env=children.environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 40
        while time.monotonic() < until:
            with database.reading() as session:
                done = {run.name for run in session.exec(select(JobRun)) if run.succeeded_at}
                sent = session.exec(select(Letter)).one().given_at
            if done == {job.name for job in JOBS} and sent:
                break
            time.sleep(0.2)
        assert done == {job.name for job in JOBS}
        assert list(Path(settings.mail_folder).glob("*.eml"))
        with database.writing() as session:
            make.make_notice(session, make.make_service(session, "つむぎ日記", "diary", "TD"))
        knocked = time.monotonic()
        while len(list(Path(settings.mail_folder).glob("*.eml"))) < 2 and time.monotonic() < knocked + 30:
            time.sleep(0.1)
        assert time.monotonic() - knocked < 20  # long before the next minute
    finally:
        worker.send_signal(signal.SIGTERM)
        log = worker.communicate(timeout=30)[1]
    assert worker.returncode == 0
    assert "Traceback" not in log
    assert "akari" not in log
