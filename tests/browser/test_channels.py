"""The page of other channels in a real browser: to axe at four widths, by keyboard, without scripts."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import select

from tests.browser.test_pages import faults as faults_at, page, sign_in  # noqa: F401 - page is a fixture
from tracker.models import Role, Staff

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1280, 1920]


@pytest.fixture
def managed(app, site):
    """The site, where the one who signs in is a manager."""
    with app.extensions["database"].writing() as session:
        session.exec(select(Staff).where(Staff.email == "onodera@tsumugi.example")).one().role = Role.MANAGER
    return site


def test_a_channel_is_made_tried_and_stopped_without_a_fault(page, managed):
    sign_in(page, managed)
    page.goto(f"{managed}/desk/channels")
    assert faults_at(page, WIDTHS) == []
    page.click("text=知らせ先を作る")
    assert page.locator("#errors a").count() == 2
    assert faults_at(page, WIDTHS) == []
    page.fill("#f-name", "当番の画面")
    page.check("input[name=kind][value=standard]")
    page.fill("#f-url", "https://hooks.tsumugi.example/kigen")
    page.keyboard.press("Enter")
    assert page.input_value("#f-secret").startswith("whsec_")
    page.click("text=試しのお知らせを送る")
    assert "送信待ちにしました" in page.inner_text("[role=status].banner")
    assert faults_at(page, WIDTHS) == []
    page.check("#f-sure")
    page.click("text=この知らせ先を止める")
    assert "知らせ先を止めました" in page.inner_text("[role=status].banner")
    assert faults_at(page, WIDTHS) == []
    assert [one for one in page.problems if "422" not in one] == []  # the form that came back, on purpose
