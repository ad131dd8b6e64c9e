"""The pages of the story in a real browser: with and without scripts, by keyboard, at three widths, and to axe."""

import json
from pathlib import Path

import pytest

from tests.web.claimant import png
from tests.web.desk import PASSWORD

VENDOR = Path(__file__).parents[1] / "vendor"
AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
JAPANESE = json.loads((VENDOR / "axe-ja.json").read_text(encoding="utf-8"))
WIDTHS = [360, 768, 1280]
RUN = "([locale, rules]) => { axe.configure({locale}); return axe.run({rules, resultTypes: ['violations']}) }"
TOO = {"target-size": {"enabled": True}}  # WCAG 2.2 (2.5.8), which axe asks for only when told to

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium):
    """A fresh page; axe has to be let in past our content security policy."""
    context = chromium.new_context(bypass_csp=True, locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


def faults(page, widths=WIDTHS) -> list[str]:
    """What axe finds, in Japanese, at the narrowest and widest, and whether the page scrolls sideways at each width.

    `make screens` asks axe at every width, of every page.
    """
    found = []
    page.wait_for_load_state()  # a click returns when the answer begins, before there is a page to look at
    page.evaluate(AXE)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if width in (min(widths), max(widths)):
            result = page.evaluate(RUN, [JAPANESE, TOO])
            found += [f"{width}: {v['help']} {v['nodes'][0]['target']}" for v in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width}: the page scrolls sideways")
    return found


def fill(page, site: str) -> None:
    """Fill in the form as a victim would."""
    page.goto(f"{site}/s/tsumugi/")
    page.check("input[name=standing][value=person]")
    page.check("input[name=rights][value=honor]")
    page.fill("input[name=url] >> nth=0", "https://tsumugi.example/p/81f02c")
    page.fill("textarea[name=quote] >> nth=0", "前の職場で金を盗んでクビになった人")
    page.fill("textarea[name=reason]", "円満に退職しました。金銭の問題は一切ありません。")
    page.set_input_files("input[name=evidence]", [{"name": "画面.png", "mimeType": "image/png", "buffer": png()}])
    page.fill("input[name=name]", "髙橋 美咲")
    page.fill("input[name=email]", "misaki@mail.example")
    page.check("input[name=confirm]")


def send(page) -> None:
    """Press the main button of the form, and wait for what comes back."""
    page.click("button.button--main[type=submit]")
    page.wait_for_selector("[aria-busy]", state="detached")


def sign_in(page, site: str) -> None:
    """Sign in at the desk."""
    page.goto(f"{site}/desk/sign-in")
    page.fill("input[name=email]", "onodera@tsumugi.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.button--main")
    page.wait_for_url("**/desk/")


def test_the_form_its_errors_and_the_receipt_have_no_faults(page, site):
    page.goto(f"{site}/s/tsumugi/")
    assert faults(page) == []

    send(page)
    assert "直すと送れます" in page.inner_text(".errors")
    assert faults(page) == []

    fill(page, site)
    send(page)
    assert "/receipt/TH-" in page.url
    assert faults(page) == []
    assert [p for p in page.problems if "422" not in p] == []


def test_the_status_page_and_the_lookup_have_no_faults(page, site):
    page.goto(f"{site}/s/tsumugi/status")
    assert faults(page) == []

    fill(page, site)
    send(page)
    page.click("a[href*='/status/TH-']")
    assert faults(page) == []


def test_the_desk_has_no_faults(page, site):
    page.goto(f"{site}/desk/sign-in")
    assert faults(page) == []

    sign_in(page, site)
    assert faults(page) == []

    for tab in ("decide", "letters", "holds", "evidence", "origin", "procedure", "history"):
        page.goto(f"{site}/desk/cases/TH-" + page_number(page) + f"?tab={tab}")
        assert faults(page) == [], tab
    page.goto(f"{site}/desk/criteria")
    assert faults(page) == []
    assert page.problems == []


def page_number(page) -> str:
    """The number of the filing that the site began with."""
    from tracker.law.period import JST
    from tracker.now import now

    return f"{now().astimezone(JST).year}-000001"


def test_a_filing_goes_through_without_scripts(chromium, site):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    fill(page, site)
    page.click("button[value=add]")
    page.fill("input[name=url] >> nth=1", "https://tsumugi.example/p/81f0b7")
    assert page.input_value("textarea[name=reason]").startswith("円満に退職しました")
    send(page)

    assert "申出を受け付けました" in page.inner_text("h1")
    assert "2件の投稿" in page.inner_text("main")
    context.close()


def test_a_filing_can_be_sent_by_keyboard_alone(page, site):
    fill(page, site)
    page.focus("input[name=confirm]")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button.button--main')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/**")


def test_nothing_is_cut_off_at_two_hundred_percent(page, site):
    page.set_viewport_size({"width": 640, "height": 480})  # 1280 px at 200 %
    for path in ("/s/tsumugi/", "/s/tsumugi/status", "/desk/sign-in"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
