"""判断と実施: parse what was decided or done, call one verb, and give a refused text back."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, measures
from tracker.casework.decisions import Judgement
from tracker.law.grounds import Basis, MeasureKind
from tracker.models import Notice, Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.forms import LONGEST_TEXT
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, act, case_page, japanese_moment, of

CLAUSE = "clause:"


@bp.post("/cases/<number>/decision")
@allowed(Role.REVIEWER)
def decide(number: str) -> ResponseReturnValue:
    """Decide the ticked items, each named with the version that was on the page."""
    form = _typed()
    errors, judgement = _read(form)
    items = [pair for pair in map(_seen, form["items"]) if pair]
    if not items:
        errors = {"which": _("判断する項目を選んでください。")} | errors
    if errors or judgement is None:
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    try:
        with database().writing() as session:
            notice = of(session, number)
            known = {item.id for item in decisions.items_of(session, notice)}
            wanted = [(id, seen) for id, seen in items if id in known]
            if len(wanted) != len(items):
                raise NotAllowed(_("判断する項目を選んでください。"))
            decisions.decide(session, notice, wanted, judgement, by=current_staff().id, at=now())
    except Conflict as no:
        return case_page(number, Trial(tab="decide", banner=_first(str(no)), form=form), 409)
    except NotAllowed as no:
        return case_page(number, Trial(tab="decide", errors={_field(judgement, str(no)): str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")


@bp.post("/cases/<number>/execution")
@allowed(Role.REVIEWER)
def execute(number: str) -> ResponseReturnValue:
    """Record that ordered measures were carried out on the platform."""
    form = {
        "measures": request.form.getlist("measures"),
        "executed_at": request.form.get("executed_at", ""),
        "breach_reason": plain_text(request.form.get("breach_reason")),
    }
    ids = [id for id in map(_uuid, form["measures"]) if id]
    moment = japanese_moment(str(form["executed_at"]))
    errors = {}
    if not ids:
        errors["measures"] = _("実施した項目を選んでください。")
    if moment is None:
        errors["executed_at"] = _("実施した日時を入力してください。")
    if errors or moment is None:
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    at, by, done = now(), current_staff().id, moment

    def record(session: Session, notice: Notice) -> None:
        measures.execute(session, notice, ids, executed_at=done, by=by, at=at, breach_reason=str(form["breach_reason"]))

    return act(number, record, tab="decide", named="executed_at", form=form)


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in ("take", "kind", "basis")}
    typed |= {name: plain_text(request.form.get(name)) for name in ("facts", "reason")}  # they leave in letters
    return typed | {"items": request.form.getlist("item"), "ai_used": bool(request.form.get("ai_used"))}


def _read(form: dict[str, Any]) -> tuple[dict[str, str], Judgement | None]:
    """The judgement that was typed, or what is missing in it, by field."""
    errors: dict[str, str] = {}
    take = {"yes": True, "no": False}.get(form["take"])
    kind = next((k for k in MeasureKind if k.value == form["kind"]), None)
    clause = _uuid(form["basis"].removeprefix(CLAUSE)) if form["basis"].startswith(CLAUSE) else None
    basis = Basis.CLAUSE if clause else next((b for b in Basis if b.value == form["basis"]), None)
    if take is None:
        errors["take"] = _("措置を講ずるか、講じないかを選んでください。")
    if take and kind is None:
        errors["kind"] = _("措置の種類を選んでください。")
    if take and basis is None:
        errors["basis"] = _("措置の根拠を選んでください。")
    if take and basis and basis is not Basis.CLAUSE and not form["facts"].strip():
        errors["facts"] = _("この根拠を選んだ事実を書いてください。")
    elif len(form["facts"]) > LONGEST_TEXT:
        errors["facts"] = _too_long(form["facts"])
    if not form["reason"].strip():
        errors["reason"] = _("理由を書いてください。申出者と発信者に届く文です。")
    elif len(form["reason"]) > LONGEST_TEXT:
        errors["reason"] = _too_long(form["reason"])
    if errors or take is None:
        return errors, None
    return {}, Judgement(
        take=take,
        reason=form["reason"],
        kind=kind if take else None,
        basis=basis if take else None,
        clause_id=clause if take else None,
        facts=form["facts"] if take else "",
        ai_used=form["ai_used"],
    )


def _too_long(text: str) -> str:
    return str(_("%(most)s字までで書いてください。いま%(n)s字あります。", most=f"{LONGEST_TEXT:,}", n=f"{len(text):,}"))


def _first(message: str) -> tuple[str, str]:
    """The banner when somebody else was first: with a decision, or with something else that casework names."""
    if "先に判断" not in message:
        return _("先にほかの操作が記録されました"), message
    return _("判断がすでに記録されています"), _("新しい判断を項目の欄で確かめてください。入力した内容は残っています。")


def _field(judgement: Judgement, message: str) -> str:
    """The field that a refusal by casework is about."""
    return "basis" if judgement.take and "基準" in message else "which"


def _seen(value: str) -> tuple[UUID, int] | None:
    """An item and the version of its decision that was on the page, as the form names them."""
    id, _colon, version = value.partition(":")
    found = _uuid(id)
    return (found, int(version)) if found and version.isdecimal() and len(version) < 9 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
