"""A month that is far from the others is shown: a flag that was turned around hides in a sum of a year."""

from tracker.law.publication import Basis, Unit
from tracker.report.content import TOTAL, Dim, Line
from tracker.report.drift import by_ai, far


def test_a_month_whose_share_is_turned_around_is_named_with_both_shares():
    months = {202600 + n: (10, 100) for n in range(4, 12)} | {202612: (90, 100)}
    assert far("人工知能関連技術を用いたものの割合", months) == [
        "2026年12月の人工知能関連技術を用いたものの割合は90%で、ほかの月の10%と大きく違います。"
    ]


def test_a_few_of_a_month_say_nothing_and_neither_does_a_year_of_one_month():
    assert far("割合", {202604: (0, 29), 202605: (300, 300)}) == []
    assert far("割合", {202604: (300, 300)}) == []


def test_a_slow_change_over_the_year_is_no_drift():
    assert far("割合", {202604 + n: (40 + 2 * n, 100) for n in range(9)}) == []


def test_more_measures_with_ai_than_their_origins_account_for_are_pointed_out():
    taken = Dim("taken", "講じた")
    parts = [("18-5-2", taken), ("18-5-3", TOTAL), ("18-5-5", taken), ("18-5-7", taken)]
    lines = [Line(code, one, None, 2, Unit.MEASURES, Basis.DECISION) for code, one in parts]
    enough = [*lines, Line("18-5-9", TOTAL, None, 8, Unit.MEASURES, Basis.DECISION)]
    assert by_ai(enough) == []
    [sentence] = by_ai([*lines, Line("18-5-9", TOTAL, None, 9, Unit.MEASURES, Basis.DECISION)])
    assert "9件" in sentence and "8件" in sentence
