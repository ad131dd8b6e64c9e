"""状況: what matters now in one sentence, and four figures with their tables."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework import bands, overview, specialists, worklist as work
from tracker.casework.bands import Days
from tracker.casework.overview import Day, Load, Month, Pressing, Week
from tracker.i18n import counted, day_text, month_text, plain_day, short_day, term, weekday_text
from tracker.law.calendars import Calendar
from tracker.law.grounds import Strength
from tracker.models import Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.bands import LONG

FILLS = {Strength.FLAG: ("h-flag", ""), Strength.SOFT: ("h-soft", "t-key"), Strength.HARD: ("h-hard", "t-in")}
PEOPLE = 8  # drawn; the table lists all


@bp.get("/dashboard")
@allowed(Role.REVIEWER)
def dashboard() -> str:
    """How things stand: the next two weeks, the last six months, the holds that end."""
    at, me = now(), current_staff().id
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        services = session.exec(select(Service.name).order_by(col(Service.name))).all()
        pressing = overview.pressing(session, at=at)
        days = overview.days_ahead(session, at=at, reader=me)
        months = overview.replies_by_month(session, at=at)
        weeks = overview.holds_ending(session, at=at, reader=me)
        loads = overview.loads(session, at=at)
        lacks = specialists.lacking(session, at=at)
    cut = bands.days(at, calendar)
    return page(
        "staff/dashboard.html",
        room="staff.dashboard",
        services="・".join(services),
        hero=_hero(pressing, days, cut, calendar),
        tiles=_tiles(pressing, cut),
        days=_days(days, calendar, at),
        months=_months(months),
        weeks=_weeks(weeks),
        loads=_loads(loads),
        lacks=lacks,
    )


def _view(view: str) -> str:
    return url_for("staff.worklist", view=view)


def _capped(n: int) -> str:
    return str(n) if n <= work.COUNT_CAP else f"{work.COUNT_CAP}+"


def _hero(pressing: Pressing, days: list[Day], cut: Days, calendar: Calendar) -> dict[str, str]:
    """The one thing that matters most, why, and where to go."""
    working = day_text(calendar.next_working_day(cut.closed[-1]), year=False)
    if pressing.late:
        return {
            "state": "late",
            "name": counted("期限超過が%(n)s件あります", pressing.late),
            "why": _("通知の期限（法25条1項）を過ぎています。遅れた理由を書けば、違反として記録して送れます。"),
            "link": _("期限超過を開く"),
            "href": _view("late"),
        }
    if pressing.closing and (cut.ahead or len(cut.closed) >= LONG):
        first = day_text(cut.closed[0], year=False)
        return {
            "state": "today" if cut.ahead else "soon",
            "name": counted("休みの間に期限の申出が%(n)s件あります", pressing.closing),
            "why": _(
                "%(first)sから休みで、次の営業日は%(day)sです。休日も数えるため、期限は延びません。",
                first=first,
                day=working,
            ),
            "link": _("休みの間に期限の申出を開く"),
            "href": _view("closing"),
        }
    if pressing.today:
        return {
            "state": "today",
            "name": counted("今日が期限の申出が%(n)s件あります", pressing.today),
            "why": _("今日の24時に満了します。途中経過（法25条2項）でも間に合います。"),
            "link": _("今日が期限の申出を開く"),
            "href": _view("today"),
        }
    nearest = next((d for d in days if d.duty), None)
    if nearest:
        return {
            "state": "calm",
            "name": counted(
                "次の期限は%(day)sの%(n)s件です", nearest.duty, day=day_text(nearest.day, year=False, calendar=calendar)
            ),
            "why": _("期限を過ぎた申出も、今日が期限の申出もありません。"),
            "link": _("作業一覧を開く"),
            "href": _view("all"),
        }
    return {
        "state": "stopped",
        "name": _("2週間以内に期限を迎える申出はありません"),
        "why": _("申出が届くと、受けた日から7日の期限がここに数えられます。"),
        "link": _("作業一覧を開く"),
        "href": _view("all"),
    }


def _tiles(pressing: Pressing, cut: Days) -> list[dict[str, Any]]:
    figures = (
        (_("期限超過"), pressing.late, "late", "late"),
        (_("今日が期限"), pressing.today, "today", "today"),
        (counted("休みの間に期限（%(n)s日間）", len(cut.closed)), pressing.closing, "soon", "closing"),
        (_("待機中"), pressing.waiting, None, "waiting"),
    )
    return [
        {"label": label, "n": _capped(n), "unit": _("件"), "state": state if n else None, "href": _view(view)}
        for label, n, state, view in figures
    ]


def ticks(most: int) -> list[int]:
    """The marks of a scale from nothing to at least `most`: three or four, at whole numbers."""
    step = next(s for s in (1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 10_000, most) if s * 3 >= most)
    return [step * i for i in range(max(-(-most // step), 1) + 1)]


def _days(days: list[Day], calendar: Calendar, at: datetime) -> dict[str, Any]:
    rows = [
        {
            "label": str(d.day.day),
            "under": weekday_text(d.day),
            "long": short_day(d.day, calendar),
            "off": bool(d.closed),
            "now": i == 0,
            "n": d.duty + d.voluntary or "",
            "parts": [("f-today" if i == 0 else "f-key", d.duty), ("h-free", d.voluntary)],
        }
        for i, d in enumerate(days)
    ]
    busiest = max(days, key=lambda d: d.duty)
    off = sum(d.duty for d in days if d.closed)
    return {
        "rows": rows,
        "down": [row | {"label": row["long"]} for row in rows],
        "ticks": ticks(max(d.duty + d.voluntary for d in days)),
        "top": max(1, *(d.duty + d.voluntary for d in days)),
        "find": _(
            "いちばん多いのは%(day)sの%(n)s件で、休みの日に期限を迎えるのは%(off)s件です。",
            day=short_day(busiest.day, calendar),
            n=busiest.duty,
            off=off,
        )
        if busiest.duty
        else _("2週間以内に法の期限を迎える申出はありません。"),
        "table": [
            (bool(d.closed), [short_day(d.day, calendar), d.duty, d.voluntary, _(d.closed) if d.closed else ""])
            for d in days
        ],
    }


def _months(months: list[Month]) -> dict[str, Any]:
    shares = [m.share for m in months if m.share is not None]
    latest = next((m for m in reversed(months) if m.share is not None), None)
    low = 0 if not shares or min(shares) < 50 else 50 if min(shares) < 90 else 90
    return {
        "points": [{"label": month_text(m.first), "share": m.share, "say": _percent(m)} for m in months],
        "low": low,
        "find": _(
            "%(month)sに受けた申出では%(share)s%%です（期限を迎えた%(due)s件のうち%(n)s件）。",
            month=month_text(latest.first),
            share=_percent(latest),
            due=latest.due,
            n=latest.in_time,
        )
        if latest
        else _("期限を迎えた申出はまだありません。"),
        "any": bool(shares),
        "table": [
            (False, [month_text(m.first), f"{_percent(m)}%" if m.due else "―", m.in_time, m.late, m.running, m.ended])
            for m in months
        ],
    }


def _percent(month: Month) -> str:
    """99.1; 100 only where nothing was late."""
    share = month.share
    if share is None:
        return ""
    return "100" if month.late == 0 else f"{min(share, 99.9):.1f}"


def _weeks(weeks: list[Week]) -> dict[str, Any]:
    rows = [
        {
            "label": _("%(day)sの週", day=plain_day(w.first)),
            "n": sum(w.ending.values()) or 0,
            "parts": [(FILLS[s][0], w.ending[s], FILLS[s][1]) for s in Strength],
        }
        for w in weeks
    ]
    hard = next((w for w in weeks if w.ending[Strength.HARD]), None)
    total = sum(sum(w.ending.values()) for w in weeks)
    if hard:
        n, day = hard.ending[Strength.HARD], plain_day(hard.first)
        find = _("%(day)sの週に、消去禁止の保存が%(n)s件終わります。消去の前に見直してください。", day=day, n=n)
    elif total:
        find = _("6週間に%(n)s件が終わります。消去の前に、開示請求の見込みを見直してください。", n=total)
    else:
        find = _("6週間のうちに終わる保存はありません。")
    return {
        "rows": rows,
        "top": max(1, *(sum(w.ending.values()) for w in weeks)),
        "any": bool(total),
        "find": find,
        "key": [(FILLS[s][0], term(s).label) for s in Strength],
        "head": [_("週"), *(term(s).label for s in Strength)],
        "table": [
            (False, [row["label"], *(w.ending[s] for s in Strength)]) for row, w in zip(rows, weeks, strict=True)
        ],
    }


def _loads(loads: list[Load]) -> dict[str, Any]:
    names = [(load.name if load.id else _("未定")) or _("（退職した担当者）") for load in loads]
    nobody = sum(load.late + load.other for load in loads if load.id is None)
    late = sum(load.late for load in loads)
    if nobody:
        find = counted("担当の決まっていない申出が%(n)s件あります。", nobody)
    elif loads:
        find = _("すべての申出に担当がいます。期限を過ぎているのは%(n)s件です。", n=late)
    else:
        find = _("終わっていない申出はありません。")
    return {
        "rows": [
            {
                "label": name,
                "n": load.late + load.other,
                "parts": [("f-late", load.late, "t-in"), ("f-soft" if load.id is None else "f-key", load.other)],
            }
            for name, load in zip(names, loads, strict=True)
        ][:PEOPLE],
        "top": max([1, *(load.late + load.other for load in loads)]),
        "any": bool(loads),
        "find": find,
        "table": [(False, [name, load.late, load.other]) for name, load in zip(names, loads, strict=True)],
    }
