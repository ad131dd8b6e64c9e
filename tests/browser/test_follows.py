"""続けての申出 in a real browser: the number stays with the draft, a newer link wins, and taken out it stays out."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import col, select

from tests.browser.test_pages import faults, fill, page, send  # noqa: F401 - page is a fixture
from tracker.models import Notice

pytestmark = pytest.mark.browser

FIRST, SECOND = "TH-2026-000901", "TH-2026-000902"
LINE = "前の申出 {} に続く申出です"


def saved(page) -> None:
    """Wait until what was typed is kept."""
    page.wait_for_function("localStorage.getItem('kigen:draft:/s/tsumugi/') !== null")
    page.wait_for_timeout(800)


def test_the_number_stays_with_the_draft_and_a_newer_link_wins(page, site, app):
    page.goto(f"{site}/s/tsumugi/?follows={FIRST}")
    page.fill("#reason", "続きです。円満に退職しました。")
    saved(page)
    page.goto("about:blank")
    page.goto(f"{site}/s/tsumugi/")
    page.wait_for_selector("text=下書きを戻しました")
    assert page.is_visible(f"text={LINE.format(FIRST)}")

    page.goto("about:blank")
    page.goto(f"{site}/s/tsumugi/?follows={SECOND}")
    page.wait_for_selector("text=下書きを戻しました")
    assert page.is_visible(f"text={LINE.format(SECOND)}") and not page.is_visible(f"text={LINE.format(FIRST)}")
    assert page.input_value("#reason").startswith("続きです")
    assert faults(page) == []


def test_taken_out_it_stays_out_of_the_draft_and_of_the_address(page, site):
    page.goto(f"{site}/s/tsumugi/?follows={FIRST}")
    page.fill("#reason", "続きではありません。")
    page.click("button[value=unfollow]")
    page.wait_for_selector("text=に続く申出です", state="detached")
    assert page.url == f"{site}/s/tsumugi/"
    saved(page)
    page.reload()
    page.wait_for_selector("text=下書きを戻しました")
    assert not page.is_visible("text=に続く申出です")
    assert page.input_value("#reason") == "続きではありません。"


def test_it_is_filed_with_the_rest(page, site, app):
    fill(page, site)
    page.evaluate(f"history.replaceState(null, '', '?follows={FIRST}')")
    page.reload()
    page.wait_for_selector("text=下書きを戻しました")
    send(page)
    page.wait_for_url("**/receipt/**")
    with app.extensions["database"].reading() as session:
        newest = session.exec(select(Notice).order_by(col(Notice.number).desc())).first()
    assert newest.follows == FIRST
