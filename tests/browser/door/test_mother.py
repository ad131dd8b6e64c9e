"""A mother files for her child on her phone: a photo that tells where it was taken, a poster who must not know her."""

import pytest
from sqlmodel import select

from tests import pictures
from tests.browser.door.conftest import visitor
from tests.browser.test_pages import send
from tracker.casework import evidence
from tracker.models import Evidence

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
WHY = "中学生の娘の着替えの写真が、同級生と思われる人に載せられました。娘は学校に行けません。"


def photo(name: str) -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": pictures.jpeg(size=(640, 480))}


def test_a_mother_files_for_her_child_and_stays_unknown_to_the_poster(chromium, house, album):
    with visitor(chromium, **PHONE) as page:
        page.goto(house.url)
        album.take(page, "front")
        page.click("main a[href='/s/tsumugi/']")
        album.take(page, "form")

        page.check("input[name=standing][value=guardian]")
        assert page.is_visible("text=立場を示す書類(委任状など)")
        page.check("input[name=rights][value=privacy]")
        page.check("input[name=rights][value=portrait]")
        page.fill("#url-1", "https://tsumugi.example/@kurasu/7301")
        page.fill("#quote-1", "0:12から娘の顔と着替え")
        page.fill("#reason", WHY)
        page.set_input_files("#evidence", [photo("IMG_2041.jpg")])
        page.wait_for_selector("text=受け取った添付(1個)")
        assert page.inner_text("#heard") == "受け取った添付(1個)"  # said to a screen reader, too
        page.check("input[name=circumstances][value=intimate]")
        page.check("input[name=circumstances][value=child]")
        page.click("summary:has-text('性的な画像や動画が含まれる')")
        page.select_option("#answer-intimate_consent", "never")
        page.fill("#name", "佐々木 由美子")
        page.fill("#email", "yumiko.sasaki@mail.example")
        album.take(page, "filled")

        page.click("#prev")
        page.locator("#told").scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('#told').textContent.includes('着替えの写真')")
        told = page.inner_text("#told")
        assert "0:12から娘の顔と着替え" in told and "プライバシー" in told and "一度も同意していない" in told
        assert "佐々木" not in told and "mail.example" not in told and "IMG_2041" not in told
        album.take(page, "what-the-poster-gets")

        page.check("#confirm")
        send(page)
        page.wait_for_url("**/receipt/**")
        notice = house.notice(page.url)
        assert "1件の投稿" in page.inner_text("main") and "画像1点" in page.inner_text("main")
        album.take(page, "receipt")
        _no_place_in_the_copy(house, notice)

        page.click("a[href*='/status/TH-']")
        album.take(page, "status")
        page.click("main form[action*='/letters/'] button")
        assert "/letters/" in page.url and notice.number in page.inner_text("main")
        album.take(page, "letter")
        page.click("text=状況のページに戻る")
        assert "開封済み" in page.inner_text("main")

        house.ask(notice, "娘さんだとわかる部分が、動画の何秒にあるかを教えてください。")
        page.reload()
        album.take(page, "asked")
        page.click("main a:has-text('答える')")
        page.fill("textarea[name=text]", "0:12と0:31です。")
        album.take(page, "answer")
        page.click("button.button--main")
        assert "答えを送りました" in page.inner_text("main") and "0:12と0:31です。" in page.inner_text("ol.talk")
        page.click("text=証拠を加える")
        page.set_input_files("#evidence", [photo("IMG_2042.jpg")])
        page.click("button.button--main")
        assert "証拠を受け取りました" in page.inner_text("main")
        line = page.inner_text("section:has(#h-line)")
        order = ["受け付けました", "お尋ねしました", "あなたが答えました", "証拠を加えました", "いま: これから調べます"]
        assert [line.find(words) for words in order] == sorted(line.find(words) for words in order)
        album.take(page, "after")
        assert page.problems == []


def _no_place_in_the_copy(house, notice) -> None:
    """What staff see says nothing of the place; the original, which is evidence, stays as it was sent."""
    with house.app.extensions["database"].reading() as session:
        kept = session.exec(select(Evidence).where(Evidence.case_id == notice.case_id)).one()
        assert pictures.PLACE in evidence.read(session, kept)
        copy = evidence.read_copy(session, kept)
    assert pictures.PLACE not in copy and pictures.MAKER not in copy
