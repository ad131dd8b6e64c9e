"""The case page with content in a real browser: axe at four widths, 300 items, refused forms, live letters, paper."""

import re

import pytest

from tests import make
from tests.browser.test_pages import faults as faults_at, sign_in
from tracker.law.grounds import Circumstance
from tracker.now import now

WIDTHS = [360, 768, 1280, 1920]
REASON = "投稿「虚偽の書き込み2」は申出者の社会的評価を下げ、"

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(app, site) -> list[str]:
    """A case with something of everything, and one of three hundred items; their paths."""
    at = now()
    with app.extensions["database"].writing() as session:
        service = make.make_service(session, "つむぎ日記", "nikki", "TD")
        clause = make.first_clause(session, make.make_criteria(session, service))
        make.make_criteria(session, service, at.isoformat())
        staff = make.make_staff(session)
        mixed = make.make_notice(session, service, at.isoformat(), items=3, **make.urgent(Circumstance.CHILD))
        make.decide(session, mixed, make.remove(clause), staff, at.isoformat(), (1,))
        many = make.make_notice(session, service, at.isoformat(), items=300)
        make.decide(session, many, make.remove(clause), staff, at.isoformat(), tuple(range(1, 61)))
        make.decide(session, many, make.KEEP, staff, at.isoformat(), tuple(range(61, 100)))
        return [f"{site}/desk/cases/{notice.number}" for notice in (mixed, many)]


@pytest.fixture
def page(chromium):
    """A fresh page that axe is let into."""
    context = chromium.new_context(bypass_csp=True, locale="ja-JP", timezone_id="Asia/Tokyo")
    yield context.new_page()
    context.close()


def faults(page) -> list[str]:
    """What axe finds, and whether the page scrolls sideways, at four widths and at 200 %."""
    return faults_at(page, [*WIDTHS, 640])


def test_cases_and_sheets_and_criteria_have_no_faults(page, site, cases):
    sign_in(page, site)
    for case in cases:
        for path in ("", "?tab=letters", "?tab=origin", "?tab=procedure", "?tab=history", "/calculation"):
            page.goto(case + path)
            assert faults(page) == [], path
    for path in ("/desk/criteria", "/desk/criteria/nikki/2", "/desk/criteria/nikki/draft"):
        page.goto(site + path)
        assert faults(page) == [], path


def test_refused_forms_have_no_faults_and_keep_what_was_typed(page, site, cases):
    sign_in(page, site)
    for case in cases:
        page.goto(case)
        page.fill("textarea[name=reason]", REASON)
        page.click("#decide button.button--second")
        assert "か所を直すと記録できます" in page.inner_text(".errors")
        assert page.input_value("textarea[name=reason]") == REASON
        assert faults(page) == []


def test_three_hundred_items_stay_small_and_quick(page, site, cases):
    sign_in(page, site)
    for path in ("", "?tab=origin", "?tab=letters"):
        answer = page.goto(cases[1] + path)
        assert len(answer.body()) < 1_000_000


def decide_in(page, case: str) -> None:
    """Fill the decision form for item 2."""
    page.goto(case)
    page.check("input[name=item] >> nth=0")
    page.check("input[name=take][value=no]")
    page.check("input[name=finding][value=not_infringed]")
    page.fill("textarea[name=reason]", REASON)


def test_the_letter_grows_beside_the_decision_while_it_is_typed(page, site, cases):
    sign_in(page, site)
    decide_in(page, cases[0])

    page.wait_for_selector("#preview .letter")

    assert REASON in page.inner_text("#preview .letter")
    assert "判断を支える事実" in page.inner_text("#preview .is-missing >> nth=0")
    assert page.input_value("textarea[name=reason]") == REASON


def test_without_scripts_the_letter_is_seen_by_its_button(chromium, site, cases):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, site)
    decide_in(page, cases[0])

    page.click("button[name=look]")

    assert REASON in page.inner_text("#preview .letter")
    assert page.is_checked("input[name=take][value=no]")
    assert page.input_value("textarea[name=reason]") == REASON
    page.click("#decide button.button--second")
    assert re.search(r"tab=decide", page.url)
    context.close()


def test_several_sheets_are_open_at_once_and_a_link_opens_its_own(page, site, cases):
    sign_in(page, site)
    page.goto(f"{site}/desk/criteria/nikki/2")
    assert page.locator(".strip .day--open").count() == 1
    page.goto(cases[0])
    page.goto(f"{cases[0]}/calculation#{page.locator('#must li[id^=clock-reply]').get_attribute('id')}")
    target = page.url.partition("#")[2]
    assert page.evaluate("id => document.getElementById(id).matches(':target')", target)
    assert page.locator(f"#{target} table").is_visible()


def test_a_sheet_opens_beside_the_case_by_keyboard_and_has_no_faults(page, site, cases):
    sign_in(page, site)
    page.goto(cases[0])
    page.focus("#must li[id^=clock-reply] a[hx-get]")
    page.keyboard.press("Enter")

    page.wait_for_selector("#sheet .strip")
    assert page.url == cases[0]
    assert page.evaluate("document.activeElement.matches('#sheet h2')")
    assert faults(page) == []
    page.click("#sheet .row--apart a >> nth=0")
    page.wait_for_url("**/clocks/*")
    assert faults(page) == []


def test_without_scripts_the_same_link_leads_to_the_sheet_and_back(chromium, site, cases):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, site)
    page.goto(cases[0])
    page.click("#must li[id^=clock-reply] a[hx-get]")

    page.wait_for_url("**/clocks/*")
    assert page.locator(".strip .day--last").count() == 1
    page.click("text=事案に戻る")
    page.wait_for_url(cases[0])
    context.close()


def test_one_sheet_fills_one_sheet_of_paper_with_the_case_and_who_made_it(page, site, cases):
    sign_in(page, site)
    page.goto(cases[0])
    page.goto(site + page.locator("#must li[id^=clock-reply] a[hx-get]").get_attribute("href"))
    paper = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")

    head = page.inner_text(".paper")
    assert cases[0].rpartition("/")[2] in head and "小野寺 遥" in head and "この紙を作った日時" in head
    assert page.locator(".paper__sign").is_visible() and not page.locator("header.top").is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_the_sheets_are_printed_on_paper_without_what_is_only_clicked(page, site, cases):
    sign_in(page, site)
    page.goto(f"{cases[0]}/calculation")
    page.emulate_media(media="print")

    assert page.locator(".sheetcard table").first.is_visible()
    assert not page.locator("nav.nav").is_visible()
    assert not page.locator(".no-print").first.is_visible()
    assert len(page.pdf(format="A4")) > 1000


def test_a_decision_can_be_made_by_keyboard_alone(page, site, cases):
    sign_in(page, site)
    page.goto(cases[0])
    page.focus("input[name=item] >> nth=0")
    page.keyboard.press("Space")
    page.focus("input[name=take][value=yes]")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("input[name=take][value=no]")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "finding":
            page.keyboard.press("Space")  # nothing is chosen beforehand: a refusal says why
        if page.evaluate("document.activeElement.name") == "reason":
            break
    page.keyboard.type(REASON)
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "判断を記録する":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=decide**")
    assert "講じない" in page.inner_text("#said")
