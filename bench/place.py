"""A place to measure in: an own database, the real app on it, and the same database a second time for the bare app."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Connection, create_engine, make_url
from sqlmodel import SQLModel

from bench.bare import connect
from tracker import create_app
from tracker.db import Database
from tracker.migrations import migrate
from tracker.settings import Settings

SERVER = os.environ.get("TEST_DATABASE_URL", "")  # a PostgreSQL server that may be written to; empty: SQLite


@dataclass(frozen=True)
class Place:
    """The real app on an own database."""

    app: Flask
    url: str
    folder: Path

    @property
    def database(self) -> Database:
        """The database of the app."""
        found: Database = self.app.extensions["database"]
        return found


@contextmanager
def place() -> Iterator[Place]:
    """An own migrated database with the app on it; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kigen-bench-"))
    name = f"kigen_bench_{uuid4().hex}"
    url = f"sqlite:///{folder}/kigen.db"
    if SERVER:
        _on_the_server(f"create database {name}")
        url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    try:
        app = create_app(_settings(url, folder))
        migrate(app.extensions["database"])
        yield Place(app, url, folder)
        app.extensions["database"].dispose()
    finally:
        if SERVER:
            _on_the_server(f"drop database if exists {name} with (force)")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def twin(of: Place) -> Iterator[str]:
    """The URL of a copy of a place's database, row for row and index for index."""
    of.database.dispose()
    if not SERVER:
        copy = of.folder / f"{uuid4().hex}.db"
        with closing(connect(of.url)) as raw:
            raw.execute("pragma wal_checkpoint(truncate)")
        shutil.copy(of.folder / "kigen.db", copy)
        yield f"sqlite:///{copy}"
        copy.unlink()
        return
    name = f"kigen_bench_{uuid4().hex}"
    _on_the_server(f"create database {name} template {make_url(of.url).database}")
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_the_server(f"drop database if exists {name} with (force)")


def bytes_written(url: str) -> dict[str, tuple[int, ...]]:
    """How many rows each table has, and how many bytes each of its columns."""
    sqlite = url.startswith("sqlite")
    found = {}
    with closing(connect(url)) as raw:
        for table in SQLModel.metadata.sorted_tables:
            sums = [
                f'coalesce(sum(length(cast("{c.name}" as blob))), 0)'
                if sqlite
                else f'coalesce(sum(octet_length("{c.name}"{"" if _binary(c) else "::text"})), 0)'
                for c in table.columns
            ]
            row = raw.execute(f'select count(*), {", ".join(sums)} from "{table.name}"').fetchone()  # noqa: S608
            found[table.name] = tuple(int(n) for n in row)
    return found


def _binary(column: Any) -> bool:
    return column.type.python_type is bytes


def _settings(url: str, folder: Path) -> Settings:
    """As an installation would be set, with more filings allowed from one address than anybody sends."""
    return Settings(  # type: ignore[call-arg]
        _env_file=None,
        database=url,
        data=folder,
        secret_key=uuid4().hex + uuid4().hex,
        master_key=base64.b64encode(os.urandom(32)).decode(),
        provider="株式会社つむぎネットワーク",
        mail="folder",
        filing_limit="1000 per hour",
        approve_before="",  # one person at work: nobody is there to approve
    )


def _on_the_server(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def analyze(connection: Connection) -> None:
    """What PostgreSQL does by itself soon after many rows came in; SQLite never does it, and so neither do we."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("analyze")
