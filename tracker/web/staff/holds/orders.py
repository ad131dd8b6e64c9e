"""保存の依頼: look at the letter, send it, send it again, write down an answer by telephone, take it back."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, holdings, journal, orders
from tracker.casework.remarks import remarks_of
from tracker.models import Case, Clock, Custodian, HoldOrder, Letter, LogHold, Role, Service
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.holds.room import holds_page


@bp.post("/holds/orders/new")
@allowed(Role.REVIEWER)
def new_order() -> ResponseReturnValue:
    """The letter for the holds that were ticked: looked at first (`do=look`), then sent (`do=send`)."""
    chosen = frozenset(identities(request.form.getlist("hold")))
    at, by = now(), current_staff().id
    problem = ""
    if request.form.get("do") == "send" and request.form.get("custodian"):
        [custodian_id] = identities([request.form["custodian"]])
        try:
            with database().writing() as session:
                custodian = session.get(Custodian, custodian_id) or abort(404)
                number = orders.place(session, custodian, chosen, by=by, at=at).number
            return see_other("staff.hold_order", number=number)
        except NotAllowed as no:
            return holds_page(error=str(no), ticked=chosen), 409 if isinstance(no, Conflict) else 422
    elif request.form.get("do") == "send":
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
            draft = orders.draft(session, sample, chosen, at=at)
        except NotAllowed as no:
            error = str(no)
        else:
            error = ""
    if error:
        return holds_page(error=error, ticked=chosen), 422
    words: dict[str, Any] = {"held": held, "custodians": custodians, "named": named, "draft": draft}
    answer = page("staff/holds/new.html", room="staff.holds", problem=problem, **words)
    return (answer, 422) if problem else answer


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
    form = {"words": request.form.get("words", "")}
    missing = set(identities(request.form.getlist("missing")))

    def record(session: Session, order: HoldOrder) -> None:
        orders.answer(session, order, missing=missing, words=form["words"], actor=actor, at=at)

    return _act(number, record, named="words", form=form, ticked=missing)


@bp.post("/holds/orders/<number>/withdrawal")
@allowed(Role.REVIEWER)
def withdraw_order(number: str) -> ResponseReturnValue:
    """Take an unanswered order back."""
    at, by = now(), current_staff().id
    form = {"reason": request.form.get("reason", "")}
    return _act(
        number,
        lambda session, order: orders.withdraw(session, order, reason=form["reason"], by=by, at=at),
        named="reason",
        form=form,
    )


def _act(
    number: str,
    verb: Callable[[Session, HoldOrder], None],
    *,
    named: str = "",
    form: dict[str, str] | None = None,
    ticked: set[UUID] | None = None,
) -> ResponseReturnValue:
    """Call one verb on the order; what was typed comes back with what is wrong."""
    try:
        with database().writing() as session:
            verb(session, _order(session, number))
    except NotAllowed as no:
        code = 409 if isinstance(no, Conflict) else 422
        return _order_page(number, form=form, named=named, error=str(no), ticked=ticked, conflict=code == 409), code
    return see_other("staff.hold_order", number=number)


def _order_page(
    number: str,
    *,
    form: dict[str, str] | None = None,
    named: str = "",
    error: str = "",
    ticked: set[UUID] | None = None,
    conflict: bool = False,
) -> str:
    at = now()
    with database().reading() as session:
        order = _order(session, number)
        case = session.get_one(Case, order.case_id)
        custodian = session.get_one(Custodian, order.custodian_id)
        lines = orders.order_lines(session, order)
        held = holdings.described(session, [session.get_one(LogHold, line.hold_id) for line in lines])
        rows = list(zip(lines, held, strict=True))
        clock = session.exec(select(Clock).where(Clock.case_id == case.id).order_by(col(Clock.started_at))).first()
        letters = session.exec(
            select(Letter).where(Letter.case_id == case.id, Letter.kind == "hold_order").order_by(col(Letter.queued_at))
        ).all()
        words = {
            "service": session.get_one(Service, order.service_id),
            "letters": [(letter, _body(session, letter)) for letter in letters],
            "answer": _remark(journal.history(session, case), remarks_of(session, case)),
        }
    return page(
        "staff/holds/order.html",
        room="staff.holds",
        order=order,
        custodian=custodian,
        rows=rows,
        clock=clock,
        late=clock is not None and clock.stopped_at is None and clock.target_at is not None and clock.target_at <= at,
        form=form or {},
        wrong={named: error} if error and not conflict else {},
        errors=[(f"f-{named}", error)] if error and not conflict else [],
        refused=error if conflict else "",
        ticked=ticked or set(),
        open=not (order.answered_at or order.withdrawn_at),
        **words,
    )


def _remark(events: Sequence[Any], remarks: dict[UUID, str]) -> str:
    """Who answered or why it was taken back: the last words in the record."""
    return next((remarks[e.id] for e in reversed(events) if e.id in remarks), "")


def _body(session: Session, letter: Letter) -> dict[str, str]:
    """A letter as it was sent, but for its secret: who answers on the custodian's page is the custodian."""
    words = {
        name: open_text(session, letter.case_id, f"letter.{name}", letter.id, getattr(letter, f"{name}_sealed"))
        for name in ("to", "subject", "body")
    }
    return words | {"body": re.sub(r"(/orders/[^/\s]+/)\S+", r"\1…", words["body"])}


def _order(session: Session, number: str) -> HoldOrder:
    return session.exec(select(HoldOrder).where(HoldOrder.number == single_line(number))).first() or abort(404)
