"""The room of appeals: what waits, the first due first; the appeals of one case; and the figures of each year."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from tracker.casework.appeals import filing, finding, rows, years
from tracker.casework.appeals.counts import FIGURES
from tracker.casework.appeals.finding import COUNT_CAP, VIEWS, Asked
from tracker.law import N_
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.case import of

COUNTED = ("open", "answer")  # of what is over there is no end
WHAT: dict[str, str] = {
    "18-5-11": N_("アカウントの停止でない措置への不服申立て"),
    "18-5-12": N_("11号のうち、AIを用いて講じた措置"),
    "18-5-13": N_("11号のうち、措置を取り消したもの"),
    "18-5-14": N_("12号のうち、措置を取り消したもの"),
    "18-5-15": N_("アカウントの停止への不服申立て"),
    "18-5-16": N_("15号のうち、AIを用いて講じた措置"),
    "18-5-17": N_("15号のうち、措置を取り消したもの"),
    "18-5-18": N_("16号のうち、措置を取り消したもの"),
}


@bp.get("/appeals")
@allowed(Role.REVIEWER)
def appeal_list() -> str:
    """Appeals by what each still asks; those that wait in the order of the office target."""
    at, me = now(), current_staff()
    views = [view for view in VIEWS if view != "mine" or me.may(Role.LEAD)]
    view = request.args.get("view", "")
    asked = Asked(me.id, view if view in views else "open", request.args.get("after", "")[:100])
    with database().reading() as session:
        found = finding.find(session, asked, at=at)
        counts = {v: finding.count(session, Asked(me.id, v)) for v in views if v in COUNTED}
    return page(
        "staff/appeals/room.html",
        room="staff.appeal_list",
        view=asked.view,
        tabs=[_tab(v, counts.get(v), asked.view) for v in views],
        rows=found.rows,
        first=url_for("staff.appeal_list", view=asked.view) if asked.after else "",
        later=url_for("staff.appeal_list", view=asked.view, after=found.after) if found.after else "",
    )


@bp.get("/appeals/figures")
@allowed(Role.REVIEWER)
def appeal_figures() -> str:
    """The figures 18-5-11 … 18-5-18 of each service, by 公表年度."""
    at = now()
    with database().reading() as session:
        found = years.by_year(session, at=at)
    return page(
        "staff/appeals/figures.html",
        room="staff.appeal_list",
        services=[
            {
                "service": service,
                "years": counted,
                "rows": [
                    (item.rpartition("-")[2], _(WHAT[item]), [year.figures[item] for year in counted])
                    for item in FIGURES
                ],
            }
            for service, counted in found
        ],
        at=at,
    )


@bp.get("/cases/<number>/appeals")
@allowed(Role.REVIEWER)
def case_appeals(number: str) -> str:
    """The appeals of one case, and whether another may be entered."""
    at, me = now(), current_staff()
    with database().reading() as session:
        notice = of(session, number)
        found = rows.of_case(session, notice.case_id, me=me.id, at=at)
        free = bool(filing.by_sender(session, notice))
    return page(
        "staff/appeals/case.html",
        room="staff.appeal_list",
        number=number,
        rows=found,
        free=free,
        case_url=url_for("staff.case", number=number),
    )


def _tab(view: str, n: int | None, current: str) -> dict[str, Any]:
    return {
        "href": url_for("staff.appeal_list", view=view),
        "label": _(VIEWS[view]),
        "n": f"{COUNT_CAP}+" if n is not None and n > COUNT_CAP else n,
        "kind": "today" if n and view == "answer" else None,
        "current": view == current,
    }
