"""The rooms of the desk that list things, in a real browser: to axe at four widths, by keyboard, without scripts."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import re
from datetime import timedelta

import pytest

from tests import make
from tests.browser.test_pages import faults as faults_at, page, sign_in  # noqa: F401 - page is a fixture
from tests.web import desk
from tracker.law.grounds import Circumstance, Standing
from tracker.models import Role
from tracker.now import now

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1280, 1920]
ROOMS = (
    "/desk/",
    "/desk/?view=late",
    "/desk/?q=nothing",
    "/desk/dashboard",
    "/desk/letters?view=all",
    "/desk/letters?view=back",
    "/desk/keys",
)


def faults(page) -> list[str]:
    """What axe finds at each width of a desk."""
    return faults_at(page, WIDTHS)


@pytest.fixture
def busy(app, site):
    """The site with a few notices of every kind, some of them late."""
    with app.extensions["database"].writing() as session:
        service = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TV")
        desk.make_member(app, session, "okubo@tsumugi.example", name="大久保 亮")
        make.make_notice(session, service, ago(days=9))
        make.make_notice(session, service, ago(days=9, hours=1))
        make.make_notice(session, service, ago(days=6), items=1, **make.urgent(Circumstance.CHILD))
        make.make_notice(session, service, ago(days=3), standing=Standing.THIRD_PARTY)
        make.make_notice(session, service, ago(days=80))
    return site


def ago(**past: int) -> str:
    """An instant before now."""
    return (now() - timedelta(**past)).isoformat()


def test_the_lists_have_no_faults_with_content(page, busy):
    sign_in(page, busy)
    for room in ROOMS:
        page.goto(busy + room)
        assert faults(page) == [], room
    assert page.problems == []


def test_the_lists_have_no_faults_when_empty(page, app, site):
    sign_in(page, site)
    for view in ("mine", "back", "late", "waiting", "closed"):
        page.goto(f"{site}/desk/?view={view}")
        assert faults(page) == [], view
    for view in ("handover", "back"):
        page.goto(f"{site}/desk/letters?view={view}")
        assert faults(page) == [], view


def test_an_assignment_without_a_choice_comes_back_readable(page, busy):
    sign_in(page, busy)
    page.click("text=担当を決める")

    assert "申出を、一覧の左の欄で選んでください" in page.inner_text(".errors")
    assert faults(page) == []


def test_a_wrong_password_and_a_room_above_ones_role_have_no_faults(page, app, site):
    page.goto(f"{site}/desk/sign-in")
    page.click("button.button--main")
    assert "メールアドレスを入力してください" in page.inner_text(".errors")
    assert faults(page) == []
    with app.extensions["database"].writing() as session:
        desk.make_member(app, session, "reviewer@tsumugi.example", Role.REVIEWER)
    page.fill("input[name=email]", "reviewer@tsumugi.example")
    page.fill("input[name=password]", desk.PASSWORD)
    page.click("button.button--main")
    page.goto(f"{site}/desk/specialists/tsumugi/new")
    assert "権限がありません" in page.inner_text("h1")
    assert faults(page) == []


def test_notices_are_chosen_and_given_away_without_scripts(chromium, busy):
    context = chromium.new_context(locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, busy)
    for box in page.query_selector_all("input[name=pick]")[:2]:
        box.check()
    page.select_option("#f-to", label="大久保 亮")
    page.click("text=担当を決める")

    assert "2件を大久保 亮さんの担当にしました" in page.inner_text("[role=status].banner")
    page.goto(f"{busy}/desk/keys")
    assert "スクリプトが止まっている" in page.inner_text("main")
    context.close()


def test_filters_fold_away_on_a_phone_and_stand_open_on_a_desk(page, busy):
    sign_in(page, busy)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{busy}/desk/")
    assert not page.is_visible("select[name=right]")
    page.click("text=条件で絞り込む")
    assert page.is_visible("select[name=right]")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{busy}/desk/")
    assert page.is_visible("select[name=right]")


def test_a_filter_swaps_the_rows_and_says_how_many_there_are(page, busy):
    sign_in(page, busy)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("window.stayed = true")
    page.select_option("select[name=standing]", "third_party")
    page.wait_for_function("document.querySelector('#found').innerText.startsWith('1件')")

    assert page.evaluate("window.stayed")
    assert page.locator(".work__what").count() == 1
    assert "standing=third_party" in page.url
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.work__what').length > 1")


def test_the_keys_move_choose_take_search_and_explain(page, busy):
    sign_in(page, busy)
    page.set_viewport_size({"width": 1280, "height": 900})
    focused = "document.activeElement.closest('tr') && document.activeElement.closest('tr').id"

    page.keyboard.press("j")
    first = page.evaluate(focused)
    page.keyboard.press("j")
    second = page.evaluate(focused)
    assert first and second and first != second
    page.keyboard.press("k")
    assert page.evaluate(focused) == first
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("ajx?")
    assert page.input_value("input[name=q]") == "ajx?"
    page.fill("input[name=q]", "")
    page.focus(f"#{second} a")
    page.keyboard.press("a")
    page.wait_for_selector("[role=status].banner")
    page.wait_for_load_state()  # the keys listen only then
    assert "小野寺 遥" in page.inner_text(f"#{second}")
    assert page.url.endswith(f"#{second}")
    page.keyboard.press("k")
    assert page.evaluate(focused) == first
    page.keyboard.press("o")
    page.wait_for_url(re.compile("/desk/cases/"))
    page.keyboard.press("?")
    page.wait_for_url("**/desk/keys")


def test_keys_that_are_switched_off_do_nothing(page, busy):
    sign_in(page, busy)
    page.goto(f"{busy}/desk/keys")
    page.check("input[name=keys][value=off]")
    page.click("text=設定を保存する")
    page.goto(f"{busy}/desk/")
    page.keyboard.press("j")
    page.keyboard.press("?")

    assert page.url == f"{busy}/desk/"
    assert page.evaluate("document.activeElement === document.body")


def test_the_rows_can_be_reached_and_opened_with_tab_and_enter(page, busy):
    sign_in(page, busy)
    page.focus("#rows")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.work__what')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/cases/"))


def test_nothing_is_cut_off_at_two_hundred_percent(page, busy):
    sign_in(page, busy)
    page.set_viewport_size({"width": 640, "height": 480})  # 1280 px at 200 %
    for room in ROOMS:
        page.goto(busy + room)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), room
