"""What lets a platform's own system send files: made by a manager, shown once, revoked by a manager."""

from uuid import UUID

from flask import abort, flash, request, session as visit, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed
from tracker.casework.hearing.system import connect
from tracker.models import LedgerToken, Role, Service, Staff
from tracker.now import now
from tracker.report.ledger import tokens
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.ledger.room import ROOM

SHOWN = "ledger_token"  # in the visit, sealed, until its page was opened once


@bp.get("/ledger/<slug>/tokens")
@allowed(Role.MANAGER)
def ledger_tokens(slug: str) -> str:
    """The tokens of a service; a new one with its secret, the first time."""
    return _page(slug, secret=_secret_once(slug))


@bp.post("/ledger/<slug>/tokens")
@allowed(Role.MANAGER)
def make_ledger_token(slug: str) -> ResponseReturnValue:
    """Make one."""
    name = single_line(request.form.get("name"))
    with database().reading() as session:
        service_of(session, slug)
    if not name:
        return _page(slug, wrong={"name": _("どのシステムのための鍵か、名前を入力してください。")}), 422
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            _row, secret = tokens.make(session, service, name, by=current_staff().id, at=now())
            visit[SHOWN] = [slug, connect.once(session, service.id, secret)]
    except NotAllowed as no:
        return _page(slug, name, wrong={"name": str(no)}), 422
    flash(_("送信用の鍵を作りました。"))
    return see_other("staff.ledger_tokens", slug=slug)


@bp.post("/ledger/<slug>/tokens/<uuid:token_id>/revoke")
@allowed(Role.MANAGER)
def revoke_ledger_token(slug: str, token_id: UUID) -> ResponseReturnValue:
    """Let one open nothing any more."""
    with database().reading() as session:
        _found(session, service_of(session, slug), token_id)
    if request.form.get("sure") != "1":
        return _page(slug, wrong={f"sure-{token_id}": _("確かめて、印を付けてください。")}), 422
    try:
        with database().writing() as session:
            tokens.revoke(session, token_id, at=now())
    except NotAllowed as no:
        return _page(slug, wrong={f"sure-{token_id}": str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("送信用の鍵を無効にしました。"))
    return see_other("staff.ledger_tokens", slug=slug)


def _secret_once(slug: str) -> str:
    kept = visit.get(SHOWN)
    if not kept or kept[0] != slug:
        return ""
    visit.pop(SHOWN)
    with database().reading() as session:
        return connect.shown(session, service_of(session, slug).id, kept[1])


def _found(session: Session, service: Service, token_id: UUID) -> LedgerToken:
    row = session.get(LedgerToken, token_id)
    return row if row and row.service_id == service.id else abort(404)


def _page(slug: str, name: str = "", *, wrong: dict[str, str] | None = None, secret: str = "") -> str:
    wrong = wrong or {}
    with database().reading() as session:
        service = service_of(session, slug)
        found = tokens.tokens_of(session, service)
        names = {row.id: session.get_one(Staff, row.made_by).name for row in found}
    return page(
        "staff/ledger/tokens.html",
        room=ROOM,
        service=service,
        tokens=found,
        names=names,
        secret=secret,
        address=url_for("staff.ledger_of", slug=slug, _external=True),
        name=name,
        wrong=wrong,
        errors=[(f"f-{key}", text) for key, text in wrong.items()],
    )
