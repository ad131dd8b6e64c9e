"""A served app and a real Chromium; without one the tests are skipped, in CI they fail."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests import make
from tests.conftest import missing
from tests.web import desk
from tracker.now import now

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(app) -> Iterator[str]:
    """The address of the app, with a service, usable criteria, one who can sign in and an old filing."""
    with app.extensions["database"].writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        desk.make_member(app, session, "onodera@tsumugi.example")
        make.make_notice(session, service, now().isoformat(), items=3)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
