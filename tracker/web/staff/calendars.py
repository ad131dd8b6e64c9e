"""暦と法令の版: which holidays are taken as known, whose eyes saw an amendment, and taking the next calendar into use.

Nothing is stored before a person has seen every changed day: a proposal travels through the form, signed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, calendars as books, editions
from tracker.closed_days import YEARS
from tracker.i18n import day_text, dotted, listed
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.editions import EDITIONS, edition_on
from tracker.law.period import japanese_day
from tracker.models import Role, Staff
from tracker.now import now
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.proposals import Proposal, Wrong, as_shown, asked, bound, packed, proposed_by, unpacked

FIELDS = ("how", "what", "day", "name", "why")
SOON = 3  # holidays named ahead


@bp.get("/calendars")
@allowed(Role.MANAGER)
def calendars() -> str:
    """The calendar in use, every version before it, and the editions of the law."""
    return _book_page()


@bp.post("/calendars/compare")
@allowed(Role.ADMINISTRATOR)
def compare_calendar() -> ResponseReturnValue:
    """Show every day that a file, one correction or the software's own calendar would change. Stores nothing."""
    form = {name: single_line(request.form.get(name, "")) for name in FIELDS}
    in_use = database().calendar()
    try:
        proposal, source = asked(form)
        proposed = proposed_by(proposal, in_use)
    except Wrong as wrong:
        return _book_page(form, wrong.errors), 422
    except NotAllowed as no:
        return _book_page(form, {no.about or "how": str(no)}), 422
    if proposed.version == in_use.version:
        return _book_page(form, same=True)
    return _compare_page(proposal, {"source": source, "note": ""})


@bp.post("/calendars")
@allowed(Role.ADMINISTRATOR)
def accept_calendar() -> ResponseReturnValue:
    """Take a proposal into use that was looked at. What runs keeps its dates."""
    form = {name: single_line(request.form.get(name, "")) for name in ("source", "note", "sure")}
    proposal = unpacked(request.form.get("proposal", ""))
    if proposal is None:
        lost = _("確かめた変更を読み取れませんでした。ファイルか日付を、もう一度選んでください。")
        return _book_page(errors={"how": lost}), 422
    if not form["sure"]:
        missing = _("元に戻せない操作です。確かめて、印を付けてください。書いた内容は残っています。")
        return _compare_page(proposal, form, {"sure": missing}), 422
    at, by = now(), current_staff().id
    try:
        with database().writing() as session:
            proposed = as_shown(proposal, session.info["calendar"])
            books.accept(
                session, proposed, source=form["source"], note=form["note"], by=by, at=at, onto=proposal["onto"]
            )
    except Conflict as no:
        in_use = database().calendar()
        if proposed_by(proposal, in_use).version == in_use.version:
            return _book_page(errors={"how": str(no)}), 409
        return _compare_page(proposal, form, {"sure": str(no)}), 409
    except NotAllowed as no:
        return _compare_page(proposal, form, {no.about or "source": str(no)}), 422
    return see_other("staff.calendars")


@bp.post("/calendars/editions/<key>")
@allowed(Role.ADMINISTRATOR)
def confirm_edition(key: str) -> ResponseReturnValue:
    """Somebody read the text of an edition, or takes back that they did."""
    if key not in {e.key for e in EDITIONS}:
        abort(404)
    form = {name: single_line(request.form.get(name, "")) for name in ("do", "source", "note", "reason")}
    at, by = now(), current_staff().id
    try:
        with database().writing() as session:
            if form["do"] == "withdraw":
                editions.withdraw(session, key, reason=form["reason"], by=by, at=at)
            else:
                editions.confirm(session, key, source=form["source"], note=form["note"], by=by, at=at)
    except NotAllowed as no:
        status = 409 if isinstance(no, Conflict) else 422
        return _book_page(form | {"edition": key}, {f"{no.about or 'edition'}-{key}": str(no)}), status
    return see_other("staff.calendars", _anchor="editions")


def _compare_page(proposal: Proposal, form: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    errors = errors or {}
    with database().reading() as session:
        in_use: Calendar = session.info["calendar"]
        proposed = proposed_by(proposal, in_use)
        changes = books.diff(in_use, proposed)
        over = books.running_over(session, [change.day for change in changes])
    return page(
        "staff/calendar_diff.html",
        room="staff.calendars",
        in_use=in_use,
        proposed=proposed,
        changes=_changes(in_use, proposed),
        over=over,
        years=proposal.get("years", ()),
        partly=proposal.get("partly", ()),
        proposal=packed(bound(proposal, in_use)),
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )


def _book_page(
    form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, *, same: bool = False
) -> str:
    today, errors = japanese_day(now()), errors or {}
    with database().reading() as session:
        in_use: Calendar = session.info["calendar"]
        shipped = books.not_offered_before(session)
        rows = _versions(session)
        laws = editions.seen(session)
        names = _names(session, rows, laws)
    closed = in_use.next_break(today)
    return page(
        "staff/calendars.html",
        room="staff.calendars",
        in_use=in_use,
        rows=rows,
        laws=laws,
        law_now=edition_on(today).key,
        names=names,
        shipped=books.diff(in_use, shipped) if shipped else [],
        closed=_run(closed, in_use, today),
        ahead_text=_ahead(in_use, today),
        first_year=YEARS[0],
        last_year=YEARS[-1],
        same=same,
        may_change=current_staff().may(Role.ADMINISTRATOR),
        form=form or {},
        wrong=errors,
        errors=[(_anchor(name), text) for name, text in errors.items()],
    )


def _anchor(name: str) -> str:
    """Where on the page something is wrong: at a field, or at a part of the page as a whole."""
    if name.startswith("edition-"):
        return "law-" + name.removeprefix("edition-")
    return "import" if name == "how" else f"f-{name}"


def _versions(session: Session) -> list[dict[str, Any]]:
    """Every version with what it changed against the one before, newest first."""
    found = books.versions(session)
    kept = [books.pinned(session, row.version) or Calendar({}) for row in found]
    before = [*kept[1:], None]
    return [
        {"version": row, "calendar": own, "changes": _changes(old, own) if old else None}
        for row, own, old in zip(found, kept, before, strict=True)
    ]


def _changes(old: Calendar, new: Calendar) -> list[dict[str, Any]]:
    """The days that differ, with what each calendar says of them: a Saturday is closed without a holiday too."""
    return [
        {
            "day": c.day,
            "kind": "gone" if c.after is None else "new" if c.before is None else "renamed",
            "before": _(old.closed(c.day) or N_("営業日")),
            "after": _(new.closed(c.day) or N_("営業日")),
        }
        for c in books.diff(old, new)
    ]


def _names(session: Session, rows: list[dict[str, Any]], laws: list[editions.Seen]) -> dict[UUID, str]:
    ids = {row["version"].accepted_by for row in rows} | {c.confirmed_by for law in laws for c in law.history}
    known = [id for id in ids if id]
    return {staff.id: staff.name for staff in session.exec(select(Staff).where(col(Staff.id).in_(known)))}


def _ahead(calendar: Calendar, today: date) -> str:
    """The next holidays by their names."""
    soon = [(day, name) for day, name in sorted(calendar.holidays.items()) if day >= today][:SOON]
    return listed([f"{day_text(day, year=day.year != today.year)} {_(name)}" for day, name in soon])


def _run(days: list[date], calendar: Calendar, today: date) -> str:
    """The next closed days in a row, and why they are closed."""
    first, last = (day_words(day, calendar, beside=today) for day in (days[0], days[-1]))
    why = dotted(dict.fromkeys(_(name) for name in map(calendar.closed, days) if name))
    if len(days) == 1:
        return str(_("%(day)s（%(why)s）", day=first, why=why))
    return str(_("%(first)sから%(last)sまでの%(n)s日間（%(why)s）", first=first, last=last, n=len(days), why=why))
