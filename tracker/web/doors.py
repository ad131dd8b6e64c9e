"""What every door needs: the database of the app, security headers, and the words that pages share."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, current_app, request
from flask.json.provider import DefaultJSONProvider
from jinja2 import pass_context
from jinja2.runtime import Context

from tracker.db import Database
from tracker.i18n import citation, day_text, dotted, last_moment, listed, short_time, term, time_text
from tracker.law.grounds import Circumstance
from tracker.settings import Settings
from tracker.web.calculation import says
from tracker.web.reading import true_host

CSP = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"


def database() -> Database:
    """The database of this app."""
    return cast(Database, current_app.extensions["database"])


def settings() -> Settings:
    """The settings of this app."""
    return cast(Settings, current_app.extensions["settings"])


def init_app(app: Flask) -> None:
    """Security headers on every answer, no page for an address that no database takes, the filters of the templates."""
    app.before_request(_without_nul)
    app.after_request(_headers)
    filters: dict[str, Callable[..., object]] = {
        "cited": citation,
        "dotted": dotted,
        "listed": listed,
        "jdate": day_text,
        "jtime": time_text,
        "short_time": short_time,
        "last_moment": last_moment,
        "term": term,
        "circumstance": Circumstance,
        "true_host": true_host,
        "says": says,
        "iso": lambda instant: cast(datetime, instant).isoformat(),
    }
    app.jinja_env.filters.update({name: _each_time(one) for name, one in filters.items()})
    app.jinja_env.globals["integrity"] = vendored()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _without_nul() -> None:
    """An address with a NUL is that of no page: PostgreSQL takes none in a text. The API answers for itself."""
    if "\0" in request.path and request.blueprint != "api":
        abort(404)


def _each_time(one: Callable[..., object]) -> Callable[..., object]:
    """A filter that is asked each time. Jinja would keep its answer to a literal, in the language of who came first."""

    @pass_context
    def answer(_context: Context, *values: object, **named: object) -> object:
        return one(*values, **named)

    return answer


def readable_json(app: Flask) -> None:
    """JSON is read by people too: kanji as they are, lines, names in the order of the sheet."""
    written = cast(DefaultJSONProvider, app.json)
    written.ensure_ascii, written.sort_keys, written.compact = False, False, False


def vendored() -> dict[str, str]:
    """The hash of each vendored file, by its name: pages print it, browsers check it."""
    listed = json.loads((Path(__file__).parents[1] / "static" / "vendor" / "vendor.json").read_text(encoding="utf-8"))
    return {Path(file["path"]).name: file["integrity"] for package in listed for file in package["files"]}


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("X-Robots-Tag", "noindex")
        response.vary.add("HX-Request")
    return response
