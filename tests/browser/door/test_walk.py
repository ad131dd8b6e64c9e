"""What a screen reader is given from the form to a message: landmarks and headings, as docs/walks says them."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.door.conftest import visitor
from tests.browser.test_pages import fill, send

pytestmark = pytest.mark.browser

WALK = Path(__file__).parents[3] / "docs" / "walks" / "the-public-door.md"
KINDS = ("banner", "navigation", "main", "contentinfo", "region", "heading", "alert", "status", "group", "radiogroup")
LINE = re.compile(rf'\s*- (?:{"|".join(KINDS)})\b(?: "(?:[^"\\]|\\.)*")?(?: \[[^\]]+\])*')
NUMBER = re.compile(r"TH-\d{4}-\d{6}")


def outline(page) -> str:
    """The landmarks, groups and headings of Chromium's accessibility tree, in the order in which they are read."""
    lines = (LINE.match(line) for line in page.locator("body").aria_snapshot().splitlines())
    found = [re.sub(r"^\s*- ", "", match[0]) for match in lines if match]
    return NUMBER.sub("TH-…", "\n".join(line for line in found if line not in ("group", "alert", "status")))


def written(name: str) -> str:
    """The block of the document under a heading."""
    part = WALK.read_text(encoding="utf-8").partition(f"\n## {name}\n")[2]
    found = re.search(r"```\n(.*?)\n```", part, re.DOTALL)
    return found[1] if found else ""


def test_the_walk_says_what_chromium_gives_to_a_screen_reader(chromium, house):
    with visitor(chromium, viewport={"width": 360, "height": 740}) as page:
        page.goto(house.form)
        heard = {"The form": outline(page)}
        send(page)
        page.wait_for_selector("#errors")
        heard["The form that came back"] = outline(page)
        fill(page, house.url)
        page.fill("#reason", "事実ではありません。")
        send(page)
        page.wait_for_url("**/receipt/**")
        page.wait_for_load_state()
        heard["The receipt"] = outline(page)
        page.click("a[href*='/status/TH-']")
        page.fill("textarea[name=text]", "会社にも知られました。")
        page.click("main form[action$='/messages'] button")
        page.wait_for_selector("ol.talk")
        page.wait_for_load_state()
        heard["The status page, after a message"] = outline(page)
        order = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))")
        assert order[0] in (1, 2) and all(b - a <= 1 for a, b in pairwise(order))
    for name, block in heard.items():
        assert written(name) == block, f"docs/walks/the-public-door.md, {name}:\n{block}"
