"""予定表の配信: a person makes and stops the addresses that their calendar reads; a lead sees everybody's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, feeds
from tracker.i18n import time_text
from tracker.models import Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

MINE = "mine"  # the choice that names no service


@bp.get("/feeds", endpoint="feeds")
@allowed(Role.REVIEWER)
def room() -> str:
    """The addresses there are, and the form for the next one."""
    return _room_page()


@bp.post("/feeds")
@allowed(Role.REVIEWER)
def make_feed() -> ResponseReturnValue:
    """Make an address, and go where it is shown."""
    wanted, at = single_line(request.form.get("of", "")), now()
    if not wanted:
        return _room_page(error=_("何を予定表に出すかを選んでください。")), 422
    try:
        with database().writing() as session:
            service = None if wanted == MINE else _service(session, wanted)
            made = feeds.make(session, owner=current_staff().id, service=service, at=at)
    except NotAllowed as no:
        return _room_page(error=str(no), chosen=wanted), 422
    return see_other("staff.feed", feed_id=made.id)


@bp.get("/feeds/<uuid:feed_id>")
@allowed(Role.REVIEWER)
def feed(feed_id: UUID) -> str:
    """One address: in full for some minutes after it was made and to nobody else, how to use it, how to stop it."""
    return _feed_page(feed_id)


@bp.post("/feeds/<uuid:feed_id>/revocation")
@allowed(Role.REVIEWER)
def revoke_feed(feed_id: UUID) -> ResponseReturnValue:
    """Stop an address for good."""
    at, by = now(), current_staff().id
    if not request.form.get("sure"):
        return _feed_page(feed_id, error=_("元に戻せない操作です。確かめて、印を付けてください。")), 422
    try:
        with database().writing() as session:
            feeds.revoke(session, _listed(session, feed_id).feed, by=by, at=at)
    except Conflict as no:
        return _feed_page(feed_id, refused=str(no)), 409
    return see_other("staff.feeds")


def _room_page(error: str = "", chosen: str = "") -> str:
    me = current_staff()
    with database().reading() as session:
        mine = feeds.listed(session, owner=me.id)
        others = [row for row in feeds.listed(session) if row.owner.id != me.id] if me.may(Role.LEAD) else []
        services = session.exec(select(Service).order_by(col(Service.name))).all()
    return page(
        "staff/feeds.html",
        room="",
        mine=[_row(row) for row in mine],
        others=[_row(row) for row in others],
        services=services,
        chosen=chosen,
        error=error,
    )


def _feed_page(feed_id: UUID, *, error: str = "", refused: str = "") -> str:
    at = now()
    with database().reading() as session:
        found = _listed(session, feed_id)
        own = found.owner.id == current_staff().id
        until = feeds.shown_until(found.feed)
        shown = own and not found.feed.revoked_at and at < until
        address = feeds.address(session, found.feed) if shown else ""
    return page(
        "staff/feed.html",
        room="",
        row=_row(found),
        own=own,
        address=address,
        until=until,
        error=error,
        refused=refused,
    )


def _row(found: feeds.Listed) -> dict[str, Any]:
    feed, own = found.feed, found.owner.id == current_staff().id
    return {
        "id": feed.id,
        "of": found.service.name if found.service else _("わたしの担当") if own else _("本人の担当"),
        "owner": found.owner.name,
        "left": not found.owner.active,
        "made": _moment(feed.made_at),
        "fetched": _moment(feed.fetched_at),
        "revoked": _moment(feed.revoked_at),
    }


def _moment(at: datetime | None) -> str:
    return time_text(at, seconds=False) if at else ""


def _listed(session: Session, feed_id: UUID) -> feeds.Listed:
    """One's own address; to a lead, anybody's."""
    me = current_staff()
    found = feeds.listed(session, feed_id=feed_id)
    return next((row for row in found if row.owner.id == me.id or me.may(Role.LEAD)), None) or abort(404)


def _service(session: Session, slug: str) -> UUID:
    service = session.exec(select(Service).where(Service.slug == slug)).first()
    if service is None:
        raise NotAllowed(_("サービスを選び直してください。"))
    return service.id
