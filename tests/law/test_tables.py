"""The tables of law: complete, cited, consistent with each other."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

import pytest

from tracker.law import grounds
from tracker.law.articles import ARTICLES, cited
from tracker.law.clocks import CLOCKS, CONFIDENCES, STANDING, Bound, Confidence, Effect
from tracker.law.editions import EDITIONS, R7_ORDINANCE_15, edition, edition_on
from tracker.law.facts import ENDS, LABELS, LEGAL, LOSSES, Fact
from tracker.law.holds import HOLDS
from tracker.law.period import Days
from tracker.settings import Settings

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
    prompt = rule.bound is Bound.PROMPTLY

    assert prompt == bool(rule.target)
    assert not (prompt and (rule.length or rule.stated))
    assert rule.length or prompt or rule.stated  # a number in law, none, or the day that a paper states
    assert (rule.effect is None) == (rule.bound is not Bound.NOT_BEFORE)


@pytest.mark.parametrize("rule", CLOCKS, ids=lambda r: r.key)
def test_the_target_of_promptness_is_a_setting_of_the_office(rule):
    assert rule.bound is not Bound.PROMPTLY or f"target_{rule.target}" in Settings.model_fields


@pytest.mark.parametrize("rule", CLOCKS, ids=lambda r: r.key)
def test_a_clock_with_a_number_says_what_to_type(rule):
    assert bool(rule.asks) == (rule.length is not None)


@pytest.mark.parametrize("rule", CLOCKS, ids=lambda r: r.key)
def test_what_is_unverified_stays_off_the_public_calculator_and_what_is_not_sure_has_a_question_for_counsel(rule):
    assert not (rule.public and rule.confidence is Confidence.UNVERIFIED)
    assert rule.counsel or rule.confidence in {Confidence.TEXT, Confidence.OFFICE}


def test_every_confidence_has_its_words():
    assert set(CONFIDENCES) == set(Confidence)


def test_the_names_of_clocks_are_unique():
    for names in ([r.key for r in CLOCKS], [r.name for r in CLOCKS], [r.label for r in CLOCKS]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.kept_by], ids=lambda r: r.key)
def test_a_clock_that_another_one_keeps_begins_and_ends_with_it(rule):
    keeper = R7_ORDINANCE_15.clock(rule.kept_by)

    assert (rule.starts_on, rule.length, rule.counting) == (keeper.starts_on, keeper.length, keeper.counting)
    assert (rule.subject, rule.whom, rule.bound, rule.force) == (
        keeper.subject,
        keeper.whom,
        keeper.bound,
        keeper.force,
    )
    assert not keeper.kept_by


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


@pytest.mark.parametrize("rule", STANDING, ids=lambda r: r.key)
def test_a_duty_without_a_day_is_cited_and_said_as_every_clock_is(rule):
    assert rule.label
    assert rule.says
    assert all(article in ARTICLES for article in cited(rule.article))


def test_an_amendment_is_one_line_and_a_new_edition_and_leaves_the_old_one_as_it_was():
    ten = replace(R7_ORDINANCE_15.clock("reply"), length=Days(10))
    later = R7_ORDINANCE_15.amended("test", "試しの改正", date(2030, 4, 1), reply=ten)

    assert later.clock("reply").length == Days(10)
    assert [r.key for r in later.clocks] == [r.key for r in R7_ORDINANCE_15.clocks]
    assert R7_ORDINANCE_15.clock("reply").length == Days(7)
    assert edition_on(date(2026, 4, 1)) is EDITIONS[0]


def test_an_amendment_of_a_clock_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        R7_ORDINANCE_15.amended("test", "試しの改正", date(2030, 4, 1), replies=R7_ORDINANCE_15.clock("reply"))


def test_editions_follow_each_other_and_each_day_has_the_one_in_force():
    days = [e.in_force for e in EDITIONS]

    assert days == sorted(set(days))
    assert [edition_on(e.in_force) for e in EDITIONS] == list(EDITIONS)
    assert [edition_on(later - timedelta(days=1)) for later in days[1:]] == list(EDITIONS[:-1])
    assert edition_on(date(2020, 1, 1)) is EDITIONS[0]
    assert [edition(e.key) for e in EDITIONS] == list(EDITIONS)


def test_the_editions_of_2026_and_2027_say_that_nobody_has_read_their_text():
    assert {e.in_force: e.text_seen for e in EDITIONS} == {
        date(2025, 4, 1): True,
        date(2026, 7, 17): False,
        date(2027, 3, 1): False,
    }
