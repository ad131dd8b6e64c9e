"""働く日: who of the team works on which day of a month. Boxes in a form: everybody reads it, leads change it.

What a page showed travels with it, a mark a day: two who change different people never get into each other's way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict
from tracker.casework.forecast import hours
from tracker.i18n import counted, day_text, listed, month_text, plain_day, short_day, weekday_text
from tracker.law.calendars import Calendar
from tracker.law.period import ONE_DAY, japanese_day
from tracker.models import ROLES, Role, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp

AHEAD = 12  # months that can be entered
BEFORE = 12  # months that can be read back
PAGE = 40  # people: a form has at most 2,000 parts
Days = dict[UUID, frozenset[date]]


@dataclass(frozen=True)
class Sent:
    """A form that came back: the days that were ticked, and why it was not taken."""

    wanted: Days = field(default_factory=dict)
    conflict: str = ""
    errors: Sequence[tuple[str, str]] = ()


@bp.get("/team")
@allowed(Role.REVIEWER)
def team() -> ResponseReturnValue:
    """A month of the team; this one, and that it is, where another was asked for that cannot be opened."""
    asked = request.args.get("month", "")
    month = _month(asked)
    return _month_page(month or _this_month(), Sent(), unknown=bool(asked) and month is None)


@bp.post("/team")
@allowed(Role.LEAD)
def change_team() -> ResponseReturnValue:
    """Take the ticks of a month. Days that are over stay as they were."""
    month, today = _month(request.form.get("month", "")), japanese_day(now())
    lost = Sent(errors=[("month", _("どの月の、だれの働く日か読み取れませんでした。もう一度選んでください。"))])
    if month is None:
        return _month_page(_this_month(), lost, 422)
    days = hours.month_of(month)
    seen = _seen(days)
    if not seen:
        return _month_page(month, lost, 422)
    ticked = frozenset(request.form.getlist("works"))
    wanted = {
        id: frozenset(day for day in days if (day in mine if day < today else f"{id}:{day.isoformat()}" in ticked))
        for id, mine in seen.items()
    }
    try:
        with database().writing() as session:
            names = hours.change(session, days, seen, wanted)
    except Conflict as no:
        return _month_page(month, Sent(wanted, conflict=str(no)), 409)
    flash(
        counted("%(n)s人の働く日を保存しました（%(names)s）", len(names), names=listed(names))
        if names
        else _("変わったところはありません")
    )
    return see_other("staff.team", month=f"{month:%Y-%m}", page=_page() if _page() > 1 else None)


def _seen(days: Sequence[date]) -> Days:
    """What the form had shown of each person: a mark a day, 1 for a day of work. Empty where it cannot be read."""
    found = {}
    for value in request.form.getlist("seen"):
        id, _colon, marks = value.partition(":")
        if len(marks) != len(days) or set(marks) - {"0", "1"}:
            return {}
        try:
            found[UUID(id)] = frozenset(day for day, mark in zip(days, marks, strict=True) if mark == "1")
        except ValueError:
            return {}
    return found


def _month_page(month: date, sent: Sent, status: int = 200, *, unknown: bool = False) -> ResponseReturnValue:
    """The month as it is stored, with the ticks of a form that came back. Call it with no session open."""
    days, today = hours.month_of(month), japanese_day(now())
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        everybody = hours.team(session)
        works = hours.at_work(session, [one.id for one in everybody], days)
    first = min((_page() - 1) * PAGE, max(len(everybody) - 1, 0) // PAGE * PAGE)
    shown = everybody[first : first + PAGE]
    months = _months()
    at = months.index(month)
    heads = [_head(day, calendar, today) for day in days]
    return page(
        "staff/team.html",
        room="staff.team",
        month=f"{month:%Y-%m}",
        month_name=_named(month),
        heads=heads,
        rows=[_row(one, works[one.id], sent.wanted, heads) for one in shown],
        counts=[sum(day in mine for mine in works.values()) for day in days],
        size=len(everybody),
        closed=listed(_closed(days, calendar)),
        before=_link(months[at - 1]) if at else None,
        after=_link(months[at + 1]) if at + 1 < len(months) else None,
        pages=_pages(everybody, month, first),
        page_no=first // PAGE + 1,
        may_change=current_staff().may(Role.LEAD),
        editable=any(day >= today for day in days),
        unknown=_("%(first)sから%(last)sまでを開けます。", first=_named(months[0]), last=_named(months[-1]))
        if unknown
        else "",
        conflict=sent.conflict,
        errors=sent.errors,
    ), status


def _head(day: date, calendar: Calendar, today: date) -> dict[str, Any]:
    return {
        "day": day,
        "iso": day.isoformat(),
        "no": day.day,
        "week": weekday_text(day)[:1],
        "name": day_text(day, year=False, calendar=calendar),
        "off": bool(calendar.closed(day)),
        "today": day == today,
        "past": day < today,
    }


def _row(one: Staff, stored: frozenset[date], wanted: Mapping[UUID, frozenset[date]], heads: Any) -> dict[str, Any]:
    """A person: what is stored, and what of a form that came back differs from it."""
    mine = wanted.get(one.id, stored)
    return {
        "id": one.id,
        "name": one.name,
        "role": _(ROLES[one.role]),
        "marks": "".join("01"[head["day"] in stored] for head in heads),
        "cells": [
            head | {"works": head["day"] in mine, "moved": (head["day"] in mine) is not (head["day"] in stored)}
            for head in heads
        ],
        "lead": heads[0]["day"].weekday(),
    }


def _closed(days: Sequence[date], calendar: Calendar) -> list[str]:
    """The closed days of a month that have a name of their own, each run of one name once."""
    found: list[tuple[str, date, date]] = []
    for day in days:
        name = calendar.closed(day)
        if not name or (day.weekday() >= 5 and day not in calendar.holidays and not _year_end(day)):
            continue
        if found and found[-1][0] == name and found[-1][2] + ONE_DAY == day:
            found[-1] = (name, found[-1][1], day)
        else:
            found.append((name, day, day))
    return [
        f"{short_day(first, calendar)} {_(name)}"
        if first == last
        else _("%(first)sから%(last)sまで %(name)s", first=plain_day(first), last=plain_day(last), name=_(name))
        for name, first, last in found
    ]


def _year_end(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def _months() -> list[date]:
    """The first days of the months that can be opened: those before, this one and those after it."""
    this = _this_month()
    nth = this.year * 12 + this.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(nth - BEFORE, nth + AHEAD + 1)]


def _this_month() -> date:
    return japanese_day(now()).replace(day=1)


def _named(month: date) -> str:
    return str(_("%(year)s年%(month)s", year=month.year, month=month_text(month)))


def _month(text: str) -> date | None:
    return next((month for month in _months() if f"{month:%Y-%m}" == text), None)


def _page() -> int:
    return min(max(request.values.get("page", 1, type=int), 1), 10_000)


def _link(month: date) -> dict[str, str]:
    return {"href": url_for("staff.team", month=f"{month:%Y-%m}"), "label": month_text(month)}


def _pages(everybody: Sequence[Staff], month: date, first: int) -> list[dict[str, Any]]:
    """The pages of a large team, by the people on them."""
    if len(everybody) <= PAGE:
        return []
    return [
        {
            "href": url_for("staff.team", month=f"{month:%Y-%m}", page=n // PAGE + 1),
            "label": _("%(first)s–%(last)s人目", first=n + 1, last=min(n + PAGE, len(everybody))),
            "current": n == first,
        }
        for n in range(0, len(everybody), PAGE)
    ]
