"""送信防止措置: a decision becomes a measure when it was carried out on the platform (講じた)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals, cancelling, decisions, journal
from tracker.casework.criteria import refusal
from tracker.casework.decisions import Judgement
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
    unapproved_reason: str = "",
) -> None:
    """Record that measures ordered earlier were carried out on the platform at `executed_at` (講じた, 法25条1項1号).

    1. The criteria they rest on must have been usable on the Japanese day of `executed_at` (法26条1項); otherwise the
       truth can be recorded only as a breach, with a reason.
    2. MEASURE_EXECUTED starts the sender notice (法27条) and places the holds, by table.
    3. The letter that says so may now be queued, and one that says the contrary is cancelled.
    4. What was carried out although nobody had approved it is told as it was, with a reason: the days of the Act run
       from the measure, whatever the office's own rule says. It is marked, and is no breach of the Act.

    Raises Conflict when one was executed or withdrawn before, NotAllowed for a time in the future, no reason, or a
    decision that nobody approved, where no reason says why that was not waited for.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    rows = list(session.exec(select(Measure).where(col(Measure.id).in_(measures), Measure.case_id == case.id)))
    if len(rows) != len(set(measures)) or any(m.executed_at or m.withdrawn_at for m in rows):
        raise Conflict(
            N_("この措置は、すでに記録されているか、判断が変わっています。画面の新しい内容を確かめてください。")
        )
    unapproved = _unapproved(session, case, rows)
    if not unapproved_reason.strip():
        approvals.must_be_free(session, case, [m.decision_id for m in rows])
    if executed_at > at:
        raise NotAllowed(N_("実施した日時が、今より後になっています。"))
    if executed_at < notice.received_at:
        raise NotAllowed(N_("実施した日時が、申出を受けた日時より前になっています。"))
    under = {m.id: session.get_one(Decision, m.decision_id) for m in rows}
    refused = {m.id: _refusal(session, case, m, under[m.id], executed_at) for m in rows}
    wrong = [m for m in rows if refused[m.id]]
    if wrong and not breach_reason.strip():
        raise NotAllowed(
            N_("%(refusal)s実施が事実であれば、理由を書いて、違反として記録してください（法26条1項）。"),
            about="breach",
            refusal=refused[wrong[0].id],
        )
    cancelling.cancel_reversals(session, case, [m.item_id for m in rows], by=journal.staff(by), at=at)
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
    for emergency, early in product((False, True), repeat=2):
        unapproved_too: dict[str, Any] = {"unapproved": True} if early else {}
        urgent = [m for m in rows if (under[m.id].basis is Basis.EMERGENCY) is emergency]
        some = [m for m in urgent if (m.id in unapproved) is early]
        if some:
            journal.record(
                session,
                case,
                Fact.MEASURE_EXECUTED,
                actor=journal.staff(by),
                at=at,
                occurred_at=executed_at,
                items=[m.item_id for m in some],
                remark=unapproved_reason.strip() if early else "",
                measures=sorted(str(m.id) for m in some),
                breaches=sorted(str(m.id) for m in some if m.breach),
                emergency=emergency,
                **unapproved_too,
            )


def decide_done(
    session: Session,
    notice: Notice,
    items: Sequence[tuple[UUID, int]],
    judgement: Judgement,
    *,
    executed_at: datetime,
    by: UUID,
    at: datetime,
    breach_reason: str = "",
) -> list[Decision]:
    """Decide `items` and record in the same act that the measure had been carried out at `executed_at`.

    For what was done under a clause that could not carry it: no decision allows that ahead, and afterwards the truth is
    recorded as a breach, with its reason; the same reason says why a second person, if one is wanted, came too late.
    Raises what `decisions.decide` and `execute` raise.
    """
    made = decisions.decide(session, notice, items, judgement, by=by, at=at, carried_out=True)
    if judgement.take:
        ordered = [m.id for m in decisions.standing_measures(session, [id for id, _ in items])]
        why = {"breach_reason": breach_reason, "unapproved_reason": breach_reason}
        execute(session, notice, ordered, executed_at=executed_at, by=by, at=at, **why)
    return made


def _unapproved(session: Session, case: Case, rows: Sequence[Measure]) -> set[UUID]:
    """Those of some measures that rest on a decision which nobody has approved."""
    held = approvals.held(session, case.id)
    return {m.id for m in rows if m.decision_id in held.waiting | held.denied | held.dropped}


def _refusal(session: Session, case: Case, measure: Measure, decision: Decision, executed_at: datetime) -> str | None:
    if decision.basis is not Basis.CLAUSE:
        return None
    clause = session.get_one(Clause, decision.clause_id)
    return refusal(session, case.service_id, clause, executed_at, origin=measure.origin, kind=measure.kind)
