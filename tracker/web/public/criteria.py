"""Published criteria without an account: the list of versions, a lasting page for each, its text to check the hash."""

from datetime import datetime
from typing import Any

from flask import Response, abort
from sqlmodel import Session

from tracker.casework import criteria as published, digest
from tracker.law.grounds import Force
from tracker.models import Service
from tracker.now import now
from tracker.web.criteria import Version, calculation, checks, coverage, shown_versions
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.pages import page, service_in, service_of

# By what is used first: the order of the list.
STANDINGS = ("used", "waits", "replaced")


@bp.get("/s/<slug>/criteria")
def criteria(slug: str) -> str:
    """The versions of a service: in use, waiting, replaced."""
    at = now()
    with database().reading() as session:
        service = service_in(session, slug)
        found = shown_versions(session, service, at)
        examples = bool(digest.versions(session, service))
    groups = [[one for one in found if one.standing == standing] for standing in STANDINGS]
    return page("public/criteria.html", service, groups=dict(zip(STANDINGS, groups, strict=True)), examples=examples)


@bp.get("/s/<slug>/criteria/<int:number>")
def criteria_version(slug: str, number: int) -> str:
    """One version for ever: when it was published, from when it may be used and why, its clauses, its hash."""
    at = now()
    with database().reading() as session:
        service, found, one = _one(session, slug, number, at)
        calc = calculation(session, one, at, work=False)
        text = published.canonical(session, one.version)
        examples = bool(digest.versions(session, service))
    words: dict[str, Any] = {
        "one": one,
        "calc": calc,
        "force": Force.DUTY.value,
        "checks": checks(one.version.checklist),
        "coverage": coverage,
        "bytes": len(text.encode()),
        "examples": examples,
        "newest": next((v for v in found if v.in_use), None),
    }
    return page("public/criteria_version.html", service, **words)


@bp.get("/s/<slug>/criteria/<int:number>.txt")
def criteria_text(slug: str, number: int) -> Response:
    """The very text whose SHA-256 the page shows, byte for byte; it never changes."""
    service = service_of(slug)
    with database().reading() as session:
        version = next((v for v in published.versions(session, service.id) if v.version == number), None)
        text = published.canonical(session, version) if version else abort(404)
    answer = Response(text.encode(), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'inline; filename="criteria-{service.slug}-{number}.txt"'
    return answer


def _one(session: Session, slug: str, number: int, at: datetime) -> tuple[Service, list[Version], Version]:
    """A service, its versions and the one that is asked for, or 404."""
    service = service_in(session, slug)
    found = shown_versions(session, service, at)
    one = next((v for v in found if v.version.version == number), None) or abort(404)
    return service, found, one
