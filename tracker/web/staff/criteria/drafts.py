"""The draft of the next version: write it, compare it with the version in use, publish it, throw it away."""

from dataclasses import replace
from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, criteria as published
from tracker.casework.criteria import Draft
from tracker.casework.criteria.clauses import in_order
from tracker.i18n import term
from tracker.law.calendars import Calendar
from tracker.law.grounds import MeasureKind, Origin
from tracker.law.period import japanese_day
from tracker.models import CriteriaDraft, CriteriaVersion, Role, Service, Staff
from tracker.now import now
from tracker.web.calculation import day_words
from tracker.web.criteria import checks, coverage, texts_of
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment
from tracker.web.staff.criteria.published import address, service_of
from tracker.web.staff.criteria.typed import Typed, checks_typed, rows, typed

ROOM = "staff.criteria"
NOBODY = Draft("", [])


@bp.get("/criteria/<slug>/draft")
@allowed(Role.REVIEWER)
def criteria_draft(slug: str) -> str:
    """The draft, or a new one that begins with the clauses of the newest version."""
    with database().reading() as session:
        service = service_of(session, slug)
        row = published.draft_of(session, service.id)
        newest = next(iter(published.versions(session, service.id)), None)
        start = Draft(newest.title, texts_of(session, newest), newest.url) if newest else NOBODY
    draft = published.drafted(row) if row else start
    return _form(slug, Typed(draft, row.version if row else 0, {}))


@bp.post("/criteria/<slug>/draft")
@allowed(Role.REVIEWER)
def save_draft(slug: str) -> ResponseReturnValue:
    """Save it over the draft that was on the page; somebody else's newer one wins, and what was typed is kept."""
    sent = typed()
    if sent.errors:
        return _form(slug, sent), 422
    by, at = current_staff().id, now()
    draft = replace(sent.draft, url=address(sent.draft.url) or "")
    try:
        with database().writing() as session:
            published.save(session, service_of(session, slug), draft, seen=sent.seen, by=by, at=at)
    except Conflict as no:
        return _form(slug, sent, refused=str(no)), 409
    if request.form.get("then") == "check":
        return see_other("staff.check_draft", slug=slug)
    return see_other("staff.criteria_draft", slug=slug, saved=1, _anchor="saved")


@bp.get("/criteria/<slug>/draft/publish")
@allowed(Role.REVIEWER)
def check_draft(slug: str) -> str:
    """What the draft changes, what was looked at, what is missing; a lead publishes it here."""
    return _check(slug, {}, {})


@bp.post("/criteria/<slug>/draft/publish")
@allowed(Role.LEAD)
def publish_draft(slug: str) -> ResponseReturnValue:
    """Publish it, now or as published at a true earlier moment; its 14 days are counted from there."""
    form = {name: request.form.get(name, "") for name in ("seen", "when", "published_at", "sure")}
    form["proof"] = plain_text(request.form.get("proof"))
    moment = japanese_moment(form["published_at"]) if form["when"] == "earlier" else None
    errors = {}
    if form["when"] not in ("now", "earlier"):
        errors["when"] = _("いつ公表したかを選んでください。")
    if form["when"] == "earlier" and moment is None:
        errors["published_at"] = _("公表した日時を入力してください。")
    if form["when"] == "earlier" and not form["proof"]:
        errors["proof"] = _("過去の公表の日時を記録するときは、その証拠（保存した頁の場所など）を書いてください。")
    if not form["sure"]:
        errors["sure"] = _("公表した版は書き換えられないことを確かめて、印を付けてください。")
    if errors:
        return _check(slug, form, errors), 422
    by, at = current_staff().id, now()
    seen = int(form["seen"]) if form["seen"].isdecimal() and len(form["seen"]) < 9 else 0
    try:
        with database().writing() as session:
            version = published.publish_draft(
                session, service_of(session, slug), seen=seen, by=by, at=at, published_at=moment, proof=form["proof"]
            )
            number = version.version
    except Conflict as no:
        return _check(slug, form, {}, refused=str(no)), 409
    except NotAllowed as no:
        named = no.about if no.about in ("published_at", "proof") else "when"
        return _check(slug, form, {named: str(no)}), 422
    return see_other("staff.criteria_version", slug=slug, number=number)


@bp.get("/criteria/<slug>/draft/delete")
@allowed(Role.REVIEWER)
def ask_to_delete_draft(slug: str) -> str:
    """The question before a draft is thrown away."""
    return _question(slug)


@bp.post("/criteria/<slug>/draft/delete")
@allowed(Role.REVIEWER)
def delete_draft(slug: str) -> ResponseReturnValue:
    """Throw the draft away that was on the page."""
    if not request.form.get("sure"):
        return _question(slug, error=_("削除することを確かめて、印を付けてください。")), 422
    seen = request.form.get("seen", "")
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            published.discard(session, service, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0)
    except Conflict as no:
        return _question(slug, refused=str(no)), 409
    return see_other("staff.criteria")


def _form(slug: str, sent: Typed, refused: str = "") -> str:
    """The form; after a conflict with what was typed against the newer draft, ready to be saved over it."""
    with database().reading() as session:
        service = service_of(session, slug)
        row = published.draft_of(session, service.id)
        saver = session.get_one(Staff, row.saved_by).name if row else ""
    theirs = published.drafted(row) if row else NOBODY
    notes = checks_typed() if sent.errors else {}
    marks = [one | {"note": notes.get(str(one["key"]), one["note"])} for one in checks(dict(sent.draft.checklist))]
    anchors = {"title": "f-title", "url": "f-url", "clauses": "f-clauses"}
    return page(
        "staff/criteria_draft.html",
        room=ROOM,
        service=service,
        draft=sent.draft,
        rows=rows(sent.draft),
        checks=marks,
        seen=(row.version if row else 0) if refused else sent.seen,
        row=row,
        saver=saver,
        refused=refused,
        theirs=published.differences(sent.draft.clauses, theirs.clauses) if refused and row else [],
        their_title=theirs.title if theirs.title != sent.draft.title else "",
        their_notes=theirs.checklist != sent.draft.checklist,
        wrong=sent.errors,
        lines=sent.lines if sent.errors.get("lines") else "",  # else they are rows by now
        errors=[(anchors.get(name, f"f-{name}"), text) for name, text in sent.errors.items()],
        origins=[(one.value, term(one).label) for one in Origin],
        measures=[(one.value, term(one).label) for one in MeasureKind],
        coverage=coverage,
        saved=bool(request.args.get("saved")),
        may_publish=current_staff().may(Role.LEAD),
    )


def _check(slug: str, form: dict[str, str], errors: dict[str, str], refused: str = "") -> str:
    at = now()
    today = japanese_day(at)
    with database().reading() as session:
        service = service_of(session, slug)
        row = published.draft_of(session, service.id)
        if row is None and not refused:
            abort(404)
        calendar: Calendar = session.info["calendar"]
        against, choices = _against(session, service, at)
        before = texts_of(session, against) if against else []
        usable = japanese_day(published.usable_after(session, at))
        saver = session.get_one(Staff, row.saved_by).name if row else ""
    draft = published.drafted(row) if row else NOBODY
    clauses = sorted(draft.clauses, key=lambda clause: in_order(clause.number))
    return page(
        "staff/criteria_check.html",
        room=ROOM,
        service=service,
        row=row,
        saver=saver,
        draft=draft,
        missing=_missing(draft),
        changes=published.differences(clauses, before),
        clauses=clauses,
        against=against,
        choices=choices,
        checks=checks(dict(draft.checklist)),
        coverage=coverage,
        today_text=day_words(today, calendar, beside=today),
        usable_text=day_words(usable, calendar, beside=today),
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
        refused=refused,
        may_publish=current_staff().may(Role.LEAD),
    )


def _question(slug: str, error: str = "", refused: str = "") -> str:
    with database().reading() as session:
        service = service_of(session, slug)
        row: CriteriaDraft | None = published.draft_of(session, service.id)
        saver = session.get_one(Staff, row.saved_by).name if row else ""
    if row is None and not refused:
        abort(404)
    return page(
        "staff/criteria_delete.html", room=ROOM, service=service, row=row, saver=saver, error=error, refused=refused
    )


def _against(
    session: Session, service: Service, at: datetime
) -> tuple[CriteriaVersion | None, list[tuple[CriteriaVersion, str]]]:
    """The version that a draft is compared with: the one in use, unless another is asked for; and which one may be."""
    known = published.versions(session, service.id)
    current = published.current(session, service.id, at)
    asked = request.args.get("against", "")
    chosen = next((v for v in known if str(v.version) == asked), None) or current or next(iter(known), None)
    offered = known[: known.index(current) + 1] if current else known
    return chosen, [(v, _("待機中") if v.usable_from > at else _("いま使っている")) for v in offered]


def _missing(draft: Draft) -> list[str]:
    """What a draft lacks before it can be published."""
    found = [] if draft.title else [_("基準の題がありません。")]
    if not draft.clauses:
        found.append(_("条項が1つもありません。"))
    for n, clause in enumerate(draft.clauses, 1):
        if not (clause.number and clause.title and clause.words):
            name = clause.number or clause.title or _("%(n)s番目の条項", n=n)
            found.append(_("「%(name)s」は、番号・題・本文がそろっていません。", name=name))
    return found
