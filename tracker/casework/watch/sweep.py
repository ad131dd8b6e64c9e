"""The sweep: clocks whose next rung has come are claimed, entered in the ledger, and told in one memo a person.

Of a confidential paper (刑訴法197条5項) only the people it names are told, and no channel.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, update
from sqlmodel import Session, col

from tracker.casework.watch import channels, memos
from tracker.casework.watch.answers import acknowledged, in_force, longest
from tracker.casework.watch.ledger import Entered, again, enter, entered
from tracker.casework.watch.many import parts, sound
from tracker.casework.watch.places import clocks
from tracker.casework.watch.rungs import FAST, LATE, PASSED
from tracker.casework.watch.turn import Stands, Turn
from tracker.casework.watch.words import Line, line, single
from tracker.i18n import japanese
from tracker.law.clocks import Bound
from tracker.law.grounds import Force
from tracker.models import (
    Case,
    Clock,
    MemoKind,
    Service,
)

log = logging.getLogger(__name__)

AT_ONCE = 10_000  # clocks claimed in one transaction: a second or two, and one memo a person


class NobodyToTell(Exception):
    """The team has no active member: alerts wait, and the desk and the health page say so."""


@dataclass
class Swept:
    """What one transaction did: clocks claimed, alerts entered, memos posted; the class of the first failure."""

    claimed: int = 0
    alerts: int = 0
    memos: int = 0
    failure: str = ""


@japanese()
def sweep(session: Session, *, at: datetime, most: int = AT_ONCE) -> Swept:
    """Claim clocks whose next rung has come, tell of the newest one that is due, and store when the next comes.

    1. The rows are locked and skipped by another worker; the ledger's key is the second guard.
    2. After down-time only the newest rung is told. Outside office hours it waits for the next opening, unless the
       clock ends before that, or is in the fast lane.
    3. A record that fails, or cannot even be read, is named by class and id, looked at again in an hour, and stops no
       other.
    4. What the relay refused to everybody who could be told comes again when the office opens next.
    5. What an older memo says that still waits for the relay is said by the new one, and the older one is taken back.

    Raises NobodyToTell when there is somebody to be told and no team.
    """
    found, damaged = _claimed(session, at, most)
    done = Swept(claimed=len(found) + len(damaged))
    if not done.claimed:
        return done
    turn = Turn(session, at)
    answers = in_force(session, {f"clock:{row.id}": row.case_id for row in found})
    known = entered(session, [f"clock:{row.id}" for row in found])
    for id, failure in damaged.items():
        turn.set_aside(id, failure)
    for row in found:
        try:
            _one(turn, row, answers, known)
        except NobodyToTell:
            raise
        except Exception as error:
            turn.set_aside(row.id, type(error).__name__)
    _write(session, turn, done)
    done.failure = turn.failure
    return done


@japanese()
def sweep_for_channels(session: Session, *, at: datetime, most: int = AT_ONCE) -> None:
    """Tell channels of what is due while the team has nobody. The clocks stay due, for whoever comes."""
    found, damaged = _claimed(session, at, most)
    turn = Turn(session, at)
    answers = in_force(session, {f"clock:{row.id}": row.case_id for row in found})
    for id, failure in damaged.items():
        turn.failed(id, failure)
    for row in found:
        try:
            _due_now(turn, row, answers)
        except Exception as error:
            turn.failed(row.id, type(error).__name__)
    channels.tell(session, turn.rungs, lambda ids: _everybodys(turn, ids), at=at)


def _claimed(session: Session, at: datetime, most: int) -> tuple[Sequence[Row[Any]], Mapping[UUID, str]]:
    return sound(
        session,
        _query()
        .where(col(Clock.alert_at) <= at)
        .order_by(col(Clock.alert_at))
        .limit(most)
        .with_for_update(of=Clock, skip_locked=True),
    )


def _query() -> Select[Any]:
    columns: list[Any] = [
        Clock.id, Clock.case_id, Clock.rule, Clock.edition, Clock.started_at, Clock.due_at, Clock.target_at,
        Clock.force, Clock.article, Case.fast, Case.assigned_to, Service.slug, col(Service.id).label("service_id"),
    ]  # fmt: skip
    return clocks(*columns).where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))


def _due_now(turn: Turn, row: Row[Any], answers: Mapping[str, Any]) -> Line | None:
    """The line of a clock that is told of now; None for one that rests, and when it is looked at again is noted."""
    stands = turn.stands(row)
    if stands.end is None:
        turn.next[None].append(row.id)
        return None
    rests = _rests(turn, row, stands, answers.get(f"clock:{row.id}"))
    if stands.due is None or rests:
        turn.next[rests if rests and rests > turn.at else stands.after].append(row.id)
        return None
    said = line(row, stands.rule, stands.due, stands.end, turn.at, turn.session)
    if not row.secret:
        turn.rungs[said.subject, stands.due.level] = said
    return said


def _one(turn: Turn, row: Row[Any], answers: Mapping[str, Any], known: Mapping[str, Sequence[Entered]]) -> None:
    said, stands = _due_now(turn, row, answers), turn.stands(row)
    if said is None or stands.due is None or stands.end is None:
        return
    subject, level, answer = said.subject, stands.due.level, answers.get(said.subject)
    statutory = stands.rule.bound is not Bound.NOT_BEFORE and row.force is Force.DUTY
    holder = answer.staff_id if answer and answer.staff_id in turn.team.staff else row.assigned_to
    if not turn.team.staff:
        raise NobodyToTell
    if row.secret:
        chosen = turn.named(row, statutory=statutory)
    else:
        chosen = turn.recipients(level, holder, statutory=statutory, fast=row.fast)
    if acknowledged(answer, stands.end, turn.at) and level.startswith((LATE, PASSED)):  # it went up once, all the same
        went_up = any(one.kind in (LATE, PASSED) for one in known.get(subject, ()))
        chosen = [] if went_up else [staff for staff in chosen if staff.id != holder]
        if not chosen:
            turn.rungs.pop((subject, level), None)
    told = {staff.id: again(known.get(subject, ()), level, staff.id, turn.today) for staff in chosen}
    for id, entry in told.items():
        if entry:
            turn.told[id].append((said, entry))
    unheard = told and all(entry is None for entry in told.values())  # the relay refused it today, to each of them
    opening = turn.hours.next_opening(turn.at, turn.calendar) if unheard else None
    turn.next[min(filter(None, (stands.after, opening)), default=None)].append(row.id)


def _rests(turn: Turn, row: Row[Any], stands: Stands, answer: Any) -> datetime | None:
    """Until when nothing is told although a rung is due; None where it is told now."""
    at, due, end = turn.at, stands.due, stands.end
    if due is None or end is None:
        return None
    if answer and answer.quiet_until and answer.quiet_until > at:
        most = longest(stands.rule, end, turn.hours, turn.calendar)  # a calendar in use since may have moved it
        rested: datetime = min(answer.quiet_until, most)
        if rested > at:
            return rested
    if turn.working or due.level == FAST or row.fast:
        return None
    opening = turn.hours.next_opening(at, turn.calendar)
    return opening if at >= end or opening < end else None


def _write(session: Session, turn: Turn, done: Swept) -> None:
    """Post the memos, enter the ledger, and store when each clock is looked at again."""
    at, posted = turn.at, {}
    for id in sorted(turn.told):  # in one order: two workers never wait for each other
        posted[id] = _memo(session, turn, id)
    done.memos = len([memo for memo in posted.values() if memo])
    rows = [
        {"id": uuid4(), "subject": one.subject, "level": level, "recipient": id, "memo_id": posted[id], "raised_at": at}
        for id, fresh in turn.told.items()
        for one, level in fresh
    ]
    enter(session, rows)
    done.alerts = len(rows)
    failure = channels.tell(session, turn.rungs, lambda ids: _everybodys(turn, ids), at=at)
    turn.failure = turn.failure or failure
    for moment, ids in turn.next.items():
        for some in parts(ids):
            session.execute(update(Clock).where(col(Clock.id).in_(some)).values(alert_at=moment))


def _memo(session: Session, turn: Turn, id: UUID) -> UUID | None:
    """Post what one person is told; what an older memo says that still waits is said by this one."""
    fresh = turn.told[id]
    taken_back = memos.withdraw(session, id, MemoKind.SINGLE, at=turn.at)
    before = _still(turn, memos.clocks_of(session, taken_back) if taken_back else ())
    lines = {one.subject: one for one in before if turn.may_tell(one.row, id)}
    lines |= {one.subject: one for one, _level in fresh}
    subject, body = single(session, lines.values(), at=turn.at)
    key = memos.key_of(MemoKind.SINGLE, id, [f"{one.subject} {level}" for one, level in fresh])
    who = turn.team.staff.get(id) or turn.team.away[id]
    memo = memos.post(session, who, MemoKind.SINGLE, key, subject, body, at=turn.at)
    if memo is None:
        return None
    memos.replace(session, taken_back, memo)
    return memo.id


def _everybodys(turn: Turn, ids: Collection[UUID]) -> Iterator[Line]:
    """What still runs, as a channel may hear of it: nothing confidential."""
    return (one for one in _still(turn, ids) if not one.row.secret)


def _still(turn: Turn, ids: Collection[UUID]) -> Iterator[Line]:
    """What still runs of clocks that were told of before, as it stands now."""
    for some in parts(ids):
        rows, damaged = sound(turn.session, _query().where(col(Clock.id).in_(some)))
        for id, failure in damaged.items():
            turn.failed(id, failure)
        for row in rows:
            try:
                stands = turn.stands(row)
                if stands.end and stands.due:
                    yield line(row, stands.rule, stands.due, stands.end, turn.at, turn.session)
            except Exception as error:
                turn.failed(row.id, type(error).__name__)
