"""Engines and transactions. Differences between SQLite and PostgreSQL end here and in the migrations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from tracker.law.calendars import Calendar
from tracker.settings import Settings

# 16 MB of pages for each connection: with the default of 2, a list over 100,000 notices reads the same pages again.
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=15000", "cache_size=-16000")


@dataclass(frozen=True)
class Database:
    """Two engines on the same database, and what every session carries in `info`."""

    reader: Engine
    writer: Engine
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
    def checking(self) -> Iterator[Session]:
        """A session that reads without a calendar in use: the verifier must not stumble over a damaged one."""
        with Session(self.reader, info=dict(self.info), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: everything inside succeeds or fails together. The write lock is taken at the start."""
        with Session(self.writer, info=dict(self.info), expire_on_commit=False) as session, session.begin():
            session.info["calendar"] = self.current(session)
            yield session
        if session.info.get("posted") and self.knock:
            self.knock()

    def calendar(self) -> Calendar:
        """The calendar in use, for who has no session open."""
        with self.reading() as session:
            found: Calendar = session.info["calendar"]
        return found

    def dispose(self) -> None:
        """Close all connections: before a fork, and after tests."""
        self.reader.dispose()
        self.writer.dispose()


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
        return Database(engine, engine, info, calendar, knock)
    settings.data.mkdir(parents=True, exist_ok=True)
    reader, writer = _sqlite(settings.database, "BEGIN"), _sqlite(settings.database, "BEGIN IMMEDIATE")
    return Database(reader, writer, info, calendar, knock)


def _sqlite(url: str, begin: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions lose updates
        for pragma in PRAGMAS:
            connection.execute("pragma " + pragma)

    @event.listens_for(engine, "begin")
    def _(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
