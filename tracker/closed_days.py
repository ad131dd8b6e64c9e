"""The working calendar, built from the holidays package and handed to law as plain data."""

from functools import cache

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
YEARS = range(2024, 2033)


@cache
def working_calendar() -> Calendar:
    """National holidays of Japan in Japanese. Equinoxes more than a year ahead are forecasts until gazetted."""
    return Calendar(dict(holidays.country_holidays("JP", years=YEARS, language="ja")))
