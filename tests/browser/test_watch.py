"""The room of the watch in a real browser: to axe at four widths, filled and empty, and by keyboard."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_pages import faults as faults_at, page, sign_in  # noqa: F401 - page is a fixture
from tests.web import desk
from tracker.casework.watch.sweep import sweep
from tracker.law.period import ONE_DAY, japanese_day
from tracker.models import AlertAnswer, Clock, Role, Staff
from tracker.now import now

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1280, 1920]


def faults(page) -> list[str]:
    """What axe finds at each width of a desk."""
    return faults_at(page, WIDTHS)


@pytest.fixture
def told(app, site):
    """The site with replies that were told of as late when the office last opened, and an urgent one that may rest."""
    with app.extensions["database"].writing() as session:
        calendar, hours = session.info["calendar"], session.info["office"].hours
        opened = hours.open_at(calendar.last_working_day(japanese_day(now()) - ONE_DAY))
        service = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TV")
        desk.make_member(app, session, "okubo@tsumugi.example", Role.REVIEWER, "大久保 亮")
        for days in (30, 29, 28):
            make.make_notice(session, service, (opened - timedelta(days=days)).isoformat())
        session.flush()
        assert sweep(session, at=opened).alerts
        make.make_notice(session, service, (now() - timedelta(hours=1)).isoformat(), items=1, **make.urgent())
        session.flush()
        assert sweep(session, at=now()).alerts
    return site


def test_the_room_has_no_faults_with_and_without_alerts(page, app, site):
    sign_in(page, site)
    page.goto(f"{site}/desk/watch")
    assert "いま知らせていることはありません" in page.inner_text("#now")
    assert faults(page) == []


def test_the_filled_room_has_no_faults_also_when_a_rest_comes_back(page, app, told):
    sign_in(page, told)
    page.goto(f"{told}/desk/watch")
    page.locator(".alertlist__told summary").first.click()
    page.locator(".alertlist__do summary").first.click()
    assert faults(page) == []
    page.locator(".alertlist__do details[open] input[type=datetime-local]").fill("2099-01-01T09:00")
    page.click("text=引き受けて休ませる >> visible=true")
    assert "最後の営業日の前まで" in page.inner_text(".errors")
    assert page.locator(".alertlist__do details[open] [aria-invalid=true]").input_value() == "2099-01-01T09:00"
    assert faults(page) == []


def test_an_alert_is_taken_by_keyboard_without_scripts(chromium, app, told):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, told)
    page.goto(f"{told}/desk/watch")
    page.get_by_role("button", name="引き受ける TV").first.focus()
    page.keyboard.press("Enter")
    assert "引き受けました。" in page.inner_text("[role=status].banner")
    page.wait_for_function("document.activeElement.id === 'said'")
    assert page.locator("#said").bounding_box()["y"] < 740  # in view, with the row marked beneath it
    assert page.locator(".alertlist .is-fresh").count() == 1
    with app.extensions["database"].reading() as session:
        me = session.exec(select(Staff.id).where(Staff.email == "onodera@tsumugi.example")).one()
        [answer] = session.exec(select(AlertAnswer)).all()
        assert answer.staff_id == me
        late = session.exec(select(Clock.id).where(Clock.rule == "reply").order_by(Clock.due_at).limit(1)).one()
        assert answer.subject == f"clock:{late}"  # the most pressing stands first
    page.goto(f"{told}/desk/watch?whose=mine")
    assert page.locator(".alertlist tbody tr").count() == 1
    context.close()
