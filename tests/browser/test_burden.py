"""How far a page gets is said by its script: once for each section, and not for who asks not to be counted."""

import time

import pytest
from sqlmodel import select

from tests.browser.test_pages import fill, send
from tracker.casework import burden
from tracker.casework.burden import month_of
from tracker.law.period import japanese_day
from tracker.models import Counted, FormCount
from tracker.now import now

pytestmark = pytest.mark.browser

READER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def reader(chromium):
    """A page of a browser that does not call itself a program, and the words that it sends."""
    context = chromium.new_context(locale="ja-JP", user_agent=READER)
    page = context.new_page()
    page.said = []
    page.on("request", lambda one: page.said.append(one.post_data) if one.url.endswith("/reached") else None)
    yield page
    context.close()


def figures(app, wanted) -> burden.Figures:
    """The figures, once they are as `wanted`: they are written after the answer."""
    for _ in range(50):
        with app.extensions["database"].reading() as session:
            found = burden.figures(session, month_of(japanese_day(now())))
        if wanted(found):
            break
        time.sleep(0.1)
    return found


def test_a_page_says_how_far_it_got_and_that_it_was_given_up(reader, site, app):
    reader.goto(f"{site}/s/tsumugi/")
    reader.check("input[name=standing][value=person]")
    reader.check("input[name=standing][value=guardian]")
    reader.check("input[name=rights][value=honor]")
    reader.fill("textarea[name=reason]", "円満に退職しました。")
    reader.fill("textarea[name=quote] >> nth=0", "前の職場で")
    found = figures(app, lambda found: found.total(Counted.REACHED, "4"))
    assert reader.said == ["before=0&step=1", "before=1&step=2", "before=2&step=4"]
    assert found.total(Counted.STARTED) == 1
    assert [(s.reached, s.stopped) for s in found.sections()] == [(1, 0), (1, 0), (1, 0), (1, 1)] + [(0, 0)] * 4


def test_a_filing_is_the_last_step_and_no_draft_holds_what_was_said(reader, site, app):
    fill(reader, site)
    reader.wait_for_selector("text=受け取った添付(1個)")
    reader.uncheck("input[name=confirm]")
    send(reader)
    assert "直すと送れます" in reader.inner_text(".errors")
    reader.wait_for_function("localStorage.getItem('kigen:draft:/s/tsumugi/') !== null")
    assert "seen" not in reader.evaluate("localStorage.getItem('kigen:draft:/s/tsumugi/')")
    reader.check("input[name=confirm]")
    send(reader)
    reader.wait_for_url("**/receipt/**")
    found = figures(app, lambda found: found.total(Counted.FILED))
    assert found.total(Counted.SEEN_FILED) == 1 and not any(s.stopped for s in found.sections())
    assert found.parts(Counted.TRIES) == {"2": 1} and found.parts(Counted.FILES) == {"1": 1}
    assert found.parts(Counted.RETURNED_AT) == {"8": 1}
    assert len(reader.said) == len(set(reader.said)) <= 8


def test_who_asks_not_to_be_counted_says_nothing_and_files_all_the_same(chromium, site, app):
    context = chromium.new_context(locale="ja-JP", user_agent=READER)
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page = context.new_page()
    fill(page, site)
    send(page)
    page.wait_for_url("**/receipt/**")
    found = figures(app, lambda found: found.total(Counted.FILED))
    assert found.total(Counted.FILED) == 1 and found.total(Counted.SEEN_FILED) == 0
    with app.extensions["database"].reading() as session:
        assert not session.exec(select(FormCount).where(FormCount.counted == Counted.REACHED)).all()
    context.close()


def test_without_scripts_the_form_is_counted_too(chromium, site, app):
    context = chromium.new_context(locale="ja-JP", user_agent=READER, java_script_enabled=False)
    page = context.new_page()
    fill(page, site)
    page.click("button.button--main[type=submit]")
    page.wait_for_url("**/receipt/**")
    found = figures(app, lambda found: found.total(Counted.FILED))
    assert (found.total(Counted.STARTED), found.total(Counted.FILED)) == (1, 1)
    assert found.parts(Counted.MINUTES) == {"2": 1}
    context.close()
