"""The only way a fact enters a case: one event, chained to the one before, and the consequences the tables draw."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select as pick
from sqlmodel import Session, col, select

from tracker.casework import chain, tallies
from tracker.casework.remarks import sealed_remark
from tracker.law.clocks import Bound
from tracker.law.consequences import Binds, Consequences, Place, Start, draw
from tracker.law.editions import Edition, edition, edition_on
from tracker.law.facts import ENDS, LOSSES, Fact
from tracker.law.period import japanese_day
from tracker.models import Case, Clock, Event, LogHold, Service
from tracker.sealed import seal_words


class Told(NamedTuple):
    """What the law needs of an event."""

    fact: Fact
    items: list[str]


@dataclass(frozen=True)
class Opened:
    """A case whose row is locked, with what the tables of law need of it. `record` keeps it in step."""

    case: Case
    told: list[Told]
    clocks: list[Clock]
    registered_on: date | None  # when the provider of the service was registered


@dataclass(frozen=True)
class HoldScope:
    """What the holds that a fact places are about, where a paper or a person says so: their rows are never edited.

    No classes: those of the rule. `words` names accounts, contents and items, and is sealed with each hold.
    """

    classes: Sequence[str] = ()
    paper_id: UUID | None = None
    placed_by: UUID | None = None
    review_at: datetime | None = None
    logs_from: date | None = None
    logs_until: date | None = None
    words: Mapping[str, str] | None = None


# Who did it: a member of staff, or one of these.
CLAIMANT, SENDER, CUSTODIAN, SYSTEM = "claimant", "sender", "custodian", "system"


def staff(id: UUID) -> str:
    """The actor that stands for a member of staff."""
    return f"staff:{id}"


def record(
    session: Session,
    case: Case,
    fact: Fact,
    *,
    actor: str,
    at: datetime,
    occurred_at: datetime | None = None,
    items: Iterable[UUID] = (),
    corrects: int | None = None,
    remark: str = "",
    opened: Opened | None = None,
    scope: HoldScope | None = None,
    **said: Any,
) -> Event:
    """Write down that `fact` happened, and let the tables of law draw the consequences.

    `at` is when it is written down, `occurred_at` when it happened (the same by default); both aware instants.
    `said` holds ids and codes; a free text is a `remark`, sealed apart, of which the event keeps a commitment.
    Who has `opened` the case in this transaction, with others, gives it along, and flushes once for all of them.
    `scope` says what the holds that this fact places are about.

    1. Lock the case row; append the event, chained to the one before.
    2. Start the clocks that the edition of that Japanese day names for this fact.
    3. Stop, void or resume the clocks that this fact touches.
    4. Place and release the log holds that this fact triggers.
    5. Refresh next_at and closed_at, by which lists are ordered, and what the case adds to the yearly figures.
    """
    known = opened or _open(session, case)
    clocks = known.clocks
    occurred_at = occurred_at or at
    named = sorted(str(i) for i in items)
    day = japanese_day(occurred_at)
    rules = edition_on(day)
    registered = known.registered_on is not None and known.registered_on <= day
    binds = Binds(provider=registered, notice=case.statutory)
    drawn = draw(
        rules,
        fact,
        occurred_at,
        items=named,
        said=said,
        clocks=[chain.known(c) for c in clocks],
        happened=standing(known.told),
        binds=binds,
        target=session.info["office"].target,
        calendar=session.info["calendar"],
    )
    new_clocks = [_clock(session, case, rules, start) for start in drawn.starts]
    new_holds = [_hold(session, case, place, scope or HoldScope()) for place in drawn.places]
    released = _release(session, case, drawn, named, at)
    for clock in clocks:
        if str(clock.id) in drawn.voids:
            clock.voided_at = at
        if str(clock.id) in drawn.stops:
            clock.stopped_at = occurred_at
    session.add_all([*new_clocks, *new_holds])
    event = Event(
        case_id=case.id,
        seq=case.head_seq + 1,
        occurred_at=occurred_at,
        recorded_at=at,
        actor=actor,
        fact=fact,
        items=named,
        corrects=corrects,
        data={
            "said": said,
            "remark": None,
            "binds": list(binds),
            "edition": rules.key,
            "voids": sorted(drawn.voids),
            "stops": sorted(drawn.stops),
            "starts": [chain.clock_state(c) for c in new_clocks],
            "holds": [chain.hold_state(h) for h in new_holds],
            "releases": sorted(released),
        },
        digest="",
    )
    note = sealed_remark(session, event, remark) if remark else None
    event.digest = chain.digest(event, case.head_digest)
    session.add(event)
    case.head_seq, case.head_digest = event.seq, event.digest
    known.told.append(Told(event.fact, event.items))
    clocks.extend(new_clocks)
    case.next_at, closed = position(known.told, clocks)
    case.closed_at = (case.closed_at or at) if closed else None
    session.add(case)
    if note or not opened:
        session.flush()
    if note:
        session.add(note)
        session.flush()
    tallies.refresh(session, case, fact)
    return event


def lock(session: Session, case: Case) -> None:
    """Hold the case row until the transaction ends: every verb that reads before it records begins with this."""
    if case in session.new:
        session.flush()
    else:
        session.refresh(case, with_for_update=True)


def open_all(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, Opened]:
    """Lock the rows of many cases, in the order of their ids, and read in few queries what facts about them need."""
    wanted = sorted(set(ids))
    locking = select(Case).where(col(Case.id).in_(wanted)).order_by(col(Case.id)).with_for_update()
    cases = session.exec(locking.execution_options(populate_existing=True)).all()
    clocks: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in session.exec(select(Clock).where(col(Clock.case_id).in_(wanted))):
        clocks[clock.case_id].append(clock)
    told: dict[UUID, list[Told]] = defaultdict(list)
    columns: list[Any] = [Event.case_id, Event.fact, Event.items]
    for id, fact, items in session.execute(
        pick(*columns).where(col(Event.case_id).in_(wanted)).order_by(col(Event.case_id), col(Event.seq))
    ):
        told[id].append(Told(fact, items))
    services = {case.service_id: session.get_one(Service, case.service_id) for case in cases}
    return {
        case.id: Opened(case, told[case.id], clocks[case.id], services[case.service_id].registered_on) for case in cases
    }


def _open(session: Session, case: Case) -> Opened:
    """One case, which may be new."""
    if case in session.new:
        session.flush()
        return Opened(case, [], [], session.get_one(Service, case.service_id).registered_on)
    return open_all(session, [case.id])[case.id]


def history(session: Session, case: Case, *, as_of: datetime | None = None) -> list[Event]:
    """The events of a case, oldest first; those written down by the instant `as_of`, where one is given.

    The chain is the order: it ends before the first event that is later, also where two clocks disagreed by a moment.
    """
    if case in session.new or case.head_seq == 0:
        return []
    events = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq)))
    return list(takewhile(lambda event: as_of is None or event.recorded_at <= as_of, events))


def standing(events: Sequence[Event] | Sequence[Told]) -> set[tuple[Fact, str]]:
    """Which facts stand for which items ("" for the case): a letter that came back takes its facts with it."""
    found: set[tuple[Fact, str]] = set()
    for event in events:
        lost = LOSSES.get(event.fact, frozenset())
        found -= {(fact, item) for fact in lost for item in [*event.items, ""]}
        found |= {(event.fact, item) for item in [*event.items, ""]}
    return found


def position(events: Sequence[Event] | Sequence[Told], clocks: Iterable[Clock]) -> tuple[datetime | None, bool]:
    """When the next duty of a case falls due (UTC), and whether nothing is left to do in it."""
    running = [c for c in clocks if c.stopped_at is None and c.voided_at is None]
    leading: list[datetime] = []
    others: list[datetime] = []
    for clock in running:
        rule = edition(clock.edition).clock(clock.rule)
        moment = clock.target_at if rule.bound is Bound.PROMPTLY else clock.due_at
        (leading if rule.leads and rule.bound is not Bound.NOT_BEFORE else others).append(moment or clock.started_at)
    happened = standing(events)
    items = next((e.items for e in events if e.fact is Fact.NOTICE_RECEIVED), [])
    ended = all(any((fact, item) in happened for fact in ENDS) for item in items)
    return min(leading or others, default=None), not running and ended


def _clock(session: Session, case: Case, rules: Edition, start: Start) -> Clock:
    return Clock(
        id=uuid4(),
        case_id=case.id,
        item_id=UUID(start.item) if start.item else None,
        rule=start.rule.key,
        article=start.rule.article,
        edition=rules.key,
        calendar=session.info["calendar"].version,
        force=start.force,
        started_at=start.started_at,
        due_at=start.due_at,
        target_at=start.target_at,
        stopped_at=start.stopped_at,
        resumes=UUID(start.resumes) if start.resumes else None,
        alert_at=None if start.stopped_at else start.started_at,  # the next sweep finds its first rung
    )


def _hold(session: Session, case: Case, place: Place, scope: HoldScope) -> LogHold:
    id = uuid4()
    words = dict(scope.words) if scope.words else None
    return LogHold(
        id=id,
        case_id=case.id,
        item_id=UUID(place.item) if place.item else None,
        rule=place.rule.key,
        article=place.rule.article,
        force=place.rule.force,
        strength=place.rule.strength,
        classes=list(scope.classes or place.rule.classes),
        from_at=place.from_at,
        until_at=place.until_at,
        paper_id=scope.paper_id,
        placed_by=scope.placed_by,
        review_at=scope.review_at,
        logs_from=scope.logs_from,
        logs_until=scope.logs_until,
        scope_sealed=seal_words(session, case.id, "loghold.scope", id, words) if words else None,
    )


def _release(session: Session, case: Case, drawn: Consequences, items: Sequence[str], at: datetime) -> list[str]:
    """Release the running holds of the rules that this fact ends, and say which they were.

    One that stands for an item ends only with a fact about that item.
    """
    if not drawn.releases:
        return []
    holds = session.exec(
        select(LogHold).where(
            LogHold.case_id == case.id, col(LogHold.rule).in_(drawn.releases), col(LogHold.released_at).is_(None)
        )
    )
    released = []
    for hold in holds:
        if hold.item_id is None or str(hold.item_id) in items:
            hold.released_at = at
            released.append(str(hold.id))
    return released
