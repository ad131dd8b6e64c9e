"""専門員の登録簿: who stands in it, and the forms by which a lead enters, changes and ends an entry."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, specialists
from tracker.casework.specialists import Listed, Words
from tracker.i18n.typed import Unreadable, day as read_day
from tracker.law.period import japanese_day
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

LINES, TEXTS = ("name", "born", "affiliation", "staff", "day", "seen"), ("expertise", "reason")
ROOM = "staff.specialists"


@bp.get("/specialists", endpoint="specialists")
@allowed(Role.REVIEWER)
def specialist_registers() -> str:
    """The register of every service: how many there are, how many are needed, what is still to be filed."""
    return list_page({}, {})[0]


@bp.get("/specialists/<slug>/new")
@allowed(Role.LEAD)
def new_specialist(slug: str) -> ResponseReturnValue:
    """The form for somebody who was appointed."""
    return _entry_page(slug, None, {"day": japanese_day(now()).isoformat()}, {})


@bp.post("/specialists/<slug>/new")
@allowed(Role.LEAD)
def appoint_specialist(slug: str) -> ResponseReturnValue:
    """Enter somebody who was appointed (法24条1項)."""
    at, by, form = now(), current_staff().id, _typed()
    words, day, staff, errors = _read(form, at)
    if errors or day is None:
        return _entry_page(slug, None, form, errors), 422
    try:
        with database().writing() as session:
            specialists.appoint(session, service_of(session, slug), words, staff, day=day, by=by, at=at)
    except NotAllowed as no:
        return _entry_page(slug, None, form, {no.about or "name": str(no)}), 422
    return see_other(ROOM, _anchor=f"s-{slug}")


@bp.get("/specialists/<slug>/<uuid:person>")
@allowed(Role.LEAD)
def specialist(slug: str, person: UUID) -> ResponseReturnValue:
    """One entry, and the forms to change and to end it."""
    one = _listed(slug, person)
    words = one.words
    form = {
        "name": words.name if words else "",
        "born": words.born if words else "",
        "affiliation": words.affiliation if words else "",
        "expertise": words.expertise if words else "",
        "reason": words.reason if words else "",
        "staff": str(one.entry.staff_id or ""),
        "day": japanese_day(now()).isoformat(),
    }
    return _entry_page(slug, one, form, {})


@bp.post("/specialists/<slug>/<uuid:person>")
@allowed(Role.LEAD)
def change_specialist(slug: str, person: UUID) -> ResponseReturnValue:
    """Enter what is different about somebody, which is filed as well (法24条3項後段)."""
    at, by, form = now(), current_staff().id, _typed()
    words, day, staff, errors = _read(form, at)
    if errors or day is None:
        return _entry_page(slug, _listed(slug, person), form, errors), 422
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            specialists.change(session, service, seen_of(form), words, staff, day=day, by=by, at=at)
    except Conflict as no:
        return _entry_page(slug, _listed(slug, person), form, {}, banner=str(no)), 409
    except NotAllowed as no:
        return _entry_page(slug, _listed(slug, person), form, {no.about or "name": str(no)}), 422
    return see_other(ROOM, _anchor=f"s-{slug}")


@bp.post("/specialists/<slug>/<uuid:person>/leave")
@allowed(Role.LEAD)
def dismiss_specialist(slug: str, person: UUID) -> ResponseReturnValue:
    """Somebody ceased to be a specialist."""
    at, by = now(), current_staff().id
    form = {name: single_line(request.form.get(name)) for name in ("seen", "left_on", "sure")}
    day, wrong = read_date(form["left_on"])
    errors = {"left_on": wrong} if wrong else {}
    if not form["sure"]:
        errors["sure"] = _("退任したことを確かめて、印を付けてください。")
    if errors or day is None:
        return _leave_page(slug, person, form, errors), 422
    try:
        with database().writing() as session:
            specialists.leave(session, service_of(session, slug), seen_of(form), day=day, by=by, at=at)
    except Conflict as no:
        return _leave_page(slug, person, form, {}, banner=str(no)), 409
    except NotAllowed as no:
        return _leave_page(slug, person, form, {"left_on": str(no)}), 422
    return see_other(ROOM, _anchor=f"s-{slug}")


def list_page(form: dict[str, str], errors: dict[str, str], status: int = 200) -> tuple[str, int]:
    """The page of all registers, with what somebody typed into a form of it put back."""
    at = now()
    with database().reading() as session:
        rosters = specialists.roster(session, at=at)
        lacks = {lack.service.id: lack for lack in specialists.lacking(session, at=at)}
    body = page(
        "staff/specialists.html",
        room=ROOM,
        rosters=rosters,
        lack_of=lacks,
        needed=specialists.NEEDED,
        may_write=current_staff().may(Role.LEAD),
        today_text=japanese_day(at).isoformat(),
        form=form,
        wrong=errors,
        errors=[(f"f-{name}-{form.get('slug', '')}", text) for name, text in errors.items()],
    )
    return body, status


def service_of(session: Session, slug: str) -> Service:
    """The service of an address, or 404."""
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)


def seen_of(form: dict[str, str]) -> UUID:
    """The entry that was on the page. Raises NotAllowed for what is none."""
    try:
        return UUID(form["seen"])
    except ValueError as error:
        raise NotAllowed(_("登録が読み取れません。画面を開き直してください。")) from error


def read_date(text: str) -> tuple[date | None, str]:
    """A day as it was typed, or why it cannot be read."""
    try:
        return read_day(text), ""
    except Unreadable as no:
        return None, str(no) if text else _("日付を入力してください。")


def _typed() -> dict[str, str]:
    lines = {name: single_line(request.form.get(name)) for name in LINES}
    return lines | {name: plain_text(request.form.get(name)) for name in TEXTS}


def _read(form: dict[str, str], at: datetime) -> tuple[Words, date | None, UUID | None, dict[str, str]]:
    """What the form says: the words, the day, the member of staff; and what is wrong with it, by field."""
    born, _why = read_date(form["born"])
    words = Words(
        name=form["name"],
        born=born.isoformat() if born else "",
        affiliation=form["affiliation"],
        reason=form["reason"],
        expertise=form["expertise"],
    )
    errors = {name: _(sentence) for name, sentence in specialists.missing(words, at).items()}
    day, wrong = read_date(form["day"])
    if wrong:
        errors["day"] = wrong
    try:
        staff = UUID(form["staff"]) if form["staff"] else None
    except ValueError:
        staff, errors["staff"] = None, _("担当者を一覧から選んでください。")
    return words, day, staff, errors


def _listed(slug: str, person: UUID) -> Listed:
    with database().reading() as session:
        found = specialists.roster_of(session, service_of(session, slug), at=now())
    rows = [*found.standing, *found.left]
    return next((one for one in rows if one.entry.person == person), None) or abort(404)


def _leave_page(slug: str, person: UUID, form: dict[str, str], errors: dict[str, str], banner: str = "") -> str:
    one = _listed(slug, person)
    words = one.words
    kept = {name: getattr(words, name) for name in Words.__dataclass_fields__} if words else {}
    kept |= {"staff": str(one.entry.staff_id or ""), "day": japanese_day(now()).isoformat()}
    return _entry_page(slug, one, kept | form, errors, banner=banner)


def _entry_page(
    slug: str, one: Listed | None, form: dict[str, Any], errors: dict[str, str], *, banner: str = ""
) -> str:
    with database().reading() as session:
        service = service_of(session, slug)
        people = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name))).all()
    experts = [s for s in people if s.role is Role.SPECIALIST]
    others = [s for s in people if s.role is not Role.SPECIALIST]
    return page(
        "staff/specialists_entry.html",
        room=ROOM,
        service=service,
        one=one,
        form=form,
        banner_text=banner,
        staff_options=[("", _("結び付けない")), *((str(s.id), s.name) for s in [*experts, *others])],
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )
