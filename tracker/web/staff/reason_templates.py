"""ひな形: what reasons can start from, kept by leads; and how often reasons repeat each other."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, burden
from tracker.casework.reasons import share, templates
from tracker.casework.reasons.fields import fields
from tracker.casework.reasons.likeness import NEARLY
from tracker.casework.reasons.shipped import BY_KEY, SHIPPED
from tracker.casework.reasons.templates import Wording
from tracker.i18n import term, time_text
from tracker.law.grounds import Finding, Right
from tracker.law.period import japanese_day
from tracker.models import Case, ReasonTemplate, Role, Service, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identity, plain_text, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, of
from tracker.web.staff.decision import typed_decision
from tracker.web.staff.reasons import template_text, writing

LINES = ("title", "service", "take", "right", "finding", "clause", "seen")
FIELDS = ("title", "take", "right", "finding", "clause", "service", "text")  # in the order of the page
YEARS = 3  # 公表年度 that are shown


@bp.post("/cases/<number>/decision/template")
@allowed(Role.REVIEWER)
def use_template(number: str) -> ResponseReturnValue:
    """Put a template behind what is typed as the reason: a piece of the page, or the page. Records nothing."""
    form = typed_decision() | {"template": single_line(request.form.get("template"))}
    with database().reading() as session:
        notice = of(session, number)
        text = template_text(session, form["template"])
        form["reason"] = "\n\n".join(part for part in (form["reason"], text) if part)
        part = writing(session, notice, _service_of(session, notice.case_id), form, {})
    if request.headers.get("HX-Request"):
        answer: Response = make_response(render_template("staff/_reason.html", writing=part))
        answer.headers["HX-Trigger-After-Settle"] = "reason-filled"  # the letters beside it are drawn anew
        return answer
    return case_page(number, Trial(tab="decide", form=form))


@bp.get("/reason-templates")
@allowed(Role.REVIEWER)
def reason_templates() -> str:
    """Every template of the house and of the product, and the share of reasons that repeat an earlier one."""
    at = now()
    with database().reading() as session:
        services = _services(session)
        rows = [_row(row, services, {}) for row in templates.newest(session)]
        year = burden.year_of(japanese_day(at))
        shares: list[dict[str, Any]] = []
        for _n in range(YEARS):
            shares += [
                {
                    "year": year.first.year,
                    "service": s.name,
                    "share": share.alike_share(session, s.id, year.first, year.last),
                }
                for s in services.values()
            ]
            year = burden.year_of(year.first.replace(year=year.first.year - 1))
    return page(
        "staff/reason_templates.html",
        room="staff.reason_templates",
        used=[row for row in rows if not row["row"].retired],
        retired=[row for row in rows if row["row"].retired],
        shipped=[_shipped(one) for one in SHIPPED],
        shares=[one for one in shares if one["share"].sent],
        nearly=NEARLY,
        may_write=current_staff().may(Role.LEAD),
    )


@bp.get("/reason-templates/new")
@allowed(Role.LEAD)
def new_reason_template() -> str:
    """The form for a template, empty or from one of the product (?start=honor-take)."""
    one = BY_KEY.get(request.args.get("start", ""))
    form = {"take": "yes"}
    if one:
        form = _form_of(Wording(one.take, one.title, one.text, right=one.right, finding=one.finding))
    return _form_page(form, {})


@bp.post("/reason-templates/new")
@allowed(Role.LEAD)
def write_reason_template() -> ResponseReturnValue:
    """Keep a new template."""
    form = _typed()
    errors, wording = _read(form)
    if errors or wording is None:
        return _form_page(form, errors), 422
    try:
        with database().writing() as session:
            templates.write(session, wording, by=current_staff().id, at=now())
    except NotAllowed as no:
        return _form_page(form, {no.about: str(no)}), 422
    return see_other("staff.reason_templates", _anchor="ours")


@bp.get("/reason-templates/<uuid:template>")
@allowed(Role.REVIEWER)
def reason_template(template: UUID) -> str:
    """One template with its versions; for a lead also the form for the next one."""
    return _form_page(None, {}, template)


@bp.post("/reason-templates/<uuid:template>")
@allowed(Role.LEAD)
def rewrite_reason_template(template: UUID) -> ResponseReturnValue:
    """Keep the next version of a template; somebody else's newer one wins, and what was typed stays."""
    form = _typed()
    errors, wording = _read(form)
    if errors or wording is None:
        return _form_page(form, errors, template), 422
    try:
        with database().writing() as session:
            templates.rewrite(session, template, _seen(form), wording, by=current_staff().id, at=now())
    except Conflict as no:
        return _form_page(form, {}, template, banner=str(no)), 409
    except NotAllowed as no:
        return _form_page(form, {no.about: str(no)}, template), 422
    return see_other("staff.reason_template", template=template)


@bp.post("/reason-templates/<uuid:template>/retirement")
@allowed(Role.LEAD)
def retire_reason_template(template: UUID) -> ResponseReturnValue:
    """Offer a template no longer."""
    form = {"seen": single_line(request.form.get("seen"))}
    try:
        with database().writing() as session:
            templates.retire(session, template, _seen(form), by=current_staff().id, at=now())
    except NotAllowed as no:
        return _form_page(None, {}, template, banner=str(no)), 409
    return see_other("staff.reason_templates", _anchor="ours")


def _form_page(
    form: Mapping[str, str] | None, errors: Mapping[str, str], template: UUID | None = None, banner: str = ""
) -> str:
    """The form of a template as it was typed, or as its newest version says; with its versions where there are any."""
    with database().reading() as session:
        services = _services(session)
        rows = templates.versions(session, template) if template else []
        if template and not rows:
            abort(404)
        staff = {s.id: s.name for s in session.exec(select(Staff).where(col(Staff.id).in_({r.by for r in rows})))}
        shown = [_row(row, services, staff) for row in rows]
    newest = rows[0] if rows else None
    typed = form if form is not None else _form_of(templates.wording_of(rows[0])) | {"seen": str(rows[0].version)}
    return page(
        "staff/reason_template.html",
        room="staff.reason_templates",
        form=typed,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
        wrong=errors,
        banner=banner,
        newest=newest,
        seen=newest.version if newest and (form is None or banner) else typed.get("seen", ""),
        versions=shown,
        services=[("", _("すべてのサービス")), *((str(s.id), s.name) for s in services.values())],
        rights=[("", _("どの権利でも")), *((r.value, term(r).label) for r in Right)],
        findings=[("", _("選ばない")), *((f.value, term(f).label) for f in Finding)],
        may_write=current_staff().may(Role.LEAD),
        gaps=fields(typed.get("text", "")),
    )


def _typed() -> dict[str, str]:
    typed = {name: single_line(request.form.get(name)) for name in LINES}
    return typed | {"text": plain_text(request.form.get("text"))}


def _read(form: Mapping[str, str]) -> tuple[dict[str, str], Wording | None]:
    """The wording that was typed, or what is no answer to its question."""
    errors: dict[str, str] = {}
    right = next((r for r in Right if r.value == form["right"]), None)
    finding = next((f for f in Finding if f.value == form["finding"]), None)
    service = identity(form["service"])
    if form["take"] not in ("yes", "no"):
        errors["take"] = _("措置を講ずるときのひな形か、講じないときのひな形かを選んでください。")
    if form["right"] and right is None:
        errors["right"] = _("権利を一覧から選んでください。")
    if form["finding"] and finding is None:
        errors["finding"] = _("講じない理由の種類を一覧から選んでください。")
    if form["service"] and service is None:
        errors["service"] = _("サービスを一覧から選んでください。")
    wording = Wording(form["take"] == "yes", form["title"], form["text"], service, right, finding, form["clause"])
    with database().reading() as session:
        found = {fault.about: str(fault) for fault in templates.faults(session, wording)}
    errors = found | errors
    return ({name: errors[name] for name in FIELDS if name in errors}, None) if errors else ({}, wording)


def _form_of(wording: Wording) -> dict[str, str]:
    return {
        "title": wording.title,
        "text": wording.text,
        "service": str(wording.service_id or ""),
        "take": "yes" if wording.take else "no",
        "right": wording.right.value if wording.right else "",
        "finding": wording.finding.value if wording.finding else "",
        "clause": wording.clause,
    }


def _row(row: ReasonTemplate, services: Mapping[UUID, Service], staff: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "row": row,
        "service": services[row.service_id].name if row.service_id else _("すべてのサービス"),
        "for": _what_for(row.right, row.finding, row.take, row.clause),
        "gaps": fields(row.text),
        "when": time_text(row.at),
        "by": staff.get(row.by, ""),
    }


def _shipped(one: Any) -> dict[str, Any]:
    return {"one": one, "for": _what_for(one.right, one.finding, one.take, ""), "gaps": fields(one.text)}


def _what_for(right: Right | None, finding: Finding | None, take: bool, clause: str) -> list[str]:
    """What a template is for, in tags."""
    tags = [_("講ずる") if take else _("講じない"), term(right).label if right else _("どの権利でも")]
    if finding:
        tags.append(term(finding).label)
    return [*tags, clause] if clause else tags


def _services(session: Session) -> dict[UUID, Service]:
    return {s.id: s for s in session.exec(select(Service).order_by(col(Service.name)))}


def _service_of(session: Session, case_id: UUID) -> UUID:
    return session.get_one(Case, case_id).service_id


def _seen(form: Mapping[str, str]) -> int:
    """The version that was on the page; 0, which is none, for anything else."""
    return int(form["seen"]) if form["seen"].isdecimal() and len(form["seen"]) < 7 else 0
