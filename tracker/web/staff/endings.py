"""取下げ、通知しない正当な理由、発信者に通知しない理由、基準の変更: what ends a duty without its letter."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed, criteria, decisions, endings, journal
from tracker.law.grounds import Excuse, SenderExemption
from tracker.models import Case, Notice, Role
from tracker.now import now
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identity, plain_text
from tracker.web.staff import bp
from tracker.web.staff.case import act


@bp.post("/cases/<number>/withdrawal")
@allowed(Role.REVIEWER)
def withdraw(number: str) -> ResponseReturnValue:
    """The claimant withdrew the notice, and how they said so."""
    form = {"withdrawal": request.form.get("withdrawal", ""), "sure": request.form.get("sure", "")}
    at, by = now(), journal.staff(current_staff().id)

    def record(session: Session, notice: Notice) -> None:
        if not form["withdrawal"].strip():
            raise NotAllowed(_("申出者がいつ、どのように取り下げたかを書いてください。"))
        sure(form)
        endings.withdraw(session, notice, actor=by, at=at, remark=form["withdrawal"])

    return act(number, record, tab="procedure", named="withdrawal", form=form, mark="withdrawal")


@bp.post("/cases/<number>/criteria-change")
@allowed(Role.LEAD)
def criteria_changed(number: str) -> ResponseReturnValue:
    """A version of the criteria answers the emergency measure of this case (法26条3項)."""
    form = {"version": request.form.get("version", "")}
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        service = session.get_one(Case, notice.case_id).service_id
        found = next((v for v in criteria.versions(session, service) if str(v.version) == form["version"]), None)
        if found is None:
            raise NotAllowed(_("基準の版を選んでください。"))
        criteria.changed(session, notice, found, by=by, at=at)

    return act(number, record, tab="procedure", named="version", form=form)


@bp.post("/cases/<number>/excuse")
@allowed(Role.LEAD)
def excuse(number: str) -> ResponseReturnValue:
    """No notice is given, for a just reason (法25条1項ただし書)."""
    form = {name: request.form.get(name, "") for name in ("excuse", "excuse_text", "excuse_late", "sure")}
    at, by = now(), current_staff().id
    ground = next((e for e in Excuse if e.value == form["excuse"]), None)

    def record(session: Session, notice: Notice) -> None:
        if ground is None:
            raise NotAllowed(_("どの理由にあたるかを選んでください。"))
        sure(form)
        endings.excuse(session, notice, ground, form["excuse_text"], by=by, at=at, late_reason=form["excuse_late"])

    named, fields = "excuse_text" if ground else "excuse", {"late": "excuse_late"}
    return act(number, record, tab="procedure", named=named, form=form, mark="excuse", fields=fields)


@bp.post("/cases/<number>/letters/sender/<uuid:sender_id>/exemption")
@allowed(Role.LEAD)
def exempt_sender(number: str, sender_id: UUID) -> ResponseReturnValue:
    """A sender account is not told of the measures against it (法27条各号)."""
    form = {
        "sender": str(sender_id),
        "exemption": request.form.get("exemption", ""),
        "exemption_text": plain_text(request.form.get("exemption_text")),
        "before": request.form.get("before", ""),
        "elsewhere": request.form.get("elsewhere", ""),
        "sure": request.form.get("sure", ""),
    }
    at, by = now(), current_staff().id
    ground = next((e for e in SenderExemption if e.value == form["exemption"]), None)

    def record(session: Session, notice: Notice) -> None:
        if ground is None:
            raise NotAllowed(_("どの理由にあたるかを選んでください。"))
        items = decisions.items_of(session, notice)
        mine = [i.id for i in items if i.sender_id == sender_id]
        executed = list({m.item_id for m in decisions.executed_measures(session, mine)})
        sure(form)
        endings.exempt_sender(
            session,
            notice,
            executed,
            ground,
            form["exemption_text"],
            by=by,
            at=at,
            before=identity(form["before"]),
            elsewhere=bool(form["elsewhere"]),
        )

    named, fields = "exemption_text" if ground else "exemption", {"before": f"before-{sender_id}"}
    mark = str(sender_id)
    return act(number, record, tab="letters", named=f"{named}-{mark}", form=form, mark=mark, fields=fields)


def sure(form: dict[str, str]) -> None:
    """What cannot be taken back is asked for: without the tick it is not done."""
    if not form["sure"]:
        raise NotAllowed(
            _("元に戻せない操作です。確かめて、印を付けてください。書いた内容は残っています。"), about="sure"
        )
