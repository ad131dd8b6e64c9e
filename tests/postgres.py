"""A PostgreSQL database for one test: made on the server of TEST_DATABASE_URL, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url

from tests.conftest import make_settings, missing
from tracker.settings import Settings


@contextmanager
def own_database() -> Iterator[str]:
    """The URL of an empty database of our own. Skips (fails in CI) where there is no server."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        missing("PostgreSQL")
    name = f"kigen_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"drop database if exists {name} with (force)")
        admin.dispose()


@contextmanager
def settings_of(kind: str, folder: Path) -> Iterator[Settings]:
    """Settings of an empty database, "sqlite" or "postgresql"."""
    if kind == "sqlite":
        yield make_settings(folder)
    else:
        with own_database() as url:
            yield make_settings(folder, database=url)
