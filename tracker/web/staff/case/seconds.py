"""A second person on the case page: what waits for one, what one denied; and the measures that may be reversed."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import approvals, reversals
from tracker.casework.folder import EventView, Folder, ItemView
from tracker.i18n import term
from tracker.law.facts import Fact
from tracker.models import Approval, Staff
from tracker.web.guards import current_staff
from tracker.web.staff.case.items import numbers


def panel(session: Session, found: Folder) -> list[dict[str, Any]]:
    """What a second person is asked for in this case, and what one denied and nobody has decided anew or taken back."""
    rows = approvals.of_case(session, found.case.id)
    open_or_denied = [row for row in rows if not row.approved]
    if not open_or_denied:
        return []
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    remarks = {e.event.data["said"].get("approval"): e.remark for e in found.events if e.remark}
    early = _early(found)
    words = []
    for row in open_or_denied:
        mine = {v.item.no: v for v in found.items if v.decision and str(v.decision.id) in row.decisions}
        done = [no for no, v in mine.items() if v.measure and v.measure.executed_at]
        again = [no for no in mine if no not in done and not mine[no].undone]
        if row.settled_at and not (done or again):
            continue
        words.append(
            {
                "row": row,
                "why": _(approvals.CAUSES[row.why]),
                "nos": numbers(mine),
                "many": len(mine),
                "asked_by": names.get(row.asked_by, ""),
                "denied_by": names.get(row.settled_by, "") if row.settled_by else "",
                "remark": remarks.get(str(row.id), ""),
                "done": numbers(done) if done else "",
                "early": [early[v.measure.id] for v in mine.values() if v.measure and v.measure.id in early][:1],
                "ordered": [v for v in mine.values() if v.measure and not v.measure.executed_at],
                "waiting": row.ahead and len(done) < len(mine),
                "again": numbers(again) if again else "",
                "reasons": _reasons(mine),
                "refused": _refused(session, row),
                "to_reverse": [v.measure.id for v in mine.values() if v.measure and v.measure.executed_at],
            }
        )
    return words


def to_reverse(panel: list[dict[str, Any]]) -> bool:
    """Whether something denied stands carried out, so that somebody has to see whether to take it back."""
    return any(one["row"].settled_at and one["done"] for one in panel)


def _early(found: Folder) -> dict[UUID, EventView]:
    """The measures that were carried out although nobody had approved them, and what was said of it."""
    return {
        UUID(id): view
        for view in found.events
        if view.event.fact is Fact.MEASURE_EXECUTED and view.event.data["said"].get("unapproved")
        for id in view.event.data["said"]["measures"]
    }


def _reasons(mine: dict[int, ItemView]) -> list[dict[str, str]]:
    """What is to be looked at: each reason with its basis and facts, and the items it was given for."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for no, view in mine.items():
        basis = view.decision.basis if view.decision else None
        groups.setdefault((view.reason, view.clause or (term(basis).label if basis else ""), view.facts), []).append(no)
    return [
        {"nos": numbers(nos), "reason": reason, "basis": basis, "facts": facts}
        for (reason, basis, facts), nos in groups.items()
    ]


def _refused(session: Session, row: Approval) -> str:
    """Why whoever looks may not settle it; empty when they may."""
    me = current_staff()
    if not approvals.may_settle(me.role):
        return str(_("主任以上の、判断に加わっていない人が確かめます。"))
    if me.id in approvals.took_part(session, row):
        return str(_("あなたはこの判断に加わっているため、承認できません。別の主任以上の人が確かめます。"))
    return ""


def undoing(session: Session, found: Folder) -> dict[str, Any]:
    """The measures that may be taken back, and the letters about those that were."""
    senders = reversals.sender_drafts(session, found.notice)
    nos = {v.item.id: v.item.no for v in found.items}
    accounts = {v.sender.id: v.sender.account for v in found.items if v.sender}
    return {
        "measures": [v for v in found.items if v.measure and v.measure.executed_at],
        "senders": [
            {
                "draft": d,
                "nos": numbers(nos[i] for i, _decision in d.covers),
                "account": accounts.get(d.sender_id, "") if d.sender_id else "",
            }
            for d in senders
        ],
        "claimant": reversals.claimant_draft(session, found.notice),
    }
