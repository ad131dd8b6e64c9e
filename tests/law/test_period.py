"""民法140–143条, as a lawyer would check them."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.law.calendars import Calendar
from tracker.law.period import JST, Counting, Days, Months, boundary, count, japanese_day, last_day, start_of

SEVEN = Days(7)


def at(text: str) -> datetime:
    """A Japanese local time as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-04-08 10:15", "2026-04-15 Wed"),  # the day of receipt is not counted
        ("2026-04-08 00:00", "2026-04-14 Tue"),  # from midnight it is (民法140条ただし書)
        ("2026-04-08 00:00:01", "2026-04-15 Wed"),  # one second later it is not
        ("2026-04-28 09:00", "2026-05-05 Tue"),  # a holiday at the end does not extend (no 142条)
        ("2028-02-22 10:00", "2028-02-29 Tue"),  # leap day
    ],
)
def test_the_day_of_receipt_is_not_counted(received, last):
    assert last_day(at(received), SEVEN, Counting.CIVIL).strftime("%Y-%m-%d %a") == last


def test_a_wait_of_full_days_never_counts_its_first_day():
    assert last_day(at("2026-06-01 00:00"), SEVEN, Counting.FULL_DAYS) == date(2026, 6, 8)


def test_a_period_ends_with_the_end_of_its_last_day_in_japan():
    assert boundary(count(at("2026-04-08 10:15"), SEVEN, Counting.CIVIL)) == datetime(2026, 4, 15, 15, tzinfo=UTC)


def test_the_steps_number_every_day_and_the_first_is_zero_when_not_counted():
    steps = count(at("2026-04-28 09:14"), SEVEN, Counting.CIVIL)

    assert [s.number for s in steps] == list(range(8))
    assert steps[0].day == date(2026, 4, 28)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-11-30 12:00", 3, date(2027, 2, 28)),  # the day after begins on the first
        ("2026-12-30 12:00", 2, date(2027, 2, 28)),  # no 31 February: the month's last day
        ("2027-10-31 12:00", 4, date(2028, 2, 29)),
        ("2026-01-31 00:00", 1, date(2026, 2, 28)),  # midnight: begins on the 31st, no 31 February
    ],
)
def test_months_end_on_the_day_before_the_corresponding_day(start, months, last):
    assert last_day(at(start), Months(months), Counting.CIVIL) == last


instants = st.integers(0, 4 * 365 * 86400).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@given(instants)
def test_a_wait_is_never_shorter_than_a_period_of_the_same_days(start):
    wait, period = (last_day(start, SEVEN, c) for c in (Counting.FULL_DAYS, Counting.CIVIL))

    assert timedelta(0) <= wait - period <= timedelta(days=1)


@given(instants, st.integers(1, 60))
def test_the_boundary_is_a_japanese_midnight_with_n_whole_days_before_it(start, n):
    end = boundary(count(start, Days(n), Counting.CIVIL))

    assert end.astimezone(JST).hour == 0
    assert timedelta(days=n) <= end - start < timedelta(days=n + 1)


def test_the_last_working_day_goes_back_over_golden_week_and_year_end():
    calendar = Calendar(
        {date(2026, 5, 3): "憲法記念日", date(2026, 5, 4): "みどりの日", date(2026, 5, 5): "こどもの日"}
    )

    assert calendar.last_working_day(date(2026, 5, 5)) == date(2026, 5, 1)
    assert calendar.last_working_day(date(2027, 1, 1)) == date(2026, 12, 28)
    assert calendar.next_working_day(date(2026, 12, 28)) == date(2027, 1, 4)


@pytest.fixture(params=["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"])
def machine(request, monkeypatch) -> Iterator[str]:
    """A machine whose own clock is set to some time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_day_is_a_japanese_one_and_an_instant_is_utc_whatever_zone_the_machine_keeps(machine):
    assert japanese_day(datetime(2026, 4, 7, 15, tzinfo=UTC)) == date(2026, 4, 8)
    assert japanese_day(datetime(2026, 4, 7, 14, 59, 59, tzinfo=UTC)) == date(2026, 4, 7)
    assert start_of(date(2026, 4, 8)).isoformat() == "2026-04-07T15:00:00+00:00"
    assert boundary(count(at("2026-04-08 10:15"), SEVEN, Counting.CIVIL)).isoformat() == "2026-04-15T15:00:00+00:00"
