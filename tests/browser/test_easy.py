"""Easy Japanese in a real browser: nothing for axe to find, and no reading over the words of another line."""

import pytest

from tests.browser.test_pages import faults, fill, page, send

__all__ = ["page"]

pytestmark = pytest.mark.browser

# The readings that lie on words which are not theirs; a line of text is taken without the air above and below it.
OVER = """() => {
  const air = 0.22, lines = [], found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const box = node.parentElement
    if (!node.data.trim() || !box.checkVisibility() || box.closest("rt, rp, option, textarea, script, .hidden-text, [hidden]")) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const r of range.getClientRects()) {
      if (r.width > 1) lines.push({node, top: r.top + r.height * air, bottom: r.bottom - r.height * air, left: r.left + 1, right: r.right - 1})
    }
  }
  for (const rt of document.querySelectorAll("rt")) {
    const r = rt.getBoundingClientRect(), top = r.top + r.height * air, bottom = r.bottom - r.height * air
    if (!r.width || !rt.checkVisibility() || rt.closest(".hidden-text")) continue
    for (const line of lines) {
      const meets = top < line.bottom && bottom > line.top && r.left + 1 < line.right && r.right - 1 > line.left
      if (meets) found.push(rt.parentElement.textContent + " on " + line.node.data.trim().slice(0, 20))
    }
  }
  return found
}"""  # noqa: E501
ZOOMED = 640  # 1280 px at 200 %


def see(page) -> None:
    """The page as it is has no faults, at each width and at 200 %."""
    assert page.get_attribute("html", "lang") == "ja"
    assert page.locator("ruby").count() > 20
    assert faults(page) == []
    for width in (360, ZOOMED, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVER) == [], width


def test_the_form_its_errors_and_the_receipt_have_no_faults_in_easy_japanese(page, site):
    page.goto(f"{site}/?lang=ja@easy")
    see(page)

    page.goto(f"{site}/s/tsumugi/")
    see(page)

    send(page)
    page.wait_for_selector("#errors")
    see(page)

    fill(page, site)
    send(page)
    page.wait_for_url("**/receipt/**")
    see(page)


def test_what_is_copied_has_no_readings_in_it(page, site):
    page.goto(f"{site}/s/tsumugi/?lang=ja@easy")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    assert page.evaluate("String(getSelection())").replace("\n", "").startswith("権利をきずつける投稿を消す")
