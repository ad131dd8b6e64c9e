"""The dates of vectors.json in every reading: each was computed twice, by other means than ours.

Each test builds the whole of a vector's `expected`, with the same names, from the calculation sheets of the house, and
compares the two: what a vector expects and no sheet says would fail.
"""

from datetime import date, datetime

import pytest

from tests.vectors import VECTORS
from tracker.closed_days import working_calendar
from tracker.law import sheets
from tracker.law.clocks import CRITERIA_WAIT, REPLY, SENDER_WAIT, SHORT_SENDER_WAIT, ClockRule
from tracker.law.consequences import due
from tracker.law.editions import R7_ORDINANCE_15
from tracker.law.period import JST, ONE_DAY, Days, Months, start_of
from tracker.law.readings import rules
from tracker.law.sheets import Sheet

CALENDAR = working_calendar()

CLOCK = R7_ORDINANCE_15.clock
WAITS = {"sender_inquiry_7day_wait": SENDER_WAIT, "sender_inquiry_2day_wait": SHORT_SENDER_WAIT}
FILINGS = {"rule9_monthly_sender_report": CLOCK("sender_report"), "art21_registration": CLOCK("registration")}
RETENTIONS = {3: CLOCK("log_retention_3m"), 6: CLOCK("log_retention_6m")}
PRESERVATIONS = {30: CLOCK("preservation_request"), 60: CLOCK("preservation_extension")}

# What a vector calls a reading that was not chosen, and what the house calls it.
REPLY_READINGS = {
    "proviso_off": "proviso_off",
    "art142_literal_once": "art142_once",
    "art142_next_open_day": "art142_next_open_day",
    "gov_holidays_next_open_day": "government_holidays",
}
CRITERIA_READINGS = {
    "alt_14_full_days_incl_midnight_publication": "midnight_counts",
    "alt_D_minus_14": "fourteenth_day",
}
WAIT_READINGS = {
    "cautious_art142_earliest_action": "art142_next_open_day",
    "proviso_on_earliest_action": "midnight_counts",
}
FILING_READINGS = {"default_internal": "unextended"}

TRIED: set[str] = set()


def of(*clocks: str) -> list:
    """The vectors of some clocks, as parameters named by their id."""
    found = [v for v in VECTORS if v["clock"] in clocks]
    TRIED.update(v["id"] for v in found)
    return [pytest.param(v["clock"], v["input"], v["expected"], id=v["id"]) for v in found]


def sheet(rule: ClockRule, given: datetime | date) -> Sheet:
    """The sheet of a rule for what somebody typed; its boundary is what the journal would store."""
    start = sheets.start(rule, given)
    found = sheets.calculate(rule, start, CALENDAR, R7_ORDINANCE_15)
    assert found.boundary == due(rule, start, CALENDAR)
    return found


def moment(text: str) -> datetime:
    """An instant as the vectors write it, in Japan or in UTC."""
    return datetime.fromisoformat(text)


def jst(instant: datetime) -> str:
    """An instant as the vectors write it."""
    return instant.astimezone(JST).isoformat()


def begins(day: date) -> str:
    """The first instant of a Japanese day."""
    return jst(start_of(day))


def ends(day: date) -> str:
    """The last second of a Japanese day."""
    return f"{day.isoformat()}T23:59:59+09:00"


def last(day: date) -> dict:
    """A last day as the vectors write it."""
    return {
        "date": day.isoformat(),
        "weekday": f"{day:%a}",
        "last_moment": ends(day),
        "exclusive": begins(day + ONE_DAY),
    }


def read(found: Sheet, names: dict[str, str]) -> dict[str, date]:
    """The last day by each reading not chosen, called as the vectors call it. Every reading of the sheet is named."""
    days = {reading.key: reading.last_day for reading in found.readings}
    assert set(days) == set(names.values())
    return {name: days[key] for name, key in names.items()}


@pytest.mark.parametrize(("clock", "given", "expected"), of("art25_7day_notice"))
def test_a_claimant_is_answered_within_seven_days_of_receipt(clock, given, expected):
    received = moment(given["received_at"])
    found = sheet(REPLY, received)

    assert jst(received) == given["received_jst"]
    assert {
        "first_counted_day": next(s.day for s in found.steps if s.number == 1).isoformat(),
        "default": last(found.last_day),
        **{name: last(day) for name, day in read(found, REPLY_READINGS).items()},
    } == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of("art26_14day_publication"))
def test_criteria_carry_a_measure_from_the_fifteenth_day_after_publication(clock, given, expected):
    published = moment(given["published_at"])
    found = sheet(CRITERIA_WAIT, published)

    assert jst(published) == given["published_jst"]
    assert {
        "default_earliest_measure": jst(found.boundary),
        "default_weekday": f"{found.free_day:%a}",
        **{name: begins(day + ONE_DAY) for name, day in read(found, CRITERIA_READINGS).items()},
    } == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of("art26_14day_latest_publication"))
def test_criteria_for_a_day_are_published_fifteen_days_before_it(clock, given, expected):
    planned = date.fromisoformat(given["planned_measure_date"])
    latest = sheets.begin_by(CRITERIA_WAIT, planned)

    def free(published: date) -> date:
        """The first day of use by the lenient reading, of criteria published at noon."""
        noon = datetime(published.year, published.month, published.day, 12, tzinfo=JST)
        return read(sheet(CRITERIA_WAIT, noon), CRITERIA_READINGS)["alt_D_minus_14"] + ONE_DAY

    assert free(latest) < free(latest + ONE_DAY) == planned
    assert {"default_latest_publication": ends(latest), "alt_D_minus_14": ends(latest + ONE_DAY)} == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of(*WAITS))
def test_a_wait_for_the_sender_passes_only_after_its_full_days(clock, given, expected):
    found = sheet(WAITS[clock], moment(given["inquiry_received_by_sender_at"]))

    assert {
        "default_last_day_of_wait": found.last_day.isoformat(),
        "default_earliest_action": jst(found.boundary),
        **{name: begins(day + ONE_DAY) for name, day in read(found, WAIT_READINGS).items()},
    } == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of("art28_yearly_publication"))
def test_the_yearly_publication_ends_with_may_even_on_a_sunday(clock, given, expected):
    found = sheet(CLOCK("publication"), date(given["fiscal_year"], 4, 1))

    assert {"default": last(found.last_day)} == expected
    assert sheet(CLOCK("publication"), date(given["fiscal_year"] + 1, 3, 31)).last_day == found.last_day


@pytest.mark.parametrize(("clock", "given", "expected"), of(*FILINGS))
def test_a_filing_moves_to_the_day_on_which_offices_open_again(clock, given, expected):
    day = (
        date(given["fiscal_year"], 4, 1) if "fiscal_year" in given else date.fromisoformat(given["designation_served"])
    )
    found = sheet(FILINGS[clock], day)

    assert {
        "statutory_with_gov_holiday_rule": last(found.last_day),
        **{name: last(day) for name, day in read(found, FILING_READINGS).items()},
    } == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of("log_retention_months"))
def test_months_of_log_retention_are_counted_by_the_calendar(clock, given, expected):
    rule = RETENTIONS[given["months"]]
    found = sheet(rule, date.fromisoformat(given["recorded_on"]))

    assert rule.length == Months(given["months"])
    assert {"keep_through": found.last_day.isoformat(), "erase_from": jst(found.boundary)} == expected


@pytest.mark.parametrize(("clock", "given", "expected"), of("criminal_preservation_request"))
def test_a_preservation_request_holds_for_the_days_it_names(clock, given, expected):
    rule = PRESERVATIONS[given["days"]]
    found = sheet(rule, date.fromisoformat(given["request_received"]))

    assert rule.length == Days(given["days"])
    assert {"hold_through": found.last_day.isoformat(), "release_from": jst(found.boundary)} == expected


def test_all_sixty_five_vectors_are_tried_here():
    assert [v["id"] for v in VECTORS] == [f"V{n:03d}" for n in range(1, 66)]
    assert {v["id"] for v in VECTORS} == TRIED


BY_HAND = {
    # 31 May 2026 is a Sunday, 1 June a Monday.
    CLOCK("publication"): (
        "2026-04-01",
        "2026-05-31",
        {"art142_next_open_day": "2026-06-01", "government_holidays": "2026-06-01"},
    ),
    # From 1 November to the end of the year, when courts are closed to Sunday 3 January.
    CLOCK("provision_lapse"): ("2026-10-31", "2026-12-31", {"government_holidays": "2027-01-04"}),
}


@pytest.mark.parametrize("rule", BY_HAND, ids=lambda rule: rule.name)
def test_readings_of_which_no_vector_speaks_are_worked_out_by_hand(rule):
    day, last, readings = BY_HAND[rule]
    found = sheets.calculate(rule, start_of(date.fromisoformat(day)), CALENDAR, R7_ORDINANCE_15)

    assert found.last_day.isoformat() == last
    assert {reading.key: reading.last_day.isoformat() for reading in found.readings} == readings


def test_every_reading_of_the_house_is_compared_with_a_vector_or_worked_out_by_hand():
    named = {REPLY: REPLY_READINGS, CRITERIA_WAIT: CRITERIA_READINGS}
    named |= dict.fromkeys(WAITS.values(), WAIT_READINGS) | dict.fromkeys(FILINGS.values(), FILING_READINGS)
    compared = {frozenset(names.values()) for names in named.values()} | {frozenset()}
    compared |= {frozenset(readings) for _day, _last, readings in BY_HAND.values()}

    assert {frozenset(reading.key for reading in rules(rule)) for rule in R7_ORDINANCE_15.clocks} <= compared
