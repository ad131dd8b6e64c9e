"""Files of a platform's own system: taken in as they come, counted afterwards. Contract: docs/ledger/openapi.yaml.

Who has no token learns nothing, and a token of another service finds nothing. What was sent never comes back.
"""

from typing import Any

from flask import Response, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlmodel import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from tracker.casework import Conflict, NotAllowed
from tracker.i18n import japanese
from tracker.law.ledger import Family
from tracker.models import LedgerImport, LedgerToken, Service
from tracker.now import now
from tracker.report.ledger import faults, imports, store, tokens
from tracker.web.api import bp
from tracker.web.api.answers import problem, said, too_often
from tracker.web.doors import database, settings
from tracker.web.services import by_slug

OFTEN = "120 per minute"  # from one address
MOST_BYTES = 4 * 1024**3  # of one file
NAME = "api.csv"  # of a file that came without one

asks = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="api")


@bp.record_once
def _count_asks(state: Any) -> None:
    asks.init_app(state.app)


@bp.post("/ledger/<slug>/<family>")
@asks.limit(OFTEN, on_breach=too_often)
def take_file(slug: str, family: str) -> Response:
    """Keep a file of rows, and say under which number they are counted."""
    request.max_content_length = MOST_BYTES
    with database().reading() as session:
        token = _token(session)
        if token is None:
            return problem(401, "not_authorized")
        service = by_slug(session, slug)
    if service is None or token.service_id != service.id or family not in set(Family):
        return problem(404, "not_found")
    if request.mimetype != "text/csv" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        return problem(415, "not_csv")
    try:
        kept = store.keep(settings(), request.stream)
    except RequestEntityTooLarge:
        return problem(413, "too_large")
    except NotAllowed:
        return problem(507, "no_room")
    try:
        return _begun(service, Family(family), kept) if kept.size else _refused(kept, problem(422, "empty"))
    except Conflict as no:
        with japanese():
            words = str(no)
        return _refused(kept, problem(409, "already_taken", title=words, **{"import": no.values["number"]}))


@bp.get("/ledger/<slug>/imports/<int(max=2147483647):number>")
@asks.limit(OFTEN, on_breach=too_often)
def show_import(slug: str, number: int) -> Response:
    """How far an import has come, and which of its rows were refused."""
    with database().reading() as session:
        token = _token(session)
        if token is None:
            return problem(401, "not_authorized")
        service = by_slug(session, slug)
        if service is None or token.service_id != service.id:
            return problem(404, "not_found")
        row = imports.import_of(session, service, number)
    if row is None:
        return problem(404, "not_found")
    with japanese():
        return said(200, state(row))


def state(row: LedgerImport) -> dict[str, Any]:
    """What an import says of itself to a program."""
    return {
        "import": row.number,
        "family": row.family.value,
        "state": "withdrawn" if row.withdrawn_at else _state(row),
        "sha256": row.sha256,
        "size": row.size,
        "read": row.place,
        "rows": row.rows,
        "added": row.added,
        "same": row.same,
        "changed": row.changed,
        "refused": row.refused,
        "errors": [one | {"says": faults.says(one["code"])} for one in row.errors],
        "trouble": {"code": row.trouble, "says": faults.says(row.trouble)} if row.trouble else None,
        "began_at": row.began_at.isoformat(),
        "done_at": row.done_at.isoformat() if row.done_at else None,
    }


def _state(row: LedgerImport) -> str:
    if row.trouble:
        return "refused"
    return "done" if row.done_at else "reading" if row.rows else "waiting"


def _begun(service: Service, family: Family, kept: store.Kept) -> Response:
    at = now()
    with database().writing() as session:
        token = tokens.enter(session, _bearer(), at=at)
        row = token and imports.begin(
            session,
            service,
            family,
            _name(),
            stored=kept.stored,
            size=kept.size,
            sha256=kept.sha256,
            actor=f"token:{token.id}",
            at=at,
        )
    if not row:  # revoked while the file came
        return _refused(kept, problem(401, "not_authorized"))
    url = url_for("api.show_import", slug=service.slug, number=row.number)
    return said(202, {"import": row.number, "url": url}, Location=url)


def _refused(kept: store.Kept, response: Response) -> Response:
    store.drop(settings(), kept.stored)
    return response


def _name() -> str:
    """The name that a file came with, without a path. It is shown to staff, and means nothing."""
    _kind, given = parse_options_header(request.headers.get("Content-Disposition"))
    name = given.get("filename", "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip() or NAME


def _bearer() -> str:
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _token(session: Session) -> LedgerToken | None:
    secret = _bearer()
    return tokens.known(session, secret) if secret.startswith(tokens.BEGINS) else None
