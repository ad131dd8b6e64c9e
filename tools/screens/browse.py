"""Chromium before the pages: at each width a picture, whether the page scrolls sideways, and what axe finds."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error as PlaywrightError,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)

from tools.screens.house import LEAD, PASSWORD, House
from tools.screens.screen import Screen, Visit, by_script

VENDOR = Path(__file__).parents[2] / "tests" / "vendor"
SIZES = {1280: 900, 360: 740, 768: 1024, 1920: 1080}  # width: height of the window
PAPER, MARGIN = 673, 60  # what the stylesheet leaves of A4 at 96 dots per inch
TALL = {360: 5400, 768: 1200, PAPER: 3000, 1280: 1500, 1920: 1200}  # how much is pictured at each width
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb",
    "--font-render-hinting=none", "--disable-lcd-text",
]  # fmt: skip
AXE = "locale => { if (locale) axe.configure({locale}); return axe.run() }"


@dataclass
class Shot:
    """A page at one width, or a part of it. `height` is that of all of it, of which `image` may be the upper part."""

    image: Image.Image
    height: int
    sideways: int = 0  # pixels
    violations: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Seen:
    """All that was seen of a screen. `faults` are what went wrong before anything was looked at."""

    screen: Screen
    shots: dict[int, Shot] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Browsing:
    """A browser that goes from screen to screen, as a stranger or as a lead who signed in once."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house = browser, house
        self.axe = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
        self.japanese = json.loads((VENDOR / "axe-ja.json").read_text(encoding="utf-8"))
        self.signed_in: dict[str, Any] = {}

    def see(self, screen: Screen) -> Seen:
        """Go to a screen and look at it at every width."""
        self.house.serve(screen.data, screen.prepare, seed=screen.name)
        context = self._context(screen)
        page, seen = context.new_page(), Seen(screen)
        page.on("pageerror", lambda error: seen.faults.append(f"script: {error}"))
        page.on("response", lambda answer: self._judge(seen, page, answer))
        codes: list[int] = []
        page.on("response", lambda r: codes.append(r.status) if _the_page(r) else None)
        visit = Visit(page, self.house)
        try:
            visit.goto(self.house.url + screen.path) if screen.path else visit.go(screen.endpoint, **screen.args)
            if screen.then:
                screen.then(visit)
        except PlaywrightError as error:  # the way there is closed: what is on the page instead is pictured
            seen.faults.append(f"cannot be reached: {error.message.partition(chr(10))[0]}")
        if codes[-1:] != [screen.code]:
            seen.faults.append(f"answered {codes[-1:]}, not {screen.code}")
        if screen.desk and "/desk/sign-in" in page.url:
            seen.faults.append("answered with the sign-in")
        if screen.paper:
            page.emulate_media(media="print")
        else:
            page.evaluate(self.axe)
        for width, height in ({PAPER: 1002} if screen.paper else SIZES).items():
            page.set_viewport_size({"width": width, "height": height})
            seen.shots[width] = self._look(page, screen)
        context.close()
        return seen

    def _look(self, page: Page, screen: Screen) -> Shot:
        size = page.evaluate(
            "part => { scrollTo(0, 0); const r = document.documentElement;"
            " const top = (part && document.querySelector(part) || r).getBoundingClientRect().top;"
            " return {wide: r.scrollWidth - r.clientWidth, tall: r.scrollHeight, top: Math.floor(top)} }",
            screen.part,
        )
        found = []
        if not screen.paper:
            found = page.evaluate(AXE, None if screen.lang == "en" else self.japanese)["violations"]
        width = _size(page)["width"]
        tall = size["tall"] - size["top"]
        # As high as the picture: what clings to the edge of the window is not drawn into the middle of the page.
        page.set_viewport_size({"width": width, "height": max(min(size["tall"], TALL[width]), _size(page)["height"])})
        clip = {"x": 0, "y": size["top"], "width": width, "height": min(tall, TALL[width])}
        bytes_ = page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        return Shot(Image.open(io.BytesIO(bytes_)).convert("RGB"), tall, max(size["wide"], 0), found)

    def _context(self, screen: Screen) -> BrowserContext:
        if screen.desk and screen.data not in self.signed_in:
            self.signed_in[screen.data] = self._sign_in()
        kept = self.signed_in[screen.data] if screen.desk else None
        context = self._fresh(kept, tag=screen.lang)
        if screen.lang != "ja":
            context.add_cookies([{"name": "lang", "value": screen.lang, "url": self.house.url}])
        return context

    def _fresh(self, kept: Any = None, tag: str = "ja") -> BrowserContext:
        context = self.browser.new_context(
            bypass_csp=True, locale="en-GB" if tag == "en" else "ja-JP", timezone_id="Asia/Tokyo",
            storage_state=kept, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(15_000)
        return context

    def _sign_in(self) -> Any:
        context = self._fresh()
        visit = Visit(context.new_page(), self.house)
        visit.go("security.login")
        visit.page.fill("input[name=email]", LEAD)
        visit.page.fill("input[name=password]", PASSWORD)
        visit.send("button.button--main")
        visit.page.wait_for_url("**/desk/")
        state = context.storage_state()
        context.close()
        return state

    @staticmethod
    def _judge(seen: Seen, page: Page, answer: Any) -> None:
        if answer.status >= 400 and not _the_page(answer):
            seen.faults.append(f"{answer.status} for {answer.request.url.partition('/static/')[2]}")


def _the_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() or by_script(answer)


def _size(page: Page) -> ViewportSize:
    return page.viewport_size or {"width": 0, "height": 0}


@contextmanager
def browsing(house: House) -> Iterator[Browsing]:
    """Chromium of this machine. Raises FileNotFoundError where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise FileNotFoundError("Chromium is not installed here (looked for: " + ", ".join(names) + ").")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield Browsing(browser, house)
        browser.close()
