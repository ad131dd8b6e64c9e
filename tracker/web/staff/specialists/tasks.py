"""専門員の調査: a case is given to a specialist, and what they said of it is put on file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, specialists
from tracker.models import Notice, Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text, single_line
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, of

ANSWERS = {"none": False, "some": True}  # 利害関係


@bp.post("/cases/<number>/specialist")
@allowed(Role.REVIEWER)
def give_to_specialist(number: str) -> ResponseReturnValue:
    """Have a specialist investigate some items (法25条2項2号)."""
    at, by = now(), current_staff().id
    form: dict[str, Any] = {
        "specialist": single_line(request.form.get("specialist")),
        "conflict": single_line(request.form.get("conflict")),
        "conflict_note": plain_text(request.form.get("conflict_note")),
        "given": request.form.getlist("given"),
    }

    def record(session: Session, notice: Notice) -> None:
        specialists.assign(
            session,
            notice,
            _id(form["specialist"]),
            _items(session, notice, form["given"]),
            conflict=ANSWERS.get(form["conflict"]),
            note=form["conflict_note"],
            by=by,
            at=at,
        )

    return _act(number, record, form, tab="procedure", anchor="expert")


@bp.post("/cases/<number>/opinion")
@allowed(Role.SPECIALIST)
def record_opinion(number: str) -> ResponseReturnValue:
    """What a specialist found: for the desk, and in no letter."""
    at, by = now(), current_staff().id
    form: dict[str, Any] = {
        "task": single_line(request.form.get("task")),
        "opinion": plain_text(request.form.get("opinion")),
        "opined": request.form.getlist("opined"),
    }

    def record(session: Session, notice: Notice) -> None:
        items = _items(session, notice, form["opined"])
        specialists.opine(session, notice, _id(form["task"]), items, form["opinion"], by=by, at=at)

    return _act(number, record, form, tab="decide", anchor="experts", mark=f"-{form['task']}")


def _act(
    number: str,
    verb: Callable[[Session, Notice], None],
    form: dict[str, Any],
    *,
    tab: str,
    anchor: str,
    mark: str = "",
) -> ResponseReturnValue:
    """Carry out one verb; a refusal comes back at the field it is about, which `mark` tells from its like."""
    try:
        with database().writing() as session:
            verb(session, of(session, number))
    except Conflict as no:
        banner = (_("先にほかの操作が記録されました"), str(no))
        return case_page(number, Trial(tab=tab, banner=banner, form=form), 409)
    except NotAllowed as no:
        return case_page(number, Trial(tab=tab, errors={f"{no.about}{mark}": str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab=tab, _anchor=anchor)


def _items(session: Session, notice: Notice, nos: list[str]) -> list[UUID]:
    return [item.id for item in decisions.items_of(session, notice) if str(item.no) in nos]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
