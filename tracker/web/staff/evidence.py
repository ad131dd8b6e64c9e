"""証拠: a file as it was sent, to be saved and never to be run."""

import io
from uuid import UUID

from flask import Response, abort, send_file

from tracker.casework import NotAllowed, evidence as files
from tracker.keys import CannotOpen
from tracker.models import Evidence, Role
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.staff import bp


@bp.get("/evidence/<uuid:evidence_id>")
@allowed(Role.REVIEWER)
def evidence(evidence_id: UUID) -> Response:
    """One evidence file as an attachment under its own name, in a sandbox without anything."""
    with database().reading() as session:
        row = session.get(Evidence, evidence_id)
        if row is None:
            abort(404)
        try:
            body = files.read(session, row)
        except (FileNotFoundError, NotAllowed, CannotOpen):
            abort(404)
        name = open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed)
    response = send_file(io.BytesIO(body), mimetype=row.kind, as_attachment=True, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
