"""A database for one test. Those of PostgreSQL are made on the server of TEST_DATABASE_URL, and dropped afterwards."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url

from tests.conftest import make_settings, missing, open_database
from tracker.migrations import migrate
from tracker.settings import Settings


@cache
def server(url: str) -> Engine:
    """The server, as who may make databases and drop them."""
    return create_engine(url, isolation_level="AUTOCOMMIT")


def drop(url: str, name: str) -> None:
    """A database goes, whoever is still in it."""
    with server(url).connect() as connection:
        connection.exec_driver_sql(f"drop database if exists {name} with (force)")


@contextmanager
def own_database(template: str = "template1") -> Iterator[str]:
    """The URL of a database of our own, empty without a template. Skips (fails in CI) where there is no server."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        missing("PostgreSQL")
    name = f"kigen_{uuid4().hex}"
    try:
        with server(url).connect() as connection:
            connection.exec_driver_sql(f"create database {name} template {template}")
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        drop(url, name)


@cache
def brought_up_to_date(kind: str) -> str:
    """The file or the database that tests copy: migrated once for all tests of this process, and gone with it."""
    folder = tempfile.mkdtemp(prefix="kigen-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if kind == "sqlite":
        settings = make_settings(Path(folder))
    else:
        made = own_database()
        settings = make_settings(Path(folder), database=made.__enter__())
        atexit.register(made.__exit__, None, None, None)
    database = open_database(settings)
    migrate(database)
    database.dispose()
    return f"{folder}/kigen.db" if kind == "sqlite" else str(make_url(settings.database).database)


@contextmanager
def migrated_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database of our own that is up to date, "sqlite" or "postgresql"."""
    if kind == "sqlite":
        path = folder / f"kigen_{uuid4().hex}.db"
        shutil.copy(brought_up_to_date(kind), path)
        yield f"sqlite:///{path}"
    elif os.environ.get("TEST_DATABASE_URL"):
        with own_database(brought_up_to_date(kind)) as url:
            yield url
    else:
        missing("PostgreSQL")


@contextmanager
def settings_of(kind: str, folder: Path, *, migrated: bool = False) -> Iterator[Settings]:
    """Settings of an empty database or one that is up to date, "sqlite" or "postgresql"."""
    if migrated:
        with migrated_database(kind, folder) as url:
            yield make_settings(folder, database=url)
    elif kind == "sqlite":
        yield make_settings(folder)
    else:
        with own_database() as url:
            yield make_settings(folder, database=url)
