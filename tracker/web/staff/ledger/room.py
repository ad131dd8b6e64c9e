"""The ledger of every service, and of one: its months, its imports, and the form that takes a file in."""

import csv
import io
from typing import IO, Any

from flask import Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.law.ledger import FAMILIES, OUTCOMES, Family, Outcome
from tracker.models import Role, Service
from tracker.now import now
from tracker.report.ledger import codes, imports, store, totals
from tracker.report.ledger.faults import Trouble, explained
from tracker.report.ledger.reading import head_of
from tracker.report.ledger.rows import columns_of
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.ledger.said import Shown, Waits, shown

ROOM = "staff.ledger"
MONTHS = 13  # in sight: a year and the month that it began with
SHOWN = 50


@bp.get("/ledger", endpoint="ledger")
@allowed(Role.LEAD)
def ledger_room() -> str:
    """Every service: what came in last, what is still read, which codes nobody has mapped."""
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        last = [row for service in services for row in imports.imports_of(session, service, most=1)]
        newest = {one.row.service_id: one for one in shown(session, last, at=now())}
        rows = [
            {
                "service": service,
                "newest": newest.get(service.id),
                "unfinished": len(imports.unfinished(session, service)),
                "unmapped": unmapped(session, service),
            }
            for service in services
        ]
    return page("staff/ledger/room.html", room=ROOM, rows=rows)


@bp.get("/ledger/<slug>")
@allowed(Role.LEAD)
def ledger_of(slug: str) -> str:
    """One service: its months, its imports, and the form; its imports alone while they are read."""
    if request.headers.get("HX-Target") == "imports":
        with database().reading() as session:
            service = service_of(session, slug)
            words = _imports(session, service)
        return render_template("staff/ledger/_list.html", service=service, **words)
    return _one(slug, {"family": request.args.get("family", "")})


@bp.post("/ledger/<slug>")
@allowed(Role.LEAD)
def take_ledger_file(slug: str) -> ResponseReturnValue:
    """Keep a file; its rows are read after this answer, chunk by chunk."""
    family, file = request.form.get("family", ""), request.files.get("file")
    wrong = {}
    if family not in {one.value for one in Family}:
        wrong["family"] = _("記録の種類を選んでください。")
    if file is None or not file.filename:
        wrong["file"] = _("ファイルを選んでください。")
    with database().reading() as session:
        service_of(session, slug)
    if file and not wrong:
        wrong |= _head(Family(family), file.stream)
    if wrong or file is None:
        return _one(slug, {"family": family}, wrong), 422
    kept = None
    try:
        kept = store.adopt(settings(), file.stream)
        with database().writing() as session:
            imports.begin(
                session,
                service_of(session, slug),
                Family(family),
                single_line(file.filename),
                stored=kept.stored,
                size=kept.size,
                sha256=kept.sha256,
                actor=journal.staff(current_staff().id),
                at=now(),
            )
    except NotAllowed as no:
        if kept:
            store.drop(settings(), kept.stored)
        return _one(slug, {"family": family}, {no.about if no.about == "family" else "file": str(no)}), 422
    flash(_("ファイルを受け取りました。行を順に読み込みます。この画面を閉じても続きます。"))
    return see_other("staff.ledger_of", slug=slug)


@bp.get("/ledger/<slug>/template/<family>.csv")
@allowed(Role.LEAD)
def ledger_template(slug: str, family: str) -> Response:
    """An empty file of a family: the names of its columns."""
    rule = next((one for one in FAMILIES.values() if one.family.value == family), None) or abort(404)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([column.name for column in rule.columns])
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{family}.csv"'
    return answer


def unmapped(session: Session, service: Service) -> int:
    """How many codes of its rows the standing map of a service does not have."""
    standing = codes.standing(session, service)
    known = codes.lines(session, standing) if standing else {}
    return sum((one.vocabulary, one.code) not in known for one in codes.used(session, service))


def _head(family: Family, file: IO[bytes]) -> dict[str, str]:
    """What is wrong with the first row of a file, said at once: its rows would all be refused for it."""
    try:
        columns_of(family, head_of(file))
    except Trouble as trouble:
        return {"file": explained(trouble)}
    return {}


def _one(slug: str, form: dict[str, str], wrong: dict[str, str] | None = None) -> str:
    wrong = wrong or {}
    with database().reading() as session:
        service = service_of(session, slug)
        months = totals.months(session, service)
        listed = _imports(session, service)
        without = unmapped(session, service)
        draft = codes.draft(session, service)
        several = len(session.exec(select(Service.id)).all()) > 1
    words: dict[str, Any] = {
        "months": [(f"{one.month // 100}-{one.month % 100:02}", one) for one in months],
        "years": MONTHS,
        "sums": {family: sum(one.counts.get(family, 0) for one in months) for family in Family},
        "rules": list(FAMILIES.values()),
        "outcomes": {word.value: OUTCOMES[word] for word in Outcome},
    }
    return page(
        "staff/ledger/one.html",
        room=ROOM,
        service=service,
        several=several,
        unmapped=without,
        draft=draft,
        form=form,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
        may_manage=current_staff().may(Role.MANAGER),
        **listed,
        **words,
    )


def _imports(session: Session, service: Service) -> dict[str, Any]:
    """What the list of imports shows."""
    found: list[Shown] = shown(session, imports.imports_of(session, service, most=SHOWN), at=now())
    return {
        "here": url_for("staff.ledger_of", slug=service.slug),
        "imports": found,
        "running": any(one.running for one in found),
        "asleep": any(one.waits is Waits.ASLEEP for one in found),
    }
