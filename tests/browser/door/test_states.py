"""Every state of the public door that no other test meets: axe, 200 %, and the text spacing of WCAG 1.4.12."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tests.browser.door.conftest import visitor
from tests.browser.test_pages import faults, fill, send
from tracker.casework import decisions, delivery, endings, journal, receipts, replies
from tracker.law.grounds import DeferralGround, Standing
from tracker.letters.transport import Answer
from tracker.models import Service
from tracker.now import now

pytestmark = pytest.mark.browser

ENDS = [360, 1280]
UNFOLD = "document.querySelectorAll('main details').forEach(d => { d.open = true })"
# WCAG 1.4.12, as its note says: nothing may be cut off or lie on top of another.
SPACED = """() => {
  const style = document.createElement('style');
  style.textContent = `p { margin-bottom: 2em !important }
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }`;
  document.head.append(style);
  const lost = [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
    const s = getComputedStyle(e), cut = o => o === 'hidden' || o === 'clip';
    if (!e.checkVisibility() || e.closest('textarea, select, .hidden-text') || !e.textContent.trim()) return false;
    return cut(s.overflowX) && e.scrollWidth > e.clientWidth + 1
      || cut(s.overflowY) && e.scrollHeight > e.clientHeight + 1;
  }).map(e => e.outerHTML.slice(0, 120));
  if (document.documentElement.scrollWidth > innerWidth) lost.push('the page scrolls sideways');
  style.remove();
  return lost;
}"""


@pytest.fixture(scope="module")
def states(house) -> dict[str, str]:
    """The status pages of notices in every state."""

    def status(notice) -> str:
        return f"{house.url}/s/tsumugi/status/{notice.number}/{receipts.status_secret(session, notice)}"

    def tell(draft, notice) -> None:
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=now())
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=now())

    with house.writing() as session:
        service = session.exec(select(Service)).one()
        staff = make.make_staff(session)
        new, interim, done, withdrawn = (make.make_notice(session, service, now().isoformat()) for _n in range(4))
        late = make.make_notice(session, service, (now() - timedelta(days=20)).isoformat())
        third = make.make_notice(session, service, now().isoformat(), standing=Standing.THIRD_PARTY)
        ids = [item.id for item in decisions.items_of(session, interim)]
        tell(replies.interim_draft(session, interim, ids, DeferralGround.SENDER_OPINION, ""), interim)
        make.decide(session, done, make.KEEP, staff, now().isoformat())
        tell(replies.outcome_draft(session, done), done)
        endings.withdraw(session, withdrawn, actor=journal.CLAIMANT, at=now())
        named = {"new": new, "interim": interim, "done": done, "withdrawn": withdrawn, "late": late, "third": third}
        return {name: status(notice) for name, notice in named.items()}


def narrow(page) -> list[str]:
    """What is lost at 200 % of 1280 px, and with wider spacing on a phone and at a desk."""
    found = []
    for width in (640, *ENDS):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width}: sideways")
        found += [f"{width}: {one}" for one in page.evaluate(SPACED)]
    return found


def test_the_status_page_has_no_faults_in_any_state(chromium, house, states):
    with visitor(chromium) as page:
        for name, address in states.items():
            page.goto(address)
            page.evaluate(UNFOLD)
            assert faults(page, [360]) == [], name
            assert narrow(page) == [], name
        page.goto(f"{states['done']}/reconsideration")
        assert faults(page, ENDS) == [] and narrow(page) == []
        page.click("main form button[type=submit] >> nth=0")
        assert "書いて" in page.inner_text(".errors") and faults(page, ENDS) == []
        page.goto(states["third"].replace("/status/", "/receipt/"))
        assert "通報を受け付けました" in page.inner_text("h1") and faults(page, ENDS) == [] and narrow(page) == []
        for part in ("evidence", "gone", "withdrawal", "address"):
            page.goto(f"{states['new']}/{part}")
            assert narrow(page) == [], part
        assert [p for p in page.problems if "422" not in p] == []


def test_the_form_with_every_question_unfolded_has_no_faults(chromium, house):
    with visitor(chromium) as page:
        page.goto(house.form)
        for box in page.locator("input[name=rights], input[name=circumstances], input[name=tell]").all():
            box.check()
        for standing in ("third_party", "company"):
            page.check(f"input[name=standing][value={standing}]")
            page.evaluate(UNFOLD)
            assert faults(page, [360]) == [], standing
        page.fill("#email", "a..b@docomo.ne.jp")
        assert page.is_visible("#other") and page.is_visible("#answer-honor_untrue")
        assert faults(page, [1280]) == [] and narrow(page) == []
        page.fill("#email", "akari@mail.example")
        assert not page.is_visible("#other")


def test_a_form_that_was_sent_twice_or_too_often_has_no_faults(chromium, house, monkeypatch):
    def file(reason: str) -> None:
        fill(page, house.url)
        page.fill("#reason", reason)
        page.wait_for_selector("text=受け取った添付(1個)")
        send(page)

    with visitor(chromium) as page:
        file("一度目です。")
        page.wait_for_url("**/receipt/**")
        file("一度目です。")
        page.wait_for_selector("text=同じ申出を、少し前に受け付けています")
        assert faults(page, ENDS) == [] and narrow(page) == []

        monkeypatch.setattr(house.app.extensions["settings"], "filing_limit", "1 per hour")
        file("二度目です。")
        page.wait_for_url("**/receipt/**")
        file("三度目です。")
        page.wait_for_selector("text=続けて送られたため、まだ受け付けていません")
        assert page.input_value("#reason") == "三度目です。"
        assert faults(page, ENDS) == [] and narrow(page) == []


def test_the_page_that_checks_a_receipt_has_no_faults_whatever_it_says(chromium, house, states):
    with visitor(chromium) as page:
        receipt = page.request.get(states["new"].replace("/status/", "/receipt/") + "/receipt-1.json").text()
        for typed, says in (
            (receipt, "本物です"),
            (receipt.replace('"items":2', '"items":3'), "本物ではありません"),
            ("", "貼り付けて"),
        ):
            page.goto(f"{house.url}/receipts/verify")
            page.fill("#receipt", typed)
            page.click("main button.button--main, main form button[type=submit]")
            assert says in page.inner_text("main")
            assert faults(page, ENDS) == [] and narrow(page) == [], says
