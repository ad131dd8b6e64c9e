"""承認: what waits for a second person, and the answer to it."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals
from tracker.casework.approvals import Asked
from tracker.casework.faces import Face, face
from tracker.i18n import short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks import REPLY
from tracker.models import Clock, Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, of


@bp.get("/approvals")
@allowed(Role.LEAD)
def approval_list() -> str:
    """What waits for a second person, the longest waiting first: what whoever looks may settle, or all of it."""
    every = request.args.get("view") == "all"
    with database().reading() as session:
        found = approvals.open_ones(session, me=current_staff().id)
        clocks = _reply_clocks(session, found)
        calendar: Calendar = session.info["calendar"]
    mine = [one for one in found if not one.mine]

    def tab(view: str, label: str, some: list[Asked], current: bool) -> dict[str, Any]:
        return {"href": url_for("staff.approval_list", view=view), "label": label, "n": len(some), "current": current}

    return page(
        "staff/approvals.html",
        room="staff.approval_list",
        tabs=[tab("mine", _("わたしが確かめられるもの"), mine, not every), tab("all", _("すべて"), found, every)],
        rows=[_row(one, clocks.get(one.case.id), calendar) for one in (found if every else mine)],
    )


def _row(one: Asked, clock: Face | None, calendar: Calendar) -> dict[str, Any]:
    last = clock.last_day if clock else None
    return {
        "href": url_for("staff.case", number=one.number, tab="decide", _anchor="approval"),
        "number": one.number,
        "service": one.service,
        "why": _(approvals.CAUSES[one.row.why]),
        "ahead": one.row.ahead,
        "many": one.items,
        "asked_by": one.asked_by,
        "asked_at": one.row.asked_at,
        "clock": clock,
        "day": _("%(day)sまでに通知", day=short_day(last, calendar)) if last else "",
        "mine": one.mine,
    }


def _reply_clocks(session: Session, found: list[Asked]) -> dict[UUID, Face]:
    """The running reply clock of each case."""
    running = select(Clock).where(
        col(Clock.case_id).in_([one.case.id for one in found]),
        Clock.rule == REPLY.key,
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
    )
    at, calendar = now(), session.info["calendar"]
    return {clock.case_id: face(clock, at, calendar) for clock in session.exec(running)}


@bp.post("/cases/<number>/approvals/<uuid:approval>")
@allowed(Role.LEAD)
def settle_approval(number: str, approval: UUID) -> ResponseReturnValue:
    """A second person approves or denies."""
    form = {
        "approval_of": str(approval),
        "answer": request.form.get("answer", ""),
        "remark": plain_text(request.form.get("remark")),
    }
    approve = {"yes": True, "no": False}.get(form["answer"])
    if approve is None:
        errors = {f"approval-{approval}": _("承認するか、しないかを選んでください。")}
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    try:
        with database().writing() as session:
            notice = of(session, number)
            approvals.settle(
                session, notice, approval, approve=approve, remark=form["remark"], by=current_staff().id, at=now()
            )
    except Conflict as no:
        banner = (_("先にほかの操作が記録されました"), str(no))
        return case_page(number, Trial(tab="decide", banner=banner, form=form), 409)
    except NotAllowed as no:
        field = f"approval_remark-{approval}" if no.about == "remark" else f"approval-{approval}"
        return case_page(number, Trial(tab="decide", errors={field: str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")
