"""証拠: what may be seen of a file, to be shown as a picture or saved, and the original, whose opening is recorded."""

import io
from uuid import UUID

from flask import Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from tracker.casework import NotAllowed, evidence as files, journal
from tracker.keys import CannotOpen
from tracker.models import Case, Evidence, Notice, Role
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page

UNKNOWN = "application/octet-stream"  # an original is only ever saved


@bp.get("/evidence/<uuid:evidence_id>")
@allowed(Role.REVIEWER)
def evidence(evidence_id: UUID) -> ResponseReturnValue:
    """The copy of a picture, or a PDF as it came. Where there is none, the page of the case says why."""
    with database().reading() as session:
        row = _row(session, evidence_id)
        number = _number(session, row)
        try:
            body, name = files.read_copy(session, row), _name(session, row)
        except NotAllowed as no:
            refused = str(no)
        except (FileNotFoundError, CannotOpen):
            abort(404)
        else:
            return _sent(body, row.kind, name)
    return case_page(number, _refused(evidence_id, "copy", refused), 422)


@bp.post("/evidence/<uuid:evidence_id>/original")
@allowed(Role.REVIEWER)
def evidence_original(evidence_id: UUID) -> ResponseReturnValue:
    """The original, unchanged. That it was opened, and by whom, enters the record first."""
    with database().reading() as session:
        row = _row(session, evidence_id)
        number = _number(session, row)
        try:
            body, name = files.read(session, row), _name(session, row)
        except (FileNotFoundError, CannotOpen, NotAllowed):
            abort(404)
    sure = request.form.get("sure") == "1"
    try:
        with database().writing() as session:
            row = _row(session, evidence_id)
            case = session.get_one(Case, row.case_id)
            by = journal.staff(current_staff().id)
            files.open_original(session, case, row, sure=sure, actor=by, at=now())
    except NotAllowed as no:
        return case_page(number, _refused(evidence_id, "sure", str(no)), 422)
    return _sent(body, UNKNOWN, name)


def _row(session: Session, id: UUID) -> Evidence:
    return session.get(Evidence, id) or abort(404)


def _number(session: Session, row: Evidence) -> str:
    return session.exec(select(Notice.number).where(Notice.case_id == row.case_id)).first() or abort(404)


def _name(session: Session, row: Evidence) -> str:
    name = open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed)
    return files.saved_name(name, row.kind)


def _refused(id: UUID, what: str, words: str) -> Trial:
    return Trial(tab="evidence", errors={f"{what}-{id}": words})


def _sent(body: bytes, kind: str, name: str) -> Response:
    """A file as an attachment under its own name, in a sandbox without anything; nobody else may show it."""
    response = send_file(io.BytesIO(body), mimetype=kind, as_attachment=True, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
