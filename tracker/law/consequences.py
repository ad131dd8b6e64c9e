"""Facts → consequences: which clocks a fact starts, stops, resumes or voids, and which holds it places or releases.

Pure: the journal applies what this returns, and the verifier draws it again from the events alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule, Effect, Whom
from tracker.law.editions import Edition, edition
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Subject
from tracker.law.holds import HoldRule, end as end_of_hold
from tracker.law.period import ONE_DAY, boundary, start_of
from tracker.law.sheets import period

# What ends the duties toward the claimant for good, and so starts none of them again.
DISCHARGES = frozenset({Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN})

# A correction, and the beginning that it puts right.
CORRECTIONS: Mapping[Fact, Fact] = {
    Fact.RECEIPT_CORRECTED: Fact.NOTICE_RECEIVED,
    Fact.DESIGNATION_CORRECTED: Fact.DESIGNATED,
}

# What was taken for done and was not, with what it had begun: the clocks of its items are void, and none starts then.
UNDOES: Mapping[Fact, frozenset[Fact]] = {
    Fact.INQUIRY_LOST: frozenset({Fact.INQUIRY_RECEIVED, Fact.SHORT_INQUIRY_RECEIVED}),
}

# Office policy: hours from an instant to an office target, by the target's name; outside law, so passed in.
Target = Callable[[str, datetime], timedelta]


@dataclass(frozen=True)
class KnownClock:
    """A clock of the case as the law needs to know it. `item` is None for a clock of the whole case."""

    id: str
    rule: str
    item: str | None
    started_at: datetime
    due_at: datetime | None
    target_at: datetime | None
    stopped_at: datetime | None
    voided: bool
    resumes: str | None
    force: Force
    edition: str

    @property
    def law(self) -> ClockRule:
        """Its rule, in the edition that it keeps."""
        return edition(self.edition).clock(self.rule)


class Binds(NamedTuple):
    """Whom the duties bind: the provider from registration (法22条1項), and toward this filer (法25条)."""

    provider: bool
    notice: bool


class Start(NamedTuple):
    """A clock to start. `due_at` is the first instant after the period (or the first free one), in UTC."""

    rule: ClockRule
    item: str | None
    started_at: datetime
    due_at: datetime | None
    target_at: datetime | None
    force: Force
    resumes: str | None = None
    stopped_at: datetime | None = None


class Place(NamedTuple):
    """A hold to place."""

    rule: HoldRule
    item: str | None
    from_at: datetime
    until_at: datetime | None


class Consequences(NamedTuple):
    """What a fact brings about: ids of clocks to void and to stop, clocks to start, holds to place and to release."""

    voids: Sequence[str]
    stops: Sequence[str]
    starts: Sequence[Start]
    places: Sequence[Place]
    releases: Sequence[str]


def due(rule: ClockRule, start: datetime, calendar: Calendar) -> datetime | None:
    """The instant at which `rule`'s period, begun at `start`, is over; None where the law names no number.

    Raises calendars.Uncovered where the end hangs on closed days that the calendar does not know.
    """
    steps = period(rule, start, calendar)
    return boundary(steps) if steps else None


def draw(
    rules: Edition,
    fact: Fact,
    at: datetime,
    *,
    items: Sequence[str],
    said: Mapping[str, object],
    clocks: Sequence[KnownClock],
    happened: Collection[tuple[Fact, str]],
    binds: Binds,
    target: Target,
    calendar: Calendar,
) -> Consequences:
    """What `fact`, which happened at `at` for `items`, brings about. `calendar` moves the end of filings only.

    1. A correction of a beginning voids every clock that it started and starts it again from the true instant;
       one of whom the duties bind voids every clock whose force was another, and keeps its dates in a new one.
       What was taken for done and was not voids what it had started.
    2. Running clocks that this fact stops are stopped, for the items named or for the case.
    3. Clocks whose proof was lost run again with the date they had.
    4. Clocks that this fact starts are started, unless the same one is running already.
    5. Holds are placed and released.
    """
    if fact in CORRECTIONS:
        return _corrected(rules, CORRECTIONS[fact], at, clocks, binds=binds, target=target, calendar=calendar)
    if fact is Fact.BINDING_CORRECTED:
        return _rebound(clocks, binds)
    if fact in UNDOES:
        void = [c.id for c in clocks if not c.voided and c.item in items and c.law.starts_on in UNDOES[fact]]
        return Consequences(void, [], [], [], [])
    live = [c for c in clocks if not c.voided]
    stops = [
        c.id
        for c in live
        if c.stopped_at is None
        and fact in c.law.stops_on
        and (c.item is None or c.item in items)
        and not (fact is Fact.WAIT_OVER and c.due_at and c.due_at > at)  # another wait of the case is not over yet
    ]
    stops = [c.id for c in live if c.id in stops and _meant(c, said)]
    starts = _resumed(fact, items, [c for c in live if _meant(c, said)])
    running = {(c.rule, c.item) for c in live if c.stopped_at is None and c.id not in stops and not c.law.each}
    for rule in rules.clocks:
        if (
            fact not in {rule.starts_on, *rule.also_on}
            or rule.kept_by
            or (rule.only_when and not said.get(rule.only_when))
        ):
            continue
        for item in items if rule.subject is Subject.ITEM else [None]:
            if rule.only_after and (rule.only_after, item or "") not in happened:
                continue
            if item and any((end, item) in happened for end in rule.stops_on & DISCHARGES):
                continue  # nothing more is owed to the claimant about this item
            if (rule.key, item) not in running:
                began = max((c.started_at for c in live if c.law.starts_on is rule.counts_from), default=at)
                starts.append(_start(rule, item, began, binds=binds, target=target, calendar=calendar, said=said))
    places = [
        Place(rule, item, at, end_of_hold(rule, _first(rule, live, at), said))
        for rule in rules.holds
        if rule.placed_on is fact and (not rule.only_when or said.get(rule.only_when))
        for item in (items if rule.subject is Subject.ITEM else [None])
    ]
    releases = [rule.key for rule in rules.holds if fact in rule.released_on]
    return Consequences([], stops, starts, places, releases)


def _meant(clock: KnownClock, said: Mapping[str, object]) -> bool:
    """Whether a fact is about this clock: of those that run side by side it names one by when that began (ISO 8601)."""
    began = said.get("began")
    return not clock.law.each or not isinstance(began, str) or clock.started_at == datetime.fromisoformat(began)


def _first(rule: HoldRule, live: Sequence[KnownClock], at: datetime) -> datetime:
    """From when a hold counts: the fact that places it, or the earlier one that its rule names."""
    begun = [c.started_at for c in live if rule.counts_from and c.law.starts_on is rule.counts_from]
    return max(begun, default=at)


def _start(
    rule: ClockRule,
    item: str | None,
    at: datetime,
    *,
    binds: Binds,
    target: Target,
    calendar: Calendar,
    said: Mapping[str, object],
) -> Start:
    force = _force(rule, binds)
    aim = at + target(rule.target, at) if rule.bound is Bound.PROMPTLY else None
    end = due(rule, at, calendar)
    stated = said.get("until") if rule.stated else None
    if isinstance(stated, str):  # the paper names its last day, a Japanese date in ISO 8601, never later than the law
        day = start_of(date.fromisoformat(stated) + ONE_DAY)
        end = min(end, day) if end else day
    return Start(rule, item, at, end, aim, force)


def _force(rule: ClockRule, binds: Binds) -> Force:
    bound = {Whom.NOTICE: binds.notice, Whom.REGISTERED: binds.provider}.get(rule.whom, True)
    # What forbids binds the measures of later days, so it is a duty even when it starts before registration.
    return rule.force if bound or rule.effect is Effect.FORBIDS else Force.VOLUNTARY


def _rebound(clocks: Sequence[KnownClock], binds: Binds) -> Consequences:
    """The clocks of another force than the one that they should have had, voided, and the same dates in its force."""
    duties = [c for c in clocks if not c.voided and c.law.whom is Whom.NOTICE]
    wrong = [c for c in duties if c.force is not _force(c.law, binds)]
    followed = {c.resumes for c in duties}  # one that runs again stands for the one that it resumed
    starts = [
        Start(c.law, c.item, c.started_at, c.due_at, c.target_at, _force(c.law, binds), stopped_at=c.stopped_at)
        for c in wrong
        if c.id not in followed
    ]
    return Consequences([c.id for c in wrong], [], starts, [], [])


def _resumed(fact: Fact, items: Sequence[str], live: Sequence[KnownClock]) -> list[Start]:
    """The last clock of each rule that `fact` resumes, unless one still runs, with the start and the dates it had."""
    followed = {c.resumes for c in live}
    running = {(c.rule, c.item) for c in live if c.stopped_at is None}  # of `each` only the one that is meant is here
    lost = [
        c
        for c in live
        if fact in c.law.resumes_on
        and (c.item is None or c.item in items)
        and c.id not in followed
        and (c.rule, c.item) not in running
    ]
    if any(c.law.each for c in lost):  # one that was stopped and started anew from the same instant runs once
        lost = list({(c.rule, c.item, c.started_at): c for c in lost}.values())
    return [Start(c.law, c.item, c.started_at, c.due_at, c.target_at, c.force, resumes=c.id) for c in lost]


def _corrected(
    rules: Edition,
    begun: Fact,
    at: datetime,
    clocks: Sequence[KnownClock],
    *,
    binds: Binds,
    target: Target,
    calendar: Calendar,
) -> Consequences:
    """Every clock that `begun` started, voided, and one in its place from the true instant `at`.

    What was stopped stays stopped, except what a correction makes due again; the holds of receipt are placed anew.
    """
    wrong = [c for c in clocks if not c.voided and c.law.starts_on is begun]
    followed = {c.resumes for c in wrong}
    starts = []
    for clock in wrong:
        if clock.id not in followed:
            rule = rules.clock(clock.rule)
            start = _start(rule, clock.item, at, binds=binds, target=target, calendar=calendar, said={})
            starts.append(start._replace(stopped_at=None if rule.renewed else clock.stopped_at))
    held = [rule for rule in rules.holds if rule.placed_on is begun and rule.subject is Subject.CASE]
    places = [Place(rule, None, at, end_of_hold(rule, at, {})) for rule in held]
    return Consequences([c.id for c in wrong], [], starts, places, [rule.key for rule in held])
