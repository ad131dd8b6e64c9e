"""The second counter finds every date of the vectors too: they rest on two ways of counting besides the house's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.law.witness import DAY, NINE_HOURS, after_closed_days, end_of_days, end_of_months, month_length, rest_day
from tests.vectors import VECTORS


def noon(day: str) -> datetime:
    """Noon in Japan on a day: a start that is never a midnight."""
    return datetime.fromisoformat(f"{day}T12:00:00+09:00")


def april(year: int) -> datetime:
    """The midnight at which the fiscal year after `year` begins in Japan."""
    return datetime(year + 1, 4, 1, tzinfo=UTC) - NINE_HOURS


def after_rest(end: datetime, *, once: bool = False) -> datetime:
    """The end of a period moved over Sundays and holidays, or by one day only (民法142条)."""
    while rest_day((end - DAY).date()):
        end += DAY
        if once:
            break
    return end


def exclusive(end: datetime) -> str:
    """The first instant after a period, as the vectors write it."""
    return f"{end.isoformat()}+09:00"


def written(end: datetime) -> dict:
    """A deadline as the vectors write it."""
    last = end - timedelta(seconds=1)
    return {
        "date": last.date().isoformat(),
        "weekday": f"{last:%a}",
        "last_moment": exclusive(last),
        "exclusive": exclusive(end),
    }


def reply(given: dict) -> dict:
    at = datetime.fromisoformat(given["received_at"])
    end, out = end_of_days(at, 7, at_once=True), end_of_days(at, 7, at_once=False)
    return {
        "first_counted_day": (end - 7 * DAY).date().isoformat(),
        "default": written(end),
        "proviso_off": written(out),
        "art142_literal_once": written(after_rest(end, once=True)),
        "art142_next_open_day": written(after_rest(end)),
        "gov_holidays_next_open_day": written(after_closed_days(end)),
    }


def criteria(given: dict) -> dict:
    at = datetime.fromisoformat(given["published_at"])
    free = end_of_days(at, 14, at_once=False)
    return {
        "default_earliest_measure": exclusive(free),
        "default_weekday": f"{free:%a}",
        "alt_14_full_days_incl_midnight_publication": exclusive(end_of_days(at, 14, at_once=True)),
        "alt_D_minus_14": exclusive(free - DAY),
    }


def latest(given: dict) -> dict:
    """Counted back by trying: the last second before the planned day that leaves fourteen days, or thirteen."""
    planned = datetime.fromisoformat(given["planned_measure_date"])

    def last_second(days: int) -> str:
        second = planned - NINE_HOURS - timedelta(seconds=1)
        while end_of_days(second.replace(tzinfo=UTC), days, at_once=False) > planned:
            second -= DAY
        return exclusive(second + NINE_HOURS)

    return {"default_latest_publication": last_second(14), "alt_D_minus_14": last_second(13)}


def wait(days: int) -> Callable[[dict], dict]:
    def found(given: dict) -> dict:
        at = datetime.fromisoformat(given["inquiry_received_by_sender_at"])
        free = end_of_days(at, days, at_once=False)
        return {
            "default_last_day_of_wait": (free - DAY).date().isoformat(),
            "default_earliest_action": exclusive(free),
            "cautious_art142_earliest_action": exclusive(after_rest(free)),
            "proviso_on_earliest_action": exclusive(end_of_days(at, days, at_once=True)),
        }

    return found


def filing(end: datetime) -> dict:
    return {"default_internal": written(end), "statutory_with_gov_holiday_rule": written(after_closed_days(end))}


def retention(given: dict) -> dict:
    free = end_of_months(noon(given["recorded_on"]), given["months"], at_once=False)
    return {"keep_through": (free - DAY).date().isoformat(), "erase_from": exclusive(free)}


def preservation(given: dict) -> dict:
    free = end_of_days(noon(given["request_received"]), given["days"], at_once=True)
    return {"hold_through": (free - DAY).date().isoformat(), "release_from": exclusive(free)}


COUNTED = {
    "art25_7day_notice": reply,
    "art26_14day_publication": criteria,
    "art26_14day_latest_publication": latest,
    "sender_inquiry_7day_wait": wait(7),
    "sender_inquiry_2day_wait": wait(2),
    "art28_yearly_publication": lambda g: {"default": written(end_of_months(april(g["fiscal_year"]), 2, at_once=True))},
    "rule9_monthly_sender_report": lambda g: filing(end_of_months(april(g["fiscal_year"]), 1, at_once=True)),
    "art21_registration": lambda g: filing(end_of_months(noon(g["designation_served"]), 3, at_once=True)),
    "log_retention_months": retention,
    "criminal_preservation_request": preservation,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_second_counter_finds_the_same_dates(vector):
    assert COUNTED[vector["clock"]](vector["input"]) == vector["expected"]


def test_the_second_counter_knows_the_leap_years_of_the_calendar():
    assert [month_length(year, 2) for year in (1900, 2000, 2024, 2026, 2100)] == [28, 29, 29, 28, 28]
    assert sum(month_length(2026, month) for month in range(1, 13)) == (date(2027, 1, 1) - date(2026, 1, 1)).days
