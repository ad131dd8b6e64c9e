"""Appeals as rows: where each belongs, what it still asks, and who took part in what it is about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select as pick
from sqlmodel import Session, col, select

from tracker.casework.faces import Face, face
from tracker.law.clocks.measures import APPEAL
from tracker.law.facts import Fact
from tracker.law.grounds import MeasureKind
from tracker.models import (
    Appeal,
    Approval,
    Case,
    Clock,
    Decision,
    Event,
    Item,
    Letter,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
    Sender,
    Service,
    Staff,
)


class Stage(StrEnum):
    """What an appeal asks for."""

    OPEN = "open"  # to be decided
    ANSWER = "answer"  # decided, and the sender has no answer
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Row:
    """One appeal on a list. `barred` are the names of who took part, `mine` whether whoever looks is one of them."""

    appeal: Appeal
    number: str  # of the notice
    service: str
    account: str
    item: int
    kind: MeasureKind
    ai: bool
    undone: bool  # the measure was taken back, by this appeal or otherwise
    target: Face | None
    stage: Stage
    barred: Sequence[str]
    mine: bool

    @property
    def cursor(self) -> str:
        """What the next page begins after."""
        return f"{self.appeal.received_at.isoformat()}~{self.appeal.id.hex}"


def of_case(session: Session, case: UUID, *, me: UUID, at: datetime) -> list[Row]:
    """Every appeal of a case, the newest first."""
    wanted = select(Appeal).where(Appeal.case_id == case).order_by(col(Appeal.received_at).desc(), col(Appeal.id))
    return rows_of(session, session.exec(wanted).all(), me=me, at=at)


def rows_of(session: Session, found: Sequence[Appeal], *, me: UUID, at: datetime) -> list[Row]:
    """The rows of a page, in a fixed number of queries however many there are."""
    columns: list[Any] = [
        Appeal.id, Notice.number, Service.name, Sender.account, Item.no, Measure, Decision.ai_used,
    ]  # fmt: skip
    wanted: Select[Any] = (
        pick(*columns)
        .select_from(Appeal)
        .join(Case, col(Case.id) == col(Appeal.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .join(Sender, col(Sender.id) == col(Appeal.sender_id))
        .join(Item, col(Item.id) == col(Appeal.item_id))
        .join(Measure, col(Measure.id) == col(Appeal.measure_id))
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
        .where(col(Appeal.id).in_([row.id for row in found]))
    )
    beside = {row[0]: row[1:] for row in session.execute(wanted)}
    clocks = _targets(session, found, at)
    told, part = _answered(session, found), barred(session, found)
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    rows = []
    for one in found:
        number, service, account, no, measure, ai = beside[one.id]
        rows.append(
            Row(
                appeal=one,
                number=number,
                service=service,
                account=account,
                item=no,
                kind=measure.kind,
                ai=ai,
                undone=measure.reversed_at is not None,
                target=clocks.get((one.item_id, one.received_at)),
                stage=_stage(one, (one.item_id, measure.decision_id) in told),
                barred=sorted(names[id] for id in part[one.id] if id in names),
                mine=me in part[one.id],
            )
        )
    return rows


def barred(session: Session, found: Sequence[Appeal]) -> dict[UUID, set[UUID]]:
    """Who may not decide each of some appeals (deciding.took_part), in five queries for all of them."""
    items, cases = {row.item_id for row in found}, {row.case_id for row in found}
    on_item, on_case = defaultdict[UUID, set[UUID]](set), defaultdict[UUID, set[UUID]](set)
    made = session.exec(select(Decision.id, Decision.item_id, Decision.by).where(col(Decision.item_id).in_(items)))
    item_of: dict[str, UUID] = {}
    for id, item, by in made:
        item_of[str(id)] = item
        on_item[item].add(by)
    hands = select(Measure.item_id, Measure.executed_by, Measure.reversed_by).where(col(Measure.item_id).in_(items))
    for item, *pair in session.exec(hands):
        on_item[item] |= {who for who in pair if who}
    for one in session.exec(select(Approval).where(col(Approval.case_id).in_(cases))):
        for item in {item_of[id] for id in one.decisions if id in item_of}:
            on_item[item] |= {who for who in (one.asked_by, one.settled_by) if who}
    opined = select(Event.case_id, Event.actor).where(
        col(Event.case_id).in_(cases), Event.fact == Fact.SPECIALIST_OPINED
    )
    for case, actor in session.exec(opined):
        if actor.startswith("staff:"):
            on_case[case].add(UUID(actor.removeprefix("staff:")))
    before = select(Appeal.id, Appeal.item_id, Appeal.decided_by).where(
        col(Appeal.item_id).in_(items), col(Appeal.decided_by).is_not(None)
    )
    decided = session.exec(before).all()
    return {
        row.id: on_item[row.item_id]
        | on_case[row.case_id]
        | {who for id, item, who in decided if item == row.item_id and id != row.id and who}
        for row in found
    }


def _stage(row: Appeal, told: bool) -> Stage:
    if row.withdrawn_at:
        return Stage.WITHDRAWN
    if row.decided_at is None:
        return Stage.OPEN
    return Stage.ANSWERED if told else Stage.ANSWER


def _targets(session: Session, found: Sequence[Appeal], at: datetime) -> dict[tuple[UUID | None, datetime], Face]:
    """The running office target of each, by its item and its beginning."""
    running = select(Clock).where(
        col(Clock.case_id).in_({row.case_id for row in found}),
        Clock.rule == APPEAL.key,
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
    )
    calendar = session.info["calendar"]
    return {(clock.item_id, clock.started_at): face(clock, at, calendar) for clock in session.exec(running)}


def _answered(session: Session, found: Sequence[Appeal]) -> set[tuple[UUID, UUID | None]]:
    """The items and decisions of which a letter that was given, and did not come back, tells the outcome."""
    told = (
        select(LetterItem.item_id, LetterItem.decision_id)
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(col(LetterItem.item_id).in_({row.item_id for row in found}), *given(Letter))
    )
    return set(session.exec(told).all())


def given(letter: Any) -> Sequence[ColumnElement[bool]]:
    """Of `letter`: it tells what became of an appeal, was given and did not come back."""
    return (
        letter.kind == LetterKind.APPEAL_ANSWER,
        letter.given_at.is_not(None),
        letter.bounced_at.is_(None),
        letter.cancelled_at.is_(None),
    )
