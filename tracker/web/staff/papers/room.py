"""The register of papers, by what each still asks. A confidential one is there for its readers alone."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework import papers
from tracker.casework.papers import PENDING, Pending
from tracker.law import N_
from tracker.models import Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp

OPEN = tuple(name for name in PENDING if name is not Pending.ENDED)
WHY = {
    Pending.DUE: N_("期限、又は事務所の目標が動いています。"),
    Pending.KEPT: N_("書面が終わるまで、又は書面の日まで、消去を止めています。"),
    Pending.OVER: N_(
        "書面の期間が過ぎ、もう消去を止めていません。ほかの保存はそのまま続きます。終わったことを記録してください。"
    ),
    Pending.REST: N_(
        "いま、しなければならない期限はありません。待機の期間が過ぎるか、事件や請求が終わるのを待ちます。終わったら、記録してください。"
    ),
}


@bp.get("/papers")
@allowed(Role.REVIEWER)
def papers_room() -> str:
    """Every paper that is not over, grouped by what is pending; or those that ended."""
    at, me = now(), current_staff()
    ended = request.args.get("view") == "ended"
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        chosen = next((s for s in services if s.slug == request.args.get("service")), None)
        where: dict[str, Any] = {"reader": me.id, "at": at, "service": chosen.id if chosen else None}
        found = papers.open_papers(session, **where)
        over, more = papers.ended_papers(session, **where, page=number) if ended else ([], False)
    slug = chosen.slug if chosen else None
    groups = [(name, [one for one in found if one.pending is name]) for name in OPEN]
    link: dict[str, Any] = {"service": slug, "view": "ended"}
    return page(
        "staff/papers/room.html",
        room="staff.papers_room",
        groups=[(name, _(PENDING[name]), _(WHY[name]), rows) for name, rows in groups if rows],
        ended=ended,
        over=over,
        views=[
            ("", [_link(_("終わっていないもの"), url_for("staff.papers_room", service=slug), not ended, len(found))]),
            ("", [_link(_(PENDING[Pending.ENDED]), url_for("staff.papers_room", **link), ended, None)]),
        ],
        services=services,
        service_options=[("", _("すべて")), *((s.slug, s.name) for s in services)],
        asked=slug or "",
        may=me.may(Role.LEAD),
        earlier=url_for("staff.papers_room", **link, page=number - 1) if ended and number > 1 else "",
        later=url_for("staff.papers_room", **link, page=number + 1) if more else "",
    )


def _link(label: str, href: str, current: bool, n: int | None) -> dict[str, Any]:
    return {"href": href, "label": label, "current": current, "n": n, "kind": None}
