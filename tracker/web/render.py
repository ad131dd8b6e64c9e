"""Pages of the desk: the layout's own words, and the way back after a form."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework import breaches, filings
from tracker.casework.appeals import finding
from tracker.casework.breaches import Asked as Unseen
from tracker.casework.watch.reconciled import gone_now
from tracker.db import Database
from tracker.i18n import counted, hour_text, short_day
from tracker.law.calendars import Calendar
from tracker.law.editions import edition_on
from tracker.law.period import japanese_day
from tracker.models import JobRun, Role
from tracker.now import now
from tracker.web import health
from tracker.web.calculation import day_words
from tracker.web.doors import database, settings
from tracker.web.guards import somebody
from tracker.web.rooms import header

OVERVIEWS = {"staff/worklist.html", "staff/dashboard.html"}  # where leads are told of breaches that nobody has seen
WATCH = "staff/watch.html"
APPEALS = "staff.appeal_list"  # the room that says how many wait, beside its name

KEYS = "keys"  # the cookie that says "off" where somebody wants no single-key shortcuts (WCAG 2.1.4)


def page(template: str, room: str = "staff.worklist", **words: Any) -> str:
    """A page of the desk in its layout. Call it with no session open: it reads for itself."""
    at = now()
    person = somebody()
    lead = person is not None and person.may(Role.LEAD)
    groups, beside = header(room, person.may, url_for) if person else ([], [])
    data = database()
    today = japanese_day(at)
    with data.reading() as session:
        problems = health.problems(session, at)
        unseen = breaches.count(session, Unseen()) if lead and template in OVERVIEWS else 0
        moved = filings.moved(session) if template in OVERVIEWS else []
        gone = gone_now(session, reader=person.id) if person and template in {*OVERVIEWS, WATCH} else []
        for one in beside:
            if person and one["endpoint"] == APPEALS:
                n = finding.count(session, finding.Asked(person.id))
                one["n"] = f"{finding.COUNT_CAP}+" if n > finding.COUNT_CAP else n
        calendar: Calendar = session.info["calendar"]
    layout = {
        "rooms": groups,
        "rooms_beside": beside,
        "now_text": f"{day_words(today, calendar)} {hour_text(at)}",
        "next_working_day_text": day_words(calendar.next_working_day(today), calendar),
        "staff_name": person.name if person else "",
        "sign_out_url": url_for("security.logout"),
        "watch_text": _watch(data, stands=bool(problems)),
        "watch_problems": problems,
        "addresses_moved": moved,
        "logs_gone": [
            (one, counted("保管者「%(name)s」に、あるはずの記録が%(n)s件ありません", one.n, name=one.custodian.name))
            for one in gone
        ],
        "leads": lead,
        "breaches_unseen": counted("確かめていない違反の記録が%(n)s件あります", unseen) if unseen else "",
        "calendar_text": calendar.version,
        "edition_text": _(edition_on(today).label),
        "letters_wait": not settings().mail,
        "letters_file": settings().mail == "folder",
        "at": at,
        "today": today,
        "me": person,
        "keys_url": url_for("staff.keys"),
        "feeds_url": url_for("staff.feeds"),
        "keys_on": request.cookies.get(KEYS) != "off",
    }
    return render_template(template, **(layout | words))


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Where the browser goes after a form was taken."""
    return redirect(url_for(endpoint, **values), 303)


def clock_time(instant: datetime) -> str:
    """16:48, or 5/1(金) 16:48 when it was not today."""
    day = japanese_day(instant)
    if japanese_day(now()) == day:
        return hour_text(instant)
    return f"{short_day(day, database().calendar())} {hour_text(instant)}"


def _watch(data: Database, *, stands: bool) -> str:
    with data.reading() as session:
        runs = session.exec(select(JobRun).order_by(col(JobRun.name))).all()
    good = [run.succeeded_at for run in runs if run.succeeded_at]
    if not good:
        return str(_("まだ動いていません"))
    last = clock_time(max(good))
    return str(_("止まっています（最後は%(time)s）", time=last) if stands else _("%(time)s 正常に終了", time=last))
