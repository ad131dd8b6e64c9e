"""規則8条・9条: what is counted of a month, and on which side of a number a mean stands."""

import re
from fractions import Fraction

import pytest

from tracker.law.articles import cited
from tracker.law.senders import (
    EXCLUSIONS,
    PARTS,
    RULES,
    Count,
    Exclusion,
    Part,
    least,
    mean,
    must_report,
    over,
    shown,
    together,
    year_months,
    year_of,
)


@pytest.mark.parametrize(
    ("count", "total", "reports", "is_over"),
    [
        (Count.SENDERS, 9_000_000 * 12, True, False),  # 900万以上: reaching it is enough
        (Count.SENDERS, 9_000_000 * 12 - 1, False, False),
        (Count.SENDERS, 10_000_000 * 12, True, False),  # 1,000万を超える: reaching it is not enough
        (Count.SENDERS, 10_000_000 * 12 + 1, True, True),
        (Count.TIMES, 1_800_000 * 12, True, False),
        (Count.TIMES, 1_800_000 * 12 - 1, False, False),
        (Count.TIMES, 2_000_000 * 12, True, False),
        (Count.TIMES, 2_000_000 * 12 + 1, True, True),
    ],
)
def test_a_report_is_owed_from_the_number_on_and_a_designation_only_above_it(count, total, reports, is_over):
    year = [total - 11 * (total // 12), *[total // 12] * 11]
    assert sum(year) == total
    assert (must_report(count, mean(year)), over(count, mean(year))) == (reports, is_over)


def test_a_mean_is_of_twelve_months_and_is_exact():
    assert mean([1] * 11 + [2]) == Fraction(13, 12)
    for wrong in ([], [1] * 11, [1] * 13):
        with pytest.raises(ValueError, match=str(len(wrong))):
            mean(wrong)


def test_months_that_are_there_say_what_the_mean_is_at_least():
    assert least([12_000_000] * 9) == 9_000_000
    assert least([]) == 0


@pytest.mark.parametrize(
    ("mean", "written"),
    [
        (Fraction(9_000_000), "9,000,000"),
        (Fraction(9_000_000 * 12 - 1, 12), "8,999,999.91…"),  # never 9,000,000
        (Fraction(10_000_000 * 12 + 1, 12), "10,000,000.08…"),
        (Fraction(1, 2), "0.5"),
        (Fraction(5, 4), "1.25"),
        (Fraction(0), "0"),
    ],
)
def test_a_mean_is_written_without_rounding(mean, written):
    assert shown(mean) == written


def test_those_who_only_used_the_service_are_added_to_the_senders():
    assert together(3, 4) == 7
    assert together(0, 0) == 0
    assert together(3, None) is together(None, 4) is None


def test_a_year_runs_from_april_to_march():
    assert year_months(2026) == [*range(202604, 202613), 202701, 202702, 202703]
    assert {year_of(month) for month in year_months(2026)} == {2026}


def test_the_tables_are_whole_and_cite_paragraphs():
    assert set(RULES) == set(Count)
    assert set(PARTS) == set(Part)
    assert set(EXCLUSIONS) == set(Exclusion)
    articles = [one for rule in RULES.values() for one in (rule.article, rule.over_article, rule.reached_article)]
    articles += [rule.article for rule in EXCLUSIONS.values()]
    named = [one for text in articles for one in cited(text)]
    assert [one for one in named if not re.fullmatch(r"(法|規則)\d+条\d+項(\d+号)?", one)] == []
