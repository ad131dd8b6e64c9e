"""What else the morning names: letters that came back, holds that end, waits that are over."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, select as pick, type_coerce
from sqlmodel import Session, col, or_, select

from tracker.casework.watch.many import parts, sound
from tracker.casework.watch.places import clocks, place
from tracker.casework.watch.rungs import AHEAD, FREE
from tracker.i18n import gettext as _, last_moment, short_day, short_time
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Strength, term
from tracker.law.period import japanese_day, start_of
from tracker.models import (
    Alert,
    Case,
    Clock,
    Letter,
    LetterKind,
    LogHold,
    Memo,
    MemoKind,
    Notice,
    Staff,
)

log = logging.getLogger(__name__)

BACK = timedelta(days=7)  # how long a letter that came back is named
OVER = timedelta(days=14)  # how long ago a wait may have ended that is told of: more than any row of closed days
WAITS = {rule.key: rule.label for rule in CLOCKS if rule.bound is Bound.NOT_BEFORE}

Named = Mapping[str, Sequence[str]]  # a line of the digest, and the subjects it stands for in the ledger


def theirs(staff_id: UUID) -> ColumnElement[bool]:
    """One's own, what nobody has, and what somebody had who left."""
    left = select(Staff.id).where(col(Staff.active).is_(False))
    return or_(col(Case.assigned_to) == staff_id, col(Case.assigned_to).is_(None), col(Case.assigned_to).in_(left))


def horizon(at: datetime, calendar: Calendar) -> datetime:
    """The end of the working days ahead; the closed days after the last of them count to it."""
    day = japanese_day(at)
    for _n in range(AHEAD):
        day = calendar.next_working_day(day)
    return start_of(calendar.next_working_day(day))


def came_back(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> list[str]:
    """The letters of open cases that were refused, or came back, in the last days."""
    query = (
        select(Notice.number, Letter.refused_at, Letter.bounced_at)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(or_(col(Letter.refused_at) > at - BACK, col(Letter.bounced_at) > at - BACK))
        .where(Letter.kind != LetterKind.ALERT, col(Case.closed_at).is_(None))
        .order_by(Notice.number)
    )
    if not everything:
        query = query.where(theirs(staff_id))
    found = [(number, bounced or refused) for number, refused, bounced in session.exec(query)]
    return [f"・{number}　{short_time(when)}" for number, when in found if when]


def holds_ending(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The holds that end in the next working days, those that forbid erasure first: what they keep is looked at before.

    The flags of a notice that end together are one line.
    """
    calendar: Calendar = session.info["calendar"]
    strength = type_coerce(col(LogHold.strength), String)  # as it stands: one bad record must not silence the others
    columns: list[Any] = [LogHold.id, Notice.number, LogHold.until_at, LogHold.article, strength.label("strength")]
    query = (
        pick(*columns)
        .select_from(LogHold)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(col(LogHold.released_at).is_(None))
        .where(col(LogHold.until_at) > at, col(LogHold.until_at) <= horizon(at, calendar))
        .order_by(col(LogHold.until_at), col(Notice.number))
    )
    if not everything:
        query = query.where(theirs(staff_id))
    kinds = {one.value: _(term(one).label) for one in reversed(Strength)}
    binding = list(kinds)
    found: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(query)
    for row in sorted(rows, key=lambda row: binding.index(row.strength) if row.strength in kinds else 0):
        day = short_day(last_moment(row.until_at), calendar)
        found[f"・{row.number}　{day}　{kinds.get(row.strength, '―')}　{row.article}"].append(f"hold:{row.id}")
    return found


def waits_over(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The waits that are recorded as over, and of which somebody has not read yet.

    They have stopped before the office opens, so the sweep does not see them. One of which a digest told that did not
    arrive is named again.
    """
    query = (
        clocks(Clock.id, Clock.rule, Clock.due_at, Clock.article)
        .where(col(Clock.rule).in_(WAITS), col(Clock.voided_at).is_(None))
        .where(col(Clock.due_at) > at - OVER, col(Clock.due_at) <= at, col(Clock.stopped_at) >= col(Clock.due_at))
        .order_by(col(Clock.due_at))
    )
    if not everything:
        query = query.where(theirs(staff_id))
    rows, damaged = sound(session, query)
    for id, failure in damaged.items():
        log.error("clock %s: %s", id, failure)
    known = _read(session, staff_id, [f"clock:{row.id}" for row in rows])
    calendar: Calendar = session.info["calendar"]
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        subject = f"clock:{row.id}"
        if subject in known:
            continue
        text = _(
            "%(name)s　%(label)s（%(article)s）　%(when)s",
            name=place(row)[0],
            label=_(WAITS[row.rule]),
            article=row.article,
            when=_("%(day)sから使えます", day=short_day(japanese_day(row.due_at), calendar)),
        )
        found[f"・{text}"].append(subject)
    return found


def _read(session: Session, staff_id: UUID, subjects: Sequence[str]) -> set[str]:
    """The waits that somebody was told of, by the sweep or by a digest that arrived."""
    arrived = (col(Memo.given_at).is_not(None)) & (col(Memo.refused_at).is_(None))
    query = (
        select(Alert.subject)
        .outerjoin(Memo, col(Memo.id) == col(Alert.memo_id))
        .where(Alert.recipient == staff_id, col(Alert.level).startswith(FREE))
        .where(or_(Memo.kind != MemoKind.MORNING, col(Memo.id).is_(None), arrived))
    )
    found: set[str] = set()
    for some in parts(subjects):
        found.update(session.exec(query.where(col(Alert.subject).in_(some))))
    return found
