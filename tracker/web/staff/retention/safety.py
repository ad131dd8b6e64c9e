"""安全管理措置の点検: the checklist of a service, and who looked at which measure when."""

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import NotAllowed, safety
from tracker.casework.safety import Finding
from tracker.law.safety import MEASURES
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.retention.room import ROOM, service_of

DONE, LACKING = "done", "lacking"


@bp.get("/retention/<slug>/safety")
@allowed(Role.REVIEWER)
def safety_of(slug: str) -> str:
    """Every measure with its last check, and the form for the next one."""
    return _page(slug, {}, {}, {})


@bp.post("/retention/<slug>/safety")
@allowed(Role.LEAD)
def check_safety(slug: str) -> ResponseReturnValue:
    """Record what was found; a measure for which nothing was chosen was not looked at."""
    chosen = {key: request.form.get(f"found-{key}", "") for key in MEASURES}
    notes = {key: plain_text(request.form.get(f"note-{key}")) for key in MEASURES}
    found = {key: Finding(one == DONE, notes[key]) for key, one in chosen.items() if one in (DONE, LACKING)}
    errors = {key: str(wrong) for key, one in found.items() if (wrong := safety.problem(one))}
    errors |= {
        key: _("書いたことを残すには、点検の結果を選んでください。")
        for key, note in notes.items()
        if note and key not in found
    }
    if errors:
        return _page(slug, chosen, notes, errors), 422
    at, by = now(), current_staff().id
    try:
        with database().writing() as session:
            safety.check(session, service_of(session, slug), found, by=by, at=at)
    except NotAllowed as no:
        return _page(slug, chosen, notes, {no.about or "measures": str(no)}), 422
    flash(_("点検を記録しました。"))
    return see_other("staff.safety_of", slug=slug)


def _page(slug: str, chosen: dict[str, str], notes: dict[str, str], errors: dict[str, str]) -> str:
    with database().reading() as session:
        service = service_of(session, slug)
        checked = safety.checks(session, service.id)
    newest = [one[0].check for one in checked.values() if one]
    return page(
        "staff/retention/safety.html",
        room=ROOM,
        service=service,
        measures=list(MEASURES.values()),
        checked=checked,
        n_done=sum(one.done for one in newest),
        n_lacking=sum(not one.done for one in newest),
        n_open=len(MEASURES) - len(newest),
        chosen=chosen,
        notes=notes,
        wrong=errors,
        errors=[(f"f-{key}" if key in MEASURES else "measures", text) for key, text in errors.items()],
        may_check=current_staff().may(Role.LEAD),
    )
