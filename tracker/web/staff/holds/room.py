"""The room of 通信履歴の保存: running holds by their end, what was asked of which custodian, orders still open."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import holdings
from tracker.casework.holdings import PAGE, VIEWS, gaps as hold_gaps
from tracker.casework.orders import counts as order_counts
from tracker.models import Custodian, LineAnswer, OrderKind, Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.holds.blocked import blocked


@bp.get("/holds")
@allowed(Role.REVIEWER)
def holds() -> str:
    """Running holds of every service, the soonest end first."""
    return holds_page()


OVER = ("ended", "released", "erased")  # views of what is to be released or erased, not kept


def holds_page(*, error: str = "", ticked: frozenset[UUID] = frozenset(), kind: OrderKind | None = None) -> str:
    """The room, with what was ticked when an order could not be made of it."""
    at = now()
    view = request.values.get("view", "unordered")
    view = view if view in VIEWS else "unordered"
    notice = single_line(request.values.get("number", ""))
    number = min(max(request.values.get("page", 1, type=int), 1), 10_000)
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        chosen = next((s for s in services if s.slug == request.values.get("service")), None)
        service = chosen.id if chosen else None
        found = holdings.holdings(
            session, view, at=at, service=service, number=notice, reader=current_staff().id, page=number
        )
        counts = {name: _count(session, name, at, service) for name in VIEWS if name != "ended"}
        open_orders = holdings.open_orders(session, at=at, service=service, reader=current_staff().id)
        bare = hold_gaps.without_table(session, reader=current_staff().id, service=service)
        unkept = hold_gaps.unkept(session, at=at, reader=current_staff().id, service=service)
        years = order_counts.answers_by_year(session, reader=current_staff().id, service=service)
        custodians = session.exec(select(Custodian).where(col(Custodian.active).is_(True))).all()
        stopped = (
            blocked(session, ticked, at=at, reader=current_staff().id) if error and kind is OrderKind.ERASE else []
        )
    slug = chosen.slug if chosen else None
    arguments: dict[str, Any] = {"view": view, "service": slug, "number": notice or None}
    return page(
        "staff/holds/room.html",
        room="staff.holds",
        view=view,
        views=[("", [_link(name, slug, view, counts) for name in VIEWS])],
        found=found,
        open_orders=open_orders,
        bare=bare,
        unkept=unkept,
        has_custodian={c.service_id for c in custodians},
        services=services,
        service_options=[("", _("すべて")), *((s.slug, s.name) for s in services)],
        asked=slug or "",
        notice=notice,
        may_register=current_staff().may(Role.LEAD),
        error=error,
        stopped=stopped,
        stopped_ids={one.held.hold.id for one in stopped},
        grouped=view == "unordered" or bool(notice),
        ticked=ticked,
        kind=kind or (OrderKind.RELEASE if view in OVER else OrderKind.PRESERVE),
        years=years,
        answers=list(LineAnswer),
        first=(found.page - 1) * PAGE + 1,
        earlier=url_for("staff.holds", **arguments, page=found.page - 1) if found.page > 1 else "",
        later=url_for("staff.holds", **arguments, page=found.page + 1) if found.more else "",
    )


def _count(session: Session, view: str, at: Any, service: UUID | None) -> str:
    n = holdings.count(session, view, at=at, service=service, reader=current_staff().id)
    return f"{holdings.COUNT_CAP}+" if n > holdings.COUNT_CAP else str(n)


def _link(name: str, slug: str | None, view: str, counts: dict[str, str]) -> dict[str, Any]:
    return {
        "href": url_for("staff.holds", view=name, service=slug),
        "label": _(VIEWS[name]),
        "current": name == view,
        "n": counts.get(name),
        "kind": None,
    }
