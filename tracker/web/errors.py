"""Error pages: what happened, what was kept, what to do next. A log line never holds what somebody wrote."""

import logging
import secrets
import traceback
from types import TracebackType
from typing import Any

from flask import Flask, g, render_template, request
from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from tracker.auth import SIGN_IN
from tracker.casework import Conflict, NotAllowed
from tracker.i18n import japanese_time
from tracker.law.period import japanese_day
from tracker.now import now
from tracker.web.doors import settings
from tracker.web.guards import somebody
from tracker.web.unsent import unsent

log = logging.getLogger("tracker")
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

# What happened, and what to do next.
PAGES: dict[int, tuple[Any, Any]] = {
    400: (_l("送られた内容を読み取れませんでした"), _l("前のページに戻って開き直し、もう一度送ってください。")),
    403: (_l("この操作をする権限がありません"), _l("必要なときは、主任か管理者に頼んでください。")),
    404: (_l("ページが見つかりません"), _l("アドレスが変わったか、途中で切れているかもしれません。")),
    405: (_l("この方法では開けません"), _l("前のページに戻ってください。")),
    409: (_l("先にほかの操作が記録されました"), _l("前のページを開き直して、新しい内容を確かめてください。")),
    413: (_l("送られた内容が大きすぎて、受け取れませんでした"), _l("添付を減らすか、文を短くして送ってください。")),
    422: (_l("直すところがあります"), _l("前のページに戻って、内容を直してください。")),
    429: (_l("短い間に何度も送られました"), _l("少し待ってから、もう一度送ってください。")),
    500: (_l("こちらの不具合で、処理できませんでした"), _l("時間をおいてもう一度試してください。")),
    503: (_l("ただいま混み合っています"), _l("数分待ってから、もう一度送ってください。")),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page of its own, and log failures without personal data."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: unsent(signed_in=somebody() is not None))
    app.register_error_handler(NotAllowed, lambda error: answer(422, str(error)))
    app.register_error_handler(Conflict, lambda error: answer(409, str(error)))
    app.register_error_handler(OperationalError, _busy)
    app.log_exception = _log  # type: ignore[method-assign, assignment] # the default prints messages, which may quote a claimant


def answer(code: int, says: str = "") -> tuple[str, int]:
    """The error page for `code`; `says` is a sentence of casework that explains more than the code does."""
    title, advice = PAGES.get(code, PAGES[500] if code >= 500 else PAGES[400])
    desk = request.path.startswith("/desk")
    sign_in = code == 429 and request.path == SIGN_IN
    body = render_template(
        "errors/error.html",
        code=code,
        name=title,
        says=says,
        advice=_("1分ほど待ってから、もう一度サインインしてください。") if sign_in else advice,
        sign_in=sign_in,
        inquiry=g.get("inquiry", ""),
        when=japanese_time(now()),
        desk=desk,
        provider=settings().provider,
        service=None,
        exit_url="" if desk else settings().exit_url,
        home_url=SIGN_IN if sign_in else "/desk/" if desk else "/",
    )
    return body, code


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    body, code = answer(error.code or 500)
    headers = [(k, v) for k, v in error.get_headers() if k.lower() in {"retry-after", "allow"}]
    retry = getattr(getattr(error, "limit", None), "limit", None)
    if retry is not None and not any(k.lower() == "retry-after" for k, _v in headers):
        headers.append(("Retry-After", str(retry.get_expiry())))
    return body, code, headers


def _busy(error: OperationalError) -> Any:
    """The database is locked or away: nothing was written, and it may be tried again."""
    _log((type(error), error, error.__traceback__))
    body, code = answer(503, _("記録はされていません。"))
    return body, code, [("Retry-After", "60")]


def _log(
    info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> None:
    """One line: inquiry number, class of the exception, and where; never its message."""
    kind, _error, trace = info
    day = japanese_day(now())
    g.inquiry = f"E-{day:%m%d}-{''.join(secrets.choice(LETTERS) for _n in range(4))}"
    where = [f"{f.filename.rsplit('/tracker/', 1)[-1]}:{f.lineno}" for f in traceback.extract_tb(trace)][-6:]
    log.error("%s %s %s at %s", g.inquiry, kind.__name__ if kind else "?", request.endpoint, " < ".join(where[::-1]))
