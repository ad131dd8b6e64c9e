"""計算書: every clock of a case with its days, side by side, and the reading that was not chosen; printed on A4."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import folder
from tracker.casework.faces import Face
from tracker.i18n import hour_text
from tracker.law.calendars import Calendar
from tracker.law.period import JST, japanese_day
from tracker.models import Role
from tracker.now import now
from tracker.web.calculation import compared, day_words, strip, why_not
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.case.clocks import clock_rows
from tracker.web.staff.case.page import of


@bp.get("/cases/<number>/calculation")
@allowed(Role.REVIEWER)
def calculation(number: str) -> ResponseReturnValue:
    """The calculation sheets of a case. Each clock has its own address on the page."""
    at = now()
    with database().reading() as session:
        found = folder.open_folder(session, of(session, number), at=at)
        calendar: Calendar = session.info["calendar"]
    today = japanese_day(at)
    rows = clock_rows(found, calendar)
    for row in rows:
        face: Face = row["face"]
        counted = bool(row["sheet"])
        row["strip"] = strip(face, calendar, today, work=face.running) if counted else []
        row["sheet"] = compared(face, calendar) if counted else []
        row["why_not"] = why_not(face) if row["not_chosen"] else ""
        row["answer"] = _answer(face, calendar)
    return page(
        "staff/calculation.html",
        f=found,
        counted=[row for row in rows if row["sheet"]],
        targets=[row for row in rows if not row["sheet"]],
        day_words=day_words,
    )


def _answer(face: Face, calendar: Calendar) -> dict[str, Any]:
    """The day large, and what it means small."""
    if face.last_day is None:
        moment = (face.moment or face.clock.started_at).astimezone(JST)
        day = f"{day_words(moment.date(), calendar)} {hour_text(moment)}"
        return {"day": day, "tail": _("までが事務所の目標")}
    day = day_words(face.last_day, calendar)
    tails = {"deadline": _("が終わるまで"), "target": _("が自主的な目標日"), "wait": _("の0時から")}
    return {"day": day, "tail": tails[face.kind]}
