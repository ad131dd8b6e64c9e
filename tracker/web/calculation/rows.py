"""The calculation as a table: each day, its number, and why it counts or does not (民法140条・141条)."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from tracker.i18n import dotted, gettext as _, short_day
from tracker.law.calendars import SUNDAY
from tracker.law.clocks import Bound
from tracker.law.period import Counting, Step, japanese_day
from tracker.law.sheets import Sheet
from tracker.web.calculation.days import days_after, holiday, lettered, letters, marked_day, opens_use, safe_day

Row = dict[str, Any]


def rows(sheet: Sheet, *, work: bool = True, others: bool = True) -> list[Row]:
    """Each day in order, the first free day of a wait, and the days behind up to where another reading would end."""
    marked = letters(sheet) if others else {}
    named = {day: name for day, name in _named(sheet).items() if work}
    found = [_row(sheet, step, named, marked) for step in sheet.steps]
    if sheet.free_day:
        opens = _("この日の0時から使える") if opens_use(sheet.rule) else _("この日の0時に待機が明ける")
        found.append(_line(sheet, sheet.free_day, _("可"), [opens], "open"))
    if others:
        found += [_line(sheet, day, None, [_other(sheet, day, marked)], "other") for day in days_after(sheet)]
    return found


def folded(found: Sequence[Row]) -> list[Row]:
    """The same with plain days in a row drawn together: 4/2(木)〜4/28(火), 1–27."""
    short: list[Row] = []
    for plain, group in groupby(found, key=lambda row: not (row["reason"] or row["aside"]) and bool(row["count"])):
        days = list(group)
        if not plain or len(days) < 3:
            short += days
            continue
        first, last = days[0], days[-1]
        day = _("%(first)s〜%(last)s", first=first["day"], last=last["day"])
        short.append(
            {"day": day, "count": f"{first['count']}–{last['count']}", "reason": "", "aside": "", "classes": ""}
        )
    return short


def _named(sheet: Sheet) -> dict[date, str]:
    """The days on which people had better be done."""
    found = {sheet.last_working_day: _("最終営業日"), safe_day(sheet): _("延びる前の最後の開庁日")}
    return {day: name for day, name in found.items() if day}


def _row(sheet: Sheet, step: Step, named: dict[date, str], marked: dict[date, str]) -> Row:
    last, why = step is sheet.steps[-1], []
    closed = sheet.calendar.closed(step.day)
    if step.moved:
        why.append(_moved(sheet, closed))
    elif step.number == 0:
        why.append(_("初日は数えない（民法140条）"))
    elif step.number == 1 and step.day == japanese_day(sheet.started_at):
        why.append(_("午前零時に始まるため初日も数える（民法140条ただし書）"))
    if step.day in named:
        why.append(named[step.day])
    if last:
        wait = sheet.rule.bound is Bound.NOT_BEFORE
        why.append(_("この日の終わりに期間が過ぎる") if wait else _("この日の終わりに満了（民法141条）"))
    classes = ["moved"] if step.moved else ["zero"] if step.number == 0 else []
    row = _line(sheet, step.day, step.number or None, why, *classes, *(["end"] if last else []))
    # Apart from the reason, which is the chosen reading's: two readings in one line are taken for one.
    return row | {"aside": _other(sheet, step.day, marked) if step.day in marked else ""}


def _moved(sheet: Sheet, closed: str | None) -> str:
    if closed:
        return _("閉庁日のため次の日へ（%(name)s）", name=_(closed))
    if sheet.rule.counting is Counting.COURT:
        return _("次の開庁日まで延びる（民訴法95条3項・要確認）")
    return _("次の開庁日まで延びる（行政機関の休日に関する法律2条）")


def _other(sheet: Sheet, day: date, marked: dict[date, str]) -> str:
    marks = marked.get(day, "")
    if not marks:
        still = "".join(letter for letter, one in lettered(sheet) if marked_day(sheet, one.last_day) > day)
        return _("採らなかった読み%(letters)sで延びる日", letters=dotted(still))
    if sheet.rule.bound is Bound.WITHIN:
        return _("採らなかった読み%(letters)sでは、この日の終わりに満了", letters=dotted(marks))
    if opens_use(sheet.rule):
        return _("採らなかった読み%(letters)sでは、この日の0時から使える", letters=dotted(marks))
    return _("採らなかった読み%(letters)sでは、この日の0時に待機が明ける", letters=dotted(marks))


def _line(sheet: Sheet, day: date, count: object, why: Sequence[str], *classes: str) -> Row:
    name = holiday(day, sheet.calendar)
    marks = list(classes)
    if day in sheet.calendar.holidays or day.weekday() == SUNDAY:
        marks.insert(0, "off")
    reason = dotted([_(name), *why] if name else why)
    return {
        "day": short_day(day, sheet.calendar),
        "count": count,
        "reason": reason,
        "aside": "",
        "classes": " ".join(marks),
    }


def counted_days(sheet: Sheet) -> tuple[date, date, int]:
    """The first and the last day that is counted, and how many there are."""
    days = [step for step in sheet.steps if step.number]
    return days[0].day, days[-1].day, days[-1].number
