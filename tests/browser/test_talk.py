"""A claimant on a 360 px phone without scripts: answers a 補正依頼 with a file, writes, and takes the notice back."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest

from tests import make
from tests.browser.test_pages import faults, page, sign_in  # noqa: F401 - page is a fixture
from tests.web.claimant import png
from tracker.casework import contact, corrections, folder, messages, receipts
from tracker.models import Service
from tracker.now import now

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(app, site) -> str:
    """The status page of a notice that staff asked something about."""
    with app.extensions["database"].writing() as session:
        service = session.exec(make.select(Service)).one()
        notice = make.make_notice(session, service, now().isoformat(), items=2)
        staff = make.make_staff(session)
        messages.receive(session, notice, "会社にも知られました。", at=now())
        corrections.ask(session, notice, "2件目のURLが開けません。画面の画像をください。", by=staff.id, at=now())
        return f"{site}/s/tsumugi/status/{notice.number}/{receipts.status_secret(session, notice)}"


def test_a_phone_without_scripts_answers_with_a_file_and_withdraws(chromium, asked):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(asked)
    assert "2件目のURLが開けません" in page.inner_text("main")
    page.click("text=答える >> nth=-1")

    page.fill("textarea[name=text]", "画像です。")
    bad = {"name": "メモ.txt", "mimeType": "text/plain", "buffer": b"memo"}
    page.set_input_files("input[name=evidence]", [{"name": "画面.png", "mimeType": "image/png", "buffer": png()}, bad])
    page.click("button.button--main")
    assert "メモ.txt" in page.inner_text(".errors")
    assert page.input_value("textarea[name=text]") == "画像です。"
    assert "画面.png" in page.inner_text("form")
    page.click("button.button--main")
    assert "答えを送りました" in page.inner_text("main")
    assert "添付: 画面.png" in page.inner_text("main")

    page.fill("textarea[name=text]", "よろしくお願いします。")
    page.click("text=送る >> nth=-1")
    assert "よろしくお願いします。" in page.inner_text("ol.talk")

    page.click("text=申出を取り下げる")
    page.click("button.button--danger")
    assert "印を付けてください" in page.inner_text(".errors")
    page.check("input[name=sure]")
    page.click("button.button--danger")
    assert "取り下げられました" in page.inner_text(".panel--key")
    context.close()


def test_the_quick_exit_leaves_no_page_behind_the_back_button_and_no_draft(page, app, site, asked):
    out = f"{site}/calculator/"
    app.extensions["settings"].exit_url = out
    page.goto(f"{site}/verify-nothing")  # where somebody was before, here an error page of this site
    page.goto(asked)
    page.evaluate("localStorage.setItem('kigen:draft:/s/tsumugi/', '{}')")
    page.click("text=証拠を加える")
    page.wait_for_url("**/evidence")
    page.click("a.exit")
    page.wait_for_url(out)
    assert page.evaluate("Object.keys(localStorage)") == []
    page.go_back(wait_until="commit")  # the status page itself is one step back: it leads out again
    page.wait_for_url(out)
    assert page.inner_text("h1") and "TH-" not in page.content()
    page.goto(asked)  # who comes on purpose stays
    page.wait_for_timeout(300)
    assert page.url == asked


def test_every_page_of_the_door_has_the_quick_exit(page, app, site, asked):
    app.extensions["settings"].exit_url = f"{site}/calculator/"
    receipt = asked.replace("/status/", "/receipt/")
    pages = [f"{site}/", f"{site}/s/tsumugi/", f"{site}/s/tsumugi/about", f"{site}/s/tsumugi/status", receipt]
    pages += [asked, *(f"{asked}/{name}" for name in ("evidence", "reconsideration", "withdrawal", "gone", "address"))]
    for one in [*pages, f"{asked[:-4]}xxxx"]:
        page.goto(one)
        assert page.is_visible("a.exit"), one


def test_every_page_behind_the_secret_has_no_faults(page, app, site, asked):
    with app.extensions["database"].writing() as session:
        notice = folder.find(session, asked.split("/")[-2])
        contact.ask_to_change(session, notice, "new@mail.example", at=now())
    page.goto(asked)
    question = page.get_attribute("a[href*='/requests/']", "href")
    for path in (asked, f"{site}{question}", *(f"{asked}/{p}" for p in ("evidence", "gone", "withdrawal", "address"))):
        page.goto(path)
        assert faults(page) == [], path
    for path in ("gone", "withdrawal", "evidence"):
        page.goto(f"{asked}/{path}")
        page.click("main form button[type=submit]:not([aria-hidden]) >> nth=0")
        assert faults(page) == [], path
    page.goto(f"{site}/s/tsumugi/status?sent=1")
    page.click("#lost summary")
    assert faults(page) == []
    sign_in(page, site)
    page.goto(f"{site}/desk/cases/{asked.split('/')[-2]}?tab=talk")
    assert faults(page) == []
    assert [p for p in page.problems if "422" not in p] == []
