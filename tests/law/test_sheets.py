"""The calculation sheet: what it carries, what it says as plain data, and where it refuses to guess."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.closed_days import shipped, working_calendar
from tracker.law import sheets
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.editions import EDITIONS, R7_ORDINANCE_15
from tracker.law.period import JST
from tracker.law.readings import rules

CALENDAR = working_calendar()
ONLY_2026 = shipped(range(2026, 2027))
CLOCK = R7_ORDINANCE_15.clock


def at(text: str) -> datetime:
    """A Japanese local time as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.fixture
def abroad(monkeypatch) -> Iterator[None]:
    """A machine that does not keep UTC."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_sheet_says_by_which_rule_edition_and_calendar_it_counts(abroad):
    found = sheets.calculate(CLOCK("reply"), at("2026-04-28 09:14"), CALENDAR, EDITIONS[1])

    assert (found.rule, found.edition, found.calendar) == (CLOCK("reply"), EDITIONS[1], CALENDAR)
    assert found.started_at.isoformat() == "2026-04-28T00:14:00+00:00"
    assert found.boundary.isoformat() == "2026-05-05T15:00:00+00:00"
    assert (found.last_day, found.last_working_day, found.free_day) == (date(2026, 5, 5), date(2026, 5, 1), None)


def test_a_wait_names_the_first_free_day_and_no_working_day():
    found = sheets.calculate(CLOCK("criteria_wait"), at("2026-06-01 10:00"), CALENDAR, R7_ORDINANCE_15)

    assert (found.last_day, found.free_day, found.last_working_day) == (date(2026, 6, 15), date(2026, 6, 16), None)


@pytest.mark.parametrize("name", ["reply", "criteria_wait", "sender_wait", "registration"])
def test_a_reading_not_chosen_says_in_words_what_it_is_and_why(name):
    rule = CLOCK(name)
    found = sheets.calculate(rule, at("2026-06-01 10:00"), CALENDAR, R7_ORDINANCE_15)

    assert [(r.key, r.label, r.says, r.article) for r in found.readings] == [
        (r.key, r.label, r.says, r.article) for r in rules(rule)
    ]


def test_a_sheet_as_plain_data_says_all_of_it(abroad):
    found = sheets.calculate(
        CLOCK("sender_report"), sheets.start(CLOCK("sender_report"), date(2027, 4, 1)), CALENDAR, EDITIONS[2]
    )
    said = sheets.spoken(found, confirmed=False)
    steps = said.pop("steps")

    assert said == {
        "key": "sender_report",
        "label": "平均月間発信者数等の報告",
        "article": "法20条3項・規則9条1項",
        "force": "duty",
        "bound": "within",
        "effect": None,
        "counting": "filing",
        "confidence": "text",
        "edition": "r8-58-2",
        "confirmed": False,
        "calendar": CALENDAR.version,
        "started_day": "2028-04-01",
        "started_at": "2028-03-31T15:00:00+00:00",
        "started_at_japan": "2028-04-01T00:00:00+09:00",
        "boundary": "2028-05-02T00:00:00+09:00",
        "last_day": "2028-05-01",
        "last_working_day": "2028-05-01",
        "holidays_known": True,
        "readings": [
            {
                "key": "unextended",
                "article": "",
                "last_day": "2028-04-30",
                "boundary": "2028-05-01T00:00:00+09:00",
                "differs": True,
            }
        ],
    }
    assert len(steps) == 31
    assert steps[0] == {"day": "2028-04-01", "weekday": "Sat", "number": 1, "closed": "土曜日", "moved": False}
    assert steps[2] == {"day": "2028-04-03", "weekday": "Mon", "number": 3, "closed": None, "moved": False}
    assert steps[-3:] == [
        {"day": "2028-04-29", "weekday": "Sat", "number": 29, "closed": "昭和の日", "moved": False},
        {"day": "2028-04-30", "weekday": "Sun", "number": 30, "closed": "日曜日", "moved": False},
        {"day": "2028-05-01", "weekday": "Mon", "number": 0, "closed": None, "moved": True},
    ]


def test_a_wait_as_plain_data_names_its_effect_and_its_public_name():
    found = sheets.calculate(CLOCK("sender_wait"), at("2026-06-01 12:00"), CALENDAR, R7_ORDINANCE_15)
    said = sheets.spoken(found, confirmed=True)

    assert (said["key"], said["bound"], said["effect"]) == ("sender_inquiry", "not_before", "shelters")
    assert (said["last_working_day"], said["confirmed"]) == (None, True)


@pytest.mark.parametrize(
    ("served", "ends"),
    [
        ("2026-10-15", "2027-01-15"),  # in the unknown year
        ("2026-09-29", "2027-01-04"),  # 29 December is known to be closed; where it moves to is not
    ],
)
def test_a_filing_whose_end_hangs_on_unknown_holidays_is_not_guessed(served, ends):
    rule = CLOCK("registration")

    with pytest.raises(Uncovered, match=f"^{ends}$"):
        sheets.calculate(rule, sheets.start(rule, date.fromisoformat(served)), ONLY_2026, R7_ORDINANCE_15)


def test_a_filing_needs_the_holidays_of_the_year_in_which_it_ends_only():
    rule = CLOCK("registration")
    found = sheets.calculate(rule, sheets.start(rule, date(2025, 12, 14)), ONLY_2026, R7_ORDINANCE_15)

    assert found.last_day == date(2026, 3, 16)  # 14 March 2026 is a Saturday


def test_a_deadline_that_no_holiday_moves_is_counted_in_any_year_and_names_no_working_day_there():
    found = sheets.calculate(CLOCK("reply"), at("2026-12-28 09:00"), ONLY_2026, R7_ORDINANCE_15)

    assert (found.last_day, found.last_working_day) == (date(2027, 1, 4), None)
    assert sheets.spoken(found, confirmed=True)["holidays_known"] is False
    assert sheets.spoken(found, confirmed=True)["last_working_day"] is None


def test_what_somebody_types_becomes_an_instant_in_utc_on_any_machine(abroad):
    for name, given in [
        ("reply", at("2026-04-08 09:00")),
        ("reply", date(2026, 4, 8)),
        ("publication", date(2026, 4, 8)),
    ]:
        assert sheets.start(CLOCK(name), given).utcoffset() == timedelta(0)


def test_a_closed_day_is_named_by_its_holiday_before_its_weekday():
    names = {
        date(2026, 4, 4): ("土曜日", None),
        date(2026, 4, 5): ("日曜日", "日曜日"),
        date(2026, 4, 6): (None, None),
        date(2026, 5, 3): ("憲法記念日", "憲法記念日"),
        date(2026, 12, 28): (None, None),
        date(2026, 12, 29): ("年末年始", None),
        date(2027, 1, 3): ("年末年始", "日曜日"),
        date(2027, 1, 4): (None, None),
    }

    assert {day: (CALENDAR.closed(day), CALENDAR.rest_day(day)) for day in names} == names


def test_closed_days_in_a_row_are_found_from_inside_and_from_before():
    golden = [date(2026, 5, day) for day in range(2, 7)]

    assert CALENDAR.next_break(date(2026, 4, 30)) == golden
    assert CALENDAR.next_break(date(2026, 5, 2)) == golden
    assert CALENDAR.next_break(date(2026, 5, 4)) == golden[2:]
    assert CALENDAR.next_break(date(2026, 12, 28)) == [date(2026, 12, 29) + timedelta(days=n) for n in range(6)]


def test_a_calendar_without_holidays_knows_no_year():
    assert list(Calendar({}).years) == []
    assert not Calendar({}).covers(date(2026, 1, 1))
    assert list(ONLY_2026.years) == [2026]
    assert ONLY_2026.version != CALENDAR.version
    assert ONLY_2026.version == shipped(range(2026, 2027)).version


def test_a_reading_that_hangs_on_unknown_holidays_is_not_guessed():
    found = sheets.calculate(CLOCK("reply"), at("2026-12-25 18:00"), ONLY_2026, R7_ORDINANCE_15)

    assert found.last_day == date(2027, 1, 1)  # 元日, of which this calendar knows nothing
    assert [r.key for r in found.readings] == ["proviso_off"]


def test_an_hour_is_said_only_where_somebody_named_one_and_it_matters():
    moment = at("2026-04-28 09:14")

    def hour(name: str, **more: bool) -> object:
        found = sheets.calculate(CLOCK(name), moment, CALENDAR, R7_ORDINANCE_15, **more)
        said = sheets.spoken(found, confirmed=True)
        assert (said["started_at"] is None) == (said["started_at_japan"] is None)
        return said["started_at"]

    assert hour("reply") == "2026-04-28T00:14:00+00:00"
    assert hour("reply", timed=False) is None
    assert hour("registration") is None  # a day counts, whatever its hour
    assert hour("publication", timed=False) == "2026-03-31T15:00:00+00:00"  # the year began at midnight


def test_the_instant_from_which_a_day_is_counted_is_kept_in_utc():
    assert sheets.origin(CLOCK("registration"), at("2025-05-30 10:00")).tzinfo is UTC
