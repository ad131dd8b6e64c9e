"""A lawyer at her desk: 120 addresses pasted with the authority document, then a spreadsheet of 300 rows, seven bad."""

import pytest

from tests.browser.door.conftest import visitor
from tests.browser.test_pages import send
from tests.web.claimant import PDF
from tests.web.test_intake_more import rows

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 900}}
BAD = (5, 17, 60, 99, 150, 200, 299)
PASTED = "\n".join(f"https://tsumugi.example/archives/{n}.html" for n in range(50210, 50330))


def begin(page, house) -> None:
    """Who files, for whom, and why."""
    page.goto(house.form)
    page.check("input[name=standing][value=lawyer]")
    page.click("#authority-part summary")
    page.set_input_files("#authority", [{"name": "委任状.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    page.wait_for_selector("text=受け取った書類(1個)")
    page.check("input[name=rights][value=copyright]")
    page.fill("#reason", "依頼者が撮影した写真を、許諾なく複製し公衆送信しています。引用の要件を満たしません。")
    page.fill("#name", "弁護士 小野寺 誠")
    page.fill("#email", "onodera@law.example")
    page.fill("#phone", "03-0000-0002")
    page.check("input[name=tell][value=name]")
    page.check("#confirm")
    page.click("#many-part summary")


def test_a_lawyer_pastes_a_hundred_and_twenty_addresses_and_takes_them_back_later(chromium, house, album):
    with visitor(chromium, **DESK) as page:
        begin(page, house)
        page.fill("#many", PASTED)
        page.click("button[value=list]")
        page.wait_for_selector("text=120件を読み取りました")
        assert page.input_value("#name") == "弁護士 小野寺 誠" and "受け取った書類(1個)" in page.inner_text("main")
        album.take(page, "pasted")
        send(page)
        page.wait_for_url("**/receipt/**")
        assert "120件の投稿" in page.inner_text("main") and "PDF1点" in page.inner_text("main")
        album.take(page, "receipt")

        page.click("a[href*='/status/TH-']")
        page.wait_for_url("**/status/TH-*/**")
        assert "これから調べます" in page.inner_text("main") and page.locator("ol.manylist li").count() == 120
        album.take(page, "status")
        page.click("text=申出を取り下げる")
        page.fill("textarea[name=text]", "投稿した人と話がつきました。")
        page.check("input[name=sure]")
        album.take(page, "withdrawal")
        page.click("button.button--danger")
        assert "取り下げられました" in page.inner_text(".panel--key")
        assert "受け付けた記録は残っています" in page.inner_text(".panel--key")
        album.take(page, "withdrawn")
        assert page.problems == []


def test_a_spreadsheet_with_seven_bad_rows_files_the_good_ones_when_she_says_so(chromium, house, album):
    table = {"name": "一覧.csv", "mimeType": "text/csv", "buffer": rows(293, BAD).encode("cp932")}
    with visitor(chromium, **DESK) as page:
        begin(page, house)
        page.set_input_files("#list", [table])
        page.wait_for_selector("text=読み取れない行: 7行")
        shown = page.inner_text("#many-part")
        assert all(f"{n}行目" in shown for n in BAD) and "投稿293件を申し出ます" in shown
        album.take(page, "bad-rows")
        before = house.notices()
        send(page)
        assert "5、17、60、99、150、200、299行目が読み取れません" in page.inner_text("#errors")
        assert house.notices() == before
        album.take(page, "nothing-filed-yet")
        page.check("input[name=skip]")
        send(page)
        page.wait_for_url("**/receipt/**")
        assert "293件の投稿" in page.inner_text("main")
        page.click("a[href*='/status/TH-']")
        page.wait_for_url("**/status/TH-*/**")
        assert page.locator("ol.manylist li").count() == 293
        assert "https://tsumugi.example/p/293" in page.inner_html("main")
