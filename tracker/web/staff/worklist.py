"""作業一覧: what is open, the most pressing first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import worklist as work
from tracker.casework.faces import Face, Urgency
from tracker.casework.worklist import PAGE, VIEWS, Row, Search
from tracker.models import Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp

# The word behind each state's mark.
WORDS = {"late": "期限超過", "today": "今日", "soon": "間もなく", "calm": "余裕", "stopped": "時計なし"}
PASSED, ENDED = "目標超過", "終わった"  # an office target is no deadline
OURS = ("mine", "back")


@bp.get("/")
@allowed(Role.REVIEWER)
def worklist() -> str:
    """The open notices of every service, grouped by urgency."""
    at, me = now(), current_staff()
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        search = _search(me.id, services)
        found = work.worklist(session, search, at=at)
        counts = {view: _count(session, Search(view=view, assigned=me.id), at) for view in VIEWS if view != "closed"}
        closed = ""
        if search.text and search.view != "closed":
            closed = _count(session, replace(search, view="closed"), at)
    asked = request.args.get("service", "")
    arguments: dict[str, Any] = {"q": search.text or None, "service": asked or None, "view": search.view}
    return page(
        "staff/worklist.html",
        groups=_groups(found.rows, search.view),
        found=found,
        search=search,
        services=services,
        service_options=[("", _("すべて")), *((s.slug, s.name) for s in services)],
        asked=asked,
        views=_views(search.view, counts),
        word=word,
        badge=badge,
        closed_found=closed,
        closed_href=url_for("staff.worklist", **(arguments | {"view": "closed"})) if closed else "",
        first=(found.page - 1) * PAGE + 1,
        earlier=url_for("staff.worklist", **arguments, page=found.page - 1) if found.page > 1 else "",
        later=url_for("staff.worklist", **arguments, page=found.page + 1) if found.more else "",
    )


def _search(me: UUID, services: Sequence[Service]) -> Search:
    view = request.args.get("view", "all")
    service = next((s.id for s in services if s.slug == request.args.get("service")), None)
    number = request.args.get("page", 1, type=int)
    return Search(
        view=view if view in VIEWS else "all",
        text=request.args.get("q", "").strip()[:200],
        service=service,
        assigned=me,
        page=min(max(number, 1), 10_000),
    )


def _count(session: Session, search: Search, at: datetime) -> str:
    n = work.count(session, search, at=at)
    return str(n) if n <= work.COUNT_CAP else f"{work.COUNT_CAP}+"


def word(row: Row) -> str:
    """The word behind the mark of a row."""
    if row.case.closed_at:
        return str(_(ENDED))
    if row.lead and row.urgency is Urgency.LATE and row.lead.kind == "target":
        return str(_(PASSED))
    return str(_(WORDS[row.urgency.value]))


def badge(face: Face) -> tuple[str, str]:
    """What the clock's badge says in a narrow column, and what stands under the word of its state."""
    day, _blank, rest = face.say.partition(" ")
    if face.last_day and face.kind != "wait":
        return day, rest
    short = day.partition("(")[0]  # 5/3 0:00から: hours need the room of the weekday
    return (rest if short == _("今日") else f"{short} {rest}"), ""


def _views(current: str, counts: dict[str, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    def link(view: str) -> dict[str, Any]:
        n = counts.get(view)
        return {
            "href": url_for("staff.worklist", view=view),
            "label": VIEWS[view],
            "current": view == current,
            "n": n,
            "kind": "late" if view == "late" and n != "0" else None,
        }

    return [(_("わたし"), [link(v) for v in OURS]), (_("全員"), [link(v) for v in VIEWS if v not in OURS])]


def _late(row: Row) -> bool:
    return row.lead is not None and row.urgency is Urgency.LATE and row.lead.kind == "deadline"


def _passed(row: Row) -> bool:
    return row.urgency is Urgency.LATE


def _groups(rows: Sequence[Row], view: str) -> list[dict[str, Any]]:
    """The rows under their headings; an urgent case stands in the first group whatever its clock says."""
    if view == "closed":
        return [{"name": VIEWS[view], "state": "stopped", "icon": None, "say": "", "rows": rows}] if rows else []
    tests: list[tuple[str, str, str | None, str, Callable[[Row], bool]]] = [
        (_("優先"), "late", "bolt", _("事務所の目標で先に見ます。法の待機は短くなりません"), lambda r: r.case.fast),
        (_("期限超過"), "late", None, _("遅れた事実も記録して送れます"), _late),
        (_("目標を過ぎたもの"), "today", None, _("事務所の目標です。法の期限は過ぎていません"), _passed),
        (_("今日・最終営業日まで"), "today", None, "", lambda r: r.urgency in {Urgency.TODAY, Urgency.SOON}),
        (_("その後"), "calm", None, "", lambda r: r.urgency is Urgency.CALM),
        (_("動いている期限なし"), "stopped", None, _("項目がまだ終わっていません"), lambda r: True),
    ]
    groups, left = [], list(rows)
    for name, state, icon, say, belongs in tests:
        mine = [r for r in left if belongs(r)]
        left = [r for r in left if not belongs(r)]
        if mine:
            groups.append({"name": name, "state": state, "icon": icon, "say": say, "rows": mine})
    return groups
