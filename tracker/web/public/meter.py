"""The undue-burden meter at the form: what happened is counted when the answer has gone. See casework/burden.py.

No cookie, no address and no number of a visitor is kept. A figure may be lost, a filing never: counting has its own
short transaction after the answer, and its failure is one line in the log.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, Signer

from tracker.casework import burden
from tracker.casework.burden import SECTIONS, Happened
from tracker.db import Database
from tracker.i18n import language
from tracker.models import Counted, Service
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.public import bp
from tracker.web.public.pages import service_of
from tracker.web.sections import asked_at

log = logging.getLogger("tracker")

OPENED = "opened"  # the field of the form that brings back when it was opened, signed
SEEN = "seen"  # sent by the script of a page that said how far it got
OFTEN = "120 per minute"  # words from one network address: eight a page
MOST_BYTES = 64
# Programs that say so. None of these words is in the name of a browser that people use but the telephones of Cubot.
PROGRAM = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|preview|facebookexternalhit|headless|lighthouse|monitor|pingdom|uptime"
    r"|curl|wget|python|httpclient|libwww|go-http|okhttp|java/|axios|node-fetch",
    re.IGNORECASE,
)

words = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="meter")


@bp.record_once
def _count_words(state: Any) -> None:
    words.init_app(state.app)


@dataclass(frozen=True)
class Opened:
    """When a form was opened, in whole seconds, and how often it was sent and came back."""

    at: int
    sent: int = 0

    def signed(self, token: str) -> str:
        """What the page carries along: true for this form alone."""
        return _signer(token).sign(f"{self.at}-{self.sent}").decode()


def opening(service: Service, token: str, at: datetime) -> str:
    """A form is shown empty: count it, and give what the page carries along."""
    if _read_by_somebody():
        _count(service, [(Counted.STARTED, "")])
    return Opened(int(at.timestamp())).signed(token)


def carried(token: str, *, sent: bool = False) -> str:
    """What a form that comes back carries along; empty where it brought nothing that we wrote."""
    opened = _opened(token)
    return Opened(opened.at, opened.sent + sent).signed(token) if opened else ""


def returned(service: Service, anchors: Iterable[str], *, sent: bool) -> None:
    """Count what was refused, by its place on the page; and, of a form that was `sent`, that it came back."""
    asked = [one for one in map(asked_at, anchors) if one]
    happened = [(Counted.REFUSED, key) for key in {one.key for one in asked}]
    if sent:
        happened += [(Counted.RETURNED, "")]
        happened += [(Counted.RETURNED_AT, str(n)) for n in {one.section for one in asked}]
    _count(service, happened)


def filed(service: Service, token: str, *, places: int, files: int, at: datetime) -> None:
    """Count a filing, and how it went."""
    opened = _opened(token)
    happened = burden.filed(
        places=places,
        files=files,
        minutes=(at.timestamp() - opened.at) / 60 if opened else None,
        tries=opened.sent + 1 if opened else None,
        seen=request.form.get(SEEN) == "y",
    )
    _count(service, happened)


def _too_often(_limit: RequestLimit) -> Response:
    return Response(status=204)


@bp.post("/s/<slug>/reached")
@words.limit(OFTEN, on_breach=_too_often)
def reached(slug: str) -> Response:
    """A script says that its page came to a section for the first time. Nothing is answered, whatever was sent."""
    service = service_of(slug)
    if (request.content_length or MOST_BYTES + 1) <= MOST_BYTES and _may_be_counted():
        before, step = _number(request.form.get("before", "")), _number(request.form.get("step", ""))
        if before is not None and step is not None and before < step:
            _count(service, burden.reached(before, step))
    return Response(status=204)


@bp.after_request
def _count_later(response: Response) -> Response:
    """Count when the answer has gone; nothing of a request that failed."""
    service_id, happened = g.pop("counted", (None, []))
    if happened and response.status_code < 500:
        response.call_on_close(partial(_write, database(), service_id, happened, language(), now()))
    return response


def _write(data: Database, service_id: UUID, happened: list[Happened], spoken: str, at: datetime) -> None:
    try:
        with data.counting() as session:
            burden.add(session, service_id, happened, language=spoken, at=at)
    except Exception as error:  # whatever it is: the answer has gone, and the filing is safe
        log.warning("A figure of the form was not counted (%s).", type(error).__name__)


def _count(service: Service, happened: list[Happened]) -> None:
    g.counted = (service.id, happened)


def _number(typed: str) -> int | None:
    """A section that was said: 0 for none; None for anything else."""
    return int(typed) if re.fullmatch("[0-9]", typed) and int(typed) <= SECTIONS else None


def _opened(token: str) -> Opened | None:
    """When the form was opened that was sent; None where what it brought is not ours, or of another form."""
    try:
        at, _dash, sent = _signer(token).unsign(request.form.get(OPENED, "")).decode().partition("-")
    except (BadSignature, ValueError):
        return None
    return Opened(int(at), int(sent))


def _signer(token: str) -> Signer:
    return Signer(settings().secret_key.get_secret_value(), salt=f"form opened {token}")


def _read_by_somebody() -> bool:
    """Whether a page was asked for to be read now, as far as the request says."""
    ahead = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and "prefetch" not in ahead and bool(agent) and not PROGRAM.search(agent)


def _may_be_counted() -> bool:
    """Whether a browser lets its reader be counted, and a reader is there: Global Privacy Control, Do Not Track."""
    asked_not_to = "1" in (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
    return not asked_not_to and not PROGRAM.search(request.headers.get("User-Agent", ""))
