"""Error pages: what happened, what was kept, what to do next. A log line never holds what somebody wrote."""

import logging
import secrets
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from math import ceil
from types import TracebackType
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_limiter import Limiter, RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy import case
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from werkzeug.exceptions import HTTPException

from tracker.auth import SIGN_IN
from tracker.casework import Conflict, NotAllowed
from tracker.i18n import listed, tag, time_text
from tracker.law.period import japanese_day
from tracker.models import ROLES, Role, Staff
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.error_words import Words, words_of
from tracker.web.guards import ORDER, TooLow, somebody
from tracker.web.unsent import typed, unsent

log = logging.getLogger("tracker")
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RETRY = (429, 500, 503)  # errors of the moment: the same page may open next time
RETRY_SECONDS = "60"
ASKED = 3  # colleagues who are named to whoever may not do something


def init_app(app: Flask) -> None:
    """Answer every error with a page of its own, and log failures without personal data."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: unsent(signed_in=somebody() is not None))
    app.register_error_handler(NotAllowed, lambda error: answer(422, str(error)))
    app.register_error_handler(Conflict, lambda error: answer(409, str(error)))
    app.register_error_handler(OperationalError, _busy)
    app.log_exception = _log  # type: ignore[method-assign, assignment] # the default prints messages, which may quote a claimant


def answer(code: int, says: str = "", *, ask: str = "", again: datetime | None = None) -> tuple[str, int]:
    """The error page for `code`.

    `says` is a sentence of casework that explains more than the code does, `ask` one that says more exactly what to do
    next; `again` is when one may try again.
    A failure is answered even when the page itself cannot be written.
    """
    desk = request.path.startswith("/desk")
    words = words_of(code, desk=desk)
    try:
        return _page(code, words, says, ask, again, desk=desk), code
    except Exception:
        if code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        log.exception("%s the error page could not be written", g.get("inquiry", ""), exc_info=False)
        return _bare(code, words), code


def _page(code: int, words: Words, says: str, ask: str, again: datetime | None, *, desk: bool) -> str:
    sign_in = code == HTTPStatus.TOO_MANY_REQUESTS and request.path == SIGN_IN
    then = _("1分ほど待ってから、もう一度サインインしてください。") if sign_in else ask or words.then
    return render_template(
        "errors/error.html",
        code=code,
        name=words.title,
        says=says,
        kept=words.kept,
        then=then,
        again=again,
        texts=_texts(desk) if code == HTTPStatus.TOO_MANY_REQUESTS and not sign_in else [],
        retry_url=_this_address() if request.method == "GET" and code in RETRY else "",
        sign_in=sign_in,
        inquiry=g.get("inquiry", ""),
        when=time_text(now()),
        desk=desk,
        provider=settings().provider,
        service=None,
        exit_url="" if desk else settings().exit_url,
        home_url=SIGN_IN if sign_in else "/desk/" if desk else "/",
    )


def _texts(desk: bool) -> list[tuple[str, str]]:
    """What was typed and not taken, to copy. A claimant's fields have other names than those of the desk."""
    return typed() if desk else [(_("書いた内容"), text) for _label, text in typed()]


def _this_address() -> str:
    """The address that was asked for, as a path of this site and of no other."""
    query = request.query_string.decode("ascii", "ignore")
    return quote(request.path) + (f"?{query}" if query else "")


def _bare(code: int, words: Words) -> str:
    """The same sentences without layout or template, for when these are what is broken."""
    lines = [escape(str(line)) for line in (words.title, words.kept, words.then)]
    inquiry = escape(_("問い合わせ番号 %(number)s", number=g.get("inquiry", "")))
    return (
        f'<!doctype html><html lang="{tag()}"><head><meta charset="utf-8"><title>{code} {lines[0]}</title></head>'
        f"<body><main><h1>{lines[0]}</h1><p>{lines[1]}</p><p>{lines[2]}</p><p>{inquiry}</p></main></body></html>"
    )


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    headers = [(k, v) for k, v in error.get_headers() if k.lower() in {"retry-after", "allow"}]
    given = {name.lower() for name, _value in headers}
    again = _free_again() if isinstance(error, RateLimitExceeded) else None
    if again and "retry-after" not in given:
        headers.append(("Retry-After", str(max(1, ceil((again - now()).total_seconds())))))
    elif error.code == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" not in given:
        headers.append(("Retry-After", RETRY_SECONDS))
    says, ask = _who_may(error.least) if isinstance(error, TooLow) else ("", "")
    body, code = answer(error.code or 500, says, ask=ask, again=again)
    return body, code, headers


def _who_may(least: Role) -> tuple[str, str]:
    """To whoever is of the team: which roles may do it, and who of the team has one, the least of them first."""
    person, roles = somebody(), ORDER[ORDER.index(least) :]
    says = _(
        "この画面や操作は、%(roles)sが使えます。あなたの役割は「%(mine)s」です。",
        roles=listed([_(ROLES[role]) for role in roles]),
        mine=_(ROLES[person.role]) if person else "―",
    )
    names = [_("%(name)sさん（%(role)s）", name=name, role=_(ROLES[role])) for name, role in _team(roles)]
    return says, _("必要なときは、%(names)sに頼んでください。", names=listed(names)) if names else ""


def _team(roles: Sequence[Role]) -> Sequence[tuple[str, Role]]:
    """A few of the team who have one of these roles, the first role first; nobody while the database is away.

    That it is away is no reason to answer something else to whoever may not do it.
    """
    first = case({role: n for n, role in enumerate(roles)}, value=col(Staff.role))
    team = select(Staff.name, Staff.role).where(col(Staff.active), col(Staff.role).in_(roles))
    try:
        with database().reading() as session:
            found = session.exec(team.order_by(first, col(Staff.name)).limit(ASKED))
            return [(name, Role(role)) for name, role in found]
    except OperationalError:
        return []


def _free_again() -> datetime | None:
    """When whoever tried too often may try again."""
    limits: Limiter = current_app.extensions["limits"]
    limit = limits.current_limit
    return datetime.fromtimestamp(limit.window.reset_time, UTC) if limit else None


def _busy(error: OperationalError) -> Any:
    """The database is locked or away: nothing was written, and it may be tried again."""
    _log((type(error), error, error.__traceback__))
    body, code = answer(503)
    return body, code, [("Retry-After", RETRY_SECONDS)]


def _log(
    info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> None:
    """One line: inquiry number, class of the exception, and where; never its message."""
    kind, _error, trace = info
    day = japanese_day(now())
    g.inquiry = f"E-{day:%m%d}-{''.join(secrets.choice(LETTERS) for _n in range(4))}"
    where = [f"{f.filename.rsplit('/tracker/', 1)[-1]}:{f.lineno}" for f in traceback.extract_tb(trace)][-6:]
    log.error("%s %s %s at %s", g.inquiry, kind.__name__ if kind else "?", request.endpoint, " < ".join(where[::-1]))
