"""任意の保存 on the case page: place a hold with a reason, look at it again, release it or a flag."""

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed, holding
from tracker.i18n.typed import Unreadable, day as read_day
from tracker.models import Notice, Role
from tracker.now import now
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, plain_text, single_line
from tracker.web.staff import bp
from tracker.web.staff.case import act

PLACING = {
    "ground": "ground",
    "reason": "keep_reason",
    "items": "keep_items",
    "classes": "classes",
    "review_on": "review_on",
    "logs_from": "logs_from",
    "logs_until": "logs_until",
}


@bp.post("/cases/<number>/holds")
@allowed(Role.REVIEWER)
def place_hold(number: str) -> ResponseReturnValue:
    """Keep logs of posts or accounts for longer than the standard period."""
    at, by = now(), current_staff().id
    form: dict[str, Any] = {name: single_line(request.form.get(name)) for name in ("ground", *DAYS)} | {
        "keep_reason": plain_text(request.form.get("reason")),
        "keep_items": request.form.getlist("item"),
        "keep_accounts": request.form.getlist("account"),
        "classes": request.form.getlist("classes"),
        "placing": True,
    }

    def record(session: Session, notice: Notice) -> None:
        wish = holding.Wish(
            ground=form["ground"],
            reason=form["keep_reason"],
            classes=frozenset(form["classes"]),
            review_on=_day(form, "review_on"),
            items=frozenset(identities(form["keep_items"])),
            accounts=frozenset(form["keep_accounts"]),
            logs_from=_day(form, "logs_from"),
            logs_until=_day(form, "logs_until"),
        )
        holding.place(session, notice, wish, by=by, at=at)

    return act(number, record, tab="holds", named="keep_reason", form=form, fields=PLACING)


@bp.post("/cases/<number>/holds/review")
@allowed(Role.REVIEWER)
def review_hold(number: str) -> ResponseReturnValue:
    """Whether a hold is still needed: kept until another day, or released."""
    at, by = now(), current_staff().id
    ids = identities(request.form.getlist("hold"))
    first = str(ids[0]) if ids else ""
    form = {
        "hold": first,
        "answer": single_line(request.form.get("answer")),
        "why": plain_text(request.form.get("why")),
        "again_on": single_line(request.form.get("again_on")),
    }

    def record(session: Session, notice: Notice) -> None:
        if form["answer"] == "release":
            holding.release(session, notice, ids, reason=form["why"], by=by, at=at)
        elif form["answer"] == "keep" and ids:
            day = _day(form, "again_on", about="review_on")
            holding.review(session, notice, ids[0], reason=form["why"], review_on=day, by=by, at=at)
        else:
            raise NotAllowed(_("残し続けるか、解くかを選んでください。"), about="answer")

    fields = {"answer": f"answer-{first}", "why": f"why-{first}", "review_on": f"again_on-{first}"}
    return act(number, record, tab="holds", named=f"answer-{first}", form=form, fields=fields)


DAYS = ("review_on", "logs_from", "logs_until")


def _day(form: dict[str, Any], name: str, about: str = "") -> date | None:
    """The day typed; None where nothing was. Raises NotAllowed, about its field, for what is no day."""
    if not form[name]:
        return None
    try:
        return read_day(form[name])
    except Unreadable as error:
        raise NotAllowed(str(error), about=about or name) from error
