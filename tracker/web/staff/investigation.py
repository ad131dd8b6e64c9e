"""調査 and what is put right on a case: who has it, what stood there, which urgency is so, addresses, receipt time."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import NotAllowed, decisions, investigation, receipts, replies
from tracker.law.grounds import Circumstance
from tracker.models import Notice, Role, Sender
from tracker.now import now
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import mail_address, plain_text
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, act, case_page, japanese_moment


@bp.post("/cases/<number>/investigation")
@allowed(Role.REVIEWER)
def begin(number: str) -> ResponseReturnValue:
    """The investigation begins (法23条)."""
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        investigation.begin(session, notice, by=by, at=at)

    return act(number, record, tab="decide", named="investigation", form={})


@bp.post("/cases/<number>/assignment")
@allowed(Role.REVIEWER)
def assign(number: str) -> ResponseReturnValue:
    """Give the case to somebody, or to nobody."""
    at, by, form = now(), current_staff().id, _typed("to")

    def record(session: Session, notice: Notice) -> None:
        try:
            to = UUID(form["to"]) if form["to"] else None
        except ValueError as error:
            raise NotAllowed(_("担当者を一覧から選んでください。")) from error
        investigation.assign(session, notice, to, by=by, at=at)

    return act(number, record, tab="procedure", named="to", form=form)


@bp.post("/cases/<number>/snapshot")
@allowed(Role.REVIEWER)
def snapshot(number: str) -> ResponseReturnValue:
    """What stood at an item's place at receipt."""
    at, by, form = now(), current_staff().id, _typed("no", "text")

    def record(session: Session, notice: Notice) -> None:
        item = next((i for i in decisions.items_of(session, notice) if str(i.no) == form["no"].strip()), None)
        if item is None:
            raise NotAllowed(_("その番号の項目はありません。"))
        investigation.snapshot(session, item, form["text"], by=by, at=at)

    return act(number, record, tab="origin", named="text", form=form)


@bp.post("/cases/<number>/circumstance")
@allowed(Role.REVIEWER)
def confirm(number: str) -> ResponseReturnValue:
    """An urgent circumstance was seen to be so, and how."""
    at, by, form = now(), current_staff().id, _typed("circumstance", "how")

    def record(session: Session, notice: Notice) -> None:
        which = next((c for c in Circumstance if c.value == form["circumstance"]), None)
        if which is None:
            raise NotAllowed(_("申出者が選んだ事情から選んでください。"))
        investigation.confirm(session, notice, which, form["how"], by=by, at=at)

    return act(number, record, tab="procedure", named="how", form=form)


@bp.post("/cases/<number>/sender")
@allowed(Role.REVIEWER)
def sender_address(number: str) -> ResponseReturnValue:
    """The e-mail address of a sender account: its next letter goes by mail."""
    at, by, form = now(), current_staff().id, _typed("sender", "email")

    def record(session: Session, notice: Notice) -> None:
        senders = session.exec(select(Sender).where(Sender.case_id == notice.case_id))
        found = next((s for s in senders if str(s.id) == form["sender"]), None)
        if found is None:
            raise NotAllowed(_("この事案の発信者ではありません。"))
        replies.set_sender_email(session, found, address(form["email"], optional=True), by=by, at=at)

    return act(number, record, tab="procedure", named=f"email-{form['sender']}", form=form)


@bp.post("/cases/<number>/claimant")
@allowed(Role.REVIEWER)
def claimant_address(number: str) -> ResponseReturnValue:
    """Another e-mail address of the claimant, as they told it: letters that did not arrive can go there."""
    at, by, form = now(), current_staff().id, _typed("claimant_email")

    def record(session: Session, notice: Notice) -> None:
        receipts.change_email(session, notice, address(form["claimant_email"]), by=by, at=at)

    return act(number, record, tab="procedure", named="claimant_email", form=form)


@bp.post("/cases/<number>/receipt")
@allowed(Role.REVIEWER)
def correct_receipt(number: str) -> ResponseReturnValue:
    """A mistyped receipt time of a fax, letter or call is put right: its clocks are counted anew."""
    at, by, form = now(), current_staff().id, _typed("received_at", "correction_reason")
    moment = japanese_moment(form["received_at"])
    if moment is None:
        errors = {"received_at": _("正しい受付の日時を入力してください。")}
        return case_page(number, Trial(tab="procedure", errors=errors, form=form), 422)

    def record(session: Session, notice: Notice) -> None:
        receipts.correct_receipt(session, notice, moment, reason=form["correction_reason"], by=by, at=at)

    named = "received_at" if form["correction_reason"].strip() else "correction_reason"
    return act(number, record, tab="procedure", named=named, form=form)


def address(text: str, *, optional: bool = False) -> str:
    """An e-mail address that a mail can be sent to. Raises NotAllowed for one that cannot be."""
    if optional and not text.strip():
        return ""
    try:
        return mail_address(text)
    except ValueError as error:
        raise NotAllowed(str(error)) from error


def _typed(*names: str) -> dict[str, Any]:
    return {name: plain_text(request.form.get(name)) for name in names}
