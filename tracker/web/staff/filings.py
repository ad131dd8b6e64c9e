"""届出: what each service filed with the minister, what changed since, and what a filing of it must contain."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, filings as filed, journal
from tracker.casework.faces import Face
from tracker.casework.traces import normal_url
from tracker.i18n import day_text
from tracker.i18n.typed import Unreadable, day as read_day
from tracker.law import N_
from tracker.law.clocks.minister import PUBLICATION
from tracker.law.facts import LABELS
from tracker.law.filing_sheets import LABELS as PAPERS, PAPERS as SHEETS, Paper
from tracker.law.period import japanese_day
from tracker.models import Matter, Role, Service
from tracker.now import now
from tracker.report.years import DUE
from tracker.web.calculation import recounted_all
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

DAYS = {
    "designate": ("designated",),
    "register": ("registered",),
    "change": ("changed_on",),
    "correct_change": ("changed_on",),
    "file": ("filed_on",),
    "correct": ("designated", "registered"),
    "moved": ("changed_on",),
    "take_up": (),
    "yearly": ("filed_on",),
    "english": ("filed_on",),
    "japanese": ("filed_on",),
}
FIELDS = (
    "designated",
    "registered",
    "changed_on",
    "filed_on",
    "matter",
    "before",
    "after",
    "reference",
    "who",
    "reason",
    "paper",
    "year",
)


@bp.get("/filings")
@allowed(Role.REVIEWER)
def filings() -> str:
    """Every service with what it has to file."""
    at = now()
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        rows = [filed.open_register(session, service, at=at) for service in services]
        calendar = session.info["calendar"]
        moved = filed.moved(session)
    return page(
        "staff/filings.html",
        room="staff.filings",
        rows=rows,
        day=lambda day: day_text(day, calendar=calendar),
        moved={str(service.id): [m for m in moved if m.service.id == service.id] for service in services},
    )


@bp.get("/filings/<slug>")
@allowed(Role.REVIEWER)
def filings_of(slug: str) -> str:
    """One service: its days and periods, its changes, and the forms that record more of them."""
    return _page(slug, {}, {})


@bp.post("/filings/<slug>")
@allowed(Role.LEAD)
def record_filing(slug: str) -> ResponseReturnValue:
    """Record one thing: which is said by the button."""
    do = request.form.get("do", "")
    if do not in DAYS:
        abort(400)
    form = {name: request.form.get(name, "") for name in FIELDS}
    form |= {"do": do, "id": request.form.get("id", ""), "sure": request.form.get("sure", "")}
    form = {name: value.strip() if name == "reason" else single_line(value) for name, value in form.items()}
    ticked = request.form.getlist("change")
    days, errors = _days(form, DAYS[do])
    if form["year"] and not (form["year"].isdecimal() and len(form["year"]) == 4):
        abort(400)
    if do in {"change", "moved", "correct_change"} and form["matter"] not in {m.value for m in Matter}:
        errors["matter"] = _("変わった事項を選んでください。")
    elif do in {"change", "correct_change"} and not errors and Matter(form["matter"]) in filed.ADDRESSES:
        errors |= _address(form)
    if form["do"] == "english" and form["paper"] not in set(Paper):
        errors["paper"] = _("英語で出した書類を選んでください。")
    if form["do"] == "japanese" and not (form["id"].isdecimal() and len(form["id"]) < 10):
        abort(400)
    if errors:
        return _page(slug, form, errors, ticked), 422
    at = now()
    if unsure := _unsure(slug, form, days):
        return _page(slug, form, {"sure": unsure}, ticked), 422
    try:
        with database().writing() as session:
            _record(session, _service(session, slug), form, days, identities(ticked), at)
    except NotAllowed as no:
        return _page(slug, form, {no.about or "do": str(no)}, ticked), 409 if isinstance(no, Conflict) else 422
    return see_other("staff.filings_of", slug=slug)


@bp.get("/filings/<slug>/paper")
@allowed(Role.REVIEWER)
def filing_paper(slug: str) -> str:
    """What the filing of the open changes must contain (規則12条), to print or to copy into 様式第四."""
    at = now()
    with database().reading() as session:
        view = filed.open_register(session, _service(session, slug), at=at)
        calendar = session.info["calendar"]
        form, criteria = filed.form_address(session, view.service), filed.criteria_address(session, view.service)
    return page(
        "staff/filings_paper.html",
        room="staff.filings",
        v=view,
        provider=settings().provider,
        matters=filed.MATTERS,
        form_url=form,
        criteria_url=criteria,
        day=lambda day: day_text(day, calendar=calendar),
    )


def _record(
    session: Session,
    service: Service,
    form: Mapping[str, str],
    days: Mapping[str, date | None],
    ids: list[UUID],
    at: datetime,
) -> None:
    who: dict[str, Any] = {"actor": journal.staff(current_staff().id), "at": at}
    day = next((day for day in days.values() if day), None)
    match form["do"]:
        case "take_up":
            filed.take_up(session, service, **who)
        case "designate" if day:
            filed.designate(session, service, day, **who)
        case "register" if day:
            filed.register(session, service, day, reference=form["reference"], who=form["who"], **who)
        case "correct":
            filed.correct(
                session,
                service,
                designated=days["designated"],
                registered=days["registered"],
                reason=form["reason"],
                **who,
            )
        case "yearly" if day:
            year = int(form["year"]) if form["year"] else None
            filed.yearly_done(session, service, form["id"], day, form["reference"], year=year, **who)
        case "change" if day:
            filed.change(
                session, service, Matter(form["matter"]), day, before=form["before"], after=form["after"], **who
            )
        case "moved" if day:
            asked = next(
                (m for m in filed.moved(session) if m.service.id == service.id and m.matter == form["matter"]), None
            )
            if asked is None or asked.now != form["after"]:
                raise Conflict(N_("このアドレスの違いは、もうありません。新しい内容を確かめてください。"))
            filed.change(session, service, asked.matter, day, after=asked.now, **who)
        case "correct_change" if day:
            filed.correct_change(
                session,
                service,
                identities([form["id"]])[0],
                day,
                before=form["before"],
                after=form["after"],
                reason=form["reason"],
                **who,
            )
        case "english" if day:
            filed.file_in_english(session, service, Paper(form["paper"]), day, why=form["reason"], **who)
        case "japanese" if day:
            filed.file_in_japanese(session, service, int(form["id"]), day, reference=form["reference"], **who)
        case "file" if day:
            filed.file_changes(session, service, ids, day, reference=form["reference"], who=form["who"], **who)


def _unsure(slug: str, form: Mapping[str, str], days: Mapping[str, date | None]) -> str:
    """What is asked before notices bind otherwise than they did, with their number; empty where it was agreed to."""
    day = days.get("registered")
    if form["do"] not in {"register", "correct"} or day is None or day > japanese_day(now()):
        return ""
    with database().reading() as session:
        n = filed.count_rebound(session, _service(session, slug), day)
    if not n or form["sure"] == str(n):
        return ""
    return str(_("この日付により、%(n)s件の申出の義務の有無が改まります。確かめて、印を付けてください。", n=n))


def _days(form: Mapping[str, str], names: tuple[str, ...]) -> tuple[dict[str, date | None], dict[str, str]]:
    days: dict[str, date | None] = {}
    errors: dict[str, str] = {}
    for name in names:
        try:
            days[name] = read_day(form[name]) if form[name] else None
        except Unreadable as error:
            errors[name] = str(error)
        if name not in errors and days[name] is None and form["do"] != "correct":  # the verb knows which it wants
            errors[name] = _("日付を入力してください。")
    return days, errors


def _address(form: dict[str, str]) -> dict[str, str]:
    try:
        normal_url(form["after"])
    except ValueError:
        return {"after": _("「https://」か「http://」から始まるURLを入力してください。")}
    return {}


def _page(slug: str, form: Mapping[str, str], errors: Mapping[str, str], ticked: list[str] | None = None) -> str:
    at = now()
    with database().reading() as session:
        service = _service(session, slug)
        view = filed.open_register(session, service, at=at)
        counts = recounted_all(session, [face.clock for face in view.clocks])
        calendar = session.info["calendar"]
        moved = [one for one in filed.moved(session) if one.service.id == service.id]
        form_url = filed.form_address(session, service)
        rebound = _rebound(session, service, form, view.unrecorded)
        english = filed.filed_in_english(session, service)
    return page(
        "staff/filings_of.html",
        rebound=rebound,
        room="staff.filings",
        v=view,
        moved=moved,
        form_url=form_url,
        matters=filed.MATTERS,
        options=[(matter.value, _(wanted.label)) for matter, wanted in filed.MATTERS.items()],
        english=[(one, _(PAPERS[one.paper])) for one in reversed(english)],
        sheets=[(paper.value, _(rule.form)) for paper, rule in SHEETS.items()],
        papers=[(paper.value, _(label)) for paper, label in PAPERS.items()],
        clocks=[
            _clock(face, counts[face.clock.id].shown(today=japanese_day(at)))
            for face in sorted(view.clocks, key=lambda one: not one.running)
        ],
        unpublished=[(year, date(year + 1, *DUE)) for year in view.unpublished],
        publication=PUBLICATION,
        facts=[
            (
                event,
                _(LABELS[event.fact]),
                day_text(japanese_day(event.occurred_at)),
                view.remarks.get(event.id, ""),
                event.data["said"].get("rebound", 0),
            )
            for event in reversed(view.events)
        ],
        day=lambda day: day_text(day, calendar=calendar),
        form=form,
        ticked=ticked,
        wrong=errors,
        errors=[(f"f-{form.get('do')}-{name}", text) for name, text in errors.items()],
        may=current_staff().may(Role.LEAD),
    )


def _rebound(session: Session, service: Service, form: Mapping[str, str], unrecorded: bool) -> int:
    """How many notices would bind otherwise by the day that was typed, or that is to be recorded."""
    typed = form.get("registered", "") if form.get("do") in {"register", "correct"} else ""
    try:
        day = read_day(typed) if typed else service.registered_on if unrecorded else None
    except Unreadable:
        day = None
    return filed.count_rebound(session, service, day) if day else 0


def _clock(face: Face, calc: Any) -> dict[str, Any]:
    yearly = face.rule.key if face.running and face.rule.key in filed.YEARLY else ""
    return {
        "face": face,
        "calc": calc,
        "id": f"clock-{face.clock.id.hex[:8]}",
        "yearly": yearly,
        "year": filed.ended_year(face.clock),
    }


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
