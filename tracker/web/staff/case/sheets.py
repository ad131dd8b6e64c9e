"""計算書: each clock of a case with its sheet. Beside the case, as a page that prints on A4, and as JSON."""

from typing import Any
from uuid import UUID

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import folder
from tracker.casework.folder import Folder
from tracker.i18n import hour_text
from tracker.law.period import JST
from tracker.models import Clock, Role
from tracker.now import now
from tracker.web.calculation import Counted, day_words, plain, recounted, recounted_all
from tracker.web.doors import database, settings
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.case.clocks import clock_row, clock_rows
from tracker.web.staff.case.items import numbers
from tracker.web.staff.case.page import of


@bp.get("/cases/<number>/calculation")
@allowed(Role.REVIEWER)
def calculation(number: str) -> ResponseReturnValue:
    """The calculation sheets of a case. Each clock has its own address on the page."""
    at = now()
    with database().reading() as session:
        found = folder.open_folder(session, of(session, number), at=at)
        counts = recounted_all(session, [face.clock for face in found.clocks])
    rows = clock_rows(found, counts, at)
    return page(
        "staff/calculation.html",
        f=found,
        counted=[row for row in rows if row["calc"]],
        targets=[_target(row) for row in rows if not row["calc"]],
        provider=settings().provider,
    )


@bp.get("/cases/<number>/clocks/<uuid:id>")
@allowed(Role.REVIEWER)
def clock(number: str, id: UUID) -> ResponseReturnValue:
    """The sheet of one clock: a page of its own, or to htmx a piece that stands beside the case."""
    at = now()
    with database().reading() as session:
        found = folder.open_folder(session, of(session, number), at=at)
        one = recounted(session, _clock(session, found, id))
    face = next(face for face in found.clocks if face.clock.id == id)
    row = _target(clock_row(found, face, one, at))
    item = next((v.item.no for v in found.items if v.item.id == face.clock.item_id), None)
    if item is not None:
        row["name"] = _("項目%(nos)s: %(name)s", nos=numbers([item]), name=row["name"])
    if request.headers.get("HX-Request"):
        return render_template("staff/_clock.html", f=found, row=row, beside=True)
    return page("staff/clock.html", f=found, row=row, provider=settings().provider)


@bp.get("/cases/<number>/clocks/<uuid:id>.json")
@allowed(Role.REVIEWER)
def clock_json(number: str, id: UUID) -> ResponseReturnValue:
    """The same as plain data: the sheet as the command line says it, and what is stored of the clock."""
    with database().reading() as session:
        notice = of(session, number)
        stored = session.get(Clock, id)
        if stored is None or stored.case_id != notice.case_id:
            abort(404)
        one: Counted = recounted(session, stored)
    answer = jsonify({"case": number} | plain(one))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _clock(session: Session, found: Folder, id: UUID) -> Clock:
    return next((face.clock for face in found.clocks if face.clock.id == id), None) or abort(404)


def _target(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the day of a clock for which the law names none: the office's target, or what a paper names."""
    face, calendar = row["face"], row["counted"].calendar
    moment = (face.moment or face.clock.started_at).astimezone(JST)
    row["target"] = row["stored_day"] or f"{day_words(moment.date(), calendar)} {hour_text(moment)}"
    return row
