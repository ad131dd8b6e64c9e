"""取消し: record that measures were taken back on the platform."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed, reversals
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.forms import LONGEST_TEXT
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identity, plain_text
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, japanese_moment, of


@bp.post("/cases/<number>/reversal")
@allowed(Role.LEAD)
def reverse(number: str) -> ResponseReturnValue:
    """Record that executed measures were taken back."""
    form: dict[str, Any] = {
        "reversed": request.form.getlist("reversed"),
        "reversed_at": request.form.get("reversed_at", ""),
        "reversal_reason": plain_text(request.form.get("reversal_reason")),
        "sure": request.form.get("sure", ""),
    }
    ids = [id for id in map(identity, form["reversed"]) if id]
    moment = japanese_moment(form["reversed_at"])
    errors = {}
    if not ids:
        errors["reversed"] = _("取り消した措置を選んでください。")
    if moment is None:
        errors["reversed_at"] = _("取り消した日時を入力してください。")
    if not form["reversal_reason"].strip():
        errors["reversal_reason"] = _("取り消した理由を書いてください。発信者に届く文です。")
    elif (n := len(form["reversal_reason"])) > LONGEST_TEXT:
        errors["reversal_reason"] = _(
            "%(most)s字までで書いてください。いま%(n)s字あります。", most=f"{LONGEST_TEXT:,}", n=f"{n:,}"
        )
    if not form["sure"]:
        errors["sure-reversal"] = _("元に戻したことを確かめて、印を付けてください。書いた内容は残っています。")
    if errors or moment is None:
        return case_page(number, Trial(tab="decide", errors=errors, form=form), 422)
    try:
        with database().writing() as session:
            notice = of(session, number)
            reversals.reverse(
                session, notice, ids, form["reversal_reason"], reversed_at=moment, by=current_staff().id, at=now()
            )
    except Conflict as no:
        banner = (_("先にほかの操作が記録されました"), str(no))
        return case_page(number, Trial(tab="decide", banner=banner, form=form), 409)
    except NotAllowed as no:
        return case_page(number, Trial(tab="decide", errors={no.about or "reversed": str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab="decide", _anchor="work")
