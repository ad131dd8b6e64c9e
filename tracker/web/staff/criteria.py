"""基準: the published versions of each service, from when each may be used, and entering the next one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, criteria as published, journal
from tracker.casework.criteria import ClauseText
from tracker.casework.faces import face
from tracker.i18n import short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks import CRITERIA_WAIT
from tracker.law.period import japanese_day
from tracker.models import Clause, Clock, CriteriaVersion, Role, Service
from tracker.now import now
from tracker.web.calculation import day_words, recounted
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import normal_url
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment

FIELDS = ("title", "published_at", "url", "proof", "clauses")


@bp.get("/criteria")
@allowed(Role.REVIEWER)
def criteria() -> str:
    """Every version of every service, with its wait."""
    at = now()
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        rooms: list[dict[str, Any]] = [{"service": s, "versions": _versions(session, s, at)} for s in services]
    for room in rooms:
        room["in_use"] = next((v["version"].version for v in room["versions"] if v["in_use"]), None)
    return page(
        "staff/criteria.html", room="staff.criteria", rooms_of=rooms, may_publish=current_staff().may(Role.LEAD)
    )


@bp.get("/criteria/<slug>/<int:number>")
@allowed(Role.REVIEWER)
def criteria_version(slug: str, number: int) -> ResponseReturnValue:
    """One version as it was published, with how its first day of use was counted; printed on A4."""
    at = now()
    with database().reading() as session:
        service = _service(session, slug)
        rows = _versions(session, service, at)
    one = next((row for row in rows if row["version"].version == number), None) or abort(404)
    return page("staff/criteria_version.html", room="staff.criteria", service=service, one=one)


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
    address = _address(form["url"])
    if address is None:
        errors["url"] = _("「https://」か「http://」から始まるURLを入力してください。")
    if not form["title"].strip():
        errors["title"] = _("基準の題を入力してください。")
    if moment is None:
        errors["published_at"] = _("公表した日時を入力してください。")
    if wrong or not clauses:
        errors["clauses"] = wrong or _("条項を1行に1つずつ入力してください。")
    if errors or moment is None or address is None:
        return _form_page(slug, form, errors), 422
    at, actor = now(), journal.staff(current_staff().id)
    try:
        with database().writing() as session:
            published.publish(
                session,
                _service(session, slug),
                title=form["title"].strip(),
                clauses=clauses,
                published_at=moment,
                actor=actor,
                at=at,
                url=address or "",
                proof=form["proof"].strip(),
            )
    except NotAllowed as no:
        named = "proof" if not form["proof"].strip() and moment <= at else "published_at"
        return _form_page(slug, form, {named: str(no)}), 422
    return see_other("staff.criteria")


def _address(text: str) -> str | None:
    """Where a version was published, as a web address that may become a link; None for anything else."""
    try:
        return normal_url(text) if text.strip() else ""
    except ValueError:
        return None


def _form_page(slug: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        service = _service(session, slug)
    return page(
        "staff/criteria_new.html",
        room="staff.criteria",
        service=service,
        form=form,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
        wrong=errors,
    )


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)


def _versions(session: Session, service: Service, at: datetime) -> list[dict[str, Any]]:
    calendar: Calendar = session.info["calendar"]
    current = published.current(session, service.id, at)
    rows = [_version(session, v, current, calendar, at) for v in published.versions(session, service.id)]
    for row, before in zip(rows, [*rows, None][1:], strict=True):
        row["changes"] = _changes(row["clauses"], before["clauses"]) if before else []
        row["before"] = before["version"].version if before else None
    return rows


def _changes(now: Sequence[Clause], before: Sequence[Clause]) -> list[dict[str, Any]]:
    """What a version changed against the one before, clause by clause."""
    old = {c.number: c for c in before}
    new = {c.number: c for c in now}
    found = []
    for clause in now:
        was = old.get(clause.number)
        if was is None:
            found.append({"kind": "new", "clause": clause, "was": None})
        elif (was.title, was.words) != (clause.title, clause.words):
            found.append({"kind": "changed", "clause": clause, "was": was})
    return found + [{"kind": "gone", "clause": c, "was": None} for c in before if c.number not in new]


def _version(
    session: Session, version: CriteriaVersion, current: CriteriaVersion | None, calendar: Calendar, at: datetime
) -> dict[str, Any]:
    clock = session.exec(select(Clock).where(Clock.case_id == version.case_id, Clock.rule == CRITERIA_WAIT.key)).first()
    waits = version.usable_from > at
    shown = face(clock, at, calendar) if clock else None
    return {
        "version": version,
        "clauses": published.clauses_of(session, version),
        "digest": published.content_digest(session, version),
        "waits": waits,
        "in_use": current is not None and version.id == current.id,
        "from": short_day(japanese_day(version.usable_from), calendar),
        "from_day": day_words(japanese_day(version.usable_from), calendar, beside=japanese_day(at)),
        "link": version.url if version.url.startswith(("https://", "http://")) else "",
        "face": shown,
        "published": day_words(japanese_day(version.published_at), calendar, beside=japanese_day(at)),
        "calc": recounted(session, clock).shown(today=japanese_day(at)) if clock else None,
    }


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
        found.append(ClauseText(*parts))
    return found, ""
