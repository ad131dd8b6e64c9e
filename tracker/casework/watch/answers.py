"""引き受け: who has an alert, and until when it rests. An answer silences the nagging, never a statutory date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import edition
from tracker.law.hours import Hours
from tracker.law.period import japanese_day, start_of
from tracker.models import AlertAnswer, Clock

ACKNOWLEDGED = timedelta(days=7)  # how long taking what is late ends the nagging


def latest(session: Session, subjects: Sequence[str]) -> dict[str, AlertAnswer]:
    """The newest answer to each of `subjects` that has one."""
    query = select(AlertAnswer).where(col(AlertAnswer.subject).in_(subjects)).order_by(col(AlertAnswer.at))
    return {row.subject: row for row in session.exec(query)}


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
    newest = latest(session, [f"clock:{clock_id}"]).get(f"clock:{clock_id}")
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
    answer = AlertAnswer(subject=f"clock:{clock_id}", staff_id=by, at=at, quiet_until=quiet_until)
    session.add(answer)
    if quiet_until:
        clock.alert_at = quiet_until
        session.add(clock)
    session.flush()
    return answer


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
