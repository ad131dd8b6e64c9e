"""The house that is pictured: an own folder and database with the demo in it, served while time stands still."""

import base64
import logging
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, abort
from freezegun import freeze_time
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from werkzeug.serving import make_server

from tracker import create_app
from tracker.auth import make_password
from tracker.cli.demo.fill import fill
from tracker.db import Database
from tracker.jobs import JOBS
from tracker.migrations import migrate
from tracker.models import JobRun
from tracker.settings import Settings

NOW = datetime.fromisoformat("2026-05-01T10:42:00+09:00").astimezone(UTC)  # Friday, the last working day before a break
PASSWORD = "for-pictures-only"  # noqa: S105 - of made-up people in a folder that is thrown away
LEAD = "haruka@tsumugi.example"
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500, 503)  # each with a page of its own


@dataclass
class House:
    """Two sets of made-up data, `demo` and `empty`, and the app on a copy of one of them, served at `url`."""

    folder: Path
    app: Flask | None = None
    url: str = ""
    copies: int = 0
    seeded: random.Random = field(default_factory=random.Random)

    @property
    def database(self) -> Database:
        """The database of the app that is served."""
        found: Database = self.served.extensions["database"]
        return found

    @property
    def served(self) -> Flask:
        """The app that is served."""
        if self.app is None:
            raise RuntimeError("nothing is served yet")
        return self.app

    def furnish(self) -> None:
        """Make both sets: one with the demo, one without a notice or a service. Both have run their jobs just now."""
        for name in ("demo", "empty"):
            self._seed(name)
            place = self.folder / name
            app = create_app(_settings(place))
            database = app.extensions["database"]
            migrate(database, at=NOW)
            with app.app_context():
                password = make_password(PASSWORD)
            with database.writing() as session:
                if name == "demo":
                    fill(session, now=NOW, seed=1, password=password)
                else:
                    from tracker.cli.demo.house import staff_up

                    staff_up(session, password)
                ran = NOW - timedelta(minutes=1)
                session.add_all(JobRun(name=job.name, started_at=ran, succeeded_at=ran) for job in JOBS)
            database.dispose()

    def serve(self, name: str, prepare: Callable[[Session], object] | None, seed: str) -> None:
        """Serve a fresh copy of a set, in which `prepare` did what the picture needs. Equal seeds, equal pictures."""
        self._seed(seed)
        if self.app:
            self.app.extensions["database"].dispose()
            shutil.rmtree(self.folder / f"copy{self.copies}", ignore_errors=True)
        self.copies += 1
        place = self.folder / f"copy{self.copies}"
        shutil.copytree(self.folder / name, place)
        app = create_app(_settings(place))
        for side in ("", "/desk"):
            app.add_url_rule(f"{side}/error/<int:code>", f"error{side}", _fail)
        if prepare:
            with app.extensions["database"].writing() as session:
                prepare(session)
        self.app = app

    def _seed(self, seed: str) -> None:
        self.seeded.seed(seed)

    def answer(self, environ: WSGIEnvironment, start: StartResponse) -> Any:
        """What the server calls: the app of the moment."""
        return self.served(environ, start)


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    """A house at a standing NOW whose ids and salts are drawn from a seed, served to this machine alone."""
    house = House(folder)
    with freeze_time(NOW, real_asyncio=True, ignore=["playwright", "werkzeug.serving"]), _drawn(house.seeded):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, house.answer, threaded=True)
        house.url = f"http://127.0.0.1:{server.port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield house
        finally:
            server.shutdown()


@contextmanager
def _drawn(source: random.Random) -> Iterator[None]:
    """Let ids, salts and case keys come from `source`: the record's digests are in the pictures."""
    real, kept = os.urandom, random._urandom  # type: ignore[attr-defined]
    os.urandom = random._urandom = source.randbytes  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom, random._urandom = real, kept  # type: ignore[attr-defined]


def _settings(place: Path) -> Settings:
    """As an installation would be set; nothing is read from the environment of whoever runs this."""
    place.mkdir(exist_ok=True)
    return Settings(
        _env_file=None,
        database=f"sqlite:///{place}/kigen.db",
        data=place,
        secret_key=PASSWORD * 3,
        master_key=base64.b64encode(b"p" * 32).decode(),
        provider="株式会社つむぎネットワーク",
        contact="https://tsumugi.example/contact",
        base_url="http://kigen.tsumugi.example",
        mail="folder",
        sign_in_limit="1000 per minute",
        filing_limit="1000 per hour",
    )


def _fail(code: int) -> str:
    """Fail as the house fails: 500 by a fault of its own, 503 by a database that is busy, the others by a refusal."""
    if code == 500:
        raise RuntimeError
    if code == 503:
        raise OperationalError("", {}, Exception())
    abort(code)
