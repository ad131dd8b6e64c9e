"""The hints beside a reason: concrete ones have all four points, boilerplate misses two. Nothing is refused."""

import tomllib
from pathlib import Path

import pytest

from tracker.casework.reasons.checks import About, Point, look_through
from tracker.law.grounds import Finding, Right

FIXTURES = tomllib.loads((Path(__file__).parent / "fixtures" / "reasons.toml").read_text(encoding="utf-8"))
THRESHOLDS = FIXTURES["thresholds"]


def missed(row: dict, **more) -> list[Point]:
    """The points that a reason lacks. Of boilerplate nothing but the words is known: the item's quote is another's."""
    about = About(
        take=row["take"],
        rights=[Right(row["right"])] if "right" in row else [],
        quotes=[row["quote"]] if row.get("quote") else [],
        clause=row.get("clause", ""),
        clause_title=row.get("title", ""),
        finding=Finding(row["finding"]) if "finding" in row else None,
        **more,
    )
    return [point for point, there in look_through(row["text"], about) if not there]


def test_there_are_at_least_24_of_each():
    assert len(FIXTURES["concrete"]) >= 24
    assert len(FIXTURES["boilerplate"]) >= 24


def test_concrete_reasons_have_all_four_points():
    """24 of 24 when it was measured."""
    short = {row["text"]: missed(row) for row in FIXTURES["concrete"] if missed(row)}
    assert 1 - len(short) / len(FIXTURES["concrete"]) >= THRESHOLDS["concrete_pass_all"], short


@pytest.mark.parametrize("right", [None, "honor"])
def test_boilerplate_misses_two_points_or_more(right):
    """24 of 24 when it was measured."""
    rows = [row | ({"right": right} if right else {}) for row in FIXTURES["boilerplate"]]
    full = {row["text"]: missed(row, claimed="書かれていることは事実ではありません。") for row in rows}
    enough = [text for text, points in full.items() if len(points) >= 2]
    rest = {text: points for text, points in full.items() if text not in enough}
    assert len(enough) / len(rows) >= THRESHOLDS["boilerplate_miss_two"], rest
