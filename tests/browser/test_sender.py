"""A sender on a 360 px phone: opens the link by its button, answers by keyboard and without scripts, and appeals."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults, page  # noqa: F401 - page is a fixture
from tests.casework.test_reply import execute_all
from tests.web.claimant import png
from tracker.casework import evidence, journal, replies
from tracker.casework.evidence import FileIn
from tracker.casework.hearing import doors
from tracker.law.grounds import Standing
from tracker.models import Case, Clause, DoorPurpose, Sender, Service
from tracker.now import now

pytestmark = pytest.mark.browser
CHOICE = "input[name=position][value=%s]"


def ask(app, site, **changes) -> str:
    """The link of an inquiry about two posts, with a picture of the claimant."""
    with app.extensions["database"].writing() as session:
        service = session.exec(select(Service)).one()
        notice = make.make_notice(session, service, now().isoformat(), **changes)
        one = FileIn("画面.png", png(side=600))
        evidence.keep(session, "a" * 32, one, at=now(), looked=evidence.look_at(one, 10_000_000))
        case, kept = session.get_one(Case, notice.case_id), evidence.kept(session, "a" * 32)
        evidence.attach(session, case, kept, actor=journal.CLAIMANT, at=now())
        row = make.ask_sender(session, notice, make.make_staff(session), now().isoformat())
        path = doors.link(session, row.sender_id, DoorPurpose.INQUIRY).partition("/sender/")[2]
        return f"{site}/sender/{path}"


@pytest.fixture
def asked(app, site) -> str:
    """An inquiry in which the claimant released everything."""
    return ask(app, site, tell=["name", "contact", "evidence"])


@pytest.fixture
def told(app, site) -> str:
    """The link of a notice of two removals."""
    with app.extensions["database"].writing() as session:
        service, staff, at = session.exec(select(Service)).one(), make.make_staff(session), now().isoformat()
        notice = make.make_notice(session, service, at, items=2)
        make.decide(session, notice, make.remove(session.exec(select(Clause)).first()), staff, at)
        execute_all(session, notice, staff, at)
        [draft] = replies.sender_drafts(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=now())
        sender = session.exec(select(Sender.id).where(Sender.case_id == notice.case_id)).one()
        return f"{site}/sender/" + doors.link(session, sender, DoorPurpose.NOTICE).partition("/sender/")[2]


def test_a_phone_without_scripts_opens_answers_and_reads_the_answer_back(chromium, asked):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(asked)
    assert "虚偽の書き込み" not in page.content()
    page.click("button:has-text('開く')")
    assert "申し立てられた投稿" in page.inner_text("main")

    page.check(CHOICE % "objects")
    bad = {"name": "メモ.txt", "mimeType": "text/plain", "buffer": b"memo"}
    page.set_input_files("input[name=evidence]", [{"name": "控え.png", "mimeType": "image/png", "buffer": png()}, bad])
    page.fill("textarea[name=text]", "事実を書いたものです。")
    page.click("button.button--main")
    assert "メモ.txt" in page.inner_text(".errors") and page.is_checked(CHOICE % "objects")
    assert page.input_value("textarea[name=text]") == "事実を書いたものです。"
    page.click("button.button--main")
    said = page.inner_text("section:has(> #h-said)")
    assert "同意しない" in said and "事実を書いたものです。" in said and "添付: 控え.png" in said
    assert "回答を受け取りました" in page.inner_text("#done")
    context.close()


def test_the_answer_is_given_by_keyboard_alone(page, asked):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(asked)
    page.focus("button.button--main")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer")
    page.focus("input[name=items] >> nth=0")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # not about the second post
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.is_checked(CHOICE % "objects")
    page.keyboard.press("Tab")  # past the tick of who agrees
    page.keyboard.press("Tab")
    page.keyboard.type("事実です。")
    for _field in ("files", "button"):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "回答を送る"
    page.keyboard.press("Enter")
    page.wait_for_selector("#h-said")
    assert "1件目" in page.inner_text("section:has(> #h-said)") and "2件目" not in page.inner_text(
        "section:has(> #h-said)"
    )
    assert page.problems == []


def test_no_page_of_the_inquiry_has_faults(page, asked):
    page.goto(asked)
    assert faults(page) == []
    page.click("button.button--main")
    page.wait_for_selector("#answer")
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 900})
    page.click(".released summary")
    page.wait_for_function("document.querySelector('.released img').naturalWidth > 0")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.click("button.button--main")
    page.wait_for_selector(".errors")
    assert faults(page) == []
    page.check(CHOICE % "agrees")
    page.click("button.button--main")
    page.wait_for_selector("#sure-error")
    assert faults(page) == []
    page.check("input[name=sure]")
    page.click("button.button--main")
    page.wait_for_selector("#h-said")
    assert faults(page) == []
    page.goto(f"{asked}x")
    assert faults(page) == []
    assert [p for p in page.problems if "422" not in p and "404" not in p] == []


@pytest.mark.parametrize("changes", [{"reason_withheld": True}, {"standing": Standing.THIRD_PARTY}])
def test_an_inquiry_without_a_deadline_has_no_faults(page, app, site, changes):
    page.goto(ask(app, site, **changes))
    page.click("button.button--main")
    page.wait_for_selector("#answer")
    assert "期限はありません" in page.inner_text(".panel--key") and faults(page) == []


def test_no_page_of_the_notice_has_faults(page, told):
    page.goto(told)
    assert faults(page) == []
    page.click("button.button--main")
    page.wait_for_selector("#appeal")
    assert faults(page) == []
    page.click("button.button--main")
    page.wait_for_selector(".errors")
    assert faults(page) == []
    page.check("input[name=measures] >> nth=0")
    page.fill("textarea[name=text]", "公益のための意見です。")
    page.click("button.button--main")
    page.wait_for_selector("#h-appeals")
    assert faults(page) == []
    page.click("a[href*='/withdraw']")
    assert faults(page) == []
    page.click("button.button--danger")
    page.wait_for_selector(".errors")
    assert faults(page) == []
    page.check("input[name=sure]")
    page.click("button.button--danger")
    page.wait_for_selector("#h-appeals")
    assert "取り下げました" in page.inner_text("section:has(> #h-appeals)")
    assert [p for p in page.problems if "422" not in p] == []
