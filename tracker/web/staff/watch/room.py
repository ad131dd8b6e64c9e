"""The page: whether the watch runs, what it tells of now and to whom, and one's own memos and wishes."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework.watch import board, health, wishes
from tracker.casework.watch.board import PAGE, Whose
from tracker.casework.watch.people import replaced
from tracker.i18n import counted, listed, short_time
from tracker.law import N_
from tracker.models import Role, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.watch.rows import Sent, memo_row, row

VIEWS = {Whose.ALL: N_("すべて"), Whose.MINE: N_("自分の受け持ち"), Whose.NOBODY: N_("受け持ちなし")}
WATCH = ("alerts", "memos", "morning")  # the jobs without which nobody is told


@bp.get("/watch")
@allowed(Role.REVIEWER)
def watch() -> ResponseReturnValue:
    """The watch as it stands."""
    return room(Sent())


@bp.get("/watch/clocks/<uuid:clock_id>")
@allowed(Role.REVIEWER)
def watched(clock_id: UUID) -> ResponseReturnValue:
    """From a memo that names nothing to the page of what it is about, for whoever may know of it."""
    with database().reading() as session:
        found = board.room_of(session, clock_id, reader=current_staff().id) or abort(404)
    return redirect(url_for("staff.worklist") + found, HTTPStatus.SEE_OTHER)


def _asked() -> tuple[Whose, int]:
    whose, number = request.values.get("whose", ""), request.values.get("page", 1, type=int)
    return Whose(whose) if whose in list(Whose) else Whose.ALL, min(max(number, 1), 10_000)


def address(whose: Whose | None = None, number: int | None = None) -> dict[str, Any]:
    """The view and the page that were asked for, or others, as the address says them."""
    asked, page_no = _asked()
    asked, page_no = whose or asked, number or (1 if whose else page_no)
    return {"whose": None if asked is Whose.ALL else asked.value, "page": page_no if page_no > 1 else None}


def room(sent: Sent, status: int = 200) -> ResponseReturnValue:
    """The room as it stands, with a form that came back. Call it with no session open."""
    at, me = now(), current_staff()
    whose, page_no = _asked()
    with database().reading() as session:
        jobs = health.states(session, at)
        found = board.board(session, whose, me.id, page=page_no, at=at)
        counts = found.counts
        mine = board.memos_of(session, me.id)
        wish = wishes.wishes(session, me.id)
        away = _names(session, replaced(session)) if me.may(Role.LEAD) else []
    return page(
        "staff/watch.html",
        room="staff.watch",
        asleep=[_(state.label) for name, state in jobs.items() if name in WATCH and not state.fresh],
        ran=_(
            "最後に成功したのは、見回りが%(alerts)s、お知らせの送信が%(memos)s、朝のまとめが%(morning)sです。",
            **{name: _run(jobs.get(name)) for name in WATCH},
        ),
        whose=whose,
        page_no=page_no,
        rows=[row(one, sent, me, at) for one in found.entries],
        most=board.MOST if found.capped else 0,
        tabs=[
            {
                "href": url_for("staff.watch", **address(view), _anchor="now"),
                "label": _(label),
                "n": counts[view],
                "kind": "today" if view is Whose.NOBODY and counts[view] else None,
                "current": view is whose,
            }
            for view, label in VIEWS.items()
        ],
        earlier=url_for("staff.watch", **address(number=page_no - 1), _anchor="now") if page_no > 1 else "",
        later=url_for("staff.watch", **address(number=page_no + 1), _anchor="now")
        if page_no * PAGE < counts[whose]
        else "",
        mine=[memo_row(one) for one in mine],
        wish=wish,
        manager=me.role is Role.MANAGER,
        away=counted("お知らせを断られている人が%(n)s人います（%(names)s）", len(away), names=listed(away))
        if away
        else "",
        sent=sent,
        errors=list(sent.errors.items()),
    ), status


def _run(state: health.State | None) -> str:
    return short_time(state.succeeded_at) if state and state.succeeded_at else str(_("―（まだない）"))


def _names(session: Session, ids: set[UUID]) -> list[str]:
    query = select(Staff.name).where(col(Staff.id).in_(ids), col(Staff.active).is_(True)).order_by(Staff.name)
    return list(session.exec(query)) if ids else []
