"""The published versions of each service, from when each may be used, and entering one that was published before."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, criteria as published, journal
from tracker.casework.criteria import ClauseText
from tracker.law.calendars import Calendar
from tracker.law.period import japanese_day
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.web.criteria import calculation, checks, coverage, shown_versions
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import normal_url
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment
from tracker.web.staff.criteria.picture import picture, table

FIELDS = ("title", "published_at", "url", "proof", "clauses")


@bp.get("/criteria")
@allowed(Role.REVIEWER)
def criteria() -> str:
    """Every version of every service, with its wait, and the draft of the next one."""
    at = now()
    today = japanese_day(at)
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        rooms: list[dict[str, Any]] = []
        for service in services:
            versions = shown_versions(session, service, at)
            draft = published.draft_of(session, service.id)
            rooms.append(
                {
                    "service": service,
                    "versions": versions,
                    "calcs": {v.version.version: calculation(session, v, at, work=True) for v in versions if v.waits},
                    "in_use": next((v.version.version for v in versions if v.in_use), None),
                    "picture": picture(versions, today, calendar),
                    "table": table(versions, calendar),
                    "draft": draft,
                    "draft_by": session.get_one(Staff, draft.saved_by).name if draft else "",
                }
            )
    return page(
        "staff/criteria.html",
        room="staff.criteria",
        rooms_of=rooms,
        coverage=coverage,
        may_publish=current_staff().may(Role.LEAD),
    )


@bp.get("/criteria/<slug>/<int:number>")
@allowed(Role.REVIEWER)
def criteria_version(slug: str, number: int) -> ResponseReturnValue:
    """One version as it was published, with how its first day of use was counted; printed on A4."""
    at = now()
    with database().reading() as session:
        service = service_of(session, slug)
        found = shown_versions(session, service, at)
        one = next((row for row in found if row.version.version == number), None) or abort(404)
        calc = calculation(session, one, at, work=True)
    return page(
        "staff/criteria_version.html",
        room="staff.criteria",
        service=service,
        one=one,
        calc=calc,
        checks=checks(one.version.checklist),
        coverage=coverage,
    )


@bp.get("/criteria/<slug>/new")
@allowed(Role.LEAD)
def new_criteria(slug: str) -> ResponseReturnValue:
    """The form for a version that has been published."""
    return _form_page(slug, {}, {})


@bp.post("/criteria/<slug>/new")
@allowed(Role.LEAD)
def publish_criteria(slug: str) -> ResponseReturnValue:
    """Enter a published version; its 14 days are counted from its true publication."""
    form = {name: request.form.get(name, "") for name in FIELDS}
    moment = japanese_moment(form["published_at"])
    clauses, wrong = _clauses(form["clauses"])
    errors = {}
    url = address(form["url"])
    if url is None:
        errors["url"] = _("「https://」か「http://」から始まるURLを入力してください。")
    if not form["title"].strip():
        errors["title"] = _("基準の題を入力してください。")
    if moment is None:
        errors["published_at"] = _("公表した日時を入力してください。")
    if wrong or not clauses:
        errors["clauses"] = wrong or _("条項を1行に1つずつ入力してください。")
    if errors or moment is None or url is None:
        return _form_page(slug, form, errors), 422
    at, actor = now(), journal.staff(current_staff().id)
    try:
        with database().writing() as session:
            published.publish(
                session,
                service_of(session, slug),
                title=form["title"].strip(),
                clauses=clauses,
                published_at=moment,
                actor=actor,
                at=at,
                url=url,
                proof=form["proof"].strip(),
            )
    except NotAllowed as no:
        return _form_page(slug, form, {no.about or "published_at": str(no)}), 422
    return see_other("staff.criteria")


def address(text: str) -> str | None:
    """Where a version was published, as a web address that may become a link; None for anything else."""
    try:
        return normal_url(text) if text.strip() else ""
    except ValueError:
        return None


def service_of(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)


def _form_page(slug: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        service = service_of(session, slug)
    return page(
        "staff/criteria_new.html",
        room="staff.criteria",
        service=service,
        form=form,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
        wrong=errors,
    )


def _clauses(text: str) -> tuple[list[ClauseText], str]:
    """Clauses written one a line as 番号｜題｜本文; or what is wrong with which line."""
    found: list[ClauseText] = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("|", "｜").split("｜", 2)]
        if len(parts) != 3 or not all(parts):
            return [], _("%(n)s行目を「番号｜題｜本文」の形で入力してください。", n=n)
        if parts[0] in {c.number for c in found}:
            return [], _("%(n)s行目の番号「%(number)s」が重なっています。", n=n, number=parts[0])
        found.append(ClauseText(parts[0], parts[1], parts[2]))
    return found, ""
