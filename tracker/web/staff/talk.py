"""やりとり: staff write to the claimant, ask for what is missing, and say that they read what came."""

from contextlib import suppress
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from tracker.casework import afterwards, corrections, messages
from tracker.models import Notice, Role
from tracker.now import now
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.staff import bp
from tracker.web.staff.case import act


@bp.post("/cases/<number>/messages")
@allowed(Role.REVIEWER)
def send_message(number: str) -> ResponseReturnValue:
    """Write to the claimant; a mail that says nothing of it tells them to look."""
    form, at, by = {"words": plain_text(request.form.get("words"))}, now(), current_staff().id
    seen = _seen()

    def record(session: Session, notice: Notice) -> None:
        messages.send(session, notice, form["words"], seen=seen, by=by, at=at)

    return act(number, record, tab="talk", named="words", form=form)


@bp.post("/cases/<number>/messages/read")
@allowed(Role.REVIEWER)
def read_messages(number: str) -> ResponseReturnValue:
    """What the page showed of the claimant's words was read: they see so."""
    at, by, seen = now(), current_staff().id, _seen()

    def record(session: Session, notice: Notice) -> None:
        messages.read(session, notice, seen=seen, by=by, at=at)

    return act(number, record, tab="talk", named="words", form={})


@bp.post("/cases/<number>/requests")
@allowed(Role.REVIEWER)
def ask_for_correction(number: str) -> ResponseReturnValue:
    """Ask the claimant to complete the filing. The reply clock runs on."""
    form, at, by = {"wanted": plain_text(request.form.get("wanted"))}, now(), current_staff().id
    seen = _seen()

    def record(session: Session, notice: Notice) -> None:
        corrections.ask(session, notice, form["wanted"], seen=seen, by=by, at=at)

    return act(number, record, tab="talk", named="wanted", form=form)


@bp.post("/cases/<number>/requests/<uuid:asked>/drop")
@allowed(Role.REVIEWER)
def drop_correction(number: str, asked: UUID) -> ResponseReturnValue:
    """The answer is not needed any more."""
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        corrections.drop(session, notice, asked, by=by, at=at)

    return act(number, record, tab="talk", named="wanted", form={})


@bp.post("/cases/<number>/reconsiderations/<uuid:asked>/answer")
@allowed(Role.REVIEWER)
def answer_reconsideration(number: str, asked: UUID) -> ResponseReturnValue:
    """What came of looking again. A changed outcome goes out as a letter of its own."""
    name = f"again-{asked}"
    form, at, by = {name: plain_text(request.form.get(name))}, now(), current_staff().id
    seen = _seen()

    def record(session: Session, notice: Notice) -> None:
        afterwards.answer_again(session, notice, asked, form[name], seen=seen, by=by, at=at)

    return act(number, record, tab="talk", named=name, form=form)


def _seen() -> set[UUID]:
    """The unread messages that were on the page from which the form came."""
    found = set()
    for typed in request.form.getlist("seen"):
        with suppress(ValueError):
            found.add(UUID(typed))
    return found
