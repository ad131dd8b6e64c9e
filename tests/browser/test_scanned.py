"""The QR code of a receipt on paper: a phone opens its address and is told at once; without scripts it is pasted."""

import pytest

from tests import make
from tracker.casework import carried, signed
from tracker.models import Notice

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app, site) -> str:
    """What the code on paper says."""
    with app.extensions["database"].reading() as session:
        notice = session.exec(make.select(Notice)).first()
        return f"{site}/receipts/verify#{carried.in_digits(signed.file_of(signed.newest(session, notice)))}"


def test_a_phone_that_scans_the_paper_is_told_that_it_is_genuine(chromium, site, address):
    context = chromium.new_context(locale="ja-JP", viewport={"width": 360, "height": 740})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("text=本物です")
    assert "#" not in page.url and not [url for url in asked if len(url) > 200]
    page.go_back()  # leads away, not round to the same check
    assert page.url == "about:blank"
    context.close()


def test_without_scripts_the_address_is_pasted(chromium, address):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address)
    page.fill("#receipt", page.url)
    page.click("button.button--main")
    assert "本物です" in page.inner_text("main")
    context.close()
