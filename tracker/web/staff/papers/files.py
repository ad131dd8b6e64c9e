"""The paper itself as a file: taken in as evidence of its case, and opened, which enters the record."""

import io
from uuid import UUID, uuid4

from flask import abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import NotAllowed, evidence, journal
from tracker.keys import CannotOpen
from tracker.models import Case, Evidence, Role
from tracker.now import now
from tracker.sealed import open_text
from tracker.web import uploads
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.papers.one import found, paper_page
from tracker.web.staff.papers.typed import Typed


@bp.post("/papers/<number>/files")
@allowed(Role.LEAD)
def add_paper_file(number: str) -> ResponseReturnValue:
    """Keep the paper itself beside what was written down of it."""
    at, actor, token = now(), journal.staff(current_staff().id), uuid4().hex
    with database().reading() as session:
        found(session, number)
    sent = [file for file in request.files.getlist("file") if file.filename]
    complaints = uploads.take_in(token, sent, at=at, document=True, measured=False)
    if not sent:
        complaints = [_("ファイルを選んでください。")]
    with database().writing() as session:
        row = found(session, number)
        evidence.attach(session, session.get_one(Case, row.case_id), evidence.kept(session, token), actor=actor, at=at)
    if complaints:
        return paper_page(number, "files", Typed(errors={"file": " ".join(complaints)})), 422
    return see_other("staff.paper", number=number)


@bp.post("/papers/<number>/files/<uuid:file_id>")
@allowed(Role.REVIEWER)
def open_paper_file(number: str, file_id: UUID) -> ResponseReturnValue:
    """The file as it came. That it was opened, and by whom, enters the record first."""
    with database().reading() as session:
        paper = found(session, number)
        row = session.get(Evidence, file_id) or abort(404)
        if row.case_id != paper.case_id:
            abort(404)
        try:
            body = evidence.read(session, row)
        except (FileNotFoundError, CannotOpen, NotAllowed):
            abort(404)
        name = open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed)
    try:
        with database().writing() as session:
            case = session.get_one(Case, found(session, number).case_id)
            opened = session.get_one(Evidence, file_id)
            by, sure = journal.staff(current_staff().id), request.form.get("sure") == "1"
            evidence.open_original(session, case, opened, sure=sure, actor=by, at=now())
    except NotAllowed as no:
        return paper_page(number, "files", Typed(errors={f"sure-{file_id}": str(no)})), 422
    answer = send_file(
        io.BytesIO(body),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=evidence.saved_name(name, row.kind),
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
