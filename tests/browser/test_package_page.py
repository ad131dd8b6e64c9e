"""The page of a publication as it is read: from a folder, without a server, without scripts, at three widths."""

from dataclasses import replace
from datetime import date

import pytest

from tests.browser.test_pages import faults, page  # noqa: F401 - page is a fixture
from tests.report import reports

pytestmark = pytest.mark.browser


# Cells in which more than four lines have room for fewer than six letters each.
SQUEEZED = """[...document.querySelectorAll('th, td')].filter(cell => {
    const range = document.createRange(); range.selectNodeContents(cell)
    const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top))).size
    return lines > 4 && cell.clientWidth < 84
}).map(cell => cell.innerText)"""
# Codes that stand on two lines.
BROKEN = """[...document.querySelectorAll('.item__no')].filter(one => one.getClientRects().length > 1)
    .map(one => one.innerText)"""


@pytest.fixture
def address(tmp_path) -> str:
    """Where a second version, of a first year, was saved."""
    made = reports.files(replace(reports.corrected(), partial=True, first=date(2026, 7, 29)))
    for name, content in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return (tmp_path / "index.html").as_uri()


def test_the_page_of_a_publication_has_no_faults(page, address):  # noqa: F811
    page.goto(address)
    assert page.problems == []
    assert page.locator(".tile__n").first.inner_text().startswith("2,557")
    assert page.evaluate("getComputedStyle(document.querySelector('.tiles')).display") == "grid"
    assert faults(page) == []
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert faults(page) == []


def test_no_cell_of_a_table_is_so_narrow_that_its_words_stand_letter_by_letter(page, address):  # noqa: F811
    page.goto(address)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(SQUEEZED) == []
        assert page.evaluate(BROKEN) == []


def test_a_chart_is_drawn_for_the_width_of_the_reader(page, address):  # noqa: F811
    page.goto(address)
    for width, kind in ((360, "narrow"), (1280, "wide")):
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.locator("figure svg[role=img]:visible")
        assert shown.count() == page.locator("figure").count()
        assert shown.first.get_attribute("class") == f"chart chart--{kind}"
