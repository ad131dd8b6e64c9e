"""Pages behind number and secret: what they share, how a form on them answers, and how often one may try."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from flask import Response, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, RateLimitItemPerHour
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, receipts
from tracker.i18n import time_text
from tracker.law import N_
from tracker.models import Notice, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.errors import answer
from tracker.web.public import bp
from tracker.web.public.pages import notice_in, page, service_in

# How often a secret may be guessed. It has 84 bits (14 syllables of 6, tracker/keys.py): at 200 guesses an hour,
# 1.8 million a year, one guess in 10^19 is right, so no limit has to be tight to keep a page shut. What is counted
# against a number alone shuts out its claimant, too, and posters learn the number: a stranger reaches the 10 of one
# network only for that network, and the 200 only from many. The address in the mail is never counted by number.
WRONG_AN_HOUR = "60 per hour"  # wrong secrets from one network: a whole office may sit behind it
WRONG_A_NUMBER = "10 per 15 minutes"  # of one number from one network
ASKED_A_NUMBER = "200 per hour"  # of one number from everywhere: wrong secrets, and lost ones
FORMS_TAKEN = RateLimitItemPerHour(40)  # of one notice

# What the status page says after a form was taken, and in which part: there the reader is led.
DONE: dict[str, tuple[str, str]] = {
    "message": ("talk", N_("送りました。担当者が読みます。")),
    "answer": ("talk", N_("答えを送りました。")),
    "evidence": ("talk", N_("証拠を受け取りました。")),
    "authority": ("talk", N_("立場を示す書類を受け取りました。")),
    "reconsideration": ("talk", N_("再検討の依頼を受け取りました。")),
    "gone": ("items", N_("もう見えないことを記録しました。")),
    "withdrawal": ("top", N_("取下げを記録しました。")),
    "address": ("top", N_("お知らせの送り先を変えました。")),
    "moved": ("moved", N_("お知らせの送り先を変えました。")),  # and the secret is new
}


def network() -> str:
    """Where somebody asks from: an address, of IPv6 the /64 that one household or one rented machine has to itself."""
    address = get_remote_address()
    try:
        one = IPv6Address(address)
    except ValueError:  # IPv4, or no address at all
        return address
    return str(one.ipv4_mapped or IPv6Network((one, 64), strict=False))


guesses = Limiter(network, storage_uri="memory://", strategy="moving-window", key_prefix="secret")


@bp.record_once
def _count_guesses(state: Any) -> None:
    guesses.init_app(state.app)


@dataclass(frozen=True)
class Own:
    """A notice as its claimant reached it."""

    service: Service
    notice: Notice
    secret: str

    def address(self, endpoint: str, **more: Any) -> str:
        """An address of this notice's pages."""
        return url_for(endpoint, slug=self.service.slug, number=self.notice.number, secret=self.secret, **more)


def own(slug: str, number: str, secret: str) -> Own:
    """The notice of a secret address, or 404."""
    with database().reading() as session:
        return own_in(session, slug, number, secret)


def own_in(session: Session, slug: str, number: str, secret: str) -> Own:
    """The same, where more is read."""
    service = service_in(session, slug)
    notice = notice_in(session, service, number, secret)
    return Own(service, notice, receipts.status_secret(session, notice))


def own_page(template: str, mine: Own, **words: Any) -> str:
    """A page about one notice. Call it with no session open."""
    shared = {
        "notice": mine.notice,
        "secret": mine.secret,
        "mine": mine,
        "back": mine.address("public.status"),
        "wait_until": g.get("wait_until", ""),
    }
    return page(template, mine.service, **(shared | words))


def act(
    mine: Own,
    verb: Callable[[Session, Notice], object],
    show: Callable[[str, int], ResponseReturnValue],
    *,
    done: str = "",
    leads: str = "public.status",
    anchor: str | None = None,
    tries: RateLimitItem | None = None,
) -> ResponseReturnValue:
    """Carry out one verb in one transaction, and lead back to the status page, which says that it is `done`, or on.

    A refusal is shown by `show` with its sentence, 422, or 409 where somebody else was first. `tries` says how often
    one may be refused. Whoever sends too often gets the same page with everything kept, no sentence, and 429: the
    page itself says when to try again.
    """
    counted = {"forms": FORMS_TAKEN} | ({request.endpoint or "": tries} if tries else {})
    for scope, limit in counted.items():
        if not guesses.limiter.test(limit, scope, number_asked()):
            return _later(limit, scope, show)
    try:
        with database().writing() as session:
            notice = session.get_one(Notice, mine.notice.id)
            verb(session, notice)
            mine = replace(mine, secret=receipts.status_secret(session, notice))  # it may be new
    except Conflict as no:
        return show(str(no), 409)
    except NotAllowed as no:
        if tries:
            guesses.limiter.hit(tries, request.endpoint or "", number_asked())
        return show(str(no), 422)
    guesses.limiter.hit(FORMS_TAKEN, "forms", number_asked())
    return redirect(mine.address(leads, done=done or None, _anchor=anchor), 303)


def _later(limit: RateLimitItem, scope: str, show: Callable[[str, int], ResponseReturnValue]) -> Response:
    again = datetime.fromtimestamp(guesses.limiter.get_window_stats(limit, scope, number_asked()).reset_time, UTC)
    g.wait_until = time_text(again, seconds=False)
    return not_before(again, show("", 429))


def not_before(again: datetime, shown: ResponseReturnValue) -> Response:
    """A page that says when to try again, and says so to programs, too."""
    response = make_response(shown)
    response.headers["Retry-After"] = str(max(1, round((again - now()).total_seconds())))
    return response


def too_often(limit: RequestLimit) -> Response:
    """When one may try again. Nothing is looked up: what was typed is shown to copy, and no secret is confirmed."""
    again = datetime.fromtimestamp(limit.reset_at, UTC)
    return not_before(again, answer(429, again=again))


def number_asked() -> str:
    """The number of a form or an address, as little as tells numbers apart: it counts tries, and opens nothing.

    However a number may be written to be found, it is counted as one.
    """
    typed = receipts.bare_number(str((request.view_args or {}).get("number", "") or request.form.get("number", "")))
    return re.sub(r"(?<=\D\d{4})0+", "", typed)[:40] or "none"  # an empty key would not be counted


def number_asked_here() -> str:
    """The number, as asked from one network: what is used up there is not used up elsewhere."""
    return f"{number_asked()} {network()}"


# A view that opens a notice by its secret; wrong ones count, whichever page they were tried at.
secret_tries = guesses.shared_limit(
    WRONG_AN_HOUR, scope="secret", deduct_when=lambda response: response.status_code == 404, on_breach=too_often
)
