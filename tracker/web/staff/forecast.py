"""仕事と人の見込み: what will be late in the next 30 days, what would prevent it, what it was reckoned from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.casework import forecast as room
from tracker.casework.forecast.hours import left_of_today, team
from tracker.casework.forecast.plan import Plan, Remedy, Row
from tracker.i18n import counted, day_text, short_day, weekday_text
from tracker.law.calendars import Calendar
from tracker.models import Role
from tracker.now import now
from tracker.settings import Office
from tracker.web.doors import database, settings
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.dashboard import ticks

NEAR = 8  # days that are always shown: a reply has seven
REMEDIES = 3  # said in the heading; the table lists every day


@bp.get("/forecast")
@allowed(Role.REVIEWER)
def forecast() -> str:
    """The sentence, the picture, the table."""
    at = now()
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        found = room.forecast(session, at=at)
        people = len(team(session))
    last = max((n for n, row in enumerate(found.rows, 1) if row.load), default=0)
    near = max(last, NEAR)
    rows = [_row(row, calendar, first=n == 0) for n, row in enumerate(found.rows)]
    return page(
        "staff/forecast.html",
        room="staff.forecast",
        hero=_hero(found, calendar),
        chart=_chart(found, calendar),
        near=rows[:near],
        far=rows[near:],
        overdue=found.overdue,
        overdue_voluntary=found.overdue_voluntary,
        overdue_hours=hours(found.overdue_load),
        overdue_words=_overdue(found),
        found=_finding(found, calendar),
        basis=_basis(settings().office, people, at),
        any_late=bool(found.late),
        any_late_voluntary=bool(found.late_voluntary),
    )


def hours(minutes: int) -> str:
    """Minutes as hours: 4, or 8.7."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _hero(found: Plan, calendar: Calendar) -> dict[str, Any]:
    """The one sentence, and beneath it what would prevent it."""
    if found.late:
        n, days = sum(row.late for row in found.late), _ends(found.late, calendar)
        if len(found.late) == 1:
            name = counted("%(n)s件が%(first)sの期限を過ぎます", n, **days)
        else:
            name = counted("%(n)s件が%(first)sから%(last)sまでの期限を過ぎます", n, **days)
        return {"state": "late", "name": name, "why": _remedies(found.remedies, calendar)}
    if found.late_voluntary:
        n, days = sum(row.late_voluntary for row in found.late_voluntary), _ends(found.late_voluntary, calendar)
        if len(found.late_voluntary) == 1:
            name = counted("任意の申出%(n)s件が、目標の日（%(first)s）に間に合いません", n, **days)
        else:
            name = counted("任意の申出%(n)s件が、%(first)sから%(last)sまでの目標の日に間に合いません", n, **days)
        return {"state": "soon", "name": name, "why": _remedies(found.remedies, calendar)}
    busy = [row for row in found.rows if row.load]
    if not busy:
        return {
            "state": "stopped",
            "name": _("これから期限を迎える申出はありません"),
            "why": [_("申出が届くと、期限の日ごとの仕事と、働く人の時間がここに並びます。")],
        }
    least = min(busy, key=lambda row: row.spare)
    return {
        "state": "calm",
        "name": counted(
            "期限を迎える申出%(n)s件は、どれも間に合う見込みです", sum(row.cases + row.voluntary for row in busy)
        ),
        "why": [
            _(
                "余りがいちばん少ないのは%(day)sまでの仕事で、%(hours)s時間です。",
                day=day_text(least.day, year=False, calendar=calendar),
                hours=hours(least.spare),
            )
        ],
    }


def _overdue(found: Plan) -> str:
    """What goes first because its day has passed: a duty is late, a voluntary aim is not."""
    least = {"hours": hours(found.overdue_load), "voluntary": found.overdue_voluntary}
    if found.overdue and found.overdue_voluntary:
        return counted(
            "すでに期限を過ぎた%(n)s件と、目標の日を過ぎた任意の%(voluntary)s件（合わせて%(hours)s時間）を、先に片づける計算です。",
            found.overdue,
            **least,
        )
    if found.overdue_voluntary:
        return counted(
            "目標の日を過ぎた任意の%(n)s件（%(hours)s時間）を、先に片づける計算です。", found.overdue_voluntary, **least
        )
    if found.overdue:
        return counted("すでに期限を過ぎた%(n)s件（%(hours)s時間）を、先に片づける計算です。", found.overdue, **least)
    return ""


def _ends(rows: Sequence[Row], calendar: Calendar) -> dict[str, str]:
    """The first and the last day of some rows."""
    first, last = (day_text(row.day, year=False, calendar=calendar) for row in (rows[0], rows[-1]))
    return {"first": first, "last": last}


def _remedies(remedies: Sequence[Remedy], calendar: Calendar) -> list[str]:
    """What would prevent it, a sentence for each day on which people are missing."""
    said = [_remedy(one, calendar, several=len(remedies) > 1) for one in remedies[:REMEDIES]]
    if len(remedies) > REMEDIES:
        said.append(counted("ほかに、人が足りない日が%(n)s日あります。", len(remedies) - REMEDIES))
    return said


def _remedy(one: Remedy, calendar: Calendar, *, several: bool) -> str:
    due = day_text(one.due, year=False, calendar=calendar)
    if one.day is None:
        return str(_("%(due)sまでに働ける時間は残っていません。人を増やしても間に合いません。", due=due))
    day = day_text(one.day, year=False, calendar=calendar)
    if one.closed:
        said = counted(
            "%(due)sまでに営業日は残っていません。休みの%(day)sにあと%(n)s人が働けば間に合います。",
            one.people,
            day=day,
            due=due,
        )
    elif several:
        said = counted("%(due)sまでの分は、%(day)sにあと%(n)s人が働けば間に合います。", one.people, day=day, due=due)
    else:
        said = counted("%(day)sにあと%(n)s人が働けば間に合います。", one.people, day=day)
    if one.people > one.free:
        said += counted(
            "この日に働かないチームの人は%(free)s人です。足りない%(n)s人は、ほかから応援を頼みます。",
            one.people - one.free,
            free=one.free,
        )
    return said


def _finding(found: Plan, calendar: Calendar) -> str:
    """What the picture shows, in one line."""
    busiest = max(found.rows, key=lambda row: row.load)
    if not busiest.load:
        return str(_("30日のうちに期限を迎える仕事はありません。"))
    return str(
        _(
            "期限の仕事がいちばん多いのは%(day)sの%(load)s時間で、この日に働く人の時間は%(capacity)s時間です。",
            day=short_day(busiest.day, calendar),
            load=hours(busiest.load),
            capacity=hours(busiest.capacity),
        )
    )


def _chart(found: Plan, calendar: Calendar) -> dict[str, Any]:
    """Bars of work and outlines of who is there, in hours, with what was late before on today's."""
    days = [
        {
            "label": str(row.day.day),
            "under": weekday_text(row.day)[:1],
            "long": short_day(row.day, calendar),
            "off": bool(calendar.closed(row.day)),
            "now": n == 0,
            "room": row.capacity / 60,
            "parts": [
                ("f-deep", found.overdue_load / 60 if n == 0 else 0),
                ("f-key", (row.load - row.late_load - row.late_voluntary_load) / 60),
                ("f-today", row.late_voluntary_load / 60),
                ("f-late", row.late_load / 60),
            ],
            "late": row.late,
            "late_voluntary": row.late_voluntary,
        }
        for n, row in enumerate(found.rows)
    ]
    loads = [row.load + (found.overdue_load if n == 0 else 0) for n, row in enumerate(found.rows)]
    top = max(*loads, *(row.capacity for row in found.rows)) / 60
    last = max((n for n, row in enumerate(found.rows, 1) if row.load), default=0)
    return {"days": days, "down": days[: max(last, NEAR)], "ticks": ticks(max(1, -int(-top // 1)))}


def _row(row: Row, calendar: Calendar, *, first: bool) -> dict[str, Any]:
    """A day as the table says it."""
    closed = calendar.closed(row.day)
    return {
        "day": short_day(row.day, calendar),
        "off": bool(closed),
        "closed": _(closed) if closed and (row.day in calendar.holidays or row.day.weekday() < 5) else "",
        "today": first,
        "href": url_for("staff.worklist", view="all", due=row.day.isoformat()) if row.cases else "",
        "cases": row.cases,
        "voluntary": row.voluntary,
        "load": hours(row.load),
        "people": row.people,
        "capacity": hours(row.capacity),
        "spare": hours(abs(row.spare)),
        "short": row.spare < 0,
        "late": row.late,
        "late_voluntary": row.late_voluntary,
        "any": bool(row.load),
        "done": short_day(row.done, calendar) if row.done else "",
    }


def _basis(office: Office, people: int, at: datetime) -> list[tuple[str, str]]:
    """What was reckoned with."""
    left = round(100 * left_of_today(at, office.hours))
    return [
        (_("仕事"), _("判断していない項目1つに%(n)s分。すべて判断した申出も、送るまで%(n)s分。", n=office.per_item)),
        (_("人"), _("チーム%(n)s人。1人が1日に事案に使うのは%(minutes)s分。", n=people, minutes=office.per_day)),
        (
            _("今日"),
            _(
                "%(time)sまでの勤務時間のうち、残りの%(n)s%%だけを数えます。",
                time=f"{office.hours.closes:%-H:%M}",
                n=left,
            ),
        ),
        (_("順番"), _("作業一覧と同じです。期限を過ぎたもの、期限の早いもの、同じ日なら法の期限を先にします。")),
    ]
