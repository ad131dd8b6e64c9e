"""The forecast and the days of work in a real browser: to axe at four widths, by keyboard, without scripts."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

from datetime import timedelta

import pytest

from tests import make
from tests.browser.test_pages import faults as faults_at, page, sign_in  # noqa: F401 - page is a fixture
from tests.web import desk
from tracker.models import Role
from tracker.now import now

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1280, 1920]


def faults(page) -> list[str]:
    """What axe finds at each width of a desk."""
    return faults_at(page, WIDTHS)


@pytest.fixture
def busy(app, site):
    """The site with more open replies than a small team can do in time."""
    with app.extensions["database"].writing() as session:
        service = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TV")
        desk.make_member(app, session, "okubo@tsumugi.example", Role.REVIEWER, "大久保 亮")
        for days in (6, 5, 4, 9):
            for _n in range(3):
                received = now() - timedelta(days=days)
                make.make_notice(session, service, received.isoformat(), items=20)
    return site


def test_the_forecast_has_no_faults_with_and_without_work(page, app, site, busy):
    sign_in(page, busy)
    page.goto(f"{busy}/desk/forecast")

    assert "の期限を過ぎます" in page.inner_text("#outlook")
    page.click(".forecast__far > summary")
    assert faults(page) == []
    assert page.problems == []


def test_an_empty_forecast_has_no_faults(page, app, site):
    sign_in(page, site)
    page.goto(f"{site}/desk/forecast")
    assert faults(page) == []


def test_the_days_of_work_have_no_faults_also_after_a_conflict(page, app, busy):
    sign_in(page, busy)
    page.goto(f"{busy}/desk/team")
    page.click("nav#month a:has-text('次の月')")  # a month with every day to come
    assert faults(page) == []
    second = page.context.new_page()
    second.goto(page.url)
    second.locator("input[name=works]:checked").first.uncheck()
    second.click("text=働く日を保存する")
    assert "1人の働く日を保存しました" in second.inner_text("[role=status].banner")
    page.locator("input[name=works]:checked").nth(1).uncheck()
    page.click("text=働く日を保存する")
    assert "ほかの人が先に変えました" in page.inner_text("[role=alert].banner")
    assert page.locator("td.is-moved").count() == 2
    assert faults(page) == []


def test_days_are_entered_by_keyboard_on_a_phone_without_scripts(chromium, busy):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, busy)
    page.goto(f"{busy}/desk/team")
    page.click("nav#month a:has-text('次の月')")
    ticked = page.locator("input[name=works]:checked").count()
    page.locator("input[name=works]:checked").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    assert "1人の働く日を保存しました" in page.inner_text("[role=status].banner")
    assert page.locator("input[name=works]:checked").count() == ticked - 1
    context.close()
