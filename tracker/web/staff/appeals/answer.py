"""The letter that tells a sender what became of their appeal: previewed exactly, and sent as it was previewed."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed
from tracker.casework.appeals import deciding
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.appeals.one import appeal_page, found
from tracker.web.staff.appeals.typed import Typed
from tracker.web.staff.case.letters import CHANNELS


@bp.get("/appeals/<uuid:appeal_id>/answer")
@allowed(Role.REVIEWER)
def appeal_answer(appeal_id: UUID) -> ResponseReturnValue:
    """The answer as it will go."""
    return _preview(appeal_id)


@bp.post("/appeals/<uuid:appeal_id>/answer")
@allowed(Role.REVIEWER)
def send_appeal_answer(appeal_id: UUID) -> ResponseReturnValue:
    """Send the answer that was previewed, or make it ready to be handed over."""
    at, me = now(), current_staff()
    try:
        with database().writing() as session:
            _row, notice = found(session, appeal_id)
            seen = request.form.get("digest", "")
            if deciding.send_answer(session, notice, appeal_id, seen, by=me.id, at=at) is None:
                raise Conflict(_("この通知は、すでに送信待ちか、送信済みです。"))
    except Conflict as no:
        return _preview(appeal_id, str(no), 409)
    except NotAllowed as no:
        return _preview(appeal_id, str(no), 422)
    return see_other("staff.appeal", appeal_id=appeal_id, _anchor="answer")


def _preview(id: UUID, refused: str = "", status: int = 200) -> ResponseReturnValue:
    with database().reading() as session:
        row, notice = found(session, id)
        draft = deciding.answer_draft(session, notice, row) if row.decided_at else None
    if draft is None:
        return appeal_page(id, Typed(errors={"form": _("この不服申立ては、まだ判断されていません。")})), 409
    return page(
        "staff/appeals/answer.html",
        room="staff.appeal_list",
        number=notice.number,
        draft=draft,
        channel=_(CHANNELS[draft.channel]),
        refused=refused,
        action=url_for("staff.send_appeal_answer", appeal_id=id),
        back=url_for("staff.appeal", appeal_id=id),
    ), status
