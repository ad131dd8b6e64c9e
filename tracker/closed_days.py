"""The working calendar, built from the holidays package and handed to law as plain data."""

from functools import cache

import holidays

from tracker.law.calendars import Calendar

YEARS = range(2024, 2033)


@cache
def working_calendar() -> Calendar:
    """National holidays of Japan in Japanese. Equinoxes more than a year ahead are forecasts until gazetted."""
    return Calendar(dict(holidays.country_holidays("JP", years=YEARS, language="ja")))
