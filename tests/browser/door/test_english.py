"""A reader of English: every page of the way speaks English, and what is Japanese by law says so."""

import re

import pytest

from tests.browser.door.conftest import visitor
from tests.browser.test_pages import send

pytestmark = pytest.mark.browser

JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-龥]")
TERM = re.compile(r"\([一-龥]+\)")  # the word of the Act behind its English
# Every line of the page but what is marked as Japanese, the switch of languages, and addresses.
LINES = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang^=ja], script, .langs, bdi').forEach(e => e.remove());
  return copy.innerText.split('\\n').filter(l => l.trim());
}"""
NAMES = ("株式会社つむぎネットワーク", "つむぎ広場", "投稿の削除などの基準")  # of the house, as it calls itself


def japanese(page) -> list[str]:
    """Lines that somebody without Japanese cannot read."""
    lines = page.evaluate(LINES)
    for name in NAMES:
        lines = [line.replace(name, "") for line in lines]
    return [line for line in lines if JAPANESE.search(TERM.sub("", line))]


def test_everything_on_the_way_is_said_in_english(chromium, house, album):
    unread: dict[str, list[str]] = {}
    with visitor(chromium, locale="en-GB", viewport={"width": 1280, "height": 900}) as page:

        def look(name: str) -> None:
            assert page.get_attribute("html", "lang") == "en"
            unread[name] = japanese(page)
            album.take(page, name)

        page.goto(house.url)
        look("front")
        page.click("main a[href='/s/tsumugi/']")
        look("form")
        send(page)
        look("errors")
        page.check("input[name=standing][value=person]")
        page.check("input[name=rights][value=privacy]")
        page.fill("#url-1", "https://tsumugi.example/p/81f02c")
        page.fill("#reason", "My address is shown and strangers came to my door.")
        page.fill("#name", "Alice Moreau")
        page.fill("#email", "alice@mail.example")
        page.check("#confirm")
        send(page)
        page.wait_for_url("**/receipt/**")
        look("receipt")
        page.click("a[href*='/status/TH-']")
        look("status")
        mine = page.url
        page.click("main form[action*='/letters/'] button")
        look("letter")
        assert page.locator("[lang=ja] .letter__body").count() == 1
        for path in ("evidence", "gone", "withdrawal", "address"):
            page.goto(f"{mine}/{path}")
            look(path)
        page.goto(mine)
        page.fill("textarea[name=text]", "Please write to me in the morning.")
        page.click("main form[action$='/messages'] button")
        assert "Please write to me" in page.inner_text("ol.talk")
        look("written")
        assert [p for p in page.problems if "422" not in p] == []
    assert {name: lines for name, lines in unread.items() if lines} == {}
