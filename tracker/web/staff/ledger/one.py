"""One import: how far it has come, what was wrong with its rows, and taking it back."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed
from tracker.models import LedgerImport, Role, Service, Staff
from tracker.now import now
from tracker.report.ledger import imports
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.ledger.room import ROOM
from tracker.web.staff.ledger.said import shown


@bp.get("/ledger/<slug>/imports/<int(max=2147483647):number>")
@allowed(Role.LEAD)
def ledger_import(slug: str, number: int) -> str:
    """One import."""
    return _page(slug, number)


@bp.post("/ledger/<slug>/imports/<int(max=2147483647):number>/withdraw")
@allowed(Role.LEAD)
def withdraw_import(slug: str, number: int) -> ResponseReturnValue:
    """Take back what an import added. Its file may be taken in again."""
    reason, wrong = single_line(request.form.get("reason")), {}
    if not reason:
        wrong["reason"] = _("取り消す理由を入力してください。")
    if request.form.get("sure") != "1":
        wrong["sure"] = _("確かめて、印を付けてください。")
    with database().reading() as session:
        _found(session, service_of(session, slug), number)
    if wrong:
        return _page(slug, number, reason, wrong), 422
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            row = _found(session, service, number)
            imports.withdraw(session, service, row.id, reason=reason, by=current_staff().id, at=now())
    except NotAllowed as no:
        field = "reason" if no.about == "reason" else "sure"
        return _page(slug, number, reason, {field: str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("取込み %(n)s を取り消しました。数えた件数から順に引きます。この画面を閉じても続きます。", n=number))
    return see_other("staff.ledger_of", slug=slug)


def _page(slug: str, number: int, reason: str = "", wrong: dict[str, str] | None = None) -> str:
    wrong = wrong or {}
    with database().reading() as session:
        service = service_of(session, slug)
        row = _found(session, service, number)
        [one] = shown(session, [row], at=now())
        taken_back_by = session.get(Staff, row.withdrawn_by) if row.withdrawn_by else None
    return page(
        "staff/ledger/import.html",
        room=ROOM,
        service=service,
        one=one,
        taken_back_by=taken_back_by.name if taken_back_by else "",
        reason=reason,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
    )


def _found(session: Session, service: Service, number: int) -> LedgerImport:
    query = select(LedgerImport).where(LedgerImport.service_id == service.id, LedgerImport.number == number)
    return session.exec(query).first() or abort(404)
