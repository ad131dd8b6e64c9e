"""One served house for all stories of the public door, and an album for what they saw."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlmodel import select
from werkzeug.serving import make_server

from tests import make
from tests.browser.conftest import Patient
from tests.conftest import make_settings
from tracker.casework import corrections, folder
from tracker.models import Notice
from tracker.now import now

ALBUM = "KIGEN_ALBUM"  # a folder for the pictures of the stories


@dataclass(frozen=True)
class House:
    """The served app, and where it is."""

    app: Flask
    url: str

    @property
    def form(self) -> str:
        """The address of the form."""
        return f"{self.url}/s/tsumugi/"

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """What somebody else in the house does meanwhile."""
        with self.app.extensions["database"].writing() as session:
            yield session

    def notice(self, address: str) -> Notice:
        """The notice of a receipt or status page."""
        with self.app.extensions["database"].reading() as session:
            found = folder.find(session, address.split("/")[6])
            assert found is not None
            return found

    def notices(self) -> int:
        """How many there are."""
        with self.app.extensions["database"].reading() as session:
            return len(session.exec(select(Notice.id)).all())

    def ask(self, notice: Notice, words: str) -> None:
        """Staff ask the claimant to complete the filing (補正依頼)."""
        with self.writing() as session:
            staff = make.make_staff(session)
            corrections.ask(session, session.get_one(Notice, notice.id), words, by=staff.id, at=now())


@pytest.fixture(scope="session")
def house(tmp_path_factory, migrated) -> Iterator[House]:
    """A service with usable criteria, a quick exit within reach, and no limit that stories meet."""
    from tracker import create_app

    place = tmp_path_factory.mktemp("door")
    shutil.copy(migrated, place / "kigen.db")
    app = create_app(make_settings(place, filing_limit="1000 per hour"))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Patient)
    url = f"http://127.0.0.1:{server.port}"
    app.extensions["settings"].exit_url = f"{url}/calculator/"
    app.extensions["settings"].base_url = url
    with app.extensions["database"].writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield House(app, url)
    server.shutdown()
    thread.join()
    app.extensions["database"].dispose()


@dataclass
class Album:
    """The pictures of one story, in order."""

    folder: Path
    story: str
    taken: int = 0

    def take(self, page: Page, what: str, *, whole: bool = True) -> None:
        """A picture of the page as it is."""
        self.taken += 1
        path = self.folder / f"{self.story}-{self.taken:02d}-{what}.jpeg"
        page.screenshot(path=path, full_page=whole, type="jpeg", quality=60, animations="disabled")


@pytest.fixture
def album(request, tmp_path) -> Album:
    """Where a story puts its pictures: in the folder that KIGEN_ALBUM names, else one that is thrown away."""
    where = Path(os.environ.get(ALBUM) or tmp_path)
    where.mkdir(parents=True, exist_ok=True)
    return Album(where, request.node.path.stem.removeprefix("test_"))


@contextmanager
def visitor(chromium: Browser, **more: Any) -> Iterator[Page]:
    """Somebody with a browser of their own. `page.problems` is what the console complained about."""
    values = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "bypass_csp": True}
    context = chromium.new_context(**(values | more))
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    yield page
    context.close()
