"""What is not known yet about a sheet: holidays of a far year, equinoxes that were not gazetted."""

from datetime import date

from tracker.i18n import day_text, dotted, gettext as _
from tracker.law import N_
from tracker.law.sheets import Sheet
from tracker.web.calculation.strip import ends

EQUINOXES = frozenset({N_("春分の日"), N_("秋分の日")})


def notes(sheet: Sheet, today: date) -> list[str]:
    """The same in whole sentences, as it stands on `today`: whenever the period begins."""
    found = []
    first, last = ends(sheet)
    unknown = [year for year in range(first.year, last.year + 1) if not sheet.calendar.covers(date(year, 1, 1))]
    if unknown:
        years = dotted(unknown)
        found.append(
            _(
                "%(years)s年の国民の祝日は、この暦にありません。土曜日・日曜日・年末年始だけを閉庁日とみています。",
                years=years,
            )
        )
    for day in sorted(forecasts(sheet, today)):
        found.append(
            _(
                "%(day)s（%(name)s）は予測です。前の年の2月に官報で公表されるまで、日が変わることがあります。",
                day=day_text(day),
                name=_(sheet.calendar.holidays[day]),
            )
        )
    return found


def forecasts(sheet: Sheet, today: date) -> list[date]:
    """The equinoxes on the sheet not gazetted on `today`: each is, on the first of February of the year before."""
    first, last = ends(sheet)
    return [
        day
        for day, name in sheet.calendar.holidays.items()
        if first <= day <= last and name in EQUINOXES and today < date(day.year - 1, 2, 1)
    ]
