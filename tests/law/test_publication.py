"""規則18条: every item has one line in the table of what is published, and the lines agree with the house."""

from tracker.casework.appeals.counts import FIGURES as APPEALS
from tracker.law.publication import BASES, BY_CODE, ITEMS, SOURCES, SPLITS, UNITS, Basis, Source, Unit
from tracker.law.shape import FIGURES, INTERIMS

# Of the appeals: those with AI (うち), those that were upheld, and both, each a part of what it is a part of.
PARTS = {
    ("18-5-12", "18-5-11"),
    ("18-5-13", "18-5-11"),
    ("18-5-14", "18-5-13"),
    ("18-5-14", "18-5-12"),
    ("18-5-16", "18-5-15"),
    ("18-5-17", "18-5-15"),
    ("18-5-18", "18-5-17"),
    ("18-5-18", "18-5-16"),
}
# How many 号 each 項 of 規則18条 has; 2項 and 7項 have none.
NUMBERS = {"18-3": 8, "18-4": 2, "18-5": 23, "18-6": 7}


def test_every_item_of_the_rule_has_one_line():
    wanted = ["18-2", *(f"{part}-{no}" for part, most in NUMBERS.items() for no in range(1, most + 1)), "18-7"]
    assert [item.code for item in ITEMS] == wanted
    assert len(BY_CODE) == 42


def test_an_item_cites_the_provision_that_its_code_names():
    for item in ITEMS:
        part, _, no = item.code.removeprefix("18-").partition("-")
        assert item.article == f"規則18条{part}項" + (f"{no}号" if no else "")


def test_what_a_stage_of_the_reply_is_counted_in_is_computed_by_notice():
    for code in [*FIGURES.values(), *INTERIMS.values()]:
        assert BY_CODE[code].source is Source.COMPUTED


def test_appeals_are_parts_of_each_other_as_the_rule_says():
    assert {(item.code, whole) for item in ITEMS if item.code in APPEALS for whole in item.within} == PARTS
    for code, (suspends, _ai, _undone) in APPEALS.items():
        assert BY_CODE[code].suspensions is suspends
        assert BY_CODE[code].basis is Basis.COHORT


def test_what_is_a_part_counts_the_same_thing_as_its_whole():
    for item in ITEMS:
        for whole in item.within:
            assert (item.unit, item.suspensions) == (BY_CODE[whole].unit, BY_CODE[whole].suspensions)


def test_only_figures_are_split_by_what_adds_up():
    for item in ITEMS:
        assert item.unit is not Unit.TEXT or not item.splits or item.code == "18-4-2"


def test_every_word_of_the_table_has_its_japanese():
    assert (set(SOURCES), set(UNITS), set(SPLITS), set(BASES)) == tuple(
        {getattr(item, name) for item in ITEMS}
        if name != "splits"
        else {split for item in ITEMS for split in item.splits}
        for name in ("source", "unit", "splits", "basis")
    )
