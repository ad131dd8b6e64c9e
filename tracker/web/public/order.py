"""A custodian's page for one hold order (保存の依頼): what to keep until when, and the answer, once, by a POST."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, holdings, journal, order_letter, orders
from tracker.models import Custodian, HoldOrder, LogHold, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.own import secret_tries
from tracker.web.public.pages import page
from tracker.web.reading import identities, single_line


@bp.get("/orders/<number>/<secret>")
@secret_tries
def hold_order(number: str, secret: str) -> str:
    """What the order asks for. Looking at it answers nothing: link scanners look too."""
    return _page(number, secret, {}, {})


@bp.post("/orders/<number>/<secret>")
@secret_tries
def answer_order(number: str, secret: str) -> ResponseReturnValue:
    """Record the answer: kept, but for the lines ticked as not there."""
    form = {"by": single_line(request.form.get("by", "")), "note": request.form.get("note", "").strip()}
    ticked = identities(request.form.getlist("missing"))
    errors = {} if form["by"] else {"by": _("回答する人の部署と名前を書いてください。")}
    if errors:
        return _page(number, secret, form, errors, ticked), 422
    at = now()
    try:
        with database().writing() as session:
            orders.answer(
                session,
                _order(session, number, secret),
                missing=set(ticked),
                words="\n".join(text for text in (form["by"], form["note"]) if text),
                actor=journal.CUSTODIAN,
                at=at,
            )
    except NotAllowed as no:
        code = 409 if isinstance(no, Conflict) else 422
        return _page(number, secret, form, {}, ticked, refused=str(no)), code
    return redirect(url_for("public.hold_order", number=number, secret=secret), 303)


def _page(
    number: str,
    secret: str,
    form: dict[str, str],
    errors: dict[str, str],
    ticked: list[UUID] | None = None,
    refused: str = "",
) -> str:
    with database().reading() as session:
        order = _order(session, number, secret)
        service = session.get_one(Service, order.service_id)
        custodian = session.get_one(Custodian, order.custodian_id)
        lines = orders.order_lines(session, order)
        holds = [session.get_one(LogHold, line.hold_id) for line in lines]
        rows = list(zip(lines, holdings.described(session, holds), strict=True))
    return page(
        "public/order.html",
        exit_url="",  # the quick exit is for people in distress, not for a colleague of the provider
        asked_by=service,
        order=order,
        custodian=custodian,
        rows=rows,
        form=form,
        ticked=set(ticked or []),
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
        refused=refused,
        address=url_for("public.hold_order", number=number, secret=secret),
    )


def _order(session: Session, number: str, secret: str) -> HoldOrder:
    return order_letter.find_by_secret(session, single_line(number), single_line(secret)) or abort(404)
