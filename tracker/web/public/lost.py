"""Secret addresses that lead nowhere: cut off, mistyped or too old. The way on is by number and secret."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlmodel import select
from werkzeug.exceptions import NotFound

from tracker.models import Service
from tracker.web.doors import database
from tracker.web.errors import answer
from tracker.web.public import bp
from tracker.web.public.pages import page
from tracker.web.reading import single_line


@bp.get("/s/<slug>/receipt", strict_slashes=False)
@bp.get("/s/<slug>/receipt/<path:rest>")
@bp.get("/s/<slug>/status/<path:rest>")
def cut_off(slug: str, rest: str = "") -> ResponseReturnValue:
    """An address of which a part is missing."""
    abort(404)


@bp.errorhandler(NotFound)
def lost(_error: NotFound) -> ResponseReturnValue:
    """An unknown number, a wrong secret and half an address get the same page."""
    slug, place = str((request.view_args or {}).get("slug", "")), request.path.split("/")[3:4]
    with database().reading() as session:
        service = session.exec(select(Service).where(Service.slug == single_line(slug))).first()
    if service is None or place not in (["receipt"], ["status"]):
        return answer(404)
    return page("public/lost.html", service), 404
