"""保存の依頼: look at the letter, send it, again, write down an answer by telephone, take it back, its proofs."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, holdings, journal, orders
from tracker.casework.custody import contract
from tracker.casework.holding.going import going_of
from tracker.casework.holding.standard import standard_of
from tracker.casework.orders.answers import proofs_of
from tracker.casework.orders.typed import digest_is_ours
from tracker.casework.papers.readers import may_know
from tracker.casework.remarks import remarks_of
from tracker.casework.watch import recalled
from tracker.i18n import day_text, last_moment
from tracker.models import (
    Case,
    Clock,
    Custodian,
    HoldOrder,
    Letter,
    LetterChannel,
    LogHold,
    OrderKind,
    Role,
    Service,
)
from tracker.now import now
from tracker.sealed import open_text
from tracker.web import order_form
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, plain_text, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.holds.room import holds_page


@bp.post("/holds/orders/new")
@allowed(Role.REVIEWER)
def new_order() -> ResponseReturnValue:
    """The letter for the holds that were ticked: looked at first (`do=look`), then sent (`do=send`).

    What cannot be undone, to erase, is sent only with its tick.
    """
    at, by = now(), current_staff().id
    with database().reading() as session:
        chosen = holdings.known(session, identities(request.form.getlist("hold")), reader=by)
    kind = next((one for one in OrderKind if one == request.form.get("kind", OrderKind.PRESERVE)), None)
    if kind is None:
        return holds_page(error=_("依頼の種類を選んでください。"), ticked=chosen), 422
    problem = unsure = ""
    if request.form.get("do") == "send" and kind is OrderKind.ERASE and not request.form.get("sure"):
        unsure = _("元に戻せない依頼です。確かめて、印を付けてください。")
    if request.form.get("do") == "send" and request.form.get("custodian") and not unsure:
        [custodian_id] = identities([request.form["custodian"]])
        try:
            with database().writing() as session:
                custodian = session.get(Custodian, custodian_id) or abort(404)
                number = orders.place(session, custodian, chosen, by=by, at=at, kind=kind).number
            return see_other("staff.hold_order", number=number)
        except NotAllowed as no:
            return holds_page(error=str(no), ticked=chosen, kind=kind), 409 if isinstance(no, Conflict) else 422
    elif request.form.get("do") == "send" and not request.form.get("custodian"):
        problem = _("保管者を選んでください。")
    with database().reading() as session:
        rows = session.exec(select(LogHold).where(col(LogHold.id).in_(chosen)).order_by(col(LogHold.until_at))).all()
        held = holdings.described(session, rows)
        services = {row.service.id for row in held}
        custodians = session.exec(
            select(Custodian)
            .where(col(Custodian.service_id).in_(services), col(Custodian.active).is_(True))
            .order_by(col(Custodian.name))
        ).all()
        wanted = request.form.get("custodian") or (str(custodians[0].id) if len(custodians) == 1 else "")
        named = next((c for c in custodians if str(c.id) == wanted), None)
        try:
            if len(services) > 1:
                raise NotAllowed(_("1回の依頼は1つのサービスの記録だけです。サービスで絞り込んでください。"))
            sample = named or Custodian(service_id=next(iter(services), UUID(int=0)), name=_("（保管者）"), email="")
            draft = orders.draft(session, sample, chosen, at=at, kind=kind)
            ends = _standard_ends(session, rows, at) if kind is OrderKind.ERASE else {}
            takes = orders.taking(session, sample, rows, at) if kind is OrderKind.ERASE else {}
            held = holdings.described(session, rows, going=takes)
        except NotAllowed as no:
            error = str(no)
        else:
            error = ""
    if error:
        return holds_page(error=error, ticked=chosen, kind=kind), 422
    words: dict[str, Any] = {"held": held, "custodians": custodians, "named": named, "draft": draft, "kind": kind}
    wrong = [(at, text) for at, text in (("custodian", problem), ("f-sure", unsure)) if text]
    answer = page(
        "staff/holds/new.html",
        room="staff.holds",
        problem=problem,
        unsure=unsure,
        wrong=wrong,
        asked=_asked(draft.body),
        carried=[(name, request.form.get(name, "")) for name in ("view", "service", "number")],
        standard=ends,
        early=sum(end["early"] for end in ends.values()),
        classes=order_form.class_names(),
        **words,
    )
    return (answer, 422) if wrong else answer


@bp.get("/holds/orders/<number>")
@allowed(Role.REVIEWER)
def hold_order(number: str) -> str:
    """One order: what it asks, what became of its letters, and the answer."""
    return _order_page(number)


@bp.post("/holds/orders/<number>/again")
@allowed(Role.REVIEWER)
def order_again(number: str) -> ResponseReturnValue:
    """Send it again; the address sent before is void."""
    at, by = now(), current_staff().id
    return _act(number, lambda session, order: orders.send_again(session, order, by=by, at=at))


@bp.post("/holds/orders/<number>/answer")
@allowed(Role.REVIEWER)
def order_answered(number: str) -> ResponseReturnValue:
    """An answer that came by telephone or by mail, and how."""
    at, actor = now(), journal.staff(current_staff().id)
    with database().reading() as session:
        order = _order(session, number)
        read = order_form.read(order, orders.classes_of(session, order), request.form, at=at)
        closed = not order.takes_answer
    form = {**read.typed, "words": plain_text(request.form.get("words"))}
    wrong = {} if closed else dict(read.wrong)
    if not form["words"]:
        wrong["words"] = _("だれが答えたかを書いてください。")
    wrong |= {} if closed else order_form.log_content(form, "words")
    if wrong:
        return _order_page(number, form=form, wrong=wrong), 422

    def record(session: Session, order: HoldOrder) -> None:
        orders.answer_lines(session, order, read.said, words=form["words"], actor=actor, at=at)

    return _act(number, record, named="words", form=form)


@bp.post("/holds/orders/<number>/withdrawal")
@allowed(Role.REVIEWER)
def withdraw_order(number: str) -> ResponseReturnValue:
    """Take an unanswered order back."""
    at, by = now(), current_staff().id
    form = {"reason": request.form.get("reason", "")}

    def withdraw(session: Session, order: HoldOrder) -> None:
        orders.withdraw(session, order, reason=form["reason"], by=by, at=at)
        recalled.tell_leads(session, order, at=at)

    if wrong := order_form.log_content(form, "reason"):
        return _order_page(number, form=form, wrong=wrong), 422
    return _act(
        number,
        withdraw,
        named="reason",
        form=form,
    )


@bp.get("/holds/orders/<number>/certificate")
@allowed(Role.REVIEWER)
def erasure_certificate(number: str) -> str:
    """消去の証明: what the custodian says it erased for each line, to be read and printed."""
    with database().reading() as session:
        order = _order(session, number)
        proofs = {proof.hold_id: proof for proof in proofs_of(session, order)} or abort(404)
        lines, holds = orders.order_lines(session, order), orders.order_holds(session, order)
        held = holdings.described(session, holds)
        custodian = session.get_one(Custodian, order.custodian_id)
        service = session.get_one(Service, order.service_id)
        shown = [
            (proofs[line.hold_id], line.no, one.number, digest_is_ours(proofs[line.hold_id]))
            for line, one in zip(lines, held, strict=True)
            if line.hold_id in proofs
        ]
    return page(
        "staff/holds/certificate.html",
        room="staff.holds",
        order=order,
        custodian=custodian,
        service=service,
        proofs=shown,
        lines=len(lines),
        classes=order_form.class_names(),
    )


def _act(
    number: str,
    verb: Callable[[Session, HoldOrder], None],
    *,
    named: str = "",
    form: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Call one verb on the order; what was typed comes back with what is wrong."""
    try:
        with database().writing() as session:
            verb(session, _order(session, number))
    except NotAllowed as no:
        if isinstance(no, Conflict):
            return _order_page(number, form=form, refused=str(no)), 409
        field = "erased_at" if no.about == "proof" else named
        said: dict[str, Any] = {"wrong": {field: str(no)}} if field else {"refused": str(no)}
        return _order_page(number, form=form, **said), 422
    return see_other("staff.hold_order", number=number)


def _order_page(
    number: str,
    *,
    form: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    at, wrong = now(), wrong or {}
    with database().reading() as session:
        order = _order(session, number)
        case = session.get_one(Case, order.case_id)
        custodian = session.get_one(Custodian, order.custodian_id)
        lines = orders.order_lines(session, order)
        held = holdings.described(session, orders.order_holds(session, order), going=going_of(session, order))
        rows = list(zip(lines, held, strict=True))
        clock = session.exec(select(Clock).where(Clock.case_id == case.id).order_by(col(Clock.started_at))).first()
        letters = session.exec(
            select(Letter).where(Letter.case_id == case.id, Letter.kind == "hold_order").order_by(col(Letter.queued_at))
        ).all()
        words: dict[str, Any] = {
            "service": session.get_one(Service, order.service_id),
            "letters": [(letter, _body(session, letter)) for letter in letters],
            "proofs": len(proofs_of(session, order)),
            "answer": _remark(journal.history(session, case), remarks_of(session, case)),
        }
        words["recalled"] = bool(
            order.withdrawn_at and order.kind is OrderKind.ERASE and orders.may_have(session, order)
        )
    return page(
        "staff/holds/order.html",
        room="staff.holds",
        order=order,
        custodian=custodian,
        rows=rows,
        clock=clock,
        late=clock is not None and clock.stopped_at is None and clock.target_at is not None and clock.target_at <= at,
        form=form or {},
        every=order_form.everything(order.kind),
        wrong=wrong,
        errors=order_form.in_order(wrong),
        refused=refused,
        options=order_form.options(order.kind),
        classes=order_form.class_names(),
        open=not (order.answered_at or order.withdrawn_at),
        **words,
    )


def _standard_ends(session: Session, holds: Sequence[LogHold], at: datetime) -> dict[UUID, dict[str, Any]]:
    """When the standard period of the logs of each hold ends or ended: to erase before is a person's decision."""
    standard = standard_of(session)
    found = {}
    for hold in holds:
        end = standard(hold)
        if end is None:
            says = _("標準の期間: 定めがなく、目的を達するまで残します")
        elif end > at:
            says = _("標準の期間の終わり: %(day)s", day=_day(session, end))
        else:
            says = _("標準の期間は%(day)sに終わりました", day=_day(session, end))
        found[hold.id] = {"says": str(says), "early": end is None or end > at}
    return found


def _day(session: Session, end: datetime) -> str:
    return day_text(last_moment(end), calendar=session.info["calendar"])


def _asked(body: str) -> contract.Order | None:
    """The order that a letter to a custodian's system is; None for a mail."""
    try:
        return contract.Order.model_validate_json(body)
    except ValidationError:
        return None


def _remark(events: Sequence[Any], remarks: dict[UUID, str]) -> str:
    """Who answered or why it was taken back: the last words in the record."""
    return next((remarks[e.id] for e in reversed(events) if e.id in remarks), "")


def _body(session: Session, letter: Letter) -> dict[str, Any]:
    """A letter as it was sent, but for its secret: who answers on the custodian's page is the custodian."""
    words = {
        name: open_text(session, letter.case_id, f"letter.{name}", letter.id, getattr(letter, f"{name}_sealed"))
        for name in ("to", "subject", "body")
    }
    if letter.channel is LetterChannel.CUSTODIAN:
        asked = _asked(words["body"])
        return words | {"asked": asked, "withdrawn": asked is None}
    return words | {"body": re.sub(r"(/orders/[^/\s]+/)\S+", r"\1…", words["body"]), "asked": None}


def _order(session: Session, number: str) -> HoldOrder:
    known = may_know(col(HoldOrder.case_id), current_staff().id)
    return session.exec(select(HoldOrder).where(HoldOrder.number == single_line(number), known)).first() or abort(404)
