"""The status page: what was done so far, as far as a letter has said it, and the letters to open."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RequestLimit

from tracker.casework import delivery, receipts
from tracker.i18n import time_text
from tracker.models import Notice, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.exchange import exchange
from tracker.web.public.own import (
    ASKED_A_NUMBER,
    DONE,
    WRONG_A_NUMBER,
    WRONG_AN_HOUR,
    Own,
    guesses,
    not_before,
    number_asked,
    number_asked_here,
    own,
    own_page,
    secret_tries,
)
from tracker.web.public.pages import notice_in, page, service_in, service_of
from tracker.web.public.progress import letter_of, progress
from tracker.web.public.receipt import promised
from tracker.web.reading import single_line


@bp.get("/s/<slug>/status", strict_slashes=False)
def status_form(slug: str) -> str:
    """Number and secret, for those who kept the receipt but not the address."""
    sent = request.args.get("sent") == "1"
    return page("public/status_form.html", service_of(slug), number="", secret="", problem="", sent=sent)


def form_kept(limit: RequestLimit) -> Response:
    """The same page with what was typed, and when to try again. Nothing is looked up: the answer confirms nothing."""
    service, again = service_of(str((request.view_args or {})["slug"])), datetime.fromtimestamp(limit.reset_at, UTC)
    number, secret, email = (single_line(request.form.get(name)) for name in ("number", "secret", "email"))
    lost = request.endpoint == "public.send_secret"
    words = {"lost_number": number, "lost_email": email} if lost else {"number": number, "secret": secret}
    words = {"number": "", "secret": "", "problem": "", "wait_until": time_text(again, seconds=False)} | words
    return not_before(again, (page("public/status_form.html", service, lost=lost, **words), 429))


@bp.post("/s/<slug>/status")
@guesses.shared_limit(
    WRONG_AN_HOUR, scope="secret", deduct_when=lambda response: response.status_code == 422, on_breach=form_kept
)
@guesses.limit(
    WRONG_A_NUMBER,
    key_func=number_asked_here,
    deduct_when=lambda response: response.status_code == 422,
    on_breach=form_kept,
)
@guesses.limit(
    ASKED_A_NUMBER,
    key_func=number_asked,
    deduct_when=lambda response: response.status_code == 422,
    on_breach=form_kept,
)
def find_status(slug: str) -> ResponseReturnValue:
    """To the status page; an unknown number and a wrong secret get the same sentence."""
    number, secret = single_line(request.form.get("number")), single_line(request.form.get("secret"))
    with database().reading() as session:
        service = service_in(session, slug)
        found = receipts.find_by_secret(session, service, number, secret)
        if found:
            return redirect(_address(service, found.number, receipts.status_secret(session, found)), 303)
    problem = _("この番号と合言葉の組み合わせでは見つかりません。受付票を見て、もう一度書いてください。")
    return page("public/status_form.html", service, number=number, secret=secret, problem=problem), 422


@bp.get("/s/<slug>/status/<number>/<secret>")
@secret_tries
def status(slug: str, number: str, secret: str) -> str:
    """Where the notice stands. Looking at it records nothing."""
    return status_page(own(slug, number, secret))


def status_page(mine: Own, *, text: str = "", wrong: dict[str, str] | None = None) -> str:
    """The status page; `text` is a message that came back with what is `wrong`."""
    at = now()
    with database().reading() as session:
        notice = session.get_one(Notice, mine.notice.id)
        words = promised(session, mine.service, notice)
        so_far = progress(session, notice, at=at)
        said = exchange(session, notice)
    part, done = DONE.get(request.args.get("done", ""), ("", ""))
    return own_page(
        "public/status.html",
        mine,
        so_far=so_far,
        said=said,
        done={part: _(done)} if done else {},
        text=text,
        wrong=wrong or {},
        **words,
    )


@bp.post("/s/<slug>/status/<number>/<secret>/letters/<uuid:letter_id>")
@secret_tries
def open_letter(slug: str, number: str, secret: str, letter_id: UUID) -> ResponseReturnValue:
    """Open a letter, and record that it was opened. Only a POST does: link scanners only GET."""
    at = now()
    with database().writing() as session:
        service = service_in(session, slug)
        notice = notice_in(session, service, number, secret)
        letter = letter_of(session, notice, letter_id) or abort(404)
        delivery.opened(session, letter.id, at=at)
    return redirect(
        url_for("public.read_letter", slug=slug, number=notice.number, secret=secret, letter_id=letter_id), 303
    )


@bp.get("/s/<slug>/status/<number>/<secret>/letters/<uuid:letter_id>")
@secret_tries
def read_letter(slug: str, number: str, secret: str, letter_id: UUID) -> ResponseReturnValue:
    """The text of a letter that was opened before; one that was not leads back to its button."""
    with database().reading() as session:
        service = service_in(session, slug)
        notice = notice_in(session, service, number, secret)
        letter = letter_of(session, notice, letter_id) or abort(404)
        current = receipts.status_secret(session, notice)
    if not letter.opened_at:
        return redirect(_address(service, notice.number, secret), 303)
    old = letter.way_in and current not in letter.body
    return page("public/letter.html", service, notice=notice, letter=letter, secret=secret, old=old)


def _address(service: Service, number: str, secret: str) -> str:
    return url_for("public.status", slug=service.slug, number=number, secret=secret)
