"""発信者 on a case: asked, proved and answered in a real browser, at three widths and to axe."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults, page, sign_in  # noqa: F401 - page is a fixture
from tracker.law.grounds import Circumstance
from tracker.law.period import JST
from tracker.models import Service
from tracker.now import now

pytestmark = pytest.mark.browser
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"


def test_the_tab_of_the_senders_and_the_letter_to_one_have_no_faults(page, app, site):
    with app.extensions["database"].writing() as session:
        service = session.exec(select(Service)).one()
        notice = make.make_notice(session, service, now().isoformat(), **make.urgent(Circumstance.ELECTION))
    sign_in(page, site)
    tab = f"{site}/desk/cases/{notice.number}?tab=senders"
    page.goto(tab)
    page.evaluate(UNFOLD)
    assert faults(page) == []

    page.check("input[name=regime][value=election]")
    page.click("text=照会の文面を確かめる")
    assert "印のない要件があります" in page.inner_text(".errors")
    assert faults(page) == []
    for box in page.query_selector_all("input[name=elements][value^=election]"):
        box.check()
    page.click("text=照会の文面を確かめる")
    assert "発信者に見せないもの" in page.inner_text("main")
    assert faults(page) == []
    page.click("button.button--main")
    page.wait_for_url(f"{tab}*")

    page.evaluate(UNFOLD)
    page.fill("input[name=when] >> nth=0", f"{now().astimezone(JST):%Y-%m-%dT%H:%M:%S}")
    page.fill("textarea[name=how]", "発信者から、受け取ったと連絡があった")
    page.click("text=届いたことを記録する")
    assert "担当者が証拠を記録した" in page.inner_text("#senders")
    page.evaluate(UNFOLD)
    page.check("input[name=position][value=objects]")
    page.fill("textarea[name=text]", "見たままを書いた投稿です。")
    page.locator("form[action$='/answer'] input[name=when]").fill(f"{now().astimezone(JST):%Y-%m-%dT%H:%M:%S}")
    page.locator("form[action$='/answer'] .actions button").click()
    assert "見たままを書いた投稿です。" in page.inner_text("#senders")
    page.evaluate(UNFOLD)
    assert faults(page) == []
    page.goto(f"{site}/desk/cases/{notice.number}")
    assert "発信者は期間内に不同意" in page.inner_text("#hearing")
    page.goto(tab)
    page.evaluate(UNFOLD)
    page.fill("form[action*='/answers/'] textarea[name=why]", "別の発信者の回答だった")
    page.click("text=回答の記録を取り消す >> nth=-1")
    assert "取り消した回答" in page.inner_text("#senders")
    page.evaluate(UNFOLD)
    for box in page.query_selector_all("form[action$='/no-wait'] input[type=checkbox]"):
        box.check()
    page.click("text=確かめたことを記録する")
    page.evaluate(UNFOLD)
    assert faults(page) == []
    page.locator("form[action$='/no-wait/void'] button").click()
    assert "確認を取り消す理由を書いてください。" in page.inner_text(".errors")
    assert faults(page) == []
    page.goto(f"{site}/desk/cases/{notice.number}")
    assert faults(page) == []
    assert [p for p in page.problems if "422" not in p] == []
