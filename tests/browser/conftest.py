"""A served app and a real Chromium; without one the tests are skipped, in CI they fail."""

import functools
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import make
from tests.conftest import missing
from tests.web import desk
from tracker.now import now

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

LOOKS = (
    "all", "all_inner_texts", "aria_snapshot", "bounding_box", "content", "count", "eval_on_selector",
    "eval_on_selector_all", "evaluate", "get_attribute", "inner_html", "inner_text", "input_value", "is_checked",
    "is_visible", "query_selector", "query_selector_all", "screenshot", "text_content", "title",
)  # fmt: skip


def settled(look: Callable) -> Callable:
    """The same look at a page, once all of the page is there: a click returns when the answer begins."""

    @functools.wraps(look)
    def wait(one: Page | Locator, *arguments, **more):
        (one if isinstance(one, Page) else one.page).wait_for_load_state("domcontentloaded")
        return look(one, *arguments, **more)

    return wait


for kind in (Page, Locator):
    for name in LOOKS:
        if hasattr(kind, name):
            setattr(kind, name, settled(getattr(kind, name)))
Page.url = property(settled(Page.url.fget))


class Rest:
    """What is left of a request. A browser that is gone has sent no more; werkzeug would else not close the answer."""

    def __init__(self, stream) -> None:
        self._stream = stream

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def read(self, *size: int) -> bytes:
        """Read on; nothing from who is gone."""
        try:
            return self._stream.read(*size)
        except ConnectionError:
            return b""


class Patient(WSGIRequestHandler):
    """Closes every answer, as the server of `make run` does."""

    def setup(self) -> None:
        super().setup()
        self.rfile = Rest(self.rfile)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without its windows where that is a program of its own."""
    path = next(filter(None, map(shutil.which, PROGRAMS)), None)
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
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Patient)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
