"""Engines and transactions. Differences between SQLite and PostgreSQL end here and in the migrations."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlmodel import Session

from tracker.law.calendars import Calendar
from tracker.settings import Settings

log = logging.getLogger(__name__)

# 16 MB of pages for each connection: with the default of 2, a list over 100,000 notices reads the same pages again.
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=15000", "cache_size=-16000")
A_MOMENT = 1000  # milliseconds that a figure waits for a lock


@dataclass(frozen=True)
class Database:
    """Two engines on the same database, and what every session carries in `info`."""

    reader: Engine
    writer: Engine
    counter: Engine  # for figures that may be lost: it never waits long
    info: dict[str, Any]
    current: Callable[[Session], Calendar]  # the calendar in use, which each session carries as info["calendar"]
    knock: Callable[[], None] | None = None  # called after a commit that put a letter into the outbox

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads. Close it before a write begins: SQLite has one writer."""
        with Session(self.reader, info=dict(self.info), expire_on_commit=False) as session:
            session.info["calendar"] = self.current(session)
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that reads everything as of one moment, however many questions it asks, beside who writes."""
        reader = self.reader
        if reader.dialect.name == "postgresql":
            reader = reader.execution_options(isolation_level="REPEATABLE READ")
        with Session(reader, info=dict(self.info), expire_on_commit=False) as session:
            session.info["calendar"] = self.current(session)
            yield session

    @contextmanager
    def checking(self) -> Iterator[Session]:
        """A session that reads without a calendar in use: the verifier must not stumble over a damaged one."""
        with Session(self.reader, info=dict(self.info), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: everything inside succeeds or fails together. The write lock is taken at the start.

        The files that `remove_after` names go once no row names them, never before.
        """
        with Session(self.writer, info=dict(self.info), expire_on_commit=False) as session, session.begin():
            session.info["calendar"] = self.current(session)
            yield session
        _remove(session.info.get("remove", ()))
        if session.info.get("posted") and self.knock:
            self.knock()

    @contextmanager
    def counting(self) -> Iterator[Session]:
        """A short transaction for figures that may be lost: it waits a moment for a lock, and not for the disk."""
        with Session(self.counter, info=dict(self.info)) as session, session.begin():
            if self.counter.dialect.name == "postgresql":
                session.execute(text(f"set local lock_timeout = {A_MOMENT}"))
                session.execute(text("set local synchronous_commit = off"))
            yield session

    def calendar(self) -> Calendar:
        """The calendar in use, for who has no session open."""
        with self.reading() as session:
            found: Calendar = session.info["calendar"]
        return found

    def dispose(self) -> None:
        """Close all connections: before a fork, and after tests."""
        self.reader.dispose()
        self.writer.dispose()
        self.counter.dispose()


def remove_after(session: Session, path: Path) -> None:
    """Let a file go with the commit that forgets it. After a rollback it stays; after a kill the sweep takes it."""
    session.info.setdefault("remove", []).append(path)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # what was committed stands; the nightly sweep tries again
            log.warning("file %s stays for the sweep: %s", path.name, type(error).__name__)


def connect(
    settings: Settings,
    *,
    calendar: Callable[[Session], Calendar],
    knock: Callable[[], None] | None = None,
    **info: Any,
) -> Database:
    """The database that `settings` name; `info` is carried by every session beside the office policy.

    `calendar` reads the one in use from the database: another process may have accepted a new one meanwhile.
    """
    info = {"office": settings.office, "settings": settings} | info
    if not settings.database.startswith("sqlite"):
        engine = create_engine(settings.database, pool_pre_ping=True)
        return Database(engine, engine, engine, info, calendar, knock)
    settings.data.mkdir(parents=True, exist_ok=True)
    reader, writer = _sqlite(settings.database, "BEGIN"), _sqlite(settings.database, "BEGIN IMMEDIATE")
    counter = _sqlite(settings.database, "BEGIN IMMEDIATE", f"busy_timeout={A_MOMENT}", "synchronous=normal")
    return Database(reader, writer, counter, info, calendar, knock)


def _sqlite(url: str, begin: str, *more: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions lose updates
        for pragma in (*PRAGMAS, *more):
            connection.execute("pragma " + pragma)

    @event.listens_for(engine, "begin")
    def _(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
