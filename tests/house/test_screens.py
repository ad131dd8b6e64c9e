"""`make screens` pictures every page there is: one that is new cannot be forgotten."""

from pathlib import Path

import pytest

from tools.screens.house import ERRORS
from tools.screens.index import index
from tools.screens.table import NO_PAGE, PARTS, SCREENS
from tracker.web.error_words import DESK, PUBLIC
from tracker.web.staff.case.tabs import TABS

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
PICTURES = {picture for screen in SCREENS for picture in screen.pictures}


def pages(app) -> set[str]:
    """Every endpoint that answers a GET."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}


def test_every_page_is_pictured_or_is_no_page(app):
    pictured = {screen.endpoint for screen in SCREENS if screen.endpoint}
    assert pages(app) - pictured - set(NO_PAGE) == set(), "add it to tools/screens/table.py"
    assert pictured - pages(app) == set(), "no such page: take it out of tools/screens/table.py"
    assert set(NO_PAGE) - (pages(app) - pictured) == set(), "is pictured or gone: take it out of NO_PAGE"


def test_every_tab_of_a_case_is_pictured():
    assert set(TABS) == {screen.args["tab"] for screen in SCREENS if screen.part and "tab" in screen.args}


@pytest.mark.parametrize("side", ["", "/desk"])
def test_every_error_page_with_words_of_its_own_is_pictured(side):
    pictured = {screen.code for screen in SCREENS if screen.path.startswith(f"{side}/error/")}
    assert pictured == set(ERRORS)
    assert set(DESK if side else PUBLIC) - pictured == {405}  # looks like 404


def test_no_two_pictures_have_one_name():
    assert len({screen.name for screen in SCREENS}) == len(SCREENS)


def test_the_index_and_the_pictures_are_those_of_the_table():
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index(PARTS), "run `make screens`"
    assert {path.name for path in FOLDER.glob("*.webp")} == PICTURES, "run `make screens`"


def test_the_pictures_stay_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 12_000_000
