"""The rooms of the yearly publication and of the ledger in a real browser: to axe, by keyboard, at three widths."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults, page, sign_in  # noqa: F401 - page is a fixture
from tracker.models import LedgerImport
from tracker.now import now
from tracker.report.ledger import carry

pytestmark = pytest.mark.browser
HEAD = "id,day,kind,route,reason,ai,japan,told_on,exemption,count\r\n"


def test_the_rooms_of_a_year_have_no_faults(page, site):
    sign_in(page, site)
    page.click("nav a >> text=年次公表")
    assert faults(page) == []
    page.click("table a >> nth=0")
    assert "公表までにすること" in page.inner_text("main") and faults(page) == []
    here = page.url
    page.click("table a >> text='1'")  # the filing that was received
    page.click("td a >> nth=0")
    assert "TH-" in page.inner_text("#cases") and faults(page) == []
    page.goto(f"{here}/assessment")
    page.fill("#f-result-2", "only English")
    page.click("button.button--main")  # not in Japanese: 422
    assert "日本語で書いてください" in page.inner_text(".errors") and faults(page) == []


def test_a_text_is_written_by_keyboard_and_kept(page, site):
    sign_in(page, site)
    page.goto(f"{site}/desk/report/tsumugi/2025/18-5-20")
    page.focus("#f-w-number")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("毎年訓練しています。連絡先は090-1234-5678です。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".banner--good")
    assert "電話番号のような数字" in page.inner_text("main") and faults(page) == []


def test_a_file_comes_into_the_ledger_and_its_codes_are_mapped(app, page, site):
    sign_in(page, site)
    page.goto(f"{site}/desk/ledger/tsumugi")
    page.click("button.button--main")  # nothing chosen: 422
    assert "2か所を直すと" in page.inner_text(".errors") and faults(page) == []
    page.select_option("#f-family", "measures")
    rows = f"{HEAD}m1,2025-09-01,DEL,AUTO,A-1,yes,yes,2025-09-02,,\r\nm2,2025-13-01,DEL,AUTO,A-1,yes,yes,,,\r\n"
    page.set_input_files("#f-file", [{"name": "9月.csv", "mimeType": "text/csv", "buffer": rows.encode()}])
    page.click("button.button--main")
    page.wait_for_selector("#imports progress")
    assert faults(page) == []
    database = app.extensions["database"]
    with database.reading() as session:
        row = session.exec(select(LedgerImport)).one().id
    carry.carry(database, row, now)
    page.wait_for_selector("#imports .tag--warn")  # the page looks by itself
    page.click("#imports th a")
    assert "日付は" in page.inner_text("main") and faults(page) == []
    page.goto(f"{site}/desk/ledger/tsumugi/codes")
    page.select_option("select >> nth=0", "remove")
    page.fill("input[name^=name-]", "わいせつな投稿")
    page.click("button.button--main")
    page.wait_for_selector(".banner--good")
    assert "わいせつな投稿" in page.inner_text("#draft") and faults(page) == []


def test_a_token_is_made_and_shown(app, page, site):
    from tests.web.desk import PASSWORD, make_member
    from tracker.models import Role

    with app.extensions["database"].writing() as session:
        make_member(app, session, f"manager{next(make.numbers)}@tsumugi.example", Role.MANAGER)
        email = f"manager{next(make.numbers)}@tsumugi.example"
        make_member(app, session, email, Role.MANAGER)
    page.goto(f"{site}/desk/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.button--main")
    page.wait_for_url("**/desk/")
    page.goto(f"{site}/desk/ledger/tsumugi/tokens")
    page.fill("#f-name", "投稿監視システム")
    page.click("button.button--main")
    page.wait_for_selector("#f-secret")
    assert page.input_value("#f-secret").startswith("kgl_") and faults(page) == []
