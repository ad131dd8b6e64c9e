"""発信者のページ: the link of a sender is made anew, or shut."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from tracker.casework.hearing import doors
from tracker.models import Case, DoorPurpose, Notice, Role
from tracker.now import now
from tracker.web.guards import allowed, current_staff
from tracker.web.staff import bp
from tracker.web.staff.case import act
from tracker.web.staff.endings import sure
from tracker.web.staff.senders.said import said


@bp.post("/cases/<number>/senders/<uuid:sender>/pages/<purpose>/renew")
@allowed(Role.REVIEWER)
def renew_sender_page(number: str, sender: UUID, purpose: str) -> ResponseReturnValue:
    """A new link; the one before opens nothing any more."""
    at, by, which = now(), current_staff().id, _purpose(purpose)
    form = {"act": "renew", "of": str(sender), "purpose": purpose, "sure": request.form.get("sure", "")}

    def record(session: Session, notice: Notice) -> None:
        sure(form)
        doors.renew(session, session.get_one(Case, notice.case_id), sender, which, by=by, at=at)

    return _act(number, record, form)


@bp.post("/cases/<number>/senders/<uuid:sender>/pages/<purpose>/close")
@allowed(Role.REVIEWER)
def close_sender_page(number: str, sender: UUID, purpose: str) -> ResponseReturnValue:
    """Shut the page before its link expires."""
    at, by, which = now(), current_staff().id, _purpose(purpose)
    form = {"act": "close", "of": str(sender), "purpose": purpose, "sure": request.form.get("sure", "")}

    def record(session: Session, notice: Notice) -> None:
        sure(form)
        doors.close(session, session.get_one(Case, notice.case_id), sender, which, by=by, at=at)

    return _act(number, record, form)


def _act(number: str, record: Callable[[Session, Notice], None], form: dict[str, str]) -> ResponseReturnValue:
    mark = f"{form['act']}-{form['purpose']}-{form['of']}"
    answer = act(
        number,
        record,
        tab="senders",
        named=f"sure-{mark}",
        form=form,
        mark=mark,
        anchor=f"sender-{form['of']}",
        shown={"of": form["of"]} | ({"link": form["purpose"]} if form["act"] == "renew" else {}),
    )
    return said(answer, form["of"], form["act"])


def _purpose(text: str) -> DoorPurpose:
    return next((one for one in DoorPurpose if one.value == text), None) or abort(404)
