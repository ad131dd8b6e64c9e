"""The picture of a calculation: a cell for each day, a wall where a deadline ends, a gate where a wait does.

A long period is folded: its beginning, the ends of its months, its end, and how many days lie between.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.i18n import counted, dotted, gettext as _, month_text, weekday_text
from tracker.law.calendars import SUNDAY
from tracker.law.clocks import Bound
from tracker.law.period import ONE_DAY
from tracker.law.sheets import Sheet
from tracker.web.calculation.days import days_after, letters, marked_day, opens_use

MOST = 18  # cells drawn one by one
AROUND = 3  # days kept at either end of what is folded


class Cell(NamedTuple):
    """One day before it is put into words: what stands in its cell, and how it is drawn."""

    day: date
    cell: str
    marks: tuple[str, ...]
    tag: str = ""


def strip(sheet: Sheet, *, today: date | None = None, work: bool = True, others: bool = True) -> list[dict[str, Any]]:
    """The days of a period, in order; a wait ends with its first free day. Folded where it is long.

    `work` marks the last working day, `others` where the readings not chosen would end.
    """
    cells = [*_period(sheet, work=work, others=others), *(_behind(sheet) if others else ())]
    kept = _kept(cells)
    found: list[dict[str, Any]] = []
    before: date | None = None
    for n in kept:
        one = cells[n]
        if before is not None and one.day > before + ONE_DAY:
            found.append({"gap": counted("%(n)s日", (one.day - before).days - 1)})
        found.append(_drawn(sheet, one, today, new_month=before is None or one.day.month != before.month))
        before = one.day
    return found


def _kept(cells: Sequence[Cell]) -> list[int]:
    """Which cells are drawn: all of a short period; of a long one both ends, the ends of months, and what is marked."""
    if len(cells) <= MOST:
        return list(range(len(cells)))
    end = next(n for n, one in enumerate(cells) if {"last", "open"} & set(one.marks))
    return [
        n
        for n, one in enumerate(cells)
        if n < AROUND or n > end - AROUND or "other" in one.marks or (one.day + ONE_DAY).day == 1
    ]


def _period(sheet: Sheet, *, work: bool, others: bool) -> list[Cell]:
    working = sheet.last_working_day if work else None
    marked = letters(sheet) if others else {}
    wait, last = sheet.rule.bound is Bound.NOT_BEFORE, sheet.steps[-1]
    cells = []
    for step in sheet.steps:
        cell, marks, tag = str(step.number), list[str](), ""
        if step.moved:
            cell, marks, tag = _("延"), ["moved"], _("延長")
        elif step.number == 0:
            marks, tag = ["zero"], _first(sheet)
        elif step is sheet.steps[0]:
            tag = _first(sheet)
        if step.day == working:
            marks, tag = [*marks, "work"], _("最終営業日")
        if step.day in marked:
            marks, tag = [*marks, "marked"], dotted(marked[step.day])
        if step is last and not wait:
            marks, tag = [*marks, "last"], _("満了")
        cells.append(Cell(step.day, cell, tuple(marks), tag))
    if wait:
        usable = opens_use(sheet.rule)
        cells.append(Cell(last.day + ONE_DAY, _("可"), ("open",), _("使える") if usable else _("0時から")))
    return cells


def _first(sheet: Sheet) -> str:
    return {"reply": _("受付日"), "interim": _("受付日"), "criteria_wait": _("公表")}.get(sheet.rule.key, _("初日"))


def _behind(sheet: Sheet) -> list[Cell]:
    marked = letters(sheet)
    return [Cell(day, dotted(marked.get(day, "")), ("other",)) for day in days_after(sheet)]


def _drawn(sheet: Sheet, one: Cell, today: date | None, *, new_month: bool) -> dict[str, Any]:
    marks, tag = list(one.marks), one.tag
    if one.day in sheet.calendar.holidays:
        marks, tag = ["off", *marks], tag or _("祝日")
    elif one.day.weekday() == SUNDAY:
        marks = ["off", *marks]
    if one.day == today:
        marks.append("now")
    month = _("いま") if one.day == today else month_text(one.day) if new_month else ""
    again = "" if month else month_text(one.day)  # shown where a wrapped strip begins its next line
    return {
        "month": month,
        "again": again,
        "date": one.day.day,
        "week": weekday_text(one.day),
        "cell": one.cell,
        "tag": tag,
        "classes": " ".join(marks),
    }


def ends(sheet: Sheet) -> tuple[date, date]:
    """The first and the last day of the picture."""
    return sheet.steps[0].day, max([marked_day(sheet, sheet.last_day), *days_after(sheet)])
