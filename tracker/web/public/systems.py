"""A signed message of another system at a door of ours: counted, checked before anything is written, taken once.

JSON, and nothing unknown that was sent comes back.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter, RequestLimit
from sqlmodel import Session
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.casework import Conflict, NotAllowed
from tracker.casework.custody.answers import NotSigned, NotUnderstood
from tracker.casework.custody.contract import MOST_BYTES
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.own import network

OFTEN = "120 per minute"  # from one network
RETRY_SECONDS = "60"

posts = Limiter(network, storage_uri="memory://", strategy="moving-window", key_prefix="systems")

TITLES = {
    "not_signed": _l("署名がないか、正しくないか、古すぎます。又は、そのような依頼がありません。"),
    "not_understood": _l("取り決めの形ではありません。"),
    "too_large": _l("大きすぎます。"),
    "too_often": _l("回数が多すぎます。しばらく待ってから、もう一度送ってください。"),
}


@bp.record_once
def _count_posts(state: Any) -> None:
    posts.init_app(state.app)


def too_often(limit: RequestLimit) -> Response:
    response = problem(429, "too_often")
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


Verb = Callable[[Session, dict[str, str], bytes], dict[str, Any]]
Check = Callable[[Session, dict[str, str], bytes], object]


def taken(verb: Verb, check: Check) -> Response:
    """What a signed message leads to, or why it is not taken. A stranger's never makes anybody wait for a write."""

    def write(headers: dict[str, str], body: bytes) -> dict[str, Any]:
        with database().reading() as session:
            check(session, headers, body)
        with database().writing() as session:
            return verb(session, headers, body)

    body = _body()
    return problem(413, "too_large") if body is None else _answered(write, body)


def shown(verb: Verb) -> Response:
    """What a signed question without a body is answered with, or why it is not. Nothing is written, nothing kept."""

    def read(headers: dict[str, str], body: bytes) -> dict[str, Any]:
        with database().reading() as session:
            return verb(session, headers, body)

    response = _answered(read, b"")
    response.headers["Cache-Control"] = "no-store"
    return response


def _body() -> bytes | None:
    """What was sent; None where it is too much."""
    try:
        body = b"" if (request.content_length or 0) > MOST_BYTES else request.get_data()
    except RequestEntityTooLarge:  # sent in pieces, without saying how much it is
        body = b""
    return body if body or request.content_length == 0 else None


def _answered(verb: Callable[[dict[str, str], bytes], dict[str, Any]], body: bytes) -> Response:
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        said = verb(headers, body)
    except NotSigned:
        return problem(401, "not_signed")
    except NotUnderstood as no:
        return problem(422, "not_understood", at=no.at)
    except NotAllowed as no:
        return problem(409 if isinstance(no, Conflict) else 422, no.about or "not_allowed", title=str(no))
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/json")


def problem(status: int, code: str, *, title: str = "", at: list[str] | None = None) -> Response:
    """RFC 9457, with a code for programs."""
    said = {"type": "about:blank", "title": title or str(TITLES[code]), "status": status, "code": code}
    body = json.dumps(said | ({"at": at} if at else {}), ensure_ascii=False)
    return Response(body, status, mimetype="application/problem+json")
