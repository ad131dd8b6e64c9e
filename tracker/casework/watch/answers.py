"""引き受け: who has an alert, and until when it rests. An answer silences the nagging, never a statutory date.

Whoever took it, or a lead, gives it back by another answer: then it is as if nobody had taken it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.watch.many import parts
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import edition
from tracker.law.facts import Fact
from tracker.law.hours import Hours
from tracker.law.period import japanese_day, start_of
from tracker.models import ROLES, AlertAnswer, Clock, Event, Role, Staff

ABOVE = frozenset(list(ROLES)[list(ROLES).index(Role.LEAD) :])  # who may give back what somebody else took
ACKNOWLEDGED = timedelta(days=7)  # how long taking what is late ends the nagging


def latest(session: Session, subjects: Sequence[str]) -> dict[str, AlertAnswer]:
    """The newest answer to each of `subjects` that has one and was not given back."""
    return {subject: answer for subject, answer in _newest(session, subjects).items() if not answer.given_back}


def in_force(session: Session, cases: Mapping[str, UUID]) -> dict[str, AlertAnswer]:
    """The newest answer to each of these subjects, unless it was given back or the case to somebody after it."""
    answers = latest(session, list(cases))
    assigned = _assigned(session, {cases[subject] for subject in answers})
    return {
        subject: answer
        for subject, answer in answers.items()
        if cases[subject] not in assigned or assigned[cases[subject]] <= answer.at
    }


def acknowledged(answer: AlertAnswer | None, end: datetime, at: datetime) -> bool:
    """Whether somebody took what is late, and did so lately: after some days the nagging begins again."""
    return answer is not None and answer.at >= end and at < answer.at + ACKNOWLEDGED


def take(
    session: Session,
    clock_id: UUID,
    *,
    quiet_until: datetime | None = None,
    seen: str | None = None,
    by: UUID,
    at: datetime,
) -> AlertAnswer:
    """Somebody has it. With `quiet_until` it rests until then. Raises NotAllowed for what may not rest so long.

    `seen` is the newest answer that the page showed ("" for none): Conflict where somebody else was first.

    A rest ends before the last working day of a period begins; once that day has come nothing rests, and what is late
    is only taken.
    """
    clock = session.get_one(Clock, clock_id, with_for_update=True, populate_existing=True)
    if clock.stopped_at or clock.voided_at:
        raise NotAllowed(N_("この期限は、もう終わっています。"))
    subject = f"clock:{clock_id}"
    newest = in_force(session, {subject: clock.case_id}).get(subject)
    if seen is not None and newest and str(newest.id) != seen and newest.staff_id != by:
        raise Conflict(N_("ほかの人が先に引き受けました。だれかを確かめてください。代わるときは、もう一度押します。"))
    if quiet_until is not None:
        most = longest_rest(clock, session.info["office"].hours, session.info["calendar"])
        if quiet_until <= at:
            raise NotAllowed(N_("これから先の日時を選んでください。"), about="quiet_until")
        if most is None or quiet_until > most:
            raise NotAllowed(
                N_("お知らせを止められるのは、最後の営業日の前までです。法の期限の日は動きません。"),
                about="quiet_until",
            )
    since = max(at, _assigned(session, [clock.case_id]).get(clock.case_id, at))  # taken after the case was given
    answer = AlertAnswer(subject=subject, staff_id=by, at=_after(session, subject, since), quiet_until=quiet_until)
    session.add(answer)
    if quiet_until:
        clock.alert_at = quiet_until
        session.add(clock)
    session.flush()
    return answer


def give_back(session: Session, clock_id: UUID, *, seen: str | None = None, by: UUID, at: datetime) -> None:
    """Nobody has taken it any more: its rest is over, and the nagging while it is late begins again.

    Whoever took it may, and leads. Raises NotAllowed for others and where nobody has it, Conflict where somebody else
    took it after the page was shown.
    """
    clock = session.get_one(Clock, clock_id, with_for_update=True, populate_existing=True)
    if clock.stopped_at or clock.voided_at:
        raise NotAllowed(N_("この期限は、もう終わっています。"))
    subject = f"clock:{clock_id}"
    newest = in_force(session, {subject: clock.case_id}).get(subject)
    if newest is None:
        raise NotAllowed(N_("引き受けている人はもういません。"))
    if seen is not None and str(newest.id) != seen:
        raise Conflict(N_("ほかの人が先に引き受けました。だれかを確かめてください。"))
    if newest.staff_id != by and session.get_one(Staff, by).role not in ABOVE:
        raise NotAllowed(N_("引き受けをやめられるのは、引き受けた人と主任から上の人です。"))
    session.add(AlertAnswer(subject=subject, staff_id=by, at=_after(session, subject, at), given_back=True))
    clock.alert_at = at
    session.add(clock)
    session.flush()


def given_to_somebody(session: Session, case_id: UUID, *, by: UUID, at: datetime) -> None:
    """The case was given to somebody: nobody has its alerts from before, also where the clock ran ahead then.

    Instants tell what came first (`in_force`). An answer of an instant that is still to come is given back instead.
    """
    clocks = session.exec(select(Clock.id).where(Clock.case_id == case_id))
    for subject, answer in latest(session, [f"clock:{id}" for id in clocks]).items():
        if answer.at > at:
            after = answer.at + timedelta.resolution
            session.add(AlertAnswer(subject=subject, staff_id=by, at=after, given_back=True))
    session.flush()


def _assigned(session: Session, cases: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these cases was given to somebody the last time."""
    found: dict[UUID, datetime] = {}
    for some in parts(cases):
        given = (
            select(Event.case_id, func.max(Event.occurred_at))
            .where(col(Event.case_id).in_(some), Event.fact == Fact.CASE_ASSIGNED)
            .group_by(col(Event.case_id))
        )
        found.update(session.exec(given).all())
    return found


def _newest(session: Session, subjects: Sequence[str]) -> dict[str, AlertAnswer]:
    query = select(AlertAnswer).order_by(col(AlertAnswer.at))
    found = (session.exec(query.where(col(AlertAnswer.subject).in_(some))) for some in parts(subjects))
    return {row.subject: row for rows in found for row in rows}


def _after(session: Session, subject: str, at: datetime) -> datetime:
    """`at`, or just after the newest answer: two of one instant would have no order."""
    newest = _newest(session, [subject]).get(subject)
    return max(at, newest.at + timedelta.resolution) if newest else at


def look_again(session: Session, clocks: ColumnElement[bool], *, at: datetime) -> None:
    """Let the next sweep look at running clocks anew: who has them changed, or which days count."""
    running = (col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None), col(Clock.alert_at) > at)
    session.execute(update(Clock).where(*running, clocks).values(alert_at=at))


def longest_rest(clock: Clock, hours: Hours, calendar: Calendar) -> datetime | None:
    """The last instant to which an alert of `clock` may rest: the opening of its last working day; None for none."""
    rule = edition(clock.edition).clock(clock.rule)
    end = clock.target_at if rule.bound is Bound.PROMPTLY else clock.due_at
    return longest(rule, end, hours, calendar) if end else None


def longest(rule: ClockRule, end: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """The opening of the last working day of a period, or of a target, that ends at `end`."""
    day = japanese_day(end)
    last = day if rule.bound is Bound.PROMPTLY and end > start_of(day) else japanese_day(end - timedelta.resolution)
    return hours.open_at(calendar.last_working_day(last))
