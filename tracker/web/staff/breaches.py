"""違反の記録: what leads look at, one by one, and the same as a file."""

import csv
from io import StringIO
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed, breaches, journal
from tracker.casework.breaches import ARTICLES, COUNT_CAP, PAGE, VIEWS, Asked, Breach
from tracker.i18n import citation
from tracker.law.period import JST
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import of

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be reckoned by a spreadsheet


@bp.get("/breaches")
@allowed(Role.LEAD)
def breach_list() -> ResponseReturnValue:
    """Breaches, those that no lead has seen first of all."""
    return _page(_asked())


@bp.get("/breaches.csv")
@allowed(Role.LEAD)
def breach_file() -> Response:
    """The same as a table for a spreadsheet."""
    asked = _asked()
    with database().reading() as session:
        found = breaches.every(session, asked)
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(
        [
            _("受付番号"),
            _("サービス"),
            _("条文"),
            _("記録した日時"),
            _("記録した人"),
            _("理由"),
            _("確かめた人"),
            _("確かめた日時"),
        ]
    )
    for one in found:
        seen = f"{one.seen_at.astimezone(JST):%Y-%m-%d %H:%M}" if one.seen_at else ""
        recorded = f"{one.event.recorded_at.astimezone(JST):%Y-%m-%d %H:%M}"
        row = [one.number, one.service, one.article, recorded, one.who, one.reason, one.seen_by, seen]
        table.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="breaches.csv"'
    return answer


@bp.post("/breaches/<number>/<int:seq>/seen")
@allowed(Role.LEAD)
def see_breach(number: str, seq: int) -> ResponseReturnValue:
    """A lead has seen a breach."""
    asked = _asked()
    try:
        with database().writing() as session:
            notice = of(session, number)
            breaches.see(session, notice, seq, by=journal.staff(current_staff().id), at=now())
    except Conflict as no:
        return _page(asked, banner=(_("先にほかの操作が記録されました"), str(no))), 409
    except NotAllowed as no:
        return _page(asked, banner=(_("確かめたことを記録していません"), str(no))), 422
    return see_other("staff.breach_list", **_address(asked))


def _asked() -> Asked:
    view, article = request.values.get("view", ""), request.values.get("article", "")
    return Asked(
        view=view if view in VIEWS else "unseen",
        article=article if article in ARTICLES else "",
        page=min(max(request.values.get("page", 1, type=int), 1), 10_000),
    )


def _address(asked: Asked, **other: Any) -> dict[str, Any]:
    return {
        "view": asked.view,
        "article": asked.article or None,
        "page": asked.page if asked.page > 1 else None,
    } | other


def _page(asked: Asked, banner: tuple[str, str] | None = None) -> str:
    with database().reading() as session:
        found = breaches.find(session, asked)
        counts = {view: breaches.count(session, Asked(view, asked.article)) for view in VIEWS}
    total = counts[asked.view]
    me = journal.staff(current_staff().id)
    return page(
        "staff/breaches.html",
        room="staff.breach_list",
        asked=asked,
        tabs=[
            {
                "href": url_for("staff.breach_list", **_address(asked, view=view, page=None)),
                "label": _(label),
                "n": f"{COUNT_CAP}+" if counts[view] > COUNT_CAP else counts[view],
                "kind": "today" if view == "unseen" and counts[view] else None,
                "current": view == asked.view,
            }
            for view, label in VIEWS.items()
        ],
        rows=[_row(one, me) for one in found],
        banner=banner,
        article_options=[("", _("すべて")), *((article, citation(article)) for article in ARTICLES)],
        file_url=url_for("staff.breach_file", view=asked.view, article=asked.article or None),
        earlier=url_for("staff.breach_list", **_address(asked, page=asked.page - 1)) if asked.page > 1 else "",
        later=url_for("staff.breach_list", **_address(asked, page=asked.page + 1)) if asked.page * PAGE < total else "",
    )


def _row(one: Breach, me: str) -> dict[str, Any]:
    what = {ARTICLES[0]: _("7日以内に通知しなかった"), ARTICLES[1]: _("基準が使えない日に措置を講じた")}
    return {
        "one": one,
        "what": what.get(one.article, ""),
        "href": url_for("staff.case", number=one.number, tab="history", _anchor="work"),
        "own": one.event.actor == me,
    }
