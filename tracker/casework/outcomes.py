"""What became of items: what was done, refused or is open, and whether the claimant was told. For lists of notices."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import decisions
from tracker.law.facts import LOSSES, Fact
from tracker.models import Event, Item, Measure

LOST = frozenset(fact for fact, lost in LOSSES.items() if Fact.OUTCOME_GIVEN in lost)
FACTS = (Fact.OUTCOME_GIVEN, Fact.NOTICE_WITHDRAWN, Fact.REPLY_EXCUSED, *LOST)


@dataclass(frozen=True)
class Outcome:
    """What became of some items of a notice."""

    items: int
    executed: int = 0
    ordered: int = 0
    kept: int = 0
    undone: int = 0  # a measure was carried out and reversed, and nobody has decided anew
    told_at: datetime | None = None  # when the claimant had been told of all of them
    withdrawn_at: datetime | None = None
    excused_at: datetime | None = None

    @property
    def open(self) -> int:
        """Items that nobody has decided."""
        return self.items - self.executed - self.ordered - self.kept - self.undone


def outcomes(session: Session, asked: Mapping[UUID, AbstractSet[UUID]]) -> dict[UUID, Outcome]:
    """What became of the items named of each notice, all of them where none is named; in four queries for all."""
    rows = session.exec(select(Item.id, Item.notice_id, Item.case_id).where(col(Item.notice_id).in_(list(asked)))).all()
    items: dict[UUID, list[UUID]] = {notice: [] for notice in asked}
    cases = {notice: case for _item, notice, case in rows}
    for item, notice, _case in rows:
        if item in asked[notice] or not asked[notice]:
            items[notice].append(item)
    every = [item for some in items.values() for item in some]
    current = decisions.latest(session, every)
    taken = {id: decision.take for id, decision in current.items()}
    stand = select(Measure).where(col(Measure.item_id).in_(every), col(Measure.withdrawn_at).is_(None))
    measures = session.exec(stand).all()
    undone = {m.item_id for m in measures if m.reversed_at and m.decision_id == current[m.item_id].id}
    done = {m.item_id: m.executed_at is not None for m in measures if not m.reversed_at}
    told, over = _said(session, list(cases.values()))

    def became(notice: UUID, some: list[UUID]) -> Outcome:
        heard = [told.get((cases.get(notice), str(id))) for id in some]
        return Outcome(
            items=len(some),
            executed=sum(done.get(id) is True for id in some),
            ordered=sum(done.get(id) is False for id in some),
            kept=sum(taken.get(id) is False and id not in done for id in some),
            undone=sum(id in undone for id in some),
            told_at=max((at for at in heard if at), default=None) if all(heard) else None,
            withdrawn_at=over.get((cases.get(notice), Fact.NOTICE_WITHDRAWN)),
            excused_at=over.get((cases.get(notice), Fact.REPLY_EXCUSED)),
        )

    return {notice: became(notice, some) for notice, some in items.items()}


Told = dict[tuple[UUID | None, str], datetime]
Over = dict[tuple[UUID | None, Fact], datetime]


def _said(session: Session, cases: list[UUID]) -> tuple[Told, Over]:
    """When each item's outcome was told, and when a notice was withdrawn or its reply excused."""
    told: Told = {}
    over: Over = {}
    events = select(Event).where(col(Event.case_id).in_(cases), col(Event.fact).in_(FACTS)).order_by(col(Event.seq))
    for event in session.exec(events):
        if event.fact is Fact.OUTCOME_GIVEN:
            told |= {(event.case_id, item): event.occurred_at for item in event.items}
        elif event.fact in LOST:  # the letter came back, or somebody decided anew
            for item in event.items:
                told.pop((event.case_id, item), None)
        else:
            over[event.case_id, event.fact] = event.occurred_at
    return told, over
