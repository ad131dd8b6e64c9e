"""Pages of the desk: the layout's own words, and the way back after a form."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework.faces import short_day
from tracker.db import Database
from tracker.law.calendars import Calendar
from tracker.law.editions import edition_on
from tracker.law.period import JST, japanese_day
from tracker.models import JobRun
from tracker.now import now
from tracker.web import health
from tracker.web.calculation import day_words
from tracker.web.doors import database, settings
from tracker.web.guards import somebody

# Rooms of the desk: endpoint and label, in the order of the header.
ROOMS = (("staff.worklist", "作業一覧"), ("staff.criteria", "基準"))


def page(template: str, room: str = "staff.worklist", **words: Any) -> str:
    """A page of the desk in its layout. Call it with no session open: it reads for itself."""
    at = now()
    person = somebody()
    data = database()
    calendar: Calendar = data.info["calendar"]
    today = japanese_day(at)
    local = at.astimezone(JST)
    with data.reading() as session:
        problems = health.problems(session, at)
    layout = {
        "rooms": [{"href": url_for(name), "label": label, "current": name == room} for name, label in ROOMS],
        "now_text": f"{day_words(today, calendar)} {local.hour}:{local.minute:02d}",
        "next_working_day_text": day_words(calendar.next_working_day(today), calendar),
        "staff_name": person.name if person else "",
        "sign_out_url": url_for("security.logout"),
        "watch_text": _watch(data, stands=bool(problems)),
        "watch_problems": problems,
        "calendar_text": calendar.version,
        "edition_text": edition_on(today).label,
        "letters_wait": not settings().mail,
        "at": at,
        "today": today,
        "me": person,
    }
    return render_template(template, **(layout | words))


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Where the browser goes after a form was taken."""
    return redirect(url_for(endpoint, **values), 303)


def clock_time(instant: datetime) -> str:
    """16:48, or 5/1(金) 16:48 when it was not today."""
    local = instant.astimezone(JST)
    time = f"{local.hour}:{local.minute:02d}"
    if japanese_day(now()) == local.date():
        return time
    calendar: Calendar = database().info["calendar"]
    return f"{short_day(local.date(), calendar)} {time}"


def _watch(data: Database, *, stands: bool) -> str:
    with data.reading() as session:
        runs = session.exec(select(JobRun).order_by(col(JobRun.name))).all()
    good = [run.succeeded_at for run in runs if run.succeeded_at]
    if not good:
        return str(_("まだ動いていません"))
    last = clock_time(max(good))
    return str(_("止まっています（最後は%(time)s）", time=last) if stands else _("%(time)s 正常に終了", time=last))
