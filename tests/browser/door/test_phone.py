"""A phone of 360 px without JavaScript: no draft is promised, nothing typed is lost, everything is done by buttons."""

import pytest

from tests.browser.door.conftest import visitor
from tests.browser.test_pages import send
from tests.web.claimant import png

pytestmark = pytest.mark.browser

SMALL = {"java_script_enabled": False, "viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


def wide(page) -> bool:
    """Whether the page can be pushed sideways: without scripts, a picture of all of it tells."""
    size = page.locator("html").bounding_box()
    boxes = [one.bounding_box() for one in page.locator("main, header, footer, h1, form").all()]
    return any(box and box["x"] + box["width"] > size["x"] + 360.5 for box in boxes)


def test_a_phone_without_scripts_files_looks_and_writes(chromium, house, album):
    with visitor(chromium, **SMALL) as page:
        page.goto(house.form)
        assert not page.is_visible("#draft") and not wide(page)
        album.take(page, "form")
        page.tap("label.card:has(input[value=person])")
        page.tap("label.card:has(input[name=rights][value=honor])")
        page.fill("#url-1", "tsumugi のトップページ")
        page.fill("#quote-1", "金を盗んでクビになった人")
        page.fill("#reason", "円満に退職しました。")
        page.set_input_files("#evidence", [{"name": "画面.png", "mimeType": "image/png", "buffer": png()}])
        page.fill("#name", "髙橋 美咲")
        page.fill("#email", "misaki＠mail")
        before = house.notices()
        send(page)
        assert page.inner_text("#errors li >> nth=0") != "" and page.locator("#errors li").count() == 2
        assert house.notices() == before and not wide(page)
        assert page.is_checked("input[value=person]") and page.input_value("#quote-1") == "金を盗んでクビになった人"
        assert page.input_value("#name") == "髙橋 美咲" and "受け取った添付(1個)" in page.inner_text("main")
        album.take(page, "errors")

        page.tap("#errors a >> nth=0")
        page.fill("#url-1", "https://tsumugi.example/p/81f02c")
        page.fill("#email", "misaki@mail.example")
        page.tap("label.card:has(#confirm)")
        page.tap("button.button--main[value=send]")
        page.wait_for_url("**/receipt/**")
        assert house.notices() == before + 1 and "画像1点" in page.inner_text("main") and not wide(page)
        album.take(page, "receipt")
        page.tap("a[href*='/status/TH-']")
        page.fill("textarea[name=text]", "会社にも知られました。")
        page.tap("main form[action$='/messages'] button")
        assert "会社にも知られました。" in page.inner_text("ol.talk") and not wide(page)
        album.take(page, "status")
