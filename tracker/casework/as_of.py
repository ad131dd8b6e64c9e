"""A case as it was known at a moment: read from rows that are only ever inserted, by when they were written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import counted, journal
from tracker.law.clocks import ClockRule
from tracker.law.editions import edition
from tracker.law.facts import Fact
from tracker.law.shape import Stage
from tracker.models import Case, Decision, Event, Notice


@dataclass(frozen=True)
class KnownClock:
    """A clock as the record knew it. Instants in UTC; `due_at` is the first instant after its period."""

    rule: ClockRule
    item: str | None
    started_at: datetime
    due_at: datetime | None
    target_at: datetime | None
    stopped_at: datetime | None = None
    voided: bool = False

    @property
    def running(self) -> bool:
        """Whether it ran then."""
        return self.stopped_at is None and not self.voided


@dataclass(frozen=True)
class KnownItem:
    """An item as the record knew it."""

    stage: Stage
    decision: Decision | None
    executed: datetime | None  # when its measure was carried out
    reversed: datetime | None = None  # when it was taken back


@dataclass(frozen=True)
class Known:
    """All that had been written down of a case by `at`, an instant."""

    at: datetime
    events: Sequence[Event]  # oldest first
    clocks: Sequence[KnownClock]
    items: Mapping[str, KnownItem]  # by the item's id
    count: counted.NoticeCount


def as_known(session: Session, notice: Notice, *, as_of: datetime) -> Known:
    """`notice` as it was known at `as_of`. What happened before and was written down later is not in it."""
    case = session.get_one(Case, notice.case_id)
    events = journal.history(session, case, as_of=as_of)
    count = counted.fold(events, statutory=events[-1].data["binds"][1] if events else case.statutory)
    made = [UUID(one["id"]) for e in events if e.fact is Fact.DECISION_MADE for one in e.data["said"]["decisions"]]
    decisions = {row.id: row for row in session.exec(select(Decision).where(col(Decision.id).in_(made)))}
    decided: dict[str, Decision] = {}
    ordered: dict[str, str] = {}  # measure → item
    done: dict[str, datetime] = {}
    undone: dict[str, datetime] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.DECISION_MADE:
            for state in said["decisions"]:
                decision = decisions[UUID(state["id"])]
                decided[str(decision.item_id)] = decision
        elif event.fact is Fact.MEASURE_ORDERED:
            ordered |= {measure["id"]: measure["item"] for measure in said["measures"]}
        elif event.fact is Fact.MEASURE_EXECUTED:
            for id in said["measures"]:
                done[ordered[id]] = event.occurred_at
                undone.pop(ordered[id], None)
        elif event.fact is Fact.MEASURE_REVERSED:
            undone |= dict.fromkeys(event.items, event.occurred_at)
    items = {id: KnownItem(one.stage, decided.get(id), done.get(id), undone.get(id)) for id, one in count.items.items()}
    return Known(as_of, events, _clocks(events), items, count)


def _clocks(events: Sequence[Event]) -> list[KnownClock]:
    """The clocks as these events left them, in the order in which they were started."""
    found: dict[str, KnownClock] = {}
    for event in events:
        for id in event.data["voids"]:
            found[id] = replace(found[id], voided=True)
        for id in event.data["stops"]:
            found[id] = replace(found[id], stopped_at=event.occurred_at)
        for state in event.data["starts"]:
            found[state["id"]] = _clock(state)
    return list(found.values())


def _clock(state: Mapping[str, Any]) -> KnownClock:
    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(state[name]) if state[name] else None

    return KnownClock(
        rule=edition(state["edition"]).clock(state["rule"]),
        item=state["item"],
        started_at=datetime.fromisoformat(state["started_at"]),
        due_at=moment("due_at"),
        target_at=moment("target_at"),
        stopped_at=moment("stopped_at"),
    )
