"""A frozen version: its files and hashes, what it changes, and another person who publishes it or sends it back."""

import mimetypes
from pathlib import PurePosixPath

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.register import standing_register
from tracker.casework.remarks import remarks_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Event, Publication, Role, Service, Staff
from tracker.now import now
from tracker.report import corrections, publishing
from tracker.report.years import year_of
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.report.room import LAST_YEAR, ROOM
from tracker.web.staff.report.said import warned

# What a browser shows, with our own policy; everything else is saved under its name.
SHOWN = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}
MOST = 200  # differences in sight: the file has all
UNREGISTERED = N_(
    "届出の記録では、このサービスは%(year)s年度の終わりまでに届け出ていません。この版は公表できません。"
    "届出の記録を確かめるか、この版を差し戻してください。"
)


@bp.get("/report/<slug>/<int:year>/versions/<int:version>")
@allowed(Role.REVIEWER)
def report_version(slug: str, year: int, version: int) -> str:
    """The version, for whoever looks at it before it is published."""
    return _page(slug, year, version)


@bp.get("/report/<slug>/<int:year>/versions/<int:version>/files/<path:name>")
@allowed(Role.REVIEWER)
def report_file(slug: str, year: int, version: int, name: str) -> Response:
    """A file of it, byte for byte: the page to be looked at, everything else to be saved."""
    with database().reading() as session:
        _service, row = _found(session, slug, year, version)
        file = publishing.file(session, row, name) or abort(404)
        content = file.content
    path = PurePosixPath(name)
    shown = SHOWN.get(path.suffix)
    answer = Response(content, content_type=shown or mimetypes.guess_type(name)[0] or "application/octet-stream")
    if not shown:
        answer.headers.set("Content-Disposition", "attachment", filename=path.name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/report/<slug>/<int:year>/versions/<int:version>/publish")
@allowed(Role.MANAGER)
def publish_report(slug: str, year: int, version: int) -> ResponseReturnValue:
    """Publish it: for ever."""
    with database().reading() as session:
        _found(session, slug, year, version)
    if request.form.get("sure") != "1":
        return _page(slug, year, version, wrong={"sure": _("内容を確かめて、印を付けてください。")}), 422
    try:
        with database().writing() as session:
            service, row = _found(session, slug, year, version)
            if year_of(service, year) is None:
                raise NotAllowed(UNREGISTERED, year=year)
            publishing.publish(session, row, by=current_staff().id, at=now())
    except NotAllowed as no:
        return _page(slug, year, version, wrong={"sure": str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("第%(n)s版を公表しました。だれでも見られます。", n=version))
    return see_other("staff.report_version", slug=slug, year=year, version=version)


@bp.post("/report/<slug>/<int:year>/versions/<int:version>/return")
@allowed(Role.LEAD)
def return_report(slug: str, year: int, version: int) -> ResponseReturnValue:
    """Send it back, with what is to be changed."""
    reason = plain_text(request.form.get("reason"))
    with database().reading() as session:
        _found(session, slug, year, version)
    try:
        with database().writing() as session:
            service, row = _found(session, slug, year, version)
            publishing.give_back(session, row, reason=reason, by=current_staff().id, at=now())
            drafted = year_of(service, year) is not None
    except NotAllowed as no:
        return _page(slug, year, version, reason, {"reason": str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("第%(n)s版を差し戻しました。直してから、もう一度固めてください。", n=version))
    if not drafted:  # there is no draft to go back to
        return see_other("staff.report_version", slug=slug, year=year, version=version)
    return see_other("staff.report_draft", slug=slug, year=year)


def _found(session: Session, slug: str, year: int, version: int) -> tuple[Service, Publication]:
    """The version of an address, or 404: one of a service that is no longer registered can still be sent back."""
    service = service_of(session, slug)
    rows = publishing.versions(session, service, year) if 0 < year < LAST_YEAR else []
    return service, next((row for row in rows if row.version == version), None) or abort(404)


def _sent_back(session: Session, service: Service, row: Publication) -> str:
    """Why a version went back; empty where it did not."""
    register = standing_register(session, service)
    if register is None or row.returned_at is None:
        return ""
    query = select(Event).where(Event.case_id == register.id, Event.fact == Fact.REPORT_RETURNED)
    mine = [one.id for one in session.exec(query) if one.data["said"].get("publication") == str(row.id)]
    words = remarks_of(session, register)
    return next((words[id] for id in mine if id in words), "")


def _page(slug: str, year: int, version: int, reason: str = "", wrong: dict[str, str] | None = None) -> str:
    wrong, me = wrong or {}, current_staff()
    with database().reading() as session:
        service, row = _found(session, slug, year, version)
        registered = year_of(service, year) is not None
        people = {
            key: session.get_one(Staff, id).name
            for key, id in (("frozen", row.frozen_by), ("published", row.published_by), ("returned", row.returned_by))
            if id
        }
        files = publishing.listing(session, row)
        files_of = publishing.files_of(session, row)
        changed = [one for one in corrections.corrected(files_of) if one.version == version]
        path = publishing.path(service, year, version)
        said = _sent_back(session, service, row)
    waits = row.published_at is None and row.returned_at is None
    return page(
        "staff/report/version.html",
        room=ROOM,
        service=service,
        unregistered="" if registered else _(UNREGISTERED, year=year),
        home=url_for("staff.report_draft", slug=slug, year=year) if registered else "",
        row=row,
        people=people,
        files=files,
        changed=changed[:MOST],
        more=max(0, len(changed) - MOST),
        path=path,
        index=publishing.INDEX,
        waits=waits,
        sent_back=said,
        mine=row.frozen_by == me.id,
        doubts=warned(row.why),
        may_publish=me.may(Role.MANAGER),
        may_return=me.may(Role.LEAD),
        reason=reason,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
    )
