"""How a notice is counted under 規則18条3項, read from its facts: decision record 0013 says why so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session, col, select

from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround
from tracker.law.shape import FIGURES, INTERIMS, OVER, Stage, Step, after
from tracker.models import Case, Event, Notice


class Happened(Protocol):
    """What is read of an event."""

    @property
    def fact(self) -> Fact: ...

    @property
    def items(self) -> list[str]: ...

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class ItemCount:
    """One item: where it stands, since when, and the interim replies that stand for it."""

    stage: Stage
    at: datetime | None  # of the fact that brought it there; None while nothing was told
    interims: Mapping[DeferralGround, datetime] = field(default_factory=dict)  # when each ground was first told
    replied_at: datetime | None = None  # of its first reply that did not come back: a decision made anew keeps it

    @property
    def grounds(self) -> frozenset[DeferralGround]:
        """On which grounds an interim reply stands for it."""
        return frozenset(self.interims)

    @property
    def figure(self) -> str:
        """18-3-1 … 18-3-5; empty while it is open, and for what was withdrawn."""
        return FIGURES.get(self.stage, "")


@dataclass(frozen=True)
class NoticeCount:
    """One notice: its items by id, and the figures that it adds one to. A voluntary one adds to none (法25条)."""

    items: Mapping[str, ItemCount]
    statutory: bool
    late: bool  # its reply came, or is, after the last day, and is on record as a breach

    @property
    def open(self) -> bool:
        """Whether something is still to be told."""
        return any(one.stage not in OVER for one in self.items.values())

    @property
    def mixed(self) -> bool:
        """Whether measures were taken for some items and not for others: it counts as taken, and is shown apart."""
        found = {one.stage for one in self.items.values()}
        return bool(found & TAKEN) and bool(found & KEPT)

    @property
    def bucket(self) -> str:
        """Where the notice ended, whether it binds or not: one of 18-3-1 … 18-3-5, or withdrawn; empty while open.

        Taken if any item was; else not taken if any was told so; else excused. After an interim reply for the item
        that decides, the later figures.
        """
        if self.open:
            return ""
        found = {one.figure for one in self.items.values()}
        return next((figure for figure in RANK if figure in found), WITHDRAWN)

    @property
    def figure(self) -> str:
        """The one of 18-3-1 … 18-3-5 that it adds one to; empty while it is open, or where all was withdrawn."""
        return self.bucket if self.statutory and self.bucket != WITHDRAWN else ""

    @property
    def interims(self) -> frozenset[str]:
        """Those of 18-3-6 … 18-3-8 that it adds one to, each once."""
        if not self.statutory:
            return frozenset()
        return frozenset(INTERIMS[ground] for one in self.items.values() for ground in one.grounds)


TAKEN = frozenset({Stage.TAKEN, Stage.TAKEN_LATER})
KEPT = frozenset({Stage.KEPT, Stage.KEPT_LATER})
WITHDRAWN = "withdrawn"
RANK = ("18-3-1", "18-3-4", "18-3-2", "18-3-5", "18-3-3")


def counted(session: Session, notice: Notice) -> NoticeCount:
    """How `notice` is counted as it stands."""
    case = session.get_one(Case, notice.case_id)
    events = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq)))
    return fold(events, statutory=case.statutory)


def fold(events: Iterable[Happened], *, statutory: bool) -> NoticeCount:
    """The same from its events alone, oldest first."""
    items: dict[str, ItemCount] = {}
    takes: dict[str, bool] = {}
    late = False
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.NOTICE_RECEIVED:
            items = {item: ItemCount(Stage.OPEN, None) for item in event.items}
        elif event.fact is Fact.BREACH_RECORDED:
            late = late or said.get("article") == "法25条1項"
        elif event.fact is Fact.DECISION_MADE:
            items |= {item: _moved(items[item], Step.REDECIDED, event) for item in event.items}
            takes |= dict.fromkeys(event.items, bool(said["take"]))
        elif event.fact is Fact.INTERIM_REPLIED:
            ground = DeferralGround(said["ground"])
            for item in event.items:
                moved = _moved(items[item], Step.INTERIM, event)
                items[item] = replace(moved, interims={ground: event.occurred_at, **moved.interims})
        elif event.fact is Fact.OUTCOME_GIVEN:
            for item in event.items:
                items[item] = _moved(items[item], Step.TOLD_TAKEN if takes[item] else Step.TOLD_KEPT, event)
        elif step := SIMPLE.get(event.fact):
            items |= {item: _moved(items[item], step, event) for item in event.items}
    return NoticeCount(items, statutory, late)


SIMPLE: dict[Fact, Step] = {
    Fact.REPLY_EXCUSED: Step.EXCUSE,
    Fact.NOTICE_WITHDRAWN: Step.WITHDRAW,
    Fact.OUTCOME_LOST: Step.OUTCOME_LOST,
    Fact.REPLY_LOST: Step.REPLY_LOST,
}


def _moved(item: ItemCount, step: Step, event: Happened) -> ItemCount:
    stage = after(item.stage, step)
    if stage is item.stage:
        return item
    if step is Step.REPLY_LOST:
        return ItemCount(stage, None)
    told = event.occurred_at if stage is not Stage.OPEN else None
    return replace(item, stage=stage, at=told, replied_at=item.replied_at or told)
