"""承認: what a second person has to look at, by the office's own rule, before it takes effect or afterwards.

No article asks for it, and no clock of law waits for it: the days run on while somebody looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, MeasureKind
from tracker.models import ROLES, Approval, ApprovalCause, Case, Decision, Event, Measure, Notice, Role, Service, Staff
from tracker.settings import Office

CAUSES: dict[ApprovalCause, str] = {
    ApprovalCause.SUSPENSION: N_("アカウントの利用を止める"),
    ApprovalCause.REFUSALS: N_("多くの項目を講じないとする"),
    ApprovalCause.URGENT: N_("急ぎの措置"),
}
WAITS = N_(
    "この判断は、別の人の承認を待っています。承認されるまで、実施の記録も結果の通知もできません。期限は止まりません。"
)
DENIED = N_("この判断は、別の人に承認されませんでした。もう一度判断してください。")


@dataclass(frozen=True)
class Wanted:
    """That a second person is wanted, what for, and whether `ahead` of any effect."""

    why: ApprovalCause
    ahead: bool


@dataclass(frozen=True)
class Held:
    """Decisions of a case that have no effect yet: those that wait for a second person, and those denied."""

    waiting: frozenset[UUID]
    denied: frozenset[UUID]


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

    The case is locked by whoever decides.
    """
    _void(session, case, at)
    first = decided[0]
    office: Office = session.info["office"]
    refused = [] if first.take else _refused(session, case, decided)
    found = wanted(
        office, take=first.take, kind=first.kind, basis=first.basis, items=len(decided) + len(refused), fast=case.fast
    )
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


def asked_state(row: Approval) -> dict[str, Any]:
    """What the event keeps of an asking."""
    return {"approval": str(row.id), "why": row.why.value, "ahead": row.ahead, "decisions": row.decisions}


def held(session: Session, case_id: UUID) -> Held:
    """The decisions of a case that must not take effect.

    What was asked for afterwards goes ahead while it waits; once denied, it goes no further either.
    """
    rows = session.exec(
        select(Approval).where(
            Approval.case_id == case_id, col(Approval.voided_at).is_(None), col(Approval.approved).is_not(True)
        )
    ).all()
    return Held(
        waiting=frozenset(UUID(d) for row in rows if row.ahead and row.settled_at is None for d in row.decisions),
        denied=frozenset(UUID(d) for row in rows if row.settled_at for d in row.decisions),
    )


def must_be_free(session: Session, case: Case, decided: Iterable[UUID]) -> None:
    """Refuse what rests on a decision that a second person has not approved. Raises NotAllowed."""
    found, asked = held(session, case.id), set(decided)
    if asked & found.denied:
        raise NotAllowed(DENIED, about="approval")
    if asked & found.waiting:
        raise NotAllowed(WAITS, about="approval")


def settle(
    session: Session, notice: Notice, approval: UUID, *, approve: bool, remark: str = "", by: UUID, at: datetime
) -> Approval:
    """A second person approves or denies. A denial says why, and the decision has to be made anew.

    1. Whoever is first settles it; the other one gets Conflict, as when newer decisions took its place.
    2. Nobody settles their own decision, nor one they took part in; and only a lead or above (NotAllowed).
    3. APPROVED or APPROVAL_DENIED; a denial without a reason is NotAllowed.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    row = session.get(Approval, approval, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("この事案に、その承認の求めはありません。"))
    if row.voided_at:
        raise Conflict(N_("判断が新しくなったため、この承認の求めはなくなりました。新しい判断を確かめてください。"))
    if row.settled_at:
        raise Conflict(N_("ほかの人が先に答えました。画面の新しい内容を確かめてください。"))
    if not may_settle(session.get_one(Staff, by).role):
        raise NotAllowed(N_("承認できるのは、主任以上の人です。"))
    if by in took_part(session, row):
        raise NotAllowed(N_("自分の判断と、自分が加わった判断は承認できません。別の人が確かめます。"))
    if not approve and not remark.strip():
        raise NotAllowed(N_("承認しない理由を書いてください。判断した人が読みます。"), about="remark")
    row.settled_by, row.settled_at, row.approved = by, at, approve
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPROVED if approve else Fact.APPROVAL_DENIED,
        actor=journal.staff(by),
        at=at,
        items=[d.item_id for d in decisions_of(session, row)],
        remark=remark.strip(),
        approval=str(row.id),
    )
    return row


def may_settle(role: Role) -> bool:
    """Whether somebody in this role may approve at all."""
    order = list(ROLES)
    return order.index(role) >= order.index(Role.LEAD)


def took_part(session: Session, row: Approval) -> set[UUID]:
    """Who decided these items, in any version, carried a measure out, or gave an opinion as specialist."""
    items = [d.item_id for d in decisions_of(session, row)]
    deciders = session.exec(select(Decision.by).where(col(Decision.item_id).in_(items)).distinct())
    hands = session.exec(
        select(Measure.executed_by).where(col(Measure.item_id).in_(items), col(Measure.executed_by).is_not(None))
    )
    opined = session.exec(
        select(Event.actor).where(Event.case_id == row.case_id, Event.fact == Fact.SPECIALIST_OPINED).distinct()
    )
    people = {UUID(actor.removeprefix("staff:")) for actor in opined if actor.startswith("staff:")}
    return {row.asked_by, *deciders, *(hand for hand in hands if hand), *people}


def decisions_of(session: Session, row: Approval) -> list[Decision]:
    """The decisions that an asking is about."""
    ids = [UUID(id) for id in row.decisions]
    return list(session.exec(select(Decision).where(col(Decision.id).in_(ids))))


def of_case(session: Session, case_id: UUID) -> list[Approval]:
    """What was asked for in a case and not voided, the newest first."""
    return list(
        session.exec(
            select(Approval)
            .where(Approval.case_id == case_id, col(Approval.voided_at).is_(None))
            .order_by(col(Approval.asked_at).desc())
        )
    )


def _void(session: Session, case: Case, at: datetime) -> None:
    """An asking of which no decision is the latest of its item any more is over."""
    still = select(Approval).where(
        Approval.case_id == case.id, col(Approval.settled_at).is_(None), col(Approval.voided_at).is_(None)
    )
    rows = session.exec(still).all()
    if not rows:
        return
    query = select(Decision.item_id, Decision.id).where(Decision.case_id == case.id).order_by(col(Decision.version))
    latest = {str(id) for id in dict(session.exec(query).all()).values()}
    for row in rows:
        if not latest & set(row.decisions):
            row.voided_at = at
            session.add(row)


@dataclass(frozen=True)
class Asked:
    """An open asking on the list: where it belongs, and who took part in what it is about."""

    row: Approval
    case: Case
    number: str
    service: str
    asked_by: str
    items: int
    mine: bool  # whoever looks took part: another person settles it


def open_ones(session: Session, *, me: UUID, most: int = 100) -> list[Asked]:
    """What waits for a second person, the longest waiting first."""
    query = (
        select(Approval, Case, Notice.number, Service.name)
        .join(Case, col(Case.id) == col(Approval.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .where(text("approval.settled_at IS NULL AND approval.voided_at IS NULL"))  # the words of its index
        .order_by(col(Approval.asked_at), col(Approval.id))
        .limit(most)
    )
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    return [
        Asked(row, case, number, service, names[row.asked_by], len(row.decisions), me in took_part(session, row))
        for row, case, number, service in session.exec(query).all()
    ]


def stages(session: Session, cases: Sequence[UUID]) -> dict[UUID, str]:
    """Of each case: "waiting" or "afterwards" while a second person is asked for, "denied" until it is decided anew."""
    rows = session.exec(
        select(Approval).where(
            col(Approval.case_id).in_(cases), col(Approval.voided_at).is_(None), col(Approval.approved).is_not(True)
        )
    ).all()
    found = {row.case_id: "afterwards" for row in rows if row.settled_at is None}
    found |= {row.case_id: "denied" for row in rows if row.settled_at and _binding(session, row)}
    return found | {row.case_id: "waiting" for row in rows if row.ahead and row.settled_at is None}


def _binding(session: Session, denied: Approval) -> bool:
    """Whether a denied decision is still the latest of its item, and was not carried out before it was denied."""
    ids = {UUID(id) for id in denied.decisions}
    done = set(
        session.exec(
            select(Measure.decision_id).where(col(Measure.decision_id).in_(ids), col(Measure.executed_at).is_not(None))
        )
    )
    query = (
        select(Decision.item_id, Decision.id).where(Decision.case_id == denied.case_id).order_by(col(Decision.version))
    )
    return bool(set(dict(session.exec(query).all()).values()) & (ids - done))
