"""承認の答え: what has no effect before it, and that nobody answers for their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.approvals.asking import decisions_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import ROLES, Approval, Case, Decision, Event, Measure, Notice, Role, Staff

WAITS = N_(
    "この判断は、別の人の承認を待っています。承認されるまで、実施の記録も結果の通知もできません。期限は止まりません。"
)
DENIED = N_("この判断は、別の人に承認されませんでした。もう一度判断してください。")
DROPPED = N_(
    "この判断は、承認されないまま、通知せずに終わった項目のものです。措置を講ずるときは、もう一度判断してください。"
)


@dataclass(frozen=True)
class Held:
    """Decisions of a case that have no effect yet.

    Those that wait for a second person, those denied, and those whose asking ended with the notice, unanswered.
    """

    waiting: frozenset[UUID]
    denied: frozenset[UUID]
    dropped: frozenset[UUID] = frozenset()


def held(session: Session, case_id: UUID) -> Held:
    """The decisions of a case that must not take effect.

    What was asked for afterwards goes ahead while it waits; once denied, it goes no further either.
    """
    rows = session.exec(select(Approval).where(Approval.case_id == case_id, col(Approval.approved).is_not(True))).all()
    ahead = [row for row in rows if row.ahead and row.settled_at is None]
    return Held(
        waiting=frozenset(UUID(d) for row in ahead if row.voided_at is None for d in row.decisions),
        denied=frozenset(UUID(d) for row in rows if row.settled_at for d in row.decisions),
        dropped=frozenset(UUID(d) for row in ahead if row.voided_at for d in row.decisions),
    )


def must_be_free(session: Session, case: Case, decided: Iterable[UUID]) -> None:
    """Refuse what rests on a decision that a second person has not approved. Raises NotAllowed."""
    found, asked = held(session, case.id), set(decided)
    for some, why in ((found.denied, DENIED), (found.waiting, WAITS), (found.dropped, DROPPED)):
        if asked & some:
            raise NotAllowed(why, about="approval")


LONGEST = 4000  # characters of a remark


def settle(
    session: Session, notice: Notice, approval: UUID, *, approve: bool, remark: str = "", by: UUID, at: datetime
) -> Approval:
    """A second person approves or denies. A denial says why, and the decision has to be made anew.

    1. Whoever is first settles it; the other one gets Conflict, as when newer decisions took its place.
    2. Nobody settles their own decision, nor one they took part in; and only a lead or above who may still sign in
       (NotAllowed).
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
    who = session.get_one(Staff, by)
    if not who.active or not may_settle(who.role):
        raise NotAllowed(N_("承認できるのは、主任以上の人です。"))
    if by in took_part(session, row):
        raise NotAllowed(N_("自分の判断と、自分が加わった判断は承認できません。別の人が確かめます。"))
    if len(remark) > LONGEST:
        raise NotAllowed(N_("%(most)s字までで書いてください。"), about="remark", most=f"{LONGEST:,}")
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
    return parts(session, [row])[row.id]


def parts(session: Session, rows: Sequence[Approval]) -> dict[UUID, set[UUID]]:
    """Who took part in what each asking is about, in three queries for all of them."""
    cases = {row.case_id for row in rows}
    decided = session.exec(select(Decision).where(col(Decision.case_id).in_(cases))).all()
    hands = session.exec(
        select(Measure.item_id, Measure.executed_by).where(
            col(Measure.case_id).in_(cases), col(Measure.executed_by).is_not(None)
        )
    ).all()
    opined = session.exec(
        select(Event.case_id, Event.actor)
        .where(col(Event.case_id).in_(cases), Event.fact == Fact.SPECIALIST_OPINED)
        .distinct()
    ).all()
    item_of = {str(d.id): d.item_id for d in decided}
    on_item: dict[UUID, set[UUID]] = {}
    for item, who in [*((d.item_id, d.by) for d in decided), *hands]:
        if who:
            on_item.setdefault(item, set()).add(who)
    on_case: dict[UUID, set[UUID]] = {}
    for case, actor in opined:
        if actor.startswith("staff:"):
            on_case.setdefault(case, set()).add(UUID(actor.removeprefix("staff:")))
    return {
        row.id: {row.asked_by}
        | on_case.get(row.case_id, set()).union(
            *(on_item.get(item_of[id], set()) for id in row.decisions if id in item_of)
        )
        for row in rows
    }


def of_case(session: Session, case_id: UUID) -> list[Approval]:
    """What was asked for in a case and not voided, the newest first."""
    return list(
        session.exec(
            select(Approval)
            .where(Approval.case_id == case_id, col(Approval.voided_at).is_(None))
            .order_by(col(Approval.asked_at).desc())
        )
    )
