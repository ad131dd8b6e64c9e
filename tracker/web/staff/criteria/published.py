"""The published versions of each service, and from when each may be used."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from tracker.casework import criteria as published
from tracker.casework.traces import normal_url
from tracker.law.calendars import Calendar
from tracker.law.period import japanese_day
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.web.criteria import calculation, checks, coverage, shown_versions
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.criteria.picture import picture, table


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


def address(text: str) -> str | None:
    """Where a version was published, as a web address that may become a link; None for anything else."""
    try:
        return normal_url(text) if text.strip() else ""
    except ValueError:
        return None


def service_of(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
