"""Whether a form was sent from our own pages. Public doors know nobody by a cookie, so there is no CSRF token."""

from urllib.parse import urlsplit

from flask import Response, request
from flask.typing import ResponseReturnValue

from tracker.web.doors import settings
from tracker.web.public import bp
from tracker.web.public.pages import page


@bp.before_request
def only_from_here() -> ResponseReturnValue | None:
    """Refuse a form that another site sent. A client that says nothing about itself is no browser, and may."""
    if request.method != "POST" or _ours():
        return None
    return page("public/elsewhere.html"), 403


@bp.after_request
def say_where_from(response: Response) -> Response:
    """Under no-referrer a browser sends our own forms with "Origin: null"; addresses still never leave this site."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _ours() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin in (request.host_url.rstrip("/"), _origin(settings().base_url))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
