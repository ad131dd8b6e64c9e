"""Hold orders in a real browser: chosen, read and sent at the desk; answered by the custodian, also without scripts."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import re

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults, page, sign_in  # noqa: F401 - page is a fixture
from tracker.models import HoldOrder, Service

pytestmark = pytest.mark.browser


@pytest.fixture
def custodian(app, site):
    """A custodian of the served service."""
    with app.extensions["database"].writing() as session:
        return make.make_custodian(session, session.exec(select(Service)).one())


def the_link(app) -> str:
    """The path of the custodian's page."""
    from tracker.casework.orders import letter as order_letter

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
    theirs.select_option("select[name^=answer-]", "not_held")
    theirs.focus("input[name=by]")
    theirs.keyboard.type("基盤部 佐伯")
    theirs.keyboard.press("Enter")
    theirs.wait_for_selector(".banner--good")
    assert "回答を受け取りました" in theirs.inner_text("main") and "記録がない" in theirs.inner_text("table")
    context.close()
    page.reload()
    assert "回答があった" in page.inner_text("main") and "基盤部 佐伯" in page.inner_text("main")


def test_a_hold_is_placed_and_looked_at_again_on_the_case_page(app, chromium, page, site):
    sign_in(page, site)
    page.goto(f"{site}/desk/holds")
    page.click("th[scope=row] a >> nth=0")
    assert "見直す日" in page.inner_text("#holds .legend") and faults(page) == []
    page.focus("#keep summary")
    page.keyboard.press("Enter")
    page.click("#keep button")  # nothing typed: 422
    assert "保存の根拠を選んでください" in page.inner_text(".errors") and faults(page) == []
    page.check("#keep input[value=emergency]")
    page.fill("#f-keep_reason", "弁護士から連絡があったため。")
    page.check("#keep input[name=item] >> nth=0")
    day = page.inner_text("#f-review_on-hint")
    year, month, date = re.search(r"(\d+)年(\d+)月(\d+)日", day).groups()
    page.fill("#f-review_on", f"{year}-{int(month):02d}-{int(date):02d}")
    page.click("#keep button")
    page.wait_for_selector(".strength--soft")
    page.focus(".heldtable__act summary:has-text('この保存を見直す')")
    page.keyboard.press("Enter")
    assert faults(page) == []
    page.check("input[type=radio][value=release]")
    page.fill(".heldtable__act textarea[name=why] >> visible=true", "請求の見込みがなくなったため。")
    page.click("button >> text=見直しを記録する")
    page.wait_for_selector("text=に解いた")
