"""The keyboard alone, from the top of the page to the receipt: every stop seen, nothing a trap, every press counted."""

import re
from pathlib import Path

import pytest

from tests.browser.door.conftest import visitor

pytestmark = pytest.mark.browser

WALK = Path(__file__).parents[3] / "docs" / "walks" / "the-public-door.md"
WIDE = {"viewport": {"width": 1280, "height": 900}}
# The simplest honest filing: one's own right, one post, two short sentences.
URL = "https://tsumugi.example/p/81f02c"
WHY = "円満に退職しました。お金を盗んだことはありません。"
NAME = "水原 あかり"
EMAIL = "akari@mail.example"
SEEN = """() => {
  const e = document.activeElement, card = e.closest('.card') || e;
  const wide = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
  const box = card.getBoundingClientRect();
  return (wide(getComputedStyle(e)) || wide(getComputedStyle(card))) && box.height > 0
    && box.bottom > 0 && box.top < innerHeight && box.right > 0;
}"""
CONTROLS = """() => [...document.querySelectorAll('#filing input, #filing textarea, #filing select')].filter(e =>
  e.type !== 'hidden' && e.tabIndex >= 0 && e.checkVisibility({contentVisibilityAuto: true})
  && e.getBoundingClientRect().right > 1)
  .map(e => ['radio', 'checkbox'].includes(e.type) ? e.name : e.id)"""


class Keys:
    """Somebody at a keyboard, counted."""

    def __init__(self, page) -> None:
        self.page, self.pressed, self.typed = page, 0, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def to(self, selector: str) -> None:
        """Press Tab until the focus is there. Every stop on the way can be seen."""
        for _n in range(60):
            self.press("Tab")
            assert self.page.evaluate(SEEN), self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} was never reached")

    def write(self, words: str) -> None:
        """Type letter by letter; Japanese as an input method hands it over."""
        for letter in words:
            self.page.keyboard.type(letter)
        self.typed += len(words)


def simplest(page, keys: Keys) -> None:
    """File the simplest honest filing, from the first press of Tab on."""
    keys.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')") and page.evaluate(SEEN)
    keys.press("Enter")
    keys.to("input[name=standing]")
    keys.press("Space")
    keys.to("input[name=rights][value=honor]")
    keys.press("Space")
    keys.to("#url-1")
    keys.write(URL)
    keys.to("#reason")
    keys.write(WHY)
    keys.to("#name")
    keys.write(NAME)
    keys.to("#email")
    keys.write(EMAIL)
    keys.to("#confirm")
    keys.press("Space")
    keys.to("button.button--main[value=send]")
    keys.press("Enter")
    page.wait_for_url("**/receipt/**")


def stated() -> dict[str, int]:
    """The numbers of the document: rows of a name and a number."""
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \|$", WALK.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(number) for name, number in rows}


def test_the_simplest_filing_costs_what_the_walk_says(chromium, house, album):
    with visitor(chromium, **WIDE) as page:
        page.goto(house.form)
        shown = dict.fromkeys(page.evaluate(CONTROLS))
        asked = page.locator("#filing .must:visible").count() + 1  # and the statement at the end
        keys = Keys(page)
        simplest(page, keys)
        assert house.notice(page.url).number in page.inner_text("main")
        album.take(page, "receipt")
    with visitor(chromium, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as page:
        page.goto(house.form)
        read = round(len("".join(page.inner_text("main").split())), -2)
        taps = 0
        for selector, words in (
            ("label.card:has(input[value=person])", ""), ("label.card:has(input[value=honor])", ""), ("#url-1", URL),
            ("#reason", WHY + "。"), ("#name", NAME), ("#email", EMAIL), ("label.card:has(#confirm)", ""),
            ("button.button--main[value=send]", ""),
        ):  # fmt: skip
            page.tap(selector)
            taps += 1
            page.keyboard.insert_text(words)
        page.wait_for_url("**/receipt/**")
    assert stated() == {
        "questions that must be answered": asked,
        "questions to be seen on the page": len(shown),
        "taps on a phone": taps,
        "letters to read, if every one is read, in hundreds": read // 100,
        "letters to type": keys.typed - len(URL),
        "letters to paste": len(URL),
        "keys pressed to get around, without a mouse": keys.pressed,
    }


def test_a_page_that_came_back_leads_to_each_field_and_nothing_is_a_trap(chromium, house, album):
    with visitor(chromium, **WIDE) as page:
        page.goto(house.form)
        page.focus("button.button--main[value=send]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#errors")
        assert page.evaluate("document.activeElement.id") == "errors"
        album.take(page, "errors", whole=False)
        for n, anchor in enumerate(("standing", "rights", "url-1", "reason", "name", "email", "confirm")):
            page.focus(f"#errors li:nth-child({n + 1}) a")
            page.keyboard.press("Enter")
            page.wait_for_function("id => document.activeElement.id === id", arg=anchor)
            assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
            if anchor == "standing":
                album.take(page, "led-to-the-field", whole=False)
        page.focus("#confirm")
        keys = Keys(page)
        keys.to("footer a[href='/receipts/verify']")  # out of the form, to the end of the page
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.closest('footer') !== null")  # and back


def test_the_quick_exit_is_the_second_press_of_tab_and_leaves_no_draft(chromium, house):
    with visitor(chromium, **WIDE) as page:
        page.goto(house.form)
        page.fill("#reason", "一")
        page.wait_for_function("localStorage.length > 0")
        page.reload()
        page.wait_for_selector("text=下書きを戻しました")
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        keys = Keys(page)
        keys.to("a.exit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calculator/")
        assert page.evaluate("Object.keys(localStorage)") == []
        assert keys.pressed <= 3
