"""Every kind of period against a second counter that walks from midnight to midnight (witness.py)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.law import witness
from tracker.closed_days import working_calendar
from tracker.law import sheets
from tracker.law.clocks import CLOCKS, Bound, ClockRule, Given
from tracker.law.consequences import due
from tracker.law.editions import R7_ORDINANCE_15
from tracker.law.period import JST, MOVED, ONE_DAY, Counting, Days, Months, boundary, count, moved, start_of
from tracker.law.sheets import Sheet

CALENDAR = working_calendar()
NUMBERED = [rule for rule in CLOCKS if rule.length]
SECOND = timedelta(seconds=1)

# 2024–2035, any microsecond of it; half of the instants lie within two seconds of a Japanese midnight.
MIDNIGHTS = st.dates(date(2024, 1, 1), date(2035, 12, 31)).map(start_of)
NEAR = st.builds(lambda midnight, near: midnight + near, MIDNIGHTS, st.timedeltas(-2 * SECOND, 2 * SECOND))
ANY = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis asks so
INSTANTS = ANY | NEAR
LENGTHS = st.integers(1, 400).map(Days) | st.integers(1, 36).map(Months)
CIVIL = st.sampled_from([Counting.CIVIL, Counting.FILING, Counting.COURT])
COUNTINGS = st.sampled_from(list(Counting))
RULES = st.sampled_from(NUMBERED)

# No deadline: a busy machine is no fault of the arithmetic.
SOME, MANY = (settings(max_examples=n, deadline=None) for n in (100, 500))


def wall(instant: datetime) -> datetime:
    """An instant as a wall clock in Japan shows it."""
    return instant.astimezone(JST).replace(tzinfo=None)


def sheet(rule: ClockRule, start: datetime) -> Sheet:
    """The sheet of a rule for a period begun at `start`."""
    return sheets.calculate(rule, start, CALENDAR, R7_ORDINANCE_15)


def begins(rule: ClockRule, start: datetime) -> datetime:
    """From when the law counts: a day has no hour of its own, and a year ends as 1 April begins."""
    shown = wall(start)
    if rule.given is Given.DAY:
        shown = shown.replace(hour=12, minute=0, second=0, microsecond=0)
    if rule.given is Given.YEAR:
        april = shown.replace(month=4, day=1, hour=0, minute=0, second=0, microsecond=0)
        shown = april if april <= shown else april.replace(year=april.year - 1)
    return shown.replace(tzinfo=JST).astimezone(UTC)


def by_the_witness(length: Days | Months, counting: Counting, start: datetime) -> datetime:
    """The end of a period as the second counter finds it, closed days aside."""
    find = witness.end_of_days if isinstance(length, Days) else witness.end_of_months
    return find(start, length.n, at_once=counting is not Counting.FULL_DAYS)


@MANY
@given(INSTANTS, LENGTHS, COUNTINGS)
@example(datetime(2026, 4, 8, 15, 0, 0, 999_999, tzinfo=UTC), Days(7), Counting.CIVIL)  # the whole second of midnight
@example(datetime(2027, 11, 29, 15, tzinfo=UTC), Months(3), Counting.CIVIL)  # 30 November, midnight, to a leap February
@example(datetime(2026, 12, 30, 3, tzinfo=UTC), Months(2), Counting.FULL_DAYS)  # no 31 February
def test_a_period_ends_where_somebody_who_walks_through_its_days_arrives(start, length, counting):
    assert wall(boundary(count(start, length, counting))) == by_the_witness(length, counting, start)


@MANY
@given(RULES, INSTANTS)
def test_every_clock_ends_where_the_walk_ends_and_moves_over_closed_days_only_if_it_is_a_filing(rule, start):
    end = by_the_witness(rule.length, rule.counting, begins(rule, start))

    assert wall(due(rule, start, CALENDAR)) == (witness.after_closed_days(end) if rule.counting in MOVED else end)


@SOME
@given(INSTANTS, st.integers(1, 400))
def test_a_deadline_of_n_days_leaves_n_whole_days_and_not_one_more(start, n):
    left = boundary(count(start, Days(n), Counting.CIVIL)) - start

    assert timedelta(days=n) - SECOND < left < timedelta(days=n + 1)


@SOME
@given(INSTANTS, st.integers(1, 400))
def test_a_wait_of_n_days_never_passes_before_n_whole_days_of_japan_have_followed_its_first(start, n):
    passed = boundary(count(start, Days(n), Counting.FULL_DAYS)) - start

    assert timedelta(days=n) < passed <= timedelta(days=n + 1)


@SOME
@given(INSTANTS, LENGTHS)
def test_caution_makes_a_wait_never_shorter_than_a_deadline_of_the_same_length(start, length):
    deadline, wait = (boundary(count(start, length, c)) for c in (Counting.CIVIL, Counting.FULL_DAYS))

    # At a midnight the whole months are counted from two first days, and February may make more than a day of it.
    assert timedelta(0) <= wait - deadline <= timedelta(days=1 if isinstance(length, Days) else 2)


@SOME
@given(RULES, INSTANTS)
def test_caution_means_the_earliest_reading_for_a_deadline_and_a_later_one_for_a_wait(rule, start):
    found = sheet(rule, start)
    days = {reading.key: reading.last_day for reading in found.readings}

    assert all(reading.differs == (reading.last_day != found.last_day) for reading in found.readings)
    if rule.counting in MOVED:  # the law itself gives the longer day; the safe target lies on or before it
        assert all(day <= found.last_day for day in days.values())
    elif rule.bound is Bound.WITHIN:
        assert all(day >= found.last_day for day in days.values())
    else:  # closed days would lengthen a wait: shown as the day for the careful, see the sheet
        longer = [days.pop(key) for key in ("art142_next_open_day", "government_holidays") if key in days]
        assert all(day >= found.last_day for day in longer)
        assert all(day <= found.last_day for day in days.values())


@SOME
@given(RULES, INSTANTS, INSTANTS)
def test_what_begins_later_never_ends_earlier(rule, one, other):
    early, late = sorted([one, other])

    assert due(rule, early, CALENDAR) <= due(rule, late, CALENDAR)


@SOME
@given(INSTANTS, INSTANTS, LENGTHS, COUNTINGS)
def test_a_period_of_any_length_that_begins_later_never_ends_earlier(one, other, length, counting):
    early, late = sorted([one, other])

    assert boundary(count(early, length, counting)) <= boundary(count(late, length, counting))


@SOME
@given(RULES, INSTANTS)
def test_the_steps_are_consecutive_days_numbered_from_the_day_of_the_start_to_the_last(rule, start):
    found = sheet(rule, start)
    counted = [step for step in found.steps if not step.moved]

    assert found.steps[0].day == wall(begins(rule, start)).date()
    assert all(later.day - earlier.day == ONE_DAY for earlier, later in pairwise(found.steps))
    assert [s.number for s in counted] == list(range(counted[0].number, counted[0].number + len(counted)))
    assert counted[0].number in (0, 1)
    assert found.steps == [*counted, *found.steps[len(counted) :]]
    assert all(step.number == 0 for step in found.steps[len(counted) :])
    if isinstance(rule.length, Days):
        assert counted[-1].number == rule.length.n


@SOME
@given(RULES, INSTANTS)
def test_every_boundary_is_a_japanese_midnight_right_after_the_last_day(rule, start):
    found = sheet(rule, start)

    assert found.boundary.utcoffset() == timedelta(0)
    assert wall(found.boundary) == datetime(*found.last_day.timetuple()[:3]) + ONE_DAY  # noqa: DTZ001 a wall clock
    assert found.started_at == begins(rule, start)


@SOME
@given(INSTANTS, LENGTHS, st.sampled_from(sorted(MOVED)))
def test_a_filing_never_ends_on_a_closed_day_and_moves_over_closed_days_only(start, length, counting):
    steps = count(start, length, counting)
    found = moved(steps, witness.offices_closed)

    assert found[: len(steps)] == steps
    assert not witness.offices_closed(found[-1].day)
    assert all(witness.offices_closed(step.day) for step in found[len(steps) - 1 : -1])
    assert all(step.moved and step.number == 0 for step in found[len(steps) :])


@SOME
@given(INSTANTS, LENGTHS, st.integers(0, 3))
def test_a_move_may_be_held_to_a_number_of_days(start, length, most):
    steps = count(start, length, Counting.FILING)
    whole, part = moved(steps, witness.rest_day), moved(steps, witness.rest_day, most=most)

    assert part == whole[: len(steps) + most]
    assert steps == count(start, length, Counting.FILING)  # what was given is left as it was


@SOME
@given(RULES.filter(lambda rule: rule.bound is Bound.NOT_BEFORE and isinstance(rule.length, Days)), MIDNIGHTS)
def test_counted_back_a_wait_begins_on_the_last_day_that_still_leaves_it_time(rule, midnight):
    day = wall(midnight).date()
    latest = sheets.begin_by(rule, day)

    def free(begun: date) -> date:
        """The first free day of a wait begun at noon."""
        return sheet(rule, start_of(begun) + timedelta(hours=12)).free_day

    assert free(latest) == day
    assert free(latest + ONE_DAY) > day


@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_closed_days_of_the_house_are_those_of_another_package(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]

    assert [d for d in days if bool(CALENDAR.closed(d)) != witness.offices_closed(d)] == []
    assert [d for d in days if bool(CALENDAR.rest_day(d)) != witness.rest_day(d)] == []


@pytest.mark.parametrize("year", range(2024, 2036))
@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_begun_at_its_last_day_ends_with_the_next_one_in_every_year(year, month):
    first = date(year, month, witness.month_length(year, month))
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    steps = count(start_of(first), Months(1), Counting.CIVIL)
    short = witness.month_length(*following) < first.day

    expected = date(*following, witness.month_length(*following)) if short else date(*following, first.day) - ONE_DAY
    assert steps[-1].day == expected
    assert wall(boundary(steps)) == witness.end_of_months(start_of(first), 1, at_once=True)
