"""Alembic migrations, and the one command that brings a database up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from tracker.db import Database

HERE = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for these migrations."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes["connection"] = connection
    return made


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`. On SQLite foreign keys are off meanwhile and checked after."""
    with database.writer.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("select 1")
            connection.rollback()
            raw: Any = connection.connection.dbapi_connection
            raw.execute("pragma foreign_keys=off")
        try:
            with connection.begin():
                command.upgrade(config(connection), revision)
                if sqlite and connection.exec_driver_sql("pragma foreign_key_check").first():
                    raise RuntimeError("a migration left a broken reference")
        finally:
            if sqlite:
                raw.execute("pragma foreign_keys=on")
