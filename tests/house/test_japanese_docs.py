"""A document in Japanese has what its English twin has: the same sections, tables and commands."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
JAPANESE = sorted(DOCS.rglob("*.ja.md"))


def twin(path: Path) -> Path:
    """The English document beside a Japanese one."""
    return path.with_name(path.name.replace(".ja.md", ".md"))


def blocks(text: str) -> list[str]:
    """The commands and files that a document shows, without the remarks in them."""
    found = re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M)
    return [re.sub(r"\s*#.*", "", one) for one in found]


def shape(path: Path) -> dict[str, list]:
    """What does not depend on the language: headings by depth, rows of tables, commands."""
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return {
        "headings": re.findall(r"^#+", prose, re.M),
        "tables": [line.count("|") for line in prose.splitlines() if line.startswith("|")],
        "commands": blocks(text),
    }


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: str(path.relative_to(DOCS)))
def test_a_document_in_japanese_has_the_shape_of_its_english_twin(path):
    assert shape(path) == shape(twin(path))


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: str(path.relative_to(DOCS)))
def test_twins_lead_to_each_other(path):
    assert f"({twin(path).name})" in path.read_text(encoding="utf-8")
    assert f"({path.name})" in twin(path).read_text(encoding="utf-8")
