"""承認: what waits for a second person, and the answer to it."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals, measures
from tracker.casework.approvals import Asked
from tracker.casework.faces import Face, face
from tracker.i18n import short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks import REPLY
from tracker.law.period import japanese_day
from tracker.models import Clock, Role
from tracker.now import now
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identity, plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, japanese_moment, of
from tracker.web.staff.report.waiting import waiting

PAGE = 50  # rows at once


@bp.get("/approvals")
@allowed(Role.LEAD)
def approval_list() -> str:
    """What waits for a second person, the longest waiting first: what whoever looks may settle, or all of it.

    And what was denied although it stands carried out, until it is taken back; and above them the frozen versions of
    the yearly publication.
    """
    person, at, number = current_staff(), now(), min(max(request.args.get("page", 1, type=int), 1), 10_000)
    me, today = person.id, japanese_day(at)
    with database().reading() as session:
        found = approvals.open_ones(session, me=me)
        views: dict[str, tuple[str, list[Asked]]] = {
            "mine": (_("わたしが確かめられるもの"), [one for one in found if not one.mine]),
            "all": (_("すべて"), found),
            "reverse": (_("取消しを検討するもの"), approvals.to_reverse(session, me=me)),
        }
        view = request.args.get("view", "")
        view = view if view in views else "mine"
        some = views[view][1]
        shown = some[(number - 1) * PAGE : number * PAGE]
        clocks = _reply_clocks(session, shown)
        versions = waiting(session, person, at=at)
        calendar: Calendar = session.info["calendar"]

    def to(view: str, number: int = 1) -> str:
        return url_for("staff.approval_list", view=view, page=number if number > 1 else None)

    return page(
        "staff/approvals.html",
        room="staff.approval_list",
        view=view,
        tabs=[
            {"href": to(name), "label": label, "n": len(those), "current": name == view}
            for name, (label, those) in views.items()
        ],
        versions=versions,
        due_day=lambda one: day_words(one, calendar, beside=today),
        rows=[_row(one, clocks.get(one.case.id), calendar) for one in shown],
        earlier=to(view, number - 1) if number > 1 else "",
        later=to(view, number + 1) if number * PAGE < len(some) else "",
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
        "done": one.done and (one.row.ahead or one.row.settled_at is not None),
        "denied": one.row.settled_at is not None,
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


@bp.post("/cases/<number>/approvals/<uuid:approval>/execution")
@allowed(Role.REVIEWER)
def execute_early(number: str, approval: UUID) -> ResponseReturnValue:
    """Record that a measure was carried out although nobody had approved it: the truth, with its reason."""
    form: dict[str, Any] = {
        "early_of": str(approval),
        "early": request.form.getlist("early"),
        "executed_at": request.form.get("executed_at", ""),
        "early_reason": plain_text(request.form.get("early_reason")),
        "early_breach": plain_text(request.form.get("early_breach")),
        "sure": request.form.get("sure", ""),
    }
    ids = [id for id in map(identity, form["early"]) if id]
    moment = japanese_moment(form["executed_at"])
    errors = {}
    if not ids:
        errors[f"early-{approval}"] = _("実施した項目を選んでください。")
    if moment is None:
        errors[f"early_at-{approval}"] = _("実施した日時を入力してください。")
    if not form["early_reason"].strip():
        errors[f"early_reason-{approval}"] = _("承認を待たずに実施した理由を書いてください。承認する人が読みます。")
    if not form["sure"]:
        errors[f"sure-early-{approval}"] = _("確かめて、印を付けてください。書いた内容は残っています。")
    if errors or moment is None:
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    try:
        with database().writing() as session:
            measures.execute(
                session,
                of(session, number),
                ids,
                executed_at=moment,
                by=current_staff().id,
                at=now(),
                breach_reason=form["early_breach"],
                unapproved_reason=form["early_reason"],
            )
    except Conflict as no:
        banner = (_("先にほかの操作が記録されました"), str(no))
        return case_page(number, Trial(tab="decide", banner=banner, form=form), 409)
    except NotAllowed as no:
        field = "early_breach" if no.about == "breach" else "early_at"
        return case_page(number, Trial(tab="decide", errors={f"{field}-{approval}": str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")
