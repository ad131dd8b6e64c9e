"""自己評価 (規則18条6項・7項): seven points and their criteria on one page, each with what the records say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed
from tracker.i18n import counted
from tracker.models import ReportEntry, Role, Service, Staff
from tracker.now import now
from tracker.report import entries
from tracker.report.build import build
from tracker.report.years import Year
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import version_seen
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.report import beside
from tracker.web.staff.report.room import ROOM, found_year
from tracker.web.staff.report.said import POINTS, warned

CRITERIA = "18-7"


@dataclass(frozen=True)
class Text:
    """One text of the page: its field, what stands, what was typed, what was written the year before."""

    field: str
    label: str
    words: str
    seen: int
    standing: ReportEntry | None
    who: str
    before: str
    doubts: list[str]


@dataclass(frozen=True)
class Typed:
    """What came in the form: texts by field, the versions that were seen, what was wrong."""

    words: Mapping[str, str]
    wrong: Mapping[str, str]
    conflict: bool = False


class _Refused(Exception):
    """Something was refused: nothing of the form is kept."""


@bp.get("/report/<slug>/<int:year>/assessment")
@allowed(Role.REVIEWER)
def report_assessment(slug: str, year: int) -> str:
    """The page."""
    return _page(slug, year)


@bp.post("/report/<slug>/<int:year>/assessment")
@allowed(Role.LEAD)
def write_assessment(slug: str, year: int) -> ResponseReturnValue:
    """Write every text that differs from what stands; one that is refused keeps all of them back."""
    form, at, by = request.form, now(), current_staff().id
    with database().reading() as session:
        found_year(session, slug, year)
    wrong: dict[str, str] = {}
    conflict, written = False, 0
    try:
        with database().writing() as session:
            service, which = found_year(session, slug, year)
            stands = entries.standing(session, service, year)
            for code, part in _keys():
                field = _field(code, part)
                row = stands.get((code, part))
                words = form.get(field)
                if words is None or _same(words, row.words if row else ""):
                    continue
                try:
                    _enter(session, service, which, code, part, words, form.get(f"seen-{field}", ""), by, at)
                    written += 1
                except NotAllowed as no:
                    wrong[field] = str(no)
                    conflict = conflict or isinstance(no, Conflict)
            if wrong:
                raise _Refused
    except _Refused:
        return _page(slug, year, Typed(form, wrong, conflict)), 409 if conflict else 422
    flash(counted("%(n)s件の文章を書き込みました。", written) if written else _("変わったところはありませんでした。"))
    return see_other("staff.report_assessment", slug=slug, year=year)


def _enter(
    session: Session, service: Service, year: Year, code: str, part: str, words: str, seen: str, by: UUID, at: datetime
) -> None:
    no = version_seen(seen)
    entries.enter(session, service, year.year, code, part=part, words=words, seen=no, by=by, at=at)


def _same(typed: str, stands: str) -> bool:
    return typed.replace("\r\n", "\n").strip() == stands


def _keys() -> list[tuple[str, str]]:
    points = [key for point in POINTS for key in ((CRITERIA, point), (f"18-6-{point}", ""))]
    return [*points, (CRITERIA, entries.CHANGE)]


def _field(code: str, part: str) -> str:
    return f"criterion-{part}" if code == CRITERIA else f"result-{code.rpartition('-')[2]}"


def _page(slug: str, year: int, typed: Typed | None = None) -> str:
    wrong = typed.wrong if typed else {}
    with database().reading() as session:
        service, which = found_year(session, slug, year)
        report = build(session, service, which, at=now())
        texts = {(code, part): _text(session, service, which, code, part, typed) for code, part in _keys()}
        facts = beside.facts(session, service, which, report)
        changed = entries.changed_criteria(session, service, year)
    return page(
        "staff/report/assessment.html",
        room=ROOM,
        service=service,
        year=which,
        points=[
            (no, _(label), texts[CRITERIA, no], texts[f"18-6-{no}", ""], facts[no]) for no, label in POINTS.items()
        ],
        change=texts[CRITERIA, entries.CHANGE],
        changed=changed,
        links={
            "1": (_("申出の負担を開く"), url_for("staff.burden_meter", period=f"fy{year}", service=slug)),
            "5": (_("基準を開く"), url_for("staff.criteria")),
        },
        lacking=sum(not one.standing for key, one in texts.items() if key[1] != entries.CHANGE),
        conflict=bool(typed and typed.conflict),
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
        may_enter=current_staff().may(Role.LEAD),
    )


def _text(session: Session, service: Service, year: Year, code: str, part: str, typed: Typed | None) -> Text:
    versions = entries.history(session, service, year.year, code, part)
    row = versions[0] if versions and versions[0].words else None
    field = _field(code, part)
    before = entries.copied(session, service, year.year).get((code, part), "")
    words = typed.words.get(field, "") if typed else row.words if row else ""
    if not words and not typed and request.args.get("copy") == field:
        words = before
    return Text(
        field,
        str(_("評価の基準") if code == CRITERIA else _("評価の結果")),
        words,
        versions[0].version if versions else 0,
        row,
        session.get_one(Staff, row.by).name if row else "",
        "" if words else before,
        list(warned(row.words)) if row else [],
    )
