"""The sweep: clocks whose next rung has come are claimed, entered in the ledger, and told in one memo a person."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, insert, select as pick, update
from sqlmodel import Session, col, select

from tracker.casework.watch import memos
from tracker.casework.watch.answers import latest
from tracker.casework.watch.people import People, people
from tracker.casework.watch.rungs import FAST, LATE, PASSED, Rung, newest, rungs
from tracker.casework.watch.words import Line, line, single
from tracker.i18n import japanese
from tracker.law.clocks import Bound
from tracker.law.editions import edition
from tracker.law.grounds import Force
from tracker.law.hours import Hours
from tracker.models import Alert, Case, Clock, CriteriaVersion, HoldOrder, MemoKind, Notice, Service

log = logging.getLogger(__name__)

AT_ONCE = 2000  # clocks claimed in one transaction
AGAIN = timedelta(hours=1)  # when a record that failed is looked at again


class NobodyToTell(Exception):
    """The team has no active member: alerts wait, and the desk and the health page say so."""


@dataclass
class Swept:
    """What one transaction did: clocks claimed, alerts entered, memos posted; the class of the first failure."""

    claimed: int = 0
    alerts: int = 0
    memos: int = 0
    failure: str = ""
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _next: list[dict[str, Any]] = field(default_factory=list)


@japanese()
def sweep(session: Session, *, at: datetime, most: int = AT_ONCE) -> Swept:
    """Claim clocks whose next rung has come, tell of the newest one that is due, and store when the next comes.

    1. The rows are locked and skipped by another worker; the ledger's key is the second guard.
    2. After down-time only the newest rung is told. Outside office hours it waits for the next opening, unless the
       clock ends before that, or is in the fast lane.
    3. A record that fails is named by class and id, looked at again in an hour, and stops no other.
    4. What an older memo says that still waits for the relay is said by the new one, and the older one is taken back.

    Raises NobodyToTell when there is somebody to be told and no team.
    """
    done = Swept()
    found = _claimed(session, at, most)
    done.claimed = len(found)
    if not found:
        return done
    hours: Hours = session.info["office"].hours
    team = people(session, at)
    told: dict[UUID, list[tuple[Line, str]]] = defaultdict(list)
    answers = latest(session, [f"clock:{row.id}" for row in found])
    known = _known(session, found)
    for row in found:
        try:
            _one(session, row, at, hours, team, answers, known, told, done)
        except NobodyToTell:
            raise
        except Exception as error:
            log.error("clock %s: %s", row.id, type(error).__name__)
            done.failure = done.failure or type(error).__name__
            done._next.append({"id": row.id, "alert_at": at + AGAIN})
    _write(session, at, team, told, done)
    return done


def _claimed(session: Session, at: datetime, most: int) -> Sequence[Row[Any]]:
    return session.execute(
        _query()
        .where(col(Clock.alert_at) <= at)
        .order_by(col(Clock.alert_at))
        .limit(most)
        .with_for_update(of=Clock, skip_locked=True)
    ).all()


def _rows(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    return session.execute(_query().where(col(Clock.id).in_(ids))).all() if ids else []


def _query() -> Select[Any]:
    columns: list[Any] = [
        Clock.id, Clock.rule, Clock.edition, Clock.started_at, Clock.due_at, Clock.target_at, Clock.force,
        Clock.article, Case.fast, Case.assigned_to, Case.kind, Service.name, Notice.number,
        HoldOrder.number.label("order"), CriteriaVersion.version,  # type: ignore[attr-defined] # a column
    ]  # fmt: skip
    return (
        pick(*columns)
        .select_from(Clock)
        .join(Case, col(Case.id) == col(Clock.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .outerjoin(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
        .where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))
    )


def _known(session: Session, found: Sequence[Row[Any]]) -> set[tuple[str, str, UUID]]:
    subjects = [f"clock:{row.id}" for row in found]
    query = select(Alert.subject, Alert.level, Alert.recipient).where(col(Alert.subject).in_(subjects))
    return {(subject, level, recipient) for subject, level, recipient in session.exec(query)}


def _one(
    session: Session,
    row: Row[Any],
    at: datetime,
    hours: Hours,
    team: People,
    answers: Mapping[str, Any],
    known: set[tuple[str, str, UUID]],
    told: dict[UUID, list[tuple[Line, str]]],
    done: Swept,
) -> None:
    rule, calendar, subject = edition(row.edition).clock(row.rule), session.info["calendar"], f"clock:{row.id}"
    end = row.target_at if rule.bound is Bound.PROMPTLY else row.due_at
    if end is None:
        done._next.append({"id": row.id, "alert_at": None})
        return
    due, following = newest(rungs(rule, row.started_at, end, hours, calendar, fast=row.fast), at)
    after = following.at if following else None
    answer = answers.get(subject)
    rests = _rests(due, answer, at, end, hours, calendar)
    if due is None or rests:
        done._next.append({"id": row.id, "alert_at": rests if rests and rests > at else after})
        return
    statutory = rule.bound is Bound.WITHIN and row.force is Force.DUTY
    holder = answer.staff_id if answer else row.assigned_to
    chosen = team.told(due.level, holder, statutory=statutory)
    if not chosen and not team.staff:
        raise NobodyToTell
    for staff in chosen:
        if (subject, due.level, staff.id) not in known:
            told[staff.id].append((line(row, rule, due, end, at, session), due.level))
    done._next.append({"id": row.id, "alert_at": after})


def _rests(due: Rung | None, answer: Any, at: datetime, end: datetime, hours: Hours, calendar: Any) -> datetime | None:
    """Until when nothing is told although a rung is due; `at` itself where somebody has it and it need not be told."""
    if due is None:
        return None
    if answer and answer.quiet_until and answer.quiet_until > at:
        rested: datetime = answer.quiet_until
        return rested
    if answer and due.level.partition(":")[0] in (LATE, PASSED) and answer.at >= end:
        return at
    if due.level == FAST or hours.working(at, calendar):
        return None
    opening = hours.next_opening(at, calendar)
    return opening if at >= end or opening < end else None


def _write(
    session: Session, at: datetime, team: People, told: Mapping[UUID, Sequence[tuple[Line, str]]], done: Swept
) -> None:
    for id, fresh in told.items():
        staff = team.staff[id]
        taken_back = memos.withdraw(session, id, MemoKind.SINGLE, at=at)
        lines = {one.subject: one for one in _still(session, taken_back, at)} | {one.subject: one for one, _l in fresh}
        what = [f"{one.subject} {level}" for one, level in fresh]
        subject, body = single(session, sorted(lines.values()), at=at)
        memo = memos.post(
            session, staff, MemoKind.SINGLE, memos.key_of(MemoKind.SINGLE, id, what), subject, body, at=at
        )
        done.memos += memo is not None
        done._rows += [
            {"id": uuid4(), "subject": one.subject, "level": level, "recipient": id,
             "memo_id": memo.id if memo else None, "raised_at": at}
            for one, level in fresh
        ]  # fmt: skip
    if done._rows:
        session.execute(insert(Alert), done._rows)
        done.alerts = len(done._rows)
    if done._next:
        session.execute(update(Clock), done._next)


def _still(session: Session, taken_back: Sequence[UUID], at: datetime) -> list[Line]:
    """What the memos taken back told of and still runs, as it stands now."""
    if not taken_back:
        return []
    subjects = session.exec(select(Alert.subject).where(col(Alert.memo_id).in_(taken_back))).all()
    ids = {UUID(one.removeprefix("clock:")) for one in subjects if one.startswith("clock:")}
    found = []
    for row in _rows(session, ids):
        rule = edition(row.edition).clock(row.rule)
        end = row.target_at if rule.bound is Bound.PROMPTLY else row.due_at
        if end is not None:
            hours, calendar = session.info["office"].hours, session.info["calendar"]
            due, _next = newest(rungs(rule, row.started_at, end, hours, calendar, fast=row.fast), at)
            if due:
                found.append(line(row, rule, due, end, at, session))
    return found
