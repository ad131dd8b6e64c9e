"""The dates of vectors.json in their default policy: each was computed twice, by other means than ours."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from tracker.law.clocks import CRITERIA_WAIT, REPLY, SENDER_WAIT, SHORT_SENDER_WAIT
from tracker.law.consequences import due
from tracker.law.period import JST, Counting, Days, Months, count, last_day, latest_start

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))["vectors"]
WAITS = {"sender_inquiry_7day_wait": SENDER_WAIT, "sender_inquiry_2day_wait": SHORT_SENDER_WAIT}


def jst(instant: datetime) -> str:
    """An instant as the vectors write it."""
    return instant.astimezone(JST).isoformat()


def of(*clocks: str) -> list:
    """The vectors of some clocks, as parameters named by their id."""
    return [pytest.param(v["input"], v["expected"], id=v["id"]) for v in VECTORS if v["clock"] in clocks]


def test_all_forty_seven_vectors_of_the_first_clocks_are_tried_here():
    tried = [
        *of("art25_7day_notice"),
        *of("art26_14day_publication"),
        *of("art26_14day_latest_publication"),
        *of(*WAITS),
    ]

    assert [p.id for p in tried] == [f"V{n:03d}" for n in range(1, 48)]


@pytest.mark.parametrize(("given", "expected"), of("art25_7day_notice"))
def test_a_claimant_is_answered_within_seven_days_of_receipt(given, expected):
    received = datetime.fromisoformat(given["received_at"])
    steps = count(received, REPLY.length, REPLY.counting)

    assert next(s.day for s in steps if s.number == 1).isoformat() == expected["first_counted_day"]
    assert steps[-1].day.isoformat() == expected["default"]["date"]
    assert steps[-1].day.strftime("%a") == expected["default"]["weekday"]
    assert jst(due(REPLY, received)) == expected["default"]["exclusive"]


@pytest.mark.parametrize(("given", "expected"), of("art26_14day_publication"))
def test_criteria_carry_a_measure_from_the_fifteenth_day_after_publication(given, expected):
    published = datetime.fromisoformat(given["published_at"])

    assert jst(due(CRITERIA_WAIT, published)) == expected["default_earliest_measure"]


@pytest.mark.parametrize(("given", "expected"), of("art26_14day_latest_publication"))
def test_criteria_for_a_day_are_published_fifteen_days_before_it(given, expected):
    day = latest_start(date.fromisoformat(given["planned_measure_date"]), CRITERIA_WAIT.length)

    assert f"{day}T23:59:59+09:00" == expected["default_latest_publication"]


@pytest.mark.parametrize(
    ("clock", "given", "expected"),
    [pytest.param(v["clock"], v["input"], v["expected"], id=v["id"]) for v in VECTORS if v["clock"] in WAITS],
)
def test_a_wait_for_the_sender_passes_only_after_its_full_days(clock, given, expected):
    rule = WAITS[clock]
    received = datetime.fromisoformat(given["inquiry_received_by_sender_at"])

    assert last_day(received, rule.length, rule.counting).isoformat() == expected["default_last_day_of_wait"]
    assert jst(due(rule, received)) == expected["default_earliest_action"]


@pytest.mark.parametrize(("given", "expected"), of("log_retention_months"))
def test_months_of_log_retention_are_counted_by_the_calendar(given, expected):
    recorded = datetime.fromisoformat(f"{given['recorded_on']}T12:00:00+09:00")

    assert last_day(recorded, Months(given["months"]), Counting.FULL_DAYS).isoformat() == expected["keep_through"]


@pytest.mark.parametrize(("given", "expected"), of("criminal_preservation_request"))
def test_a_preservation_request_holds_for_the_days_it_names(given, expected):
    received = datetime.fromisoformat(f"{given['request_received']}T12:00:00+09:00")

    assert last_day(received, Days(given["days"]), Counting.CIVIL).isoformat() == expected["hold_through"]
