"""Alembic migrations, and the one command that brings a database up to date."""

from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlmodel import Session

from tracker.casework import tallies
from tracker.db import Database

HERE = Path(__file__).parent
AT_ONCE = 500


def config(connection: Connection | None = None, at: datetime | None = None) -> Config:
    """Alembic's configuration for these migrations."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes |= {"connection": connection, "at": at}
    return made


def migrate(database: Database, revision: str = "head", *, at: datetime | None = None) -> None:
    """Bring the database to `revision`. On SQLite foreign keys are off meanwhile and checked after.

    `at` is written where a migration says when it ran; without it, what the database itself has for the time.
    """
    with database.writer.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("select 1")
            connection.rollback()
            raw: Any = connection.connection.dbapi_connection
            raw.execute("pragma foreign_keys=off")
        try:
            with connection.begin():
                command.upgrade(config(connection, at), revision)
                if sqlite and connection.exec_driver_sql("pragma foreign_key_check").first():
                    raise RuntimeError("a migration left a broken reference")
        finally:
            if sqlite:
                raw.execute("pragma foreign_keys=on")
    if revision == "head":
        _fill(database)


def _fill(database: Database) -> None:
    """Write what notices of a version before tallies add to the yearly figures: it is drawn from their events.

    Some at a time, each lot for good: one that is killed goes on with the next start.
    """
    last = None
    while True:
        with Session(database.writer) as session, session.begin():
            last = tallies.fill(session, after=last, most=AT_ONCE)
        if last is None:
            return
