"""The digest of the morning: what is late, due today and in the next working days, what came back, what ends."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, select

from tracker.casework.watch import memos
from tracker.casework.watch.answers import in_force
from tracker.casework.watch.digests.ends import (
    came_back,
    holds_ending,
    horizon,
    papers_over,
    readable,
    reviews_due,
    waits_over,
    without_erasure,
)
from tracker.casework.watch.digests.lines import DUTIES_SHOWN, SHOWN, body, foot, lines
from tracker.casework.watch.digests.versions import versions_waiting
from tracker.casework.watch.ledger import enter
from tracker.casework.watch.many import sound
from tracker.casework.watch.nearest import passed_right
from tracker.casework.watch.places import clocks, link, told
from tracker.casework.watch.rungs import AHEAD, FREE, days_left
from tracker.i18n import gettext as _, japanese, last_moment, short_day, short_time
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Force
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import (
    Case,
    Clock,
    JobRun,
    Memo,
    MemoKind,
    Preference,
    Role,
    Staff,
)

log = logging.getLogger(__name__)

DUTIES = [rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN]
ABOVE = frozenset({Role.LEAD, Role.MANAGER})


@dataclass(frozen=True)
class Due:
    """A running period in a digest."""

    subject: str
    number: str
    label: str
    last_day: date
    left: int  # working days to its last working day; negative when late
    whose: str  # empty for one's own
    duty: bool
    link: str = ""  # of what bears no name


@japanese()
def morning(session: Session, staff_id: UUID, *, at: datetime) -> Memo | None:
    """The digest of one person on the day of `at`: late, today, the next three working days, what came back.

    Reviewers and specialists read of their own and of what nobody has; leads and managers of everything. What it names
    enters the ledger of alerts. None for somebody who does not want it, and when it was written before.
    """
    staff = session.get_one(Staff, staff_id, with_for_update=True)  # two workers at once: the second sees the first's
    wish = session.get(Preference, staff_id)
    if wish and not wish.morning:
        return None
    today = japanese_day(at)
    key = f"morning:{today}:{staff_id}"
    if session.exec(select(Memo.id).where(Memo.key == key)).first():
        return None
    everything = staff.role in ABOVE
    due = _due(session, staff_id, at, everything=everything)
    back = came_back(session, staff_id, at, everything=everything)
    holds = holds_ending(session, staff_id, at, everything=everything)
    reviews = reviews_due(session, staff_id, at, everything=everything)
    waits = waits_over(session, staff_id, at, everything=everything)
    passed = papers_over(session, staff_id, at, everything=everything)
    calendar: Calendar = session.info["calendar"]
    duties = [one for one in due if one.duty]
    late = [one for one in duties if one.left < 0 or start_of(one.last_day + ONE_DAY) <= at]
    now = [one for one in duties if one.left == 0 and one not in late]
    soon = [one for one in duties if one.left > 0]
    last = session.exec(select(func.max(JobRun.succeeded_at)).where(JobRun.name == "alerts")).one()
    ran = short_time(last) if last else _("まだありません")
    subject = _(
        "【朝のまとめ】超過%(late)s件　今日%(now)s件　%(days)s営業日以内%(soon)s件",
        late=len(late),
        now=len(now),
        days=AHEAD,
        soon=len(soon),
    )
    parts = [
        _(
            "超過%(late)s件、今日が最後の営業日%(now)s件、%(days)s営業日以内%(soon)s件。最後の見回り %(last)s。",
            late=len(late),
            now=len(now),
            days=AHEAD,
            soon=len(soon),
            last=ran,
        ),
        _part(_("■ 期限を過ぎたもの"), late, calendar, today),
        _part(_("■ 今日が最後の営業日のもの"), now, calendar),
        _part(_("■ この先%(n)s営業日のもの", n=AHEAD), soon, calendar),
        _part(_("■ 任意の目標（法の期限ではありません）"), [one for one in due if not one.duty], calendar),
        lines(_("■ 届かずに戻った通知（期限は元の日付のまま動いています）"), back),
        lines(_("■ 待つ期間が終わり、使えるようになったもの"), list(waits)),
        lines(_("■ 期間が過ぎた書面（終わったことを記録します）"), list(passed)),
        lines(_("■ 任意の保存の見直し（残すか、解くかを決めます）"), list(reviews)),
        lines(_("■ この先%(n)s営業日で終わる通信履歴の保存（消去の前に見直します）", n=AHEAD), list(holds)),
        lines(_("■ 確認を待っている年次公表の版"), versions_waiting(session, staff, at=at)),
        without_erasure(session, staff_id) if everything else "",
        foot(session),
    ]
    memos.withdraw(session, staff_id, MemoKind.MORNING, at=at)
    memo = memos.post(session, staff, MemoKind.MORNING, key, subject, body(parts), at=at)
    if memo:
        levels = {one.subject: f"digest:{today}" if one.left < 0 else f"left:{one.left}" for one in due}
        levels |= {subject: f"review:{today}" for subjects in reviews.values() for subject in subjects}
        levels |= {subject: "ends" for subjects in holds.values() for subject in subjects}
        levels |= {subject: FREE for subjects in {**waits, **passed}.values() for subject in subjects}
        _enter(session, memo, levels, at)
    return memo


def _due(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> list[Due]:
    calendar: Calendar = session.info["calendar"]
    today = japanese_day(at)
    columns: list[Any] = [
        Clock.id, Clock.case_id, Clock.rule, Clock.due_at, Clock.force, Case.assigned_to,
        col(Staff.name).label("holder"), Staff.active,
    ]  # fmt: skip
    query = (
        clocks(*columns)
        .outerjoin(Staff, col(Staff.id) == col(Case.assigned_to))
        .where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None), col(Clock.rule).in_(DUTIES))
        .where(col(Clock.due_at) <= horizon(at, calendar), ~passed_right(at))
        .where(*readable(staff_id, everything=everything))
        .order_by(col(Clock.due_at))
    )
    labels = {rule.key: rule.label for rule in CLOCKS}
    rows, damaged = sound(session, query)
    for id, failure in damaged.items():
        log.error("clock %s: %s", id, failure)
    answers = in_force(session, {f"clock:{row.id}": row.case_id for row in rows})
    names = dict(session.exec(select(Staff.id, Staff.name).where(col(Staff.active).is_(True))).all()) if answers else {}
    found = []
    for row in rows:
        last = last_moment(row.due_at)
        work = calendar.last_working_day(last)
        taker = answers.get(f"clock:{row.id}")
        holder, name = row.assigned_to if row.active else None, row.holder
        if taker and taker.staff_id in names:
            holder, name = taker.staff_id, names[taker.staff_id]
        whose = "" if holder == staff_id else _("（担当: %(name)s）", name=name) if holder else _("（担当なし）")
        left = -1 if work < today else days_left(today, work, calendar)
        found.append(
            Due(
                f"clock:{row.id}",
                told(row),
                "" if row.secret else _(labels[row.rule]),
                last,
                max(left, 0) if row.force is Force.RIGHT else left,  # a right is never late
                whose,
                row.force is not Force.VOLUNTARY,
                link(session, row) if row.secret else "",
            )
        )
    return found


def _part(heading: str, some: Sequence[Due], calendar: Calendar, late_on: date | None = None) -> str:
    rows = [_row(one, calendar, late_on) for one in some]
    return lines(heading, rows, shown=DUTIES_SHOWN if some and some[0].duty else SHOWN)


def _row(one: Due, calendar: Calendar, late_on: date | None) -> str:
    words = {
        "day": short_day(one.last_day, calendar),
        "late": _("　%(n)s日超過", n=(late_on - one.last_day).days) if late_on else "",
        "whose": one.whose,
    }
    if one.link:
        return f"{_('・%(name)s　%(day)s%(late)s%(whose)s', name=one.number, **words)}\n　{one.link}"
    return _("・%(number)s　%(label)s　%(day)s%(late)s%(whose)s", number=one.number, label=one.label, **words)


def _enter(session: Session, memo: Memo, named: Mapping[str, str], at: datetime) -> None:
    """The ledger: one row for each subject, level and recipient; the day makes the level of what is late."""
    fixed = {"recipient": memo.staff_id, "memo_id": memo.id, "raised_at": at}
    enter(session, [fixed | {"id": uuid4(), "subject": subject, "level": level} for subject, level in named.items()])
