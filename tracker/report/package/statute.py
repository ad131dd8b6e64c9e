"""規則18条, word for word, taken apart into the codes of the items."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TEXT = Path(__file__).parent / "rule18.txt"  # as e-Gov prints it, a line for each 項 and 号
PARAGRAPH = re.compile("^([２-７]) (.+)$")
NUMBERED = re.compile("^([一二三四五六七八九十]+) (.+)$")
KANJI = "一二三四五六七八九"


@cache
def texts() -> Mapping[str, str]:
    """The words of each 項 and 号 by code: 18-5 is the lead of 5項, 18-5-11 its 11号."""
    found: dict[str, str] = {}
    paragraph = 1
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if whole := PARAGRAPH.match(line):
            paragraph = int(whole[1])
            found[f"18-{paragraph}"] = whole[2]
        elif part := NUMBERED.match(line):
            found[f"18-{paragraph}-{number(part[1])}"] = part[2]
    return found


def number(kanji: str) -> int:
    """The number of a 号: 二十三 is 23."""
    tens, ten, ones = kanji.rpartition("十")
    return (KANJI.index(tens) + 1 if tens else 1) * bool(ten) * 10 + (KANJI.index(ones) + 1 if ones else 0)


def words(code: str) -> tuple[str, str]:
    """The lead of the 項 and the words of the 号 that ask for an item; the lead is empty where the 項 has none."""
    lead = code.rpartition("-")[0]
    return texts().get(lead, "") if lead != "18" else "", texts().get(code, "")
