"""How a date was counted, for day strips and calculation sheets on both sides: the same steps that made the date.

The desk also sees the last working day before a deadline (`work`); a claimant is promised the date and nothing less.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.casework.faces import Face, calculation
from tracker.i18n import day_text, dotted, month_text, short_day, weekday_text
from tracker.law.calendars import SUNDAY, Calendar
from tracker.law.clocks import CRITERIA_WAIT, Bound
from tracker.law.period import ONE_DAY, Step, japanese_day


def day_words(day: date, calendar: Calendar, *, beside: date | None = None) -> str:
    """5月5日(火・祝); with its year when that is not the year of `beside`."""
    return day_text(day, year=beside is not None and day.year != beside.year, calendar=calendar)


def strip(face: Face, calendar: Calendar, today: date | None, *, work: bool = True) -> list[dict[str, Any]]:
    """The days of a clock's period, one cell each; a wait ends with its first free day. Empty without a number."""
    steps = calculation(face.clock)
    wait = face.rule.bound is Bound.NOT_BEFORE
    if steps and wait:
        steps = [*steps, Step(steps[-1].day + ONE_DAY, steps[-1].number + 1)]
    last_working_day = face.last_working_day if work and face.running else None
    return [
        _cell(step, face, calendar, today, last_working_day, first=not i, last=step is steps[-1])
        for i, step in enumerate(steps)
    ]


def _cell(
    step: Step, face: Face, calendar: Calendar, today: date | None, work: date | None, *, first: bool, last: bool
) -> dict[str, Any]:
    day, wait = step.day, face.rule.bound is Bound.NOT_BEFORE
    marks, tag = [], ""
    if day in calendar.holidays:
        marks, tag = ["off"], _("祝日")
    elif day.weekday() == SUNDAY:
        marks = ["off"]
    if step.number == 0:
        marks, tag = ["zero"], _("公表") if wait else _("受付日") if face.rule.key == "reply" else _("初日")
    elif first:
        tag = _("受付日")
    if day == work:
        marks, tag = [*marks, "work"], _("最終営業日")
    if last:
        marks, tag = [*marks, "open" if wait else "last"], _("可") if wait else _("満了")
    if day == today:
        marks = [*marks, "now"]
    month = _("いま") if day == today else month_text(day) if first or day.day == 1 else ""
    cell = _("可") if wait and last else step.number
    if wait and last:
        tag = _("使える")
    return {
        "month": month,
        "date": day.day,
        "week": weekday_text(day),
        "cell": cell,
        "tag": tag,
        "classes": " ".join(marks),
    }


def sheet(face: Face, calendar: Calendar, *, work: bool = True) -> list[dict[str, Any]]:
    """The calculation sheet: each day, its number, and why it counts or does not (民法140条・141条)."""
    steps = calculation(face.clock)
    last_working_day = face.last_working_day if work else None
    return [_row(step, face, calendar, last_working_day, last=step is steps[-1]) for step in steps]


def _row(step: Step, face: Face, calendar: Calendar, work: date | None, *, last: bool) -> dict[str, Any]:
    closed = calendar.holidays.get(step.day)
    why = [_(closed)] if closed else []
    if step.number == 0:
        why.append(_("初日は数えない（民法140条）"))
    elif step.number == 1 and step.day == japanese_day(face.clock.started_at):
        why.append(_("午前零時に始まるため初日も数える（民法140条ただし書）"))
    if step.day == work:
        why.append(_("最終営業日"))
    if last:
        wait = face.rule.bound is Bound.NOT_BEFORE
        why.append(_("この日の終わりに期間が過ぎる") if wait else _("この日の終わりに満了（民法141条）"))
    marks = ["zero"] if step.number == 0 else []
    if closed or step.day.weekday() == SUNDAY:
        marks.append("off")
    if last:
        marks.append("end")
    return {
        "day": short_day(step.day, calendar),
        "count": step.number or None,
        "reason": dotted(why),
        "classes": " ".join(marks),
    }


def compared(face: Face, calendar: Calendar) -> list[dict[str, Any]]:
    """The sheet with the reading that was not chosen drawn into it: where the period would end, or free the act."""
    rows = sheet(face, calendar)
    if not rows or face.last_day is None:
        return rows
    if face.rule.bound is Bound.NOT_BEFORE:
        rows[-1]["reason"] = dotted([rows[-1]["reason"], _("採らなかった読みでは、この日から使える")])
        first = {"day": short_day(face.last_day, calendar), "count": _("可"), "classes": "open"}
        return [*rows, first | {"reason": dotted([*_closed(face.last_day, calendar), _("この日の0時から使える")])}]
    later, day = _next_open(face.last_day, calendar.holidays), face.last_day
    while day < later:
        day += ONE_DAY
        why = _("採らなかった読みでは、この日の終わりに満了") if day == later else _("採らなかった読みで延びる日")
        row = {"day": short_day(day, calendar), "count": None, "classes": "other"}
        rows.append(row | {"reason": dotted([*_closed(day, calendar), why])})
    return rows


def _closed(day: date, calendar: Calendar) -> list[str]:
    name = calendar.holidays.get(day)
    return [_(name)] if name else []


def why_not(face: Face) -> str:
    """Why this house does not follow the other reading; empty where there is no more to say than the sheet says."""
    if face.rule.key == CRITERIA_WAIT.key:
        return str(
            _(
                "「前までに」を会社法299条と同じく中14日と読む判例（大判昭和10年7月15日）にならいました。"
                "1日早く使うと法26条1項に反し、1日待っても失うものは1日だけです。"
            )
        )
    if face.rule.bound is Bound.WITHIN:
        return str(
            _(
                "民法142条は、休日に取引をしない慣習がある場合に限って末日を延ばします。"
                "休日も申出を受ける窓口に、その慣習があるとはいえません。"
            )
        )
    return ""


def not_chosen(face: Face, calendar: Calendar) -> str:
    """The reading that this house does not follow, where it would give another day."""
    if face.rule.bound is Bound.NOT_BEFORE and face.last_day:
        before = short_day(face.last_day - ONE_DAY, calendar)
        return str(_("期間の最後の日（%(day)s）から使えるとする読み。", day=before))
    if face.last_day is None:
        return ""
    later = _next_open(face.last_day, calendar.holidays)
    if later == face.last_day:
        return ""
    return str(_("民法142条により%(day)sまで延びるとする読み。", day=short_day(later, calendar)))


def _next_open(day: date, holidays: Sequence[date] | Any) -> date:
    """The first day from `day` on that is neither a Sunday nor a holiday (民法142条)."""
    while day in holidays or day.weekday() == SUNDAY:
        day += ONE_DAY
    return day
