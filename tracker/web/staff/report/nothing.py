"""That a kind of record has no row in a year: said by a person, for a file that never came looks the same."""

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.law.ledger import Family
from tracker.models import Role
from tracker.now import now
from tracker.report import entries
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.report.room import found_year


@bp.post("/report/<slug>/<int:year>/nothing")
@allowed(Role.LEAD)
def say_nothing(slug: str, year: int) -> ResponseReturnValue:
    """Say of each kind that was ticked that there was none; take it back of those that were not."""
    ticked = set(request.form.getlist("nothing"))
    with database().writing() as session:
        service, which = found_year(session, slug, year)
        stands = entries.standing(session, service, which.year)
        for family in Family:
            wanted = family.value in ticked
            if wanted == ((entries.NOTHING, family.value) in stands):
                continue
            versions = entries.history(session, service, year, entries.NOTHING, family.value)
            entries.enter(
                session,
                service,
                which.year,
                entries.NOTHING,
                part=family.value,
                number=1 if wanted else None,
                seen=versions[0].version if versions else 0,
                by=current_staff().id,
                at=now(),
            )
    flash(_("0件の種類を記録しました。"))
    return see_other("staff.report_draft", slug=slug, year=year)
