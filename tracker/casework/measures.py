"""送信防止措置: a decision becomes a measure when it was carried out on the platform (講じた)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals, journal
from tracker.casework.criteria import refusal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Basis
from tracker.models import Case, Clause, Decision, Measure, Notice


def execute(
    session: Session,
    notice: Notice,
    measures: Sequence[UUID],
    *,
    executed_at: datetime,
    by: UUID,
    at: datetime,
    breach_reason: str = "",
) -> None:
    """Record that measures ordered earlier were carried out on the platform at `executed_at` (講じた, 法25条1項1号).

    1. The criteria they rest on must have been usable on the Japanese day of `executed_at` (法26条1項); otherwise the
       truth can be recorded only as a breach, with a reason.
    2. MEASURE_EXECUTED starts the sender notice (法27条) and places the holds, by table.
    3. The letter that says so may now be queued.

    Raises Conflict when one was executed or withdrawn before, NotAllowed for a time in the future, no reason, or a
    decision that waits for a second person.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    rows = list(session.exec(select(Measure).where(col(Measure.id).in_(measures), Measure.case_id == case.id)))
    if len(rows) != len(set(measures)) or any(m.executed_at or m.withdrawn_at for m in rows):
        raise Conflict(
            N_("この措置は、すでに記録されているか、判断が変わっています。画面の新しい内容を確かめてください。")
        )
    approvals.must_be_free(session, case, [m.decision_id for m in rows])
    if executed_at > at:
        raise NotAllowed(N_("実施した日時が、今より後になっています。"))
    if executed_at < notice.received_at:
        raise NotAllowed(N_("実施した日時が、申出を受けた日時より前になっています。"))
    decisions = {m.id: session.get_one(Decision, m.decision_id) for m in rows}
    refused = {m.id: _refusal(session, case, m, decisions[m.id], executed_at) for m in rows}
    wrong = [m for m in rows if refused[m.id]]
    if wrong and not breach_reason.strip():
        raise NotAllowed(
            N_("%(refusal)s実施が事実であれば、理由を書いて、違反として記録してください（法26条1項）。"),
            about="breach",
            refusal=refused[wrong[0].id],
        )
    for measure in rows:
        measure.executed_at, measure.executed_by = executed_at, by
        measure.breach = "法26条1項" if refused[measure.id] else ""
        session.add(measure)
    if wrong:
        journal.record(
            session,
            case,
            Fact.BREACH_RECORDED,
            actor=journal.staff(by),
            at=at,
            items=[m.item_id for m in wrong],
            remark=breach_reason.strip(),
            article="法26条1項",
        )
    for emergency in (False, True):
        some = [m for m in rows if (decisions[m.id].basis is Basis.EMERGENCY) is emergency]
        if some:
            journal.record(
                session,
                case,
                Fact.MEASURE_EXECUTED,
                actor=journal.staff(by),
                at=at,
                occurred_at=executed_at,
                items=[m.item_id for m in some],
                measures=sorted(str(m.id) for m in some),
                breaches=sorted(str(m.id) for m in some if m.breach),
                emergency=emergency,
            )


def _refusal(session: Session, case: Case, measure: Measure, decision: Decision, executed_at: datetime) -> str | None:
    if decision.basis is not Basis.CLAUSE:
        return None
    clause = session.get_one(Clause, decision.clause_id)
    return refusal(session, case.service_id, clause, executed_at, origin=measure.origin, kind=measure.kind)
