"""The calculator in a real browser: on a phone without scripts, by keyboard, on paper, at 200 %, and to axe."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import re

import pytest

from tests.browser.test_pages import faults, page  # noqa: F401 - page is a fixture
from tests.browser.test_public import pages_of, sideways
from tracker.law.clocks import CLOCKS, Given

pytestmark = pytest.mark.browser

ASKED = {
    "the list": "",
    "a question": "reply",
    "a question in words": "reply?write=1",
    "a sheet": "?clock=reply&at=2026-04-28T09:14",
    "a day": "?clock=reply&at=2026-04-28",
    "a filing": "?clock=registration&day=2025-05-30",
    "a year": "?clock=publication&year=2025",
    "the way back": "?clock=criteria_notice&by=2026-12-01",
    "the way back of an inquiry": "?clock=sender_inquiry&by=2026-05-06",
    "what is wrong": "?clock=reply&at=4月31日",
    "two wrongs": "?clock=criteria_notice&at=x&by=x",
    "a time alone": "?clock=reply&day=&time=09:14",
    "no way back": "?clock=reply&by=2026-12-01",
    "an unknown calendar": "?clock=reply&at=2026-04-28T09:14&calendar=0123456789ab",
    "an unknown clock": "never",
    "before the act": "?clock=reply&at=2019-04-28",
}
ANSWERS = {Given.MOMENT: "at=2026-08-28T09:14", Given.DAY: "day=2026-05-30", Given.YEAR: "year=2027"}


def test_every_state_of_the_calculator_has_no_faults(page, site):
    for name, path in ASKED.items():
        page.goto(f"{site}/calculator/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert faults(page) == [], name
    assert [p for p in page.problems if "422" not in p and "404" not in p] == []


def test_every_sheet_has_no_faults_and_never_scrolls_sideways(page, site):
    for rule in (rule for rule in CLOCKS if rule.public):
        page.goto(f"{site}/calculator/?clock={rule.name}&{ANSWERS[rule.given]}")
        assert faults(page, [360, 1280]) == [], rule.name


@pytest.mark.parametrize("language", ["ja-JP", "en-GB"])
def test_nothing_scrolls_sideways_at_two_hundred_percent_or_on_a_small_phone(chromium, site, language):
    for viewport in ({"width": 640, "height": 480}, {"width": 320, "height": 640}):
        context = chromium.new_context(locale=language, viewport=viewport, device_scale_factor=2)
        page = context.new_page()
        for name, path in ASKED.items():
            page.goto(f"{site}/calculator/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert not sideways(page), (name, viewport)
        context.close()


def test_on_a_phone_without_scripts_one_chooses_types_reads_and_prints(chromium, site):
    context = chromium.new_context(
        java_script_enabled=False, locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(site)
    page.click("footer a:has-text('期限の計算')")
    page.click(".asks__name:has-text('申出者への通知')")
    page.fill("input[name=day]", "2026-04-28")
    page.fill("input[name=time]", "09:14")
    page.click("button:has-text('計算する')")
    page.wait_for_url("**/calculator/?clock=reply&day=*")
    assert page.inner_text("#h-answer").startswith("2026年5月5日(火・祝)")
    assert page.locator("#h-answer").bounding_box()["y"] < 740  # the answer is on the first screen
    assert page.input_value("input[name=day]") == "2026-04-28" and page.input_value("input[name=time]") == "09:14"

    page.click(".asks__links a:has-text('基準を使えるようになるまで')")
    page.fill("input[name=by]", "2026-12-01")
    page.click("button:has-text('逆算する')")
    assert page.inner_text("#h-by").startswith("2026年11月16日(月)")
    assert page.input_value("input[name=by]") == "2026-12-01"
    assert context.cookies() == []
    context.close()


def test_what_the_picker_cannot_hold_is_written_and_comes_back(chromium, site):
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/calculator/reply")
    page.click("a:has-text('文字で書く')")
    page.fill("input[name=at]", "令和8年4月31日")
    page.click("button:has-text('計算する')")
    assert "暦にない日です" in page.inner_text(".field__error")
    assert page.input_value("input[name=at]") == "令和8年4月31日"
    page.fill("input[name=at]", "令和8年4月30日 9時")
    page.click("button:has-text('計算する')")
    assert page.inner_text("#h-answer").startswith("2026年5月7日(木)")
    context.close()


def test_the_calculator_is_worked_by_keyboard(page, site):
    page.goto(f"{site}/calculator/registration?write=1")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "day":
            break
    page.keyboard.type("2025-05-30")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calculator/?clock=registration&day=2025-05-30")
    assert page.inner_text("#h-answer").startswith("2025年9月1日(月)")

    page.goto(f"{site}/calculator/?clock=registration&day=x")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "day"


def test_a_sheet_is_printed_on_two_pages_of_a4_with_its_address_and_nothing_to_press(page, site):
    for path in (ASKED["a sheet"], ASKED["a filing"], ASKED["the way back"], ASKED["a year"]):
        page.goto(f"{site}/calculator/{path}")
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        assert pages_of(page.pdf(prefer_css_page_size=True)) <= 2, path
        words = re.sub(r"\s+", "", page.inner_text("body"))
        assert f"{site}/calculator/{path}" in words and "法律の助言ではありません" in words
        assert not page.is_visible("form") and not page.is_visible(".asks__more")
