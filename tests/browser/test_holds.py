"""Hold orders in a real browser: chosen, read and sent at the desk; answered by the custodian, also without scripts."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults, page, sign_in  # noqa: F401 - page is a fixture
from tracker.models import HoldOrder, Service

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def custodian(app, site):
    """A custodian of the served service."""
    with app.extensions["database"].writing() as session:
        return make.make_custodian(session, session.exec(select(Service)).one())


def the_link(app) -> str:
    """The path of the custodian's page."""
    from tracker.casework import order_letter

    with app.extensions["database"].reading() as session:
        return "/orders/" + order_letter.link(session, session.exec(select(HoldOrder)).one()).split("/orders/")[1]


def place(page, site) -> None:
    """Choose the first hold and send the order."""
    page.goto(f"{site}/desk/holds")
    page.check("input[name=hold] >> nth=0")
    page.click("button[value=look]")
    page.check("input[name=custodian] >> nth=0")
    page.click("button[value=send]")


def test_the_rooms_of_holds_have_no_faults(app, page, site, custodian):
    sign_in(page, site)
    page.goto(f"{site}/desk/holds")
    assert faults(page) == []
    page.click("button[value=look]")  # nothing chosen: 422
    assert "選んでください" in page.inner_text("main") and faults(page) == []
    page.check("input[name=hold] >> nth=0")
    page.click("button[value=look]")
    assert "御中" in page.inner_text(".letter") and faults(page) == []
    page.check("input[name=custodian] >> nth=0")
    page.click("button[value=send]")
    assert "保存の依頼" in page.inner_text("h1") and faults(page) == []
    page.click("summary >> text=依頼を取り消す")
    page.click("button.button--danger")  # no reason: 422
    assert faults(page) == []
    page.goto(f"{site}/desk/holds/custodians")
    assert faults(page) == []
    page.goto(site + the_link(app))
    assert faults(page) == []


def test_a_custodian_answers_by_keyboard_and_without_scripts(app, chromium, page, site, custodian):
    sign_in(page, site)
    place(page, site)
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    theirs = context.new_page()
    theirs.goto(site + the_link(app))
    theirs.focus("input[name=missing]")
    theirs.keyboard.press("Space")
    theirs.focus("input[name=by]")
    theirs.keyboard.type("基盤部 佐伯")
    theirs.keyboard.press("Enter")
    theirs.wait_for_selector(".banner--good")
    assert "回答を受け取りました" in theirs.inner_text("main") and "記録がない" in theirs.inner_text("table")
    context.close()
    page.reload()
    assert "回答があった" in page.inner_text("main") and "基盤部 佐伯" in page.inner_text("main")
