"""The tables of law: complete, cited, consistent with each other."""

from enum import StrEnum

import pytest

from tracker.law import grounds
from tracker.law.articles import ARTICLES, cited
from tracker.law.clocks import CLOCKS, Bound, Effect
from tracker.law.editions import EDITIONS, R7_ORDINANCE_15, edition_on
from tracker.law.facts import ENDS, LABELS, LEGAL, LOSSES, Fact
from tracker.law.holds import HOLDS
from tracker.law.period import Days

VOCABULARIES = [
    c for c in vars(grounds).values() if isinstance(c, type) and issubclass(c, StrEnum) and c is not StrEnum
]


def test_every_fact_has_a_label():
    assert set(LABELS) == set(Fact)
    assert set(Fact) >= LEGAL
    assert set(Fact) >= ENDS
    assert set(LOSSES) <= set(Fact)


@pytest.mark.parametrize("vocabulary", [v for v in VOCABULARIES if v is not grounds.Subject], ids=lambda v: v.__name__)
def test_every_member_of_a_vocabulary_has_its_japanese_term(vocabulary):
    assert all(grounds.term(member).label for member in vocabulary)


@pytest.mark.parametrize("rule", CLOCKS, ids=lambda r: r.key)
def test_every_clock_cites_its_article_and_says_what_it_asks(rule):
    assert rule.label
    assert rule.says
    assert rule.article
    assert rule.stops_on
    assert all(article in ARTICLES for article in cited(rule.article))


@pytest.mark.parametrize("rule", CLOCKS, ids=lambda r: r.key)
def test_promptness_has_no_number_in_law_and_a_period_has_no_office_target(rule):
    assert (rule.length is None) == (rule.bound is Bound.PROMPTLY) == bool(rule.target)
    assert (rule.effect is None) == (rule.bound is not Bound.NOT_BEFORE)


def test_the_reply_takes_seven_days_and_never_more_than_the_fourteen_of_the_act():
    reply = R7_ORDINANCE_15.clock("reply")

    assert reply.length == Days(7)
    assert reply.length.n <= 14


def test_criteria_that_are_too_young_forbid_and_a_sender_who_is_still_asked_only_lacks_shelter():
    assert R7_ORDINANCE_15.clock("criteria_wait").effect is Effect.FORBIDS
    assert R7_ORDINANCE_15.clock("sender_wait").effect is Effect.SHELTERS


@pytest.mark.parametrize("rule", HOLDS, ids=lambda r: r.key)
def test_every_hold_cites_its_source_and_names_classes_of_logs(rule):
    assert rule.article
    assert rule.classes


def test_an_amendment_is_a_new_edition_and_leaves_the_old_one_as_it_was():
    from dataclasses import replace
    from datetime import date

    ten = replace(R7_ORDINANCE_15.clock("reply"), length=Days(10))
    later = R7_ORDINANCE_15.amended("test", "試しの改正", date(2030, 4, 1), reply=ten)

    assert later.clock("reply").length == Days(10)
    assert R7_ORDINANCE_15.clock("reply").length == Days(7)
    assert edition_on(date(2026, 4, 1)) is EDITIONS[0]
