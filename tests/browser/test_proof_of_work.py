"""What a browser computes against automatic filings: under our own content security policy, unseen, in nobody's way."""

import pytest
from sqlmodel import col, select

from tests.browser.test_pages import faults, fill, send
from tracker.models import Doubt, Notice

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium):
    """A fresh page under the policy as it is."""
    context = chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.problems, page.asked = [], []
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def newest(app) -> Notice:
    with app.extensions["database"].reading() as session:
        return session.exec(select(Notice).order_by(col(Notice.number).desc())).first()


def computed(page) -> None:
    """Wait until the answer is there."""
    for _n in range(100):
        if page.evaluate("document.querySelector('altcha-widget').getState()") == "verified":
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was computed")


def file(page) -> None:
    send(page)
    page.wait_for_url("**/receipt/**")


def test_it_is_computed_while_the_form_is_filled_in_and_the_filing_has_no_mark(page, site, app):
    fill(page, site)
    computed(page)
    before = len([url for url in page.asked if url.endswith("/challenge")])
    file(page)
    assert newest(app).doubts == []
    assert before == 1 and page.problems == []
    assert all(url.startswith((site, "blob:")) for url in page.asked)  # no third party
    assert page.context.cookies() == []


def test_nothing_of_it_is_seen_heard_or_met_by_keyboard(page, site):
    fill(page, site)
    computed(page)
    assert not page.is_visible("altcha-widget") and page.query_selector(".altcha-popover") is None
    assert "ALTCHA" not in page.inner_text("body")
    page.evaluate("document.querySelector('altcha-widget').setState('error', 'no')")
    page.wait_for_timeout(200)
    assert not page.is_visible(".altcha-popover")


def test_a_form_that_came_back_is_computed_for_again(page, site, app):
    fill(page, site)
    computed(page)
    page.fill("input[name=name]", "")
    send(page)
    page.wait_for_selector("#errors")
    page.fill("input[name=name]", "髙橋 美咲")
    file(page)
    assert newest(app).doubts == []
    assert len([url for url in page.asked if url.endswith("/challenge")]) == 2


def test_who_presses_at_once_waits_a_moment_and_has_no_mark(page, site, app):
    fill(page, site)
    computed(page)
    page.evaluate("document.querySelector('altcha-widget').reset()")
    page.evaluate("document.querySelector('button.button--main').click()")  # without a focus, as a finger does it
    page.wait_for_url("**/receipt/**")
    assert newest(app).doubts == []


def test_what_took_longer_than_the_hour_is_computed_again(page, site, app):
    fill(page, site)
    computed(page)
    page.evaluate("document.querySelector('altcha-widget').setState('expired')")
    page.focus("#name")
    computed(page)
    file(page)
    assert newest(app).doubts == [] and page.problems == []


def test_where_no_question_can_be_had_the_filing_arrives_with_a_mark(page, site, app):
    page.route("**/challenge", lambda route: route.abort())
    fill(page, site)
    file(page)
    assert newest(app).doubts == [Doubt.UNPROVEN]


def test_without_a_script_there_is_no_box_and_the_filing_arrives_with_a_mark(chromium, site, app):
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP", viewport={"width": 360, "height": 800})
    page = context.new_page()
    fill(page, site)
    assert page.locator("altcha-widget").bounding_box() is None
    file(page)
    assert newest(app).doubts == [Doubt.UNPROVEN]
    context.close()


def test_axe_finds_nothing_while_it_computes_and_when_it_is_done(chromium, site):
    context = chromium.new_context(bypass_csp=True, locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    fill(page, site)
    computed(page)
    assert faults(page, [360]) == []
    context.close()
