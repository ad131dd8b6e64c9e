"""The claimant's files, where they released them: copies of pictures, under names that say nothing of who sent them."""

import io
from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed, evidence
from tracker.casework.evidence import KINDS
from tracker.casework.hearing import theirs
from tracker.keys import CannotOpen
from tracker.models import DoorPurpose, Verdict
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.senders.entering import Visit, link_tries, unread, visit_in

PDF = "application/pdf"


@dataclass(frozen=True)
class Released:
    """A file of the claimant as the sender's page lists it; `refused` says why it is not shown there."""

    id: UUID
    no: int
    kind: str
    picture: bool
    refused: str


def released(session: Session, seen: Visit) -> list[Released]:
    """The files that the claimant lets the sender see, in the order in which they came."""
    named = "name" in seen.there.notice.tell
    found = []
    for no, row in enumerate(theirs.released(session, seen.there), 1):
        refused = ""
        if row.verdict is Verdict.INFECTED:
            refused = _("ウイルスが見つかったため、見せられません。")
        elif row.kind == PDF and not named:  # a PDF leaves as it came, with whatever it says of its author
            refused = _("PDFには、作った人の名前などが残ることがあるため、このページでは見せていません。")
        found.append(Released(row.id, no, KINDS[row.kind], row.kind != PDF, refused))
    return found


@bp.get("/sender/<purpose>/<sender>/<secret>/files/<uuid:file>")
@link_tries
def sender_file(purpose: str, sender: str, secret: str, file: UUID) -> ResponseReturnValue:
    """The copy of a released picture, or a released PDF; 404 for anything else.

    It opens neither before the page was opened nor after the filing was withdrawn.
    """
    with database().reading() as session:
        seen = visit_in(session, purpose, sender, secret, only=DoorPurpose.INQUIRY)
        if unread(session, seen) or theirs.alleged(session, seen.there).withdrawn:
            abort(404)
        listed = next((one for one in released(session, seen) if one.id == file and not one.refused), None)
        row = next((row for row in theirs.released(session, seen.there) if row.id == file), None)
        if listed is None or row is None:
            abort(404)
        try:
            body, kind = evidence.read_copy(session, row), row.kind
        except (FileNotFoundError, CannotOpen, NotAllowed):
            abort(404)
    return _sent(body, kind, evidence.saved_name(_("証拠%(n)s", n=listed.no), kind))


def _sent(body: bytes, kind: str, name: str) -> Response:
    """A file as an attachment, in a sandbox without anything; no other site may show it."""
    response = send_file(io.BytesIO(body), mimetype=kind, as_attachment=True, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
