"""通信履歴の保存期間 for everybody: what is kept, for how long, from when that is counted, on which ground."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from tracker.casework import retention
from tracker.i18n.typed import Unreadable, day as read_day
from tracker.law.calendars import Calendar
from tracker.law.clocks.logs import ERASURE
from tracker.law.holds import (
    BUSINESS_NEED,
    DISCLOSURE_PENDING,
    EMERGENCY,
    ERASURE_BAN,
    PETITION,
    PRESERVATION_HOLD,
    PRESERVATION_HOLD_EXTENDED,
)
from tracker.law.logs import GUIDELINE, LogKind
from tracker.law.period import japanese_day
from tracker.now import now
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.pages import page, service_in
from tracker.web.reading import single_line
from tracker.web.retention import rows, told

# What keeps logs beyond their period, in the order of the page.
LONGER = {
    "ban": ERASURE_BAN,
    "request": DISCLOSURE_PENDING,
    "petition": PETITION,
    "investigators": PRESERVATION_HOLD,
    "extension": PRESERVATION_HOLD_EXTENDED,
    "emergency": EMERGENCY,
    "need": BUSINESS_NEED,
}


OF_A_POST = frozenset({LogKind.POST, LogKind.LOGIN, LogKind.ACCESS})  # what tells who posted


@bp.get("/s/<slug>/logs")
def logs(slug: str) -> str:
    """The version in force, the ones to come with what they change, and since when earlier ones were.

    `posted` is the day of a post: until when its record is kept, for whoever thinks of asking who posted it.
    """
    today = japanese_day(now())
    posted, wrong = _day(request.args.get("posted", ""), today)
    with database().reading() as session:
        service = service_in(session, slug)
        calendar = session.info["calendar"]
        versions = retention.history(session, service.id)
        ends = retention.standard_ends(session, service.id, posted) if posted else []
    used = retention.in_force(versions, today)
    coming = retention.coming(versions, today)
    before = {
        one.table.version: versions[at + 1].lines if at + 1 < len(versions) else () for at, one in enumerate(versions)
    }
    return page(
        "public/logs.html",
        service,
        used=used,
        rows=rows(used.lines, today, calendar) if used else [],
        posted=posted.isoformat() if posted else single_line(request.args.get("posted", "")),
        wrong=wrong,
        kept=[_kept(line, last, today, calendar) for line, last in ends if line.kind in OF_A_POST],
        coming=[
            (one, told(retention.changes(before[one.table.version], one.lines)), rows(one.lines, today, calendar))
            for one in coming
        ],
        earlier=[one for one in versions if one is not used and one not in coming],
        day=lambda one: day_words(one, calendar, beside=today),
        guideline=GUIDELINE,
        laws=LONGER,
        erasing=ERASURE.article,
        erasing_force=ERASURE.force.value,
    )


def _day(text: str, today: date) -> tuple[date | None, str]:
    """The day of a post, and what is wrong with what was typed."""
    typed = single_line(text)
    if not typed:
        return None, ""
    try:
        day = read_day(typed)
    except Unreadable as error:
        return None, str(error)
    return (day, "") if day <= today else (None, str(_("投稿された日は、きょうまでの日を入力してください。")))


def _kept(line: retention.Line, last: date | None, today: date, calendar: Calendar) -> dict[str, Any]:
    """Until when a record of that day is kept by the table; `over` where that has passed."""
    day = day_words(last, calendar, beside=today) if last else ""
    return {"name": line.name, "day": day, "over": bool(last and last < today)}
