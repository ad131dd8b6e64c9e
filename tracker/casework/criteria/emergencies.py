"""緊急の措置 (法26条1項3号) of a period, and what the criteria then made clear (規則18条5項22号)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.casework.criteria.clauses import text_of
from tracker.casework.criteria.difference import Change, ChangeKind, differences
from tracker.casework.criteria.versions import clauses_of, versions
from tracker.law.facts import Fact
from tracker.law.grounds import Basis
from tracker.law.period import ONE_DAY, start_of
from tracker.models import Case, CriteriaVersion, Decision, Event, Item, Measure, Notice, Service


@dataclass(frozen=True)
class Emergency:
    """A measure taken of emergency, and how the criteria were changed since. `version` is None while they were not."""

    notice: Notice
    item: Item
    measure: Measure
    changed_at: datetime | None  # when the changed criteria were published
    version: CriteriaVersion | None
    changes: Sequence[Change]  # the clauses that are new or say something else: the kinds of information made clear


def emergencies(session: Session, service: Service, first: date, last: date) -> list[Emergency]:
    """The measures under 法26条1項3号 that were carried out from `first` to `last`, Japanese days, oldest first."""
    rows = session.exec(
        select(Measure, Item, Notice)
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
        .join(Item, col(Item.id) == col(Measure.item_id))
        .join(Notice, col(Notice.id) == col(Item.notice_id))
        .join(Case, col(Case.id) == col(Measure.case_id))
        .where(
            Case.service_id == service.id,
            Decision.basis == Basis.EMERGENCY,
            col(Measure.executed_at) >= start_of(first),
            col(Measure.executed_at) < start_of(last + ONE_DAY),
        )
        .order_by(col(Measure.executed_at), col(Notice.number), col(Item.no))
    ).all()
    return [_emergency(session, service, measure, item, notice) for measure, item, notice in rows]


def _emergency(session: Session, service: Service, measure: Measure, item: Item, notice: Notice) -> Emergency:
    """One of them, with the first version that was recorded as the answer to it (法26条3項)."""
    answer = session.exec(
        select(Event)
        .where(
            Event.case_id == measure.case_id,
            Event.fact == Fact.CRITERIA_CHANGED,
            col(Event.occurred_at) >= measure.executed_at,
        )
        .order_by(col(Event.seq))
    ).first()
    if answer is None:
        return Emergency(notice, item, measure, None, None, ())
    known = versions(session, service.id)  # the latest first: the one that answered, and the one before it in time
    n = next(n for n, one in enumerate(known) if one.version == answer.data["said"]["version"])
    pair = known[n : n + 2]
    now, before = ([text_of(c) for c in clauses_of(session, v)] for v in (pair[0], pair[-1]))
    changes = differences(now, before if len(pair) > 1 else [])
    made_clear = [change for change in changes if change.kind is not ChangeKind.GONE]
    return Emergency(notice, item, measure, answer.occurred_at, pair[0], made_clear)
