"""How the day of the answer was counted, as a claimant reads it on the front page, the receipt and the status page."""

from datetime import date
from typing import Any

from flask import url_for

from tracker.law.grounds import Force
from tracker.law.sheets import Sheet
from tracker.web.calculation import asked_again, day_words, shown


def counting(sheet: Sheet, *, confirmed: bool, force: Force, beside: date) -> dict[str, Any]:
    """The words of public/_promise.html: the last day, the picture, the table, the same question to the calculator."""
    asked: dict[str, Any] = asked_again(sheet) | {"calendar": sheet.calendar.version}
    calc = shown(sheet, confirmed=confirmed, today=beside, work=False, force=force)
    return {
        "force": force.value,
        "last_day": day_words(sheet.last_day, sheet.calendar, beside=beside),
        "first_day": day_words(sheet.steps[0].day, sheet.calendar),
        "first_counted": sheet.steps[0].number == 1,
        "n_days": sheet.steps[-1].number,
        "calc": calc,
        "calculator_url": url_for("public.calculator", **asked),
    }
