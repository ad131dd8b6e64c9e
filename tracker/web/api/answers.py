"""How the door for programs answers: JSON in Japanese, a code with every refusal (RFC 9457), nothing that was sent."""

import json
from typing import Any

from flask import Response
from flask_limiter import RequestLimit

from tracker.i18n import gettext, japanese
from tracker.law import N_

RETRY_SECONDS = "60"
TITLES: dict[str, str] = {
    "not_authorized": N_("鍵がないか、正しくありません。Authorization: Bearer の後に、鍵を書いて送ってください。"),
    "not_found": N_("ありません。アドレスと、鍵のサービスを確かめてください。"),
    "not_csv": N_("text/csv（UTF-8）で送ってください。"),
    "empty": N_("中身がありません。"),
    "too_large": N_("大きすぎます。分けて送ってください。"),
    "too_often": N_("回数が多すぎます。しばらく待ってから、もう一度送ってください。"),
    "no_room": N_("いまは受け取れません。サーバーの空き容量が足りません。"),
    "already_taken": N_("同じファイルを、すでに取り込んでいます。"),
}


def said(status: int, body: dict[str, Any], **headers: str) -> Response:
    """An answer, of which nothing is kept on the way."""
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers)
    return response


def problem(status: int, code: str, *, title: str = "", **more: Any) -> Response:
    """A refusal; `more` is for programs."""
    with japanese():
        words = title or gettext(TITLES[code])
    response = said(status, {"type": "about:blank", "title": words, "status": status, "code": code} | more)
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def too_often(limit: RequestLimit) -> Response:
    """A system that asks more often than anybody needs to."""
    response = problem(429, "too_often")
    response.headers["Retry-After"] = RETRY_SECONDS
    return response
