"""承認の求め: when the office wants a second person, and when an asking is over without an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import journal
from tracker.law import N_
from tracker.law.consequences import DISCHARGES
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, MeasureKind
from tracker.models import Approval, ApprovalCause, Case, Decision, Event
from tracker.settings import Office

CAUSES: dict[ApprovalCause, str] = {
    ApprovalCause.SUSPENSION: N_("アカウントの利用を止める"),
    ApprovalCause.REFUSALS: N_("多くの項目を講じないとする"),
    ApprovalCause.URGENT: N_("急ぎの措置"),
}


@dataclass(frozen=True)
class Wanted:
    """That a second person is wanted, what for, and whether `ahead` of any effect."""

    why: ApprovalCause
    ahead: bool


def wanted(
    office: Office, *, take: bool, kind: MeasureKind | None, basis: Basis | None, items: int, fast: bool
) -> Wanted | None:
    """Whether the office wants a second person for a decision of `items` at once. Ahead of its effect goes first."""
    fits = {
        ApprovalCause.SUSPENSION: take and kind is MeasureKind.SUSPEND,
        ApprovalCause.REFUSALS: not take and items > office.many,
        ApprovalCause.URGENT: take and (fast or basis is Basis.EMERGENCY),
    }
    for ahead, asked in ((True, office.before), (False, office.after)):
        for why, here in fits.items():
            if here and why.value in asked:
                return Wanted(why, ahead)
    return None


def ask(session: Session, case: Case, decided: Sequence[Decision], *, by: UUID, at: datetime) -> Approval | None:
    """In the transaction of a decision: void what it takes the place of, and ask for a second person where one is due.

    A refusal of an item that was refused before, and waited for a second person or was denied by one, asks again:
    deciding the same anew in smaller parts frees nothing. The case is locked by whoever decides.
    """
    void(session, case, at=at)
    first = decided[0]
    office: Office = session.info["office"]
    refused = [] if first.take else _refused(session, case, decided)
    many = len(decided) + len(refused)
    if not first.take and many <= office.many and _again(session, case, decided):
        many, refused = office.many + 1, []
    found = wanted(office, take=first.take, kind=first.kind, basis=first.basis, items=many, fast=case.fast)
    if found is None:
        return None
    asked = [str(d.id) for d in decided] + [str(id) for id, approved in refused if not approved]
    row = Approval(
        id=uuid4(),
        case_id=case.id,
        why=found.why,
        ahead=found.ahead,
        decisions=sorted(asked),
        asked_by=by,
        asked_at=at,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPROVAL_ASKED,
        actor=journal.staff(by),
        at=at,
        items=[d.item_id for d in decisions_of(session, row)],
        **asked_state(row),
    )
    return row


def _refused(session: Session, case: Case, now: Sequence[Decision]) -> list[tuple[UUID, bool]]:
    """The other standing refusals of a case, and whether a second person was asked for each or approved it.

    Many refusals are many when they come a few at a time, too. Those denied have no effect and do not count.
    """
    query = select(Decision).where(Decision.case_id == case.id).order_by(col(Decision.version))
    latest = {d.item_id: d for d in session.exec(query)} | {d.item_id: d for d in now}
    rows = session.exec(select(Approval).where(Approval.case_id == case.id, col(Approval.voided_at).is_(None))).all()
    denied = {id for row in rows if row.approved is False for id in row.decisions}
    known = {id for row in rows if row.approved is not False for id in row.decisions}
    mine = {d.id for d in now}
    return [
        (d.id, str(d.id) in known)
        for d in latest.values()
        if not d.take and d.id not in mine and str(d.id) not in denied
    ]


def _again(session: Session, case: Case, now: Sequence[Decision]) -> bool:
    """Whether an item decided now was refused before, and that refusal waited for a second person or was denied."""
    rows = session.exec(
        select(Approval).where(
            Approval.case_id == case.id,
            Approval.why == ApprovalCause.REFUSALS,
            col(Approval.approved).is_not(True),
        )
    ).all()
    if not rows:
        return False
    unfree = {id for row in rows for id in row.decisions}
    mine = {d.item_id for d in now}
    earlier = session.exec(select(Decision.id, Decision.item_id).where(Decision.case_id == case.id)).all()
    return any(item in mine and str(id) in unfree for id, item in earlier)


def asked_state(row: Approval) -> dict[str, Any]:
    """What the event keeps of an asking."""
    return {"approval": str(row.id), "why": row.why.value, "ahead": row.ahead, "decisions": row.decisions}


def decisions_of(session: Session, row: Approval) -> list[Decision]:
    """The decisions that an asking is about."""
    ids = [UUID(id) for id in row.decisions]
    return list(session.exec(select(Decision).where(col(Decision.id).in_(ids))))


def void(session: Session, case: Case, *, at: datetime) -> None:
    """Void the open askings of which nothing is left: decided anew, or ended with the notice."""
    still = select(Approval).where(
        Approval.case_id == case.id, col(Approval.settled_at).is_(None), col(Approval.voided_at).is_(None)
    )
    rows = session.exec(still).all()
    if not rows:
        return
    left, done = dict[str, set[str]](), set[str]()
    for event in journal.history(session, case):
        narrow(event, left, done)
    for row in rows:
        if not left.get(str(row.id)):
            row.voided_at = at
            session.add(row)


def narrow(event: Event, left: dict[str, set[str]], done: set[str]) -> None:
    """What each asking is still about once `event` happened: `left` by asking, `done` the items carried out.

    A newer decision takes the place of an older one. A notice taken back or excused leaves nothing to tell, but what
    was carried out on the platform stands, and is still looked at.
    """
    items = set(event.items)
    if event.fact is Fact.APPROVAL_ASKED:
        left[event.data["said"]["approval"]] = items
    elif event.fact is Fact.MEASURE_EXECUTED:
        done |= items
    elif event.fact is Fact.DECISION_MADE or event.fact in DISCHARGES:
        over = items if event.fact is Fact.DECISION_MADE else items - done
        for some in left.values():
            some.difference_update(over)
        done -= over
