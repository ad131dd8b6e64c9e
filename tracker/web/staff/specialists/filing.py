"""専門員の届出 (法24条3項): what 様式第五 asks, ready to copy, and that it was filed."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import NotAllowed, specialists
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.specialists.register import ROOM, list_page, read_date, service_of


@bp.get("/specialists/<slug>/form")
@allowed(Role.LEAD)
def specialist_form(slug: str) -> ResponseReturnValue:
    """What 規則15条2項 asks, as it stands today; printed on A4."""
    with database().reading() as session:
        roster = specialists.roster_of(session, service_of(session, slug), at=now())
    return page("staff/specialists_form.html", room=ROOM, roster=roster)


@bp.post("/specialists/<slug>/filed")
@allowed(Role.LEAD)
def file_specialists(slug: str) -> ResponseReturnValue:
    """It was filed with the minister."""
    at, by = now(), current_staff().id
    form = {name: single_line(request.form.get(name)) for name in ("filed_day", "reference")} | {"slug": slug}
    day, wrong = read_date(form["filed_day"])
    errors = {"filed_day": wrong} if wrong else {}
    if not form["reference"]:
        errors["reference"] = _("届出の控えや受付番号など、届け出たことが分かるものを書いてください。")
    if errors or day is None:
        return list_page(form, errors, 422)
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            specialists.file_entries(session, service, day=day, reference=form["reference"], by=by, at=at)
    except NotAllowed as no:
        named = no.about if no.about == "reference" else "filed_day"
        return list_page(form, {named: str(no)}, 422)
    return see_other(ROOM, _anchor=f"s-{slug}")
