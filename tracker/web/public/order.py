"""A custodian's page for one hold order: what is asked of which logs, and the answer to each line, once, by a POST."""

from collections.abc import Mapping
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, holding, holdings, journal, orders
from tracker.casework.holding.going import going_of
from tracker.casework.orders import letter as order_letter
from tracker.casework.orders.answers import proofs_of
from tracker.casework.orders.typed import digest_is_ours
from tracker.models import Custodian, HoldOrder, OrderKind, Service
from tracker.now import now
from tracker.web import order_form
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.own import secret_tries
from tracker.web.public.pages import page
from tracker.web.reading import plain_text, single_line


@bp.get("/orders/<number>/<secret>")
@secret_tries
def hold_order(number: str, secret: str) -> str:
    """What the order asks for. Looking at it answers nothing: link scanners look too."""
    return _page(number, secret, {}, {})


@bp.post("/orders/<number>/<secret>")
@secret_tries
def answer_order(number: str, secret: str) -> ResponseReturnValue:
    """Record the answer to each line; to erase, with the proof of what went."""
    at = now()
    form = {"by": single_line(request.form.get("by", "")), "note": plain_text(request.form.get("note", ""))}
    with database().reading() as session:
        order = _order(session, number, secret)
        read = order_form.read(order, orders.classes_of(session, order), request.form, at=at)
        closed = not order.takes_answer
    typed = {**read.typed, **form}
    wrong = {} if closed else dict(read.wrong)
    if not form["by"]:
        wrong["by"] = _("回答する人の部署と名前を書いてください。")
    wrong |= {} if closed else order_form.log_content(form, "by", "note")
    if wrong:
        return _page(number, secret, typed, wrong), 422
    try:
        with database().writing() as session:
            orders.answer_lines(
                session,
                _order(session, number, secret),
                read.said,
                words="\n".join(text for text in (form["by"], form["note"]) if text),
                actor=journal.CUSTODIAN,
                at=at,
            )
    except NotAllowed as no:
        if no.about == "proof":  # classes and counts are of our own form: it is the moment
            return _page(number, secret, typed, {"erased_at": str(no)}), 422
        return _page(number, secret, typed, {}, refused=str(no)), 409 if isinstance(no, Conflict) else 422
    return redirect(url_for("public.hold_order", number=number, secret=secret), 303)


def _page(number: str, secret: str, typed: Mapping[str, str], wrong: Mapping[str, str], refused: str = "") -> str:
    at = now()
    with database().reading() as session:
        order = _order(session, number, secret)
        service = session.get_one(Service, order.service_id)
        custodian = session.get_one(Custodian, order.custodian_id)
        lines, holds = orders.order_lines(session, order), orders.order_holds(session, order)
        rows = list(zip(lines, holdings.described(session, holds, going=going_of(session, order)), strict=True))
        proofs = proofs_of(session, order)
        asks = order.takes_answer
        stopped = ""
        if asks and order.kind is OrderKind.ERASE and not order.withdrawn_at:
            try:
                holding.refuse_erasure(session, holds, at=at)
            except NotAllowed:
                stopped = _("ほかの根拠による保存がかかりました。まだ消去していない記録は、消去しないでください。")
    by_hold: dict[UUID, int] = {line.hold_id: line.no for line in lines}
    return page(
        "public/order.html",
        exit_url="",  # the quick exit is for people in distress, not for a colleague of the provider
        asked_by=service,
        order=order,
        custodian=custodian,
        rows=rows,
        asks=asks,
        stopped=stopped,
        proofs=[(proof, by_hold[proof.hold_id], digest_is_ours(proof)) for proof in proofs],
        options=order_form.options(order.kind),
        classes=order_form.class_names(),
        every=order_form.everything(order.kind),
        typed=typed,
        wrong=wrong,
        errors=order_form.in_order(wrong),
        refused=refused,
        address=url_for("public.hold_order", number=number, secret=secret),
    )


def _order(session: Session, number: str, secret: str) -> HoldOrder:
    return order_letter.find_by_secret(session, single_line(number), single_line(secret)) or abort(404)
