"""Pages behind number and secret: what they share, how a form on them answers, and how often one may try."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, receipts
from tracker.law import N_
from tracker.models import Notice, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.errors import answer
from tracker.web.public import bp
from tracker.web.public.pages import notice_in, page, service_in

WRONG_AN_HOUR = "60 per hour"  # wrong secrets from one network address: a whole office may sit behind it
WRONG_A_NUMBER = "10 per 15 minutes"  # of one number; the address in the mail opens the page all the same
FORMS_AN_HOUR = "40 per hour"  # taken for one notice

# What the status page says above everything else after a form was taken.
DONE: dict[str, str] = {
    "message": N_("送りました。担当者が読みます。"),
    "answer": N_("答えを送りました。"),
    "evidence": N_("証拠を受け取りました。"),
    "withdrawal": N_("取下げを記録しました。"),
    "gone": N_("もう見えないことを記録しました。"),
    "reconsideration": N_("再検討の依頼を受け取りました。"),
    "address": N_("お知らせの送り先を変えました。"),
}

guesses = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="secret")


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
    shared = {"notice": mine.notice, "secret": mine.secret, "mine": mine, "back": mine.address("public.status")}
    return page(template, mine.service, **(shared | words))


def act(
    mine: Own,
    verb: Callable[[Session, Notice], object],
    show: Callable[[str, int], ResponseReturnValue],
    *,
    done: str,
    anchor: str | None = None,
) -> ResponseReturnValue:
    """Carry out one verb in one transaction, and lead back to the status page, which says that it is `done`.

    A refusal is shown by `show` with its sentence, 422, or 409 where somebody else was first.
    """
    try:
        with database().writing() as session:
            verb(session, session.get_one(Notice, mine.notice.id))
    except Conflict as no:
        return show(str(no), 409)
    except NotAllowed as no:
        return show(str(no), 422)
    return redirect(mine.address("public.status", done=done, _anchor=anchor), 303)


def too_often(limit: RequestLimit) -> Response:
    """When one may try again."""
    again = datetime.fromtimestamp(limit.reset_at, UTC)
    response = make_response(answer(429, again=again))
    response.headers["Retry-After"] = str(max(1, round((again - now()).total_seconds())))
    return response


def number_asked() -> str:
    """The number of a form or an address, as little as tells numbers apart: it counts tries, and opens nothing."""
    typed = str((request.view_args or {}).get("number", "") or request.form.get("number", ""))
    return re.sub(r"[\W_]|(?<=\D)0+", "", typed).upper()[:40]


# A view that opens a notice by its secret; wrong ones count, whichever page they were tried at.
secret_tries = guesses.shared_limit(
    WRONG_AN_HOUR, scope="secret", deduct_when=lambda response: response.status_code == 404, on_breach=too_often
)
# A form of a claimant that was taken.
forms_taken = guesses.shared_limit(
    FORMS_AN_HOUR,
    scope="forms",
    key_func=number_asked,
    deduct_when=lambda response: response.status_code == 303,
    on_breach=too_often,
)
