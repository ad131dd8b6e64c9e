"""The working calendar, built from the holidays package and handed to law as plain data."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.metadata import version

import holidays

from tracker.law import N_
from tracker.law.calendars import Calendar

# As the package names them.
HOLIDAYS = (
    N_("元日"),
    N_("成人の日"),
    N_("建国記念の日"),
    N_("天皇誕生日"),
    N_("春分の日"),
    N_("昭和の日"),
    N_("憲法記念日"),
    N_("みどりの日"),
    N_("こどもの日"),
    N_("海の日"),
    N_("山の日"),
    N_("敬老の日"),
    N_("秋分の日"),
    N_("スポーツの日"),
    N_("文化の日"),
    N_("勤労感謝の日"),
    N_("振替休日"),
    N_("国民の休日"),
)
YEARS = range(2020, 2041)
PACKAGE = f"holidays {version('holidays')} (Python)"

# What is known better than the package knows it: the name of a holiday, or None where the package is wrong to name one.
# One line a day, with its source and the day on which it was read. An installation corrects its own calendar at the
# desk; a line here is for everybody.
OVERRIDES: Mapping[date, str | None] = {}


@cache
def working_calendar() -> Calendar:
    """The calendar that is shipped. Equinoxes more than a year ahead are forecasts until gazetted (官報)."""
    return shipped(YEARS)


def shipped(years: range) -> Calendar:
    """National holidays of Japan in Japanese, with what OVERRIDES knows better."""
    known: dict[date, str | None] = dict(holidays.country_holidays("JP", years=years, language="ja"))
    known |= {day: name for day, name in OVERRIDES.items() if day.year in years}
    return Calendar({day: name for day, name in sorted(known.items()) if name})
