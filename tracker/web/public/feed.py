"""予定表の配信: the address that calendar applications read. Nobody signs in; the address is the secret."""

from typing import Any
from uuid import UUID

from flask import Response, abort, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from tracker.casework import feeds
from tracker.casework.feeds.calendar import calendar
from tracker.casework.feeds.entries import entries
from tracker.models import Service
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.public import bp

OFTEN = "60 per minute"  # reads from one network address: a calendar service reads for many people
RETRY_SECONDS = "60"

reads = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="feed")


@bp.record_once
def _count_reads(state: Any) -> None:
    reads.init_app(state.app)


def _too_often(limit: RequestLimit) -> Response:
    """Short, for a program."""
    return Response(status=429, headers={"Retry-After": RETRY_SECONDS, "Cache-Control": "private"})


@bp.get("/feeds/<uuid:feed_id>/<secret>.ics")
@reads.limit(OFTEN, on_breach=_too_often)
def feed(feed_id: UUID, secret: str) -> Response:
    """The calendar. An unknown, a wrong and a revoked address answer alike."""
    at = now()
    with database().reading() as session:
        asked = feeds.find(session, feed_id, secret) or abort(404)
        service = session.get(Service, asked.service_id) if asked.service_id else None
        shown = entries(session, asked, at=at)
    if request.method == "GET" and feeds.stale(asked, at):
        with database().writing() as session:
            feeds.note_fetched(session, asked, at=at)
    answer = Response(calendar(shown, service, base_url=settings().base_url, at=at), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Content-Disposition"] = 'inline; filename="kigen.ics"'
    return answer
