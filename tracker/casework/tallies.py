"""What each notice and each measure adds to the yearly figures: a row each, refreshed with the fact that moves it.

The figures of a million notices are then a few sums over rows, and each sum can be taken apart into its cases. The rows
say nothing of their own: `expected` draws them from events and decisions, and the verifier compares.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.counted import KEPT, TAKEN, Happened, ItemCount, NoticeCount, fold
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, DeferralGround, MeasureKind, Origin, Right, Standing
from tracker.law.period import japanese_day
from tracker.law.shape import FIGURES, OVER, Stage
from tracker.models import Case, CaseKind, Decision, Event, MeasureTally, NoticeTally

RIGHTS = tuple(Right)
TOLD = frozenset(FIGURES[stage] for stage in TAKEN | KEPT)  # what a notice ends in when its claimant was told
# Facts that move a notice or a measure from one sum to another.
MOVES = frozenset(
    {
        Fact.NOTICE_RECEIVED,
        Fact.RECEIPT_CORRECTED,
        Fact.BINDING_CORRECTED,
        Fact.BREACH_RECORDED,
        Fact.DECISION_MADE,
        Fact.INTERIM_REPLIED,
        Fact.OUTCOME_GIVEN,
        Fact.REPLY_EXCUSED,
        Fact.NOTICE_WITHDRAWN,
        Fact.OUTCOME_LOST,
        Fact.REPLY_LOST,
        Fact.MEASURE_EXECUTED,
        Fact.MEASURE_REVERSED,
        Fact.SENDER_NOTIFIED,
        Fact.SENDER_NOTICE_LOST,
        Fact.SENDER_NOTICE_EXEMPTED,
    }
)


def refresh(session: Session, case: Case, fact: Fact) -> None:
    """Let the rows of a notice's case say what its events say, after one of them was recorded."""
    if case.kind is not CaseKind.NOTICE or fact not in MOVES:
        return
    columns: Any = (Event.fact, Event.items, Event.occurred_at, Event.data)
    query = select(*columns).where(Event.case_id == case.id, col(Event.fact).in_(MOVES | {Fact.MEASURE_ORDERED}))
    events: Sequence[Any] = session.exec(query.order_by(col(Event.seq))).all()
    notice, measures = expected(session, case, events)
    for row in (notice, *measures):
        session.merge(row)


def fill(session: Session, *, after: UUID | None = None, most: int) -> UUID | None:
    """Write the rows of notices that have none: those of a version before there were any.

    `most` at a time in the order of the ids of their cases, from `after` on. Gives the last one; None where none is.
    """
    query = (
        select(Case)
        .outerjoin(NoticeTally, col(NoticeTally.case_id) == col(Case.id))
        .where(Case.kind == CaseKind.NOTICE, col(NoticeTally.case_id).is_(None))
    )
    if after:
        query = query.where(col(Case.id) > after)
    cases = session.exec(query.order_by(col(Case.id)).limit(most)).all()
    for case in cases:
        refresh(session, case, Fact.NOTICE_RECEIVED)
    return cases[-1].id if cases else None


def expected(session: Session, case: Case, events: Sequence[Happened]) -> tuple[NoticeTally, list[MeasureTally]]:
    """The rows that the events of a notice's case give, with what its decisions rest on."""
    decided = {row.id: row for row in session.exec(select(Decision).where(Decision.case_id == case.id))}
    return drawn(case, events, decided)


def drawn(
    case: Case, events: Sequence[Happened], decided: dict[UUID, Decision]
) -> tuple[NoticeTally, list[MeasureTally]]:
    """The same from what is given alone: the events of a case, oldest first, and its decisions by id."""
    count = fold(events, statutory=case.statutory)
    return _notice(case, events, count, decided), _measures(case, events, decided)


def month(day: date | None) -> int:
    """The month of a Japanese day, as 202604; 0 for none."""
    return day.year * 100 + day.month if day else 0


def rights_in(mask: int) -> list[Right]:
    """The rights that a notice names, from `NoticeTally.rights`."""
    return [right for n, right in enumerate(RIGHTS) if mask >> n & 1]


def footing(decision: Decision) -> str:
    """What a decision rests on, as a code: clause:ID or another basis; finding:… where no measure is taken."""
    if not decision.take:
        return f"finding:{decision.finding.value}" if decision.finding else ""
    if decision.basis is Basis.CLAUSE:
        return f"clause:{decision.clause_id}"
    return decision.basis.value if decision.basis else ""


def _notice(case: Case, events: Sequence[Happened], count: NoticeCount, decided: dict[UUID, Decision]) -> NoticeTally:
    received = next(event for event in events if event.fact is Fact.NOTICE_RECEIVED)
    said = received.data["said"]
    at = [e.occurred_at for e in events if e.fact in {Fact.NOTICE_RECEIVED, Fact.RECEIPT_CORRECTED}][-1]
    day = japanese_day(at)
    stages = [one.stage for one in count.items.values()]
    ended = None if count.open else japanese_day(max(one.at for one in count.items.values() if one.at))
    bucket = count.bucket
    replied = [one.replied_at for one in count.items.values()]
    answered = japanese_day(max(filter(None, replied))) if all(replied) and bucket in TOLD else None
    deciding = _deciding(count, events, decided)
    reason = next((one for one in deciding if one.kind is not MeasureKind.SUSPEND), deciding[0] if deciding else None)
    interims = {ground: _first_interim(count, ground) for ground in DeferralGround}
    return NoticeTally(
        case_id=case.id,
        service_id=case.service_id,
        statutory=case.statutory,
        third=said["standing"] == Standing.THIRD_PARTY,
        received_on=day,
        received_month=month(day),
        right=Right(said["primary_right"]),
        rights=sum(1 << n for n, right in enumerate(RIGHTS) if right.value in said["rights"]),
        items=len(count.items),
        taken=sum(stage in TAKEN for stage in stages),
        kept=sum(stage in KEPT for stage in stages),
        bucket=bucket,
        ended_on=ended,
        ended_month=month(ended),
        mixed=count.mixed,
        late=count.late,
        excuse=_excuse(events) if Stage.EXCUSED in stages else "",
        reason=footing(reason) if reason else "",
        suspended=bool(deciding) and all(one.kind is MeasureKind.SUSPEND for one in deciding),
        answered_on=answered,
        days=(answered - day).days if answered else None,
        interim_sender=interims[DeferralGround.SENDER_OPINION],
        interim_specialist=interims[DeferralGround.SPECIALIST],
        interim_unavoidable=interims[DeferralGround.UNAVOIDABLE],
    )


def _first_interim(count: NoticeCount, ground: DeferralGround) -> int:
    told = [one.interims[ground] for one in count.items.values() if ground in one.interims]
    return month(japanese_day(min(told))) if told else 0


def _excuse(events: Iterable[Happened]) -> str:
    return [str(e.data["said"]["ground"]) for e in events if e.fact is Fact.REPLY_EXCUSED][-1]


def _deciding(count: NoticeCount, events: Iterable[Happened], decided: dict[UUID, Decision]) -> list[Decision]:
    """The decisions by which the notice ended as it did: those of its items of this stage; none while it is open."""
    latest: dict[str, Decision] = {}
    for event in events:
        if event.fact is Fact.DECISION_MADE:
            for state in event.data["said"]["decisions"]:
                decision = decided[UUID(state["id"])]
                latest[str(decision.item_id)] = decision
    return [latest[item] for item, one in count.items.items() if _decides(one, count.bucket) and item in latest]


def _decides(item: ItemCount, bucket: str) -> bool:
    return bool(bucket) and item.stage in OVER and item.figure == bucket


def _measures(case: Case, events: Sequence[Happened], decided: dict[UUID, Decision]) -> list[MeasureTally]:
    ordered: dict[str, dict[str, str]] = {}
    rows: dict[str, MeasureTally] = {}
    last: dict[str, MeasureTally] = {}  # of an item: what its sender is told of
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.MEASURE_ORDERED:
            ordered |= {one["id"]: one for one in said["measures"]}
        elif event.fact is Fact.MEASURE_EXECUTED:
            for id in said["measures"]:
                rows[id] = last[ordered[id]["item"]] = _measure(case, ordered[id], event, decided)
        elif event.fact is Fact.MEASURE_REVERSED:
            for id in said["measures"]:
                rows[id].reversed_on = japanese_day(event.occurred_at)
        elif event.fact in {Fact.SENDER_NOTIFIED, Fact.SENDER_NOTICE_LOST, Fact.SENDER_NOTICE_EXEMPTED}:
            for row in [last[item] for item in event.items if item in last]:
                _told(row, event)
    return list(rows.values())


def _told(row: MeasureTally, event: Happened) -> None:
    day = japanese_day(event.occurred_at)
    if event.fact is Fact.SENDER_NOTICE_EXEMPTED:
        row.exempt_on, row.exempt_month, row.exemption = day, month(day), event.data["said"]["ground"]
    elif event.fact is Fact.SENDER_NOTIFIED:
        row.told_on, row.told_month = day, month(day)
    else:
        row.told_on, row.told_month = None, 0


def _measure(case: Case, state: dict[str, str], event: Happened, decided: dict[UUID, Decision]) -> MeasureTally:
    decision, day = decided[UUID(state["decision"])], japanese_day(event.occurred_at)
    return MeasureTally(
        measure_id=UUID(state["id"]),
        case_id=case.id,
        service_id=case.service_id,
        kind=MeasureKind(state["kind"]),
        reason=footing(decision),
        origin=Origin(state["origin"]) if case.statutory else Origin.REPORT,  # what is no 申出 of 法23条 is a 通報
        ai=decision.ai_used,
        executed_on=day,
        executed_month=month(day),
    )
