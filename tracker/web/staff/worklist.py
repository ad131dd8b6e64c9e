"""作業一覧: what is open, the most pressing first; found, narrowed, and given to those who do it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, bands, holdings, investigation, specialists, worklist as work
from tracker.casework.rows import Row
from tracker.casework.worklist import PAGE, VIEWS, Search
from tracker.i18n import counted, term
from tracker.law.calendars import Calendar
from tracker.law.grounds import Right, Standing
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import Person, allowed, current_staff
from tracker.web.reading import identity
from tracker.web.render import page, see_other
from tracker.web.staff import bands as words, bp
from tracker.web.staff.report.waiting import to_publish

OURS = ("mine", "given", "back", "wrote")
FILTERS = ("q", "service", "who", "standing", "right", "within", "due", "fast", "doubted")
WITHIN = (0, 3, 7, 14)  # days
ME, NOBODY = "me", "none"
K = TypeVar("K", bound=StrEnum)


@dataclass(frozen=True)
class Handing:
    """A form of assignment that came back: what was chosen, and why."""

    picked: Collection[str] = ()
    to: str = ""
    errors: Sequence[tuple[str, str]] = ()  # anchor and sentence
    conflict: str = ""


@bp.get("/")
@allowed(Role.REVIEWER)
def worklist() -> ResponseReturnValue:
    """The open notices of every service, grouped by urgency."""
    return _list(Handing())


@bp.post("/assignment")
@allowed(Role.REVIEWER)
def hand_out() -> ResponseReturnValue:
    """Give the chosen notices to somebody, or take them oneself. The list one came from is in the address."""
    at, me = now(), current_staff()
    picked = [value.partition(":") for value in request.form.getlist("pick")]
    to = str(me.id) if "me" in request.form else request.form.get("to", "")
    numbers = [number for number, _colon, _had in picked]
    try:
        if not picked:
            raise NotAllowed(_("担当を決める申出を、一覧の左の欄で選んでください。"))
        whom = _whom(to)
        seen = {number: UUID(had) if had else None for number, _colon, had in picked}
        with database().writing() as session:
            changed = investigation.hand_out(session, seen, whom, by=me.id, at=at)
    except Conflict as no:
        return _list(Handing(numbers, to, conflict=str(no)), 409)
    except NotAllowed as no:
        return _list(Handing(numbers, to, errors=[("f-to" if picked else "rows", str(no))]), 422)
    except ValueError:
        return _list(Handing(numbers, to, errors=[("f-to", _("担当者を一覧から選んでください。"))]), 422)
    name = me.name if whom == me.id else _name(whom)
    said = (
        counted("%(n)s件を%(name)sさんの担当にしました", len(changed), name=name)
        if whom
        else counted("%(n)s件を担当なしに戻しました", len(changed))
    )
    flash(said if changed else _("担当は変わっていません"))
    return see_other("staff.worklist", **_arguments(), _anchor=f"n-{numbers[0]}")


def _whom(to: str) -> UUID | None:
    """Who is meant by the list of the form. Raises ValueError when nobody was chosen."""
    return None if to == NOBODY else UUID(to)


def _name(whom: UUID | None) -> str:
    with database().reading() as session:
        staff = session.get(Staff, whom) if whom else None
        return staff.name if staff else ""


def _list(handing: Handing, status: int = 200) -> ResponseReturnValue:
    """The list as the address asks for it; only its rows for htmx."""
    at, me = now(), current_staff()
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        staff = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name))).all()
        search = work.narrowed(session, _search(me, services))
        found = work.worklist(session, search, at=at)
        fragment = _only_rows()
        views = {} if fragment else {v: _count(session, Search(view=v, assigned=me.id), at) for v in _counted()}
        closed = ""
        if search.text and search.view != "closed":
            closed = _count(session, replace(search, view="closed"), at)
        lacks = [] if fragment or not me.may(Role.LEAD) else specialists.lacking(session, at=at)
        versions = [] if fragment else to_publish(session, me, at=at)
        open_orders = [] if fragment else holdings.open_orders(session, at=at, service=search.service, reader=me.id)
    cut = bands.days(at, calendar)
    arguments = _arguments()
    context: dict[str, Any] = {
        "groups": words.groups(found, cut, calendar),
        "found": found,
        "search": search,
        "asked": {name: request.args.get(name, "") for name in FILTERS},
        "narrowed": [name for name in FILTERS if request.args.get(name)],
        "state_words": lambda row: words.state_words(row, cut, calendar),
        "badge": lambda face: words.badge(face, cut, calendar),
        "pick": _pick,
        "handing": handing,
        "staff_options": _staff_options(staff, me),
        "hand_out_url": url_for("staff.hand_out", **arguments),
        "plain_url": url_for("staff.worklist", view=search.view),
        "closed_found": closed,
        "closed_href": url_for("staff.worklist", **(arguments | {"view": "closed", "page": None})) if closed else "",
        "first": (found.page - 1) * PAGE + 1,
        "earlier": url_for("staff.worklist", **(arguments | {"page": found.page - 1})) if found.page > 1 else "",
        "later": url_for("staff.worklist", **(arguments | {"page": found.page + 1})) if found.more else "",
    }
    if fragment:
        return render_template("staff/_rows.html", oob=True, **context), status
    return page(
        "staff/worklist.html",
        **context,
        services=services,
        open_orders=open_orders,
        lacks=lacks,
        versions=versions,
        options=_options(services, staff, me),
        views=_views(search.view, views, me),
        break_words=words.break_words(cut, views["closing"], calendar) if search.view != "closing" else None,
        closing_n=views["closing"],
    ), status


def _only_rows() -> bool:
    """Whether htmx asks for the rows alone; going back in the browser's history wants the whole page."""
    headers = request.headers
    return headers.get("HX-Target") == "rows" and not headers.get("HX-History-Restore-Request")


def _arguments() -> dict[str, Any]:
    """What the address asks for, to be asked again by other links of the list."""
    asked = {name: request.args.get(name) or None for name in (*FILTERS, "view")}
    return asked | {"page": request.args.get("page", type=int)}


def _search(me: Person, services: Sequence[Service]) -> Search:
    asked = request.args
    who, view, within = asked.get("who", ""), asked.get("view", "all"), asked.get("within", type=int)
    return Search(
        view=view if view in VIEWS else "all",
        text=asked.get("q", "").strip()[:200],
        service=next((s.id for s in services if s.slug == asked.get("service")), None),
        assigned=me.id,
        page=min(max(asked.get("page", 1, type=int), 1), 10_000),
        who=me.id if who == ME else identity(who),
        nobody=who == NOBODY,
        standing=_member(Standing, asked.get("standing", "")),
        right=_member(Right, asked.get("right", "")),
        fast=bool(asked.get("fast")),
        doubted=bool(asked.get("doubted")),
        within=within if within in WITHIN else None,
        due=_day(asked.get("due", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _member(kind: type[K], value: str) -> K | None:
    return next((member for member in kind if member.value == value), None)


def _counted() -> list[str]:
    """The views whose size is shown; of what is closed there is no end."""
    return [view for view in VIEWS if view != "closed"]


def _count(session: Session, search: Search, at: datetime) -> str:
    n = work.count(session, search, at=at)
    return str(n) if n <= work.COUNT_CAP else f"{work.COUNT_CAP}+"


def _pick(row: Row) -> str:
    """What the box of a row sends: its number, and who had it when it was drawn."""
    return f"{row.notice.number}:{row.case.assigned_to or ''}"


def _options(services: Sequence[Service], staff: Sequence[Staff], me: Person) -> dict[str, list[tuple[str, str]]]:
    """The lists of the filters."""
    days = {0: _("今日まで"), 3: _("3日以内"), 7: _("7日以内"), 14: _("14日以内")}
    others = [(str(s.id), s.name) for s in staff if s.id != me.id]
    return {
        "service": [("", _("すべて")), *((s.slug, s.name) for s in services)],
        "who": [("", _("全員")), (ME, _("わたし")), (NOBODY, _("未定")), *others],
        "standing": [("", _("すべて")), *((s.value, term(s).label) for s in Standing)],
        "right": [("", _("すべて")), *((r.value, term(r).label) for r in Right)],
        "within": [("", _("すべて")), *((str(n), days[n]) for n in WITHIN)],
        "fast": [("", _("すべて")), ("1", _("優先だけ"))],
        "doubted": [("", _("すべて")), ("1", _("確認なし"))],
    }


def _staff_options(staff: Sequence[Staff], me: Person) -> list[tuple[str, str]]:
    others = [(str(s.id), s.name) for s in staff if s.id != me.id]
    mine = (str(me.id), _("わたし（%(name)s）", name=me.name))
    return [("", _("選んでください")), mine, *others, (NOBODY, _("担当なしに戻す"))]


def _views(current: str, counts: dict[str, str], me: Person) -> list[tuple[str, list[dict[str, Any]]]]:
    expert = me.role is Role.SPECIALIST or current == "given" or counts["given"] != "0"
    kinds = {"late": "late", "closing": "today"}

    def link(view: str) -> dict[str, Any]:
        n = counts.get(view)
        return {
            "href": url_for("staff.worklist", view=view),
            "label": _(VIEWS[view]),
            "current": view == current,
            "n": n,
            "kind": kinds.get(view) if n != "0" else None,
        }

    ours = [link(v) for v in OURS if v != "given" or expert]
    return [(_("わたし"), ours), (_("全員"), [link(v) for v in VIEWS if v not in OURS])]
