"""The tables of every service, and one of them with its versions and what each changed."""

from flask import abort
from sqlmodel import Session, col, select

from tracker.casework import retention, safety
from tracker.law.period import japanese_day
from tracker.models import Role, Service
from tracker.now import now
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.retention import rows, told
from tracker.web.staff import bp

ROOM = "staff.retention"


@bp.get("/retention", endpoint="retention")
@allowed(Role.REVIEWER)
def tables() -> str:
    """Every service: the version in force, the next one, how its safety was last looked at."""
    today = japanese_day(now())
    found = []
    with database().reading() as session:
        calendar = session.info["calendar"]
        for service in session.exec(select(Service).order_by(col(Service.name))).all():
            versions = retention.history(session, service.id)
            used = retention.in_force(versions, today)
            checked = safety.checks(session, service.id)
            newest = [one[0].check for one in checked.values() if one]
            found.append(
                {
                    "service": service,
                    "used": used,
                    "short": sum(retention.stand(one) is retention.Stand.SHORTER for one in used.lines) if used else 0,
                    "coming": retention.coming(versions, today),
                    "checked": len(newest),
                    "lacking": sum(not one.done for one in newest),
                    "measures": len(checked),
                    "last": max((one.checked_at for one in newest), default=None),
                }
            )
    return page(
        "staff/retention/room.html",
        room=ROOM,
        found=found,
        day=lambda one: day_words(one, calendar, beside=today),
        may_publish=current_staff().may(Role.LEAD),
    )


@bp.get("/retention/<slug>")
@allowed(Role.REVIEWER)
def retention_of(slug: str) -> str:
    """One service: the version in force, what comes, what was before, and what each version changed."""
    today = japanese_day(now())
    with database().reading() as session:
        service = service_of(session, slug)
        calendar = session.info["calendar"]
        versions = retention.history(session, service.id)
    used = retention.in_force(versions, today)
    coming = retention.coming(versions, today)
    shown = [
        {
            "version": one,
            "rows": rows(one.lines, today, calendar),
            "changes": told(retention.changes(before.lines, one.lines)) if before else None,
            "standing": "used" if one is used else "coming" if one in coming else "replaced",
        }
        for one, before in zip(versions, [*versions[1:], None], strict=False)
    ]
    return page(
        "staff/retention/one.html",
        room=ROOM,
        service=service,
        groups={key: [one for one in shown if one["standing"] == key] for key in ("used", "coming", "replaced")},
        day=lambda one: day_words(one, calendar, beside=today),
        may_publish=current_staff().may(Role.LEAD),
    )


def service_of(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
