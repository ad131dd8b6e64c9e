"""Huey behind one page. It only knocks: what is due stands in the tables, so a lost or doubled tick changes nothing."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huey import SqliteHuey, crontab
from huey.serializer import SignedSerializer

from tracker.db import Database
from tracker.jobs import JOBS, MAIL, Job, tasks
from tracker.law.period import JST
from tracker.models import JobRun
from tracker.now import now
from tracker.settings import Settings

log = logging.getLogger(__name__)

WORKERS = 4  # threads: a slow relay must not hold up the alerts
KNOCK_LIFE = timedelta(minutes=5)  # a knock that nobody heard is dropped: the minute tick does its work
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Queue:
    """Huey's queue, and the task of each job by name. Tasks have no arguments: nothing personal can lie in the file."""

    huey: SqliteHuey
    tasks: Mapping[str, Any]

    def ask(self, job: Job, life: timedelta | None = None) -> None:
        """Ask for one run of a job as soon as a worker is free, unless `life` passes before."""
        self.tasks[job.name](expires=life)


def queue(settings: Settings, do: Callable[[Job], None]) -> Queue:
    """The queue of this installation, a file beside the database; `do` runs a job."""
    settings.data.mkdir(parents=True, exist_ok=True)
    huey = SqliteHuey(
        "kigen",
        filename=str(settings.data / "jobs.db"),
        fsync=True,
        results=False,
        serializer=SignedSerializer(secret=settings.secret_key.get_secret_value(), salt="kigen.jobs"),
        timeout=2,
    )

    def task(job: Job) -> Any:
        return huey.task(name=job.name)(lambda: do(job))

    return Queue(huey, {job.name: task(job) for job in JOBS})


def last_due(job: Job, at: datetime) -> datetime:
    """The last minute not after `at` at which a job was due. The schedule speaks Japanese time; each is due daily."""
    due = crontab(minute=job.minute, hour=job.hour, strict=True)
    minute = at.replace(second=0, microsecond=0)
    while not due(minute.astimezone(JST)):
        minute -= MINUTE
    return minute


def waiting(database: Database, at: datetime, *, done: bool = False) -> list[Job]:
    """The jobs that have not begun since they were last due; with `done`, those that have not succeeded since."""
    found = []
    with database.reading() as session:
        for job in JOBS:
            row = session.get(JobRun, job.name)
            last = (row.succeeded_at if done else row.started_at) if row else None
            if last is None or last < last_due(job, at) or last > at + MINUTE:  # a clock set back stops no job
                found.append(job)
    return found


def knocker(settings: Settings) -> Callable[[], None]:
    """What a commit that posted a letter calls: a mail sweep is asked for. The queue file is opened at the first knock.

    Never raises: the letter is in the outbox already, and the sweep of the next minute finds it.
    """
    opening = threading.Lock()
    opened: list[Queue] = []

    def knock() -> None:
        try:
            with opening:
                if not opened:
                    opened.append(queue(settings, lambda job: None))
            opened[0].ask(MAIL, KNOCK_LIFE)
        except Exception as error:
            log.warning("knock lost: %s", type(error).__name__)

    return knock


def clockwork(settings: Settings, database: Database) -> Queue:
    """The queue with its tick: each minute, what has become due since it last began is asked for.

    Huey's own cron compares minutes and may skip one; a tick that asks the ledger instead catches up by itself.
    """
    running = {job.name: threading.Lock() for job in JOBS if job.alone}
    made = queue(settings, lambda job: _do(database, job, running.get(job.name)))

    def tick() -> None:
        try:
            for job in waiting(database, now()):
                made.ask(job, KNOCK_LIFE)
        except Exception as error:  # the database is away; the text of the error stays here
            log.error("tick lost: %s", type(error).__name__)

    made.huey.periodic_task(crontab(), name="tick")(tick)
    return made


def run_worker(settings: Settings, database: Database) -> None:
    """Run the jobs in this process until SIGTERM or SIGINT. Owns the main thread.

    1. Ask again for every job that began and did not succeed since it was due: the worker may have been killed.
    2. Tick at once, and each minute. On SIGTERM a letter on its way is finished first.
    """
    made = clockwork(settings, database)
    at = now()
    ticked = waiting(database, at)
    for job in waiting(database, at, done=True):
        if job not in ticked:
            made.ask(job)
    log.info("worker started")
    made.huey.create_consumer(
        workers=WORKERS, initial_delay=0.1, max_delay=1.0, graceful_signal="TERM", shutdown_timeout=60
    ).run()
    log.info("worker stopped")


def _do(database: Database, job: Job, running: "threading.Lock | None") -> None:
    if running is None:
        tasks.run(database, job.name, job.work, now)
    elif running.acquire(blocking=False):  # else the run that goes on does this one's work
        try:
            tasks.run(database, job.name, job.work, now)
        finally:
            running.release()
