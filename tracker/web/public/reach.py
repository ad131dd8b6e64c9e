"""How a claimant is reached: a new address proved by a code, and the way back for who lost the secret."""

import time

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import RateLimitItemPerHour
from sqlmodel import Session, select

from tracker.casework import contact
from tracker.models import Claimant, Notice
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.own import (
    ASKED_A_NUMBER,
    Own,
    act,
    guesses,
    number_asked,
    number_asked_here,
    own,
    own_page,
    secret_tries,
)
from tracker.web.public.pages import page, service_of
from tracker.web.public.status import form_kept
from tracker.web.reading import mail_address, single_line

ASKED_FROM_HERE = "10 per hour"  # lost secrets from one network
ASKED_OF_NUMBER = "5 per hour"  # of one number from one network, whether the number exists or not
WRONG_CODES = RateLimitItemPerHour(10)  # of one notice
AT_LEAST = 0.5  # seconds that the answer takes, whether anything was found or not


@bp.post("/s/<slug>/status/lost")
@guesses.limit(ASKED_FROM_HERE, on_breach=form_kept)
@guesses.limit(ASKED_OF_NUMBER, key_func=number_asked_here, on_breach=form_kept)
@guesses.limit(
    ASKED_A_NUMBER,
    key_func=number_asked,
    deduct_when=lambda response: response.status_code != 429,  # who was stopped uses nothing up
    on_breach=form_kept,
)
def send_secret(slug: str) -> ResponseReturnValue:
    """Mail the address of the status page to who filed. The answer never says whether anything was found."""
    began = time.perf_counter()
    service, at = service_of(slug), now()
    number, typed = single_line(request.form.get("number")), single_line(request.form.get("email"))
    problem = {} if number else {"lost-number": _("受付番号を書いてください。")}
    try:
        email = mail_address(typed)
    except ValueError as error:
        problem["lost-email"] = str(error)
    if problem:
        words = {"lost_number": number, "lost_email": typed, "lost_problem": problem}
        return page("public/status_form.html", service, number="", secret="", problem="", **words), 422
    with database().writing() as session:
        contact.send_secret(session, service, number, email, at=at)
    time.sleep(max(0.0, AT_LEAST - (time.perf_counter() - began)))
    return redirect(url_for("public.status_form", slug=service.slug, sent=1), 303)


@bp.get("/s/<slug>/status/<number>/<secret>/address")
@secret_tries
def contact_address(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Where mail goes now, and a field for another address; while a code is awaited, a field for it."""
    return _address(own(slug, number, secret))


@bp.post("/s/<slug>/status/<number>/<secret>/address")
@secret_tries
def change_address(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Send a code to another address. Nothing changes until it comes back."""
    mine, at, typed = own(slug, number, secret), now(), single_line(request.form.get("email"))
    try:
        email = mail_address(typed)
    except ValueError as error:
        return _address(mine, {"email": str(error)}, email=typed), 422
    return act(
        mine,
        lambda session, notice: contact.ask_to_change(session, notice, email, at=at),
        lambda no, code: (_address(mine, {"email": no} if no else {}, email=typed), code),
        leads="public.contact_address",
        anchor="code",
    )


@bp.post("/s/<slug>/status/<number>/<secret>/address/code")
@secret_tries
def confirm_address(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """The code of the mail to the new address: from now on mail goes there."""
    mine, at, typed = own(slug, number, secret), now(), single_line(request.form.get("code"))
    with database().reading() as session:
        known = _on_file(session, mine.notice)
    return act(
        mine,
        lambda session, notice: contact.confirm_change(session, notice, typed, at=at),
        lambda no, code: (_address(mine, {"code": no} if no else {}, code=typed), code),
        done="moved" if known else "address",
        tries=WRONG_CODES,
    )


def _address(mine: Own, wrong: dict[str, str] | None = None, *, email: str = "", code: str = "") -> str:
    with database().reading() as session:
        notice = session.get_one(Notice, mine.notice.id)
        current, awaited = _on_file(session, notice), contact.asked_to_change(session, notice, at=now())
    return own_page(
        "public/address.html",
        mine,
        current=contact.mask(current),
        awaited=contact.mask(awaited),
        hours=contact.CODE_HOURS,
        email=email,
        code=code,
        wrong=wrong or {},
    )


def _on_file(session: Session, notice: Notice) -> str:
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    return open_text(session, notice.case_id, "claimant.email", claimant.id, claimant.email_sealed)
