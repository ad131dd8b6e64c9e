"""判断と実施: parse what was decided or done, call one verb, and give a refused text back."""

import re
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed, decisions, measures, preview
from tracker.casework.decisions import Judgement
from tracker.law.grounds import Basis, Finding, MeasureKind
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.forms import LONGEST_TEXT
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identity, plain_text
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, japanese_moment, of
from tracker.web.staff.done import read_done, refused_done, typed_done
from tracker.web.staff.reasons import beside

CLAUSE = "clause:"


@bp.post("/cases/<number>/decision")
@allowed(Role.REVIEWER)
def decide(number: str) -> ResponseReturnValue:
    """Decide the ticked items, each named with the version that was on the page."""
    form = typed_decision() | typed_done()
    errors, judgement = _read(form)
    done, errors = read_done(form, errors)
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
            who: dict[str, Any] = {"by": current_staff().id, "at": now()}
            if done:
                measures.decide_done(session, notice, wanted, judgement, **done, **who)
            else:
                decisions.decide(session, notice, wanted, judgement, **who)
    except Conflict as no:
        return case_page(number, Trial(tab="decide", banner=_first(no), form=form), 409)
    except NotAllowed as no:
        errors = refused_done(no, form) if done else {_field(judgement, no): str(no)}
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")


@bp.post("/cases/<number>/decision/preview")
@allowed(Role.REVIEWER)
def preview_decision(number: str) -> ResponseReturnValue:
    """What would leave if the decision were recorded as typed: a piece of the page, or the page. Records nothing.

    The buttons that pick many items come here too.
    """
    form = typed_decision()
    if request.form.get("pick"):  # all, or none: what was typed stays
        return case_page(number, Trial(tab="decide", form=form | {"items": []}))
    found = _preview(number, form)
    if request.headers.get("HX-Request"):
        return render_template("staff/_preview.html", preview=found)
    return case_page(number, Trial(tab="decide", form=form, preview=found))


@bp.post("/cases/<number>/execution")
@allowed(Role.REVIEWER)
def execute(number: str) -> ResponseReturnValue:
    """Record that ordered measures were carried out on the platform."""
    form = {
        "measures": request.form.getlist("measures"),
        "executed_at": request.form.get("executed_at", ""),
        "breach_reason": plain_text(request.form.get("breach_reason")),
        "sure": request.form.get("sure", ""),
    }
    ids = [id for id in map(identity, form["measures"]) if id]
    moment = japanese_moment(str(form["executed_at"]))
    errors = {}
    if not ids:
        errors["measures"] = _("実施した項目を選んでください。")
    if moment is None:
        errors["executed_at"] = _("実施した日時を入力してください。")
    if errors or moment is None:
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    reason = str(form["breach_reason"])
    try:
        with database().writing() as session:
            measures.execute(
                session,
                of(session, number),
                ids,
                executed_at=moment,
                by=current_staff().id,
                at=now(),
                breach_reason=reason if form["sure"] else "",  # a breach is recorded only when that was asked for
            )
    except Conflict as no:
        banner = (_("先にほかの操作が記録されました"), str(no))
        return case_page(number, Trial(tab="decide", banner=banner, form=form), 409)
    except NotAllowed as no:
        errors = _refused(no, reason)
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")


def _refused(no: NotAllowed, reason: str) -> dict[str, str]:
    """The field that a refusal to record a measure belongs to; a breach needs its reason and a tick."""
    if no.about == "approval":
        return {"measures": str(no)}
    if no.about != "breach":
        return {"executed_at": str(no)}
    if not reason:
        return {"breach_reason": str(no)}
    return {"sure": _("違反として記録することを確かめて、印を付けてください。理由は残っています。")}


def _preview(number: str, form: dict[str, Any]) -> dict[str, Any]:
    """The letters that what is typed would lead to, and what its reason already says."""
    sketch = _sketch(form)
    chosen = [pair[0] for pair in map(_seen, form["items"]) if pair]
    with database().reading() as session:
        notice = of(session, number)
        items = [item for item in decisions.items_of(session, notice) if item.id in set(chosen)]
        found = preview.foretell(session, notice, chosen, sketch) if sketch else None
        judged = {
            "take": {"yes": True, "no": False}.get(form["take"]),
            "clause_id": _basis(form)[1],
            "finding": _finding(form),
        }
        said = beside(session, notice, form["reason"], items, judged, at=now())
    return {
        "said": said,
        "missing": "" if found else _missing(form, chosen),
        "found": found,
        "claimant": _pieces(found.claimant.body) if found else [],
        "sender": _pieces(found.sender.body) if found and found.sender else [],
    }


def _sketch(form: dict[str, Any]) -> Judgement | None:
    """The judgement as far as it is typed; None while it is open whether, or which, measure is taken."""
    take = {"yes": True, "no": False}.get(form["take"])
    kind = next((k for k in MeasureKind if k.value == form["kind"]), None)
    if take is None or (take and kind is None):
        return None
    basis, clause = _basis(form)
    return Judgement(
        take=take,
        reason=form["reason"],
        kind=kind,
        basis=basis,
        clause_id=clause,
        facts=form["facts"],
        finding=_finding(form),
    )


def _missing(form: dict[str, Any], chosen: list[UUID]) -> str:
    if not chosen:
        return str(_("項目を選ぶと、届く文がここに出ます。"))
    if form["take"] == "yes":
        return str(_("措置の種類を選ぶと、届く文がここに出ます。"))
    return str(_("講ずるか講じないかを選ぶと、届く文がここに出ます。"))


def _pieces(body: str) -> list[tuple[str, bool]]:
    """The text of a letter in pieces, with what is not known yet in words of its own, marked True."""
    gaps: dict[str, str] = {
        preview.moment_words(): _("実施を記録した日時"),
        preview.NO_REASON: _("理由がここに入ります"),
    }
    found = re.split("(" + "|".join(map(re.escape, gaps)) + ")", body)
    return [(gaps.get(piece, piece), piece in gaps) for piece in found if piece]


def typed_decision() -> dict[str, Any]:
    """The decision form as it was typed, whatever is missing in it."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in ("take", "kind", "basis", "finding")}
    typed |= {name: plain_text(request.form.get(name)) for name in ("facts", "reason")}  # they leave in letters
    return typed | {"items": request.form.getlist("item"), "ai_used": bool(request.form.get("ai_used"))}


def _read(form: dict[str, Any]) -> tuple[dict[str, str], Judgement | None]:
    """The judgement that was typed, or what is missing in it, by field."""
    errors: dict[str, str] = {}
    take = {"yes": True, "no": False}.get(form["take"])
    kind = next((k for k in MeasureKind if k.value == form["kind"]), None)
    basis, clause = _basis(form)
    if take is None:
        errors["take"] = _("措置を講ずるか、講じないかを選んでください。")
    if take is False and _finding(form) is None:
        errors["finding"] = _("講じないのはなぜかを、一覧から選んでください。")
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
        finding=None if take else _finding(form),
    )


def _finding(form: dict[str, Any]) -> Finding | None:
    """Why no measure is taken. Nothing is meant by saying nothing: the letter states it as what was found."""
    return next((f for f in Finding if f.value == form["finding"]), None)


def _basis(form: dict[str, Any]) -> tuple[Basis | None, UUID | None]:
    clause = identity(form["basis"].removeprefix(CLAUSE)) if form["basis"].startswith(CLAUSE) else None
    return (Basis.CLAUSE if clause else next((b for b in Basis if b.value == form["basis"]), None)), clause


def _too_long(text: str) -> str:
    return str(_("%(most)s字までで書いてください。いま%(n)s字あります。", most=f"{LONGEST_TEXT:,}", n=f"{len(text):,}"))


def _first(no: Conflict) -> tuple[str, str]:
    """The banner when somebody else was first: with a decision, or with something else that casework names."""
    if no.about != "decision":
        return _("先にほかの操作が記録されました"), str(no)
    return _("判断がすでに記録されています"), _("新しい判断を項目の欄で確かめてください。入力した内容は残っています。")


def _field(judgement: Judgement, no: NotAllowed) -> str:
    """The field that a refusal by casework is about."""
    if no.about in ("reason", "facts", "finding"):
        return no.about
    return "basis" if judgement.take and no.about == "criteria" else "which"


def _seen(value: str) -> tuple[UUID, int] | None:
    """An item and the version of its decision that was on the page, as the form names them."""
    id, _colon, version = value.partition(":")
    found = identity(id)
    return (found, int(version)) if found and version.isdecimal() and len(version) < 9 else None
