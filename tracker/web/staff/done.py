"""What was carried out before it was decided here, under a clause that could not carry it: the truth, as a breach."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from tracker.casework import NotAllowed
from tracker.web.reading import plain_text
from tracker.web.staff.case import japanese_moment

FIELDS = ("done_basis", "done_at", "done_sure")


def typed_done() -> dict[str, Any]:
    """This part of the decision form as it was typed; sent by its own button, its clause is the ground."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
    typed |= {"done_reason": plain_text(request.form.get("done_reason")), "done": request.form.get("do") == "done"}
    return typed | ({"basis": typed["done_basis"], "take": "yes"} if typed["done"] else {})


def read_done(form: dict[str, Any], known: dict[str, str]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """When it was carried out and why it could be; None where the button was another. What is missing, by field.

    `known` is what is missing in the decision itself.
    """
    if not form["done"]:
        return None, known
    moment = japanese_moment(form["done_at"])
    errors = {name: text for name, text in known.items() if name != "basis"}  # the ground is the clause below
    if not form["done_basis"]:
        errors["done_basis"] = _("根拠にした条項を選んでください。")
    if moment is None:
        errors["done_at"] = _("実施した日時を入力してください。")
    if not form["done_reason"]:
        errors["done_reason"] = _("使えない条項を根拠に実施した理由を書いてください。")
    if not form["done_sure"]:
        errors["done_sure"] = _("違反として記録することを確かめて、印を付けてください。理由は残っています。")
    return {"executed_at": moment, "breach_reason": form["done_reason"]}, errors


def refused_done(no: NotAllowed, form: dict[str, Any]) -> dict[str, str]:
    """The field that a refusal by casework belongs to."""
    if no.about in ("reason", "facts"):
        return {no.about: str(no)}
    return {"done_basis" if no.about == "criteria" else "done_at": str(no)}
