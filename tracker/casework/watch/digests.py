"""The digest of the morning for each person, and of the week for managers. One goes out also when there is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select as pick
from sqlmodel import Session, col, func, or_, select

from tracker.casework.watch import memos
from tracker.casework.watch.rungs import AHEAD
from tracker.i18n import gettext as _, japanese, last_moment, short_day, short_time
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, REPLY, Bound
from tracker.law.grounds import Force
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import (
    Alert,
    Case,
    Clock,
    JobRun,
    Letter,
    LetterKind,
    Memo,
    MemoKind,
    Notice,
    Preference,
    Role,
    Service,
    Staff,
)
from tracker.settings import Settings

SHOWN = 15  # lines of each part; the rest is a number
BACK = timedelta(days=7)  # how long a letter that came back is named
DUTIES = [rule.key for rule in CLOCKS if rule.bound is Bound.WITHIN]
ABOVE = frozenset({Role.LEAD, Role.MANAGER})


@dataclass(frozen=True)
class Due:
    """A running period in a digest."""

    subject: str
    number: str
    service: str
    label: str
    last_day: Any
    left: int  # working days to its last working day; negative when late
    mine: bool


def team(session: Session, at: datetime) -> list[UUID]:
    """Whom digests are written for; nobody on a day on which the office is closed."""
    if session.info["calendar"].closed(japanese_day(at)):
        return []
    return list(session.exec(select(Staff.id).where(col(Staff.active).is_(True)).order_by(Staff.email)))


@japanese()
def morning(session: Session, staff_id: UUID, *, at: datetime) -> Memo | None:
    """The digest of one person on the day of `at`: late, today, the next three working days, what came back.

    Reviewers and specialists read of their own and of what nobody has; leads and managers of everything. What it names
    enters the ledger of alerts. None for somebody who does not want it, and when it was written before.
    """
    staff = session.get_one(Staff, staff_id)
    wish = session.get(Preference, staff_id)
    if wish and not wish.morning:
        return None
    today = japanese_day(at)
    everything = staff.role in ABOVE
    due = _due(session, staff_id, at, everything=everything)
    back = _came_back(session, staff_id, at, everything=everything)
    calendar: Calendar = session.info["calendar"]
    late = [one for one in due if one.left < 0 or start_of(one.last_day + ONE_DAY) <= at]
    now = [one for one in due if one.left == 0 and one not in late]
    soon = [one for one in due if one.left > 0]
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
        _part(_("■ 期限を過ぎたもの"), late, calendar),
        _part(_("■ 今日が最後の営業日のもの"), now, calendar),
        _part(_("■ この先%(n)s営業日のもの", n=AHEAD), soon, calendar),
        _lines(_("■ 届かずに戻った通知（期限は元の日付のまま動いています）"), back),
        _foot(session),
    ]
    key = f"morning:{today}:{staff_id}"
    memos.withdraw(session, staff_id, MemoKind.MORNING, at=at)
    memo = memos.post(session, staff, MemoKind.MORNING, key, subject, _body(parts), at=at)
    if memo:
        _enter(session, memo, due, today, at)
    return memo


@japanese()
def weekly(session: Session, staff_id: UUID, *, at: datetime) -> Memo | None:
    """The week before in figures, for a manager, on the first working day of a week; else None."""
    staff = session.get_one(Staff, staff_id)
    wish = session.get(Preference, staff_id)
    today, calendar = japanese_day(at), session.info["calendar"]
    monday = today - ONE_DAY * today.weekday()
    if (
        staff.role is not Role.MANAGER
        or (wish and not wish.weekly)
        or calendar.next_working_day(monday - ONE_DAY) != today
    ):
        return None
    since, until = start_of(monday - ONE_DAY * 7), start_of(monday)
    reply = (Clock.rule == REPLY.key, Clock.force == Force.DUTY, col(Clock.voided_at).is_(None))
    within = (col(Clock.stopped_at) >= since, col(Clock.stopped_at) < until)
    answered = _count(session, *reply, *within)
    in_time = _count(session, *reply, *within, col(Clock.stopped_at) < col(Clock.due_at))
    came = _cases(session, col(Case.opened_at) >= since, col(Case.opened_at) < until)
    went = _cases(session, col(Case.closed_at) >= since, col(Case.closed_at) < until)
    left = _cases(session, col(Case.closed_at).is_(None))
    oldest = session.exec(
        select(Notice.number, Case.opened_at)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(col(Case.closed_at).is_(None))
        .order_by(col(Case.opened_at))
        .limit(5)
    ).all()
    share = f"{100 * in_time / answered:.0f}%" if answered else "―"
    subject = _("【週のまとめ】期限内 %(share)s　受付%(came)s件　終了%(went)s件", share=share, came=came, went=went)
    rows = [f"・{number}　{short_day(japanese_day(opened), calendar)}" for number, opened in oldest]
    parts = [
        _(
            "%(first)sから%(last)sまで",
            first=short_day(monday - ONE_DAY * 7, calendar),
            last=short_day(monday - ONE_DAY, calendar),
        ),
        _(
            "申出者への通知（法25条）: 終わった%(n)s件のうち期限内 %(in_time)s件（%(share)s）",
            n=answered,
            in_time=in_time,
            share=share,
        ),
        _(
            "受け付けた申出 %(came)s件、終わった事案 %(went)s件、いま開いている事案 %(left)s件",
            came=came,
            went=went,
            left=left,
        ),
        _lines(_("■ 最も古い事案"), rows),
        _foot(session),
    ]
    return memos.post(session, staff, MemoKind.WEEKLY, f"weekly:{monday}:{staff_id}", subject, _body(parts), at=at)


def _due(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> list[Due]:
    calendar: Calendar = session.info["calendar"]
    today = day = japanese_day(at)
    for _n in range(AHEAD):
        day = calendar.next_working_day(day)
    until = start_of(calendar.next_working_day(day))  # the closed days after the last of them count to it
    whose: ColumnElement[bool] = or_(col(Case.assigned_to) == staff_id, col(Case.assigned_to).is_(None))
    columns: list[Any] = [Clock.id, Clock.rule, Clock.due_at, Case.assigned_to, Service.name, Notice.number]
    query = (
        pick(*columns)
        .select_from(Clock)
        .join(Case, col(Case.id) == col(Clock.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .where(col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None), col(Clock.rule).in_(DUTIES))
        .where(col(Clock.due_at) <= until)
        .order_by(col(Clock.due_at))
    )
    labels = {rule.key: rule.label for rule in CLOCKS}
    found = []
    for row in session.execute(query if everything else query.where(whose)):
        last = last_moment(row.due_at)
        work = calendar.last_working_day(last)
        found.append(
            Due(
                f"clock:{row.id}",
                row.number or row.name,
                row.name,
                _(labels[row.rule]),
                last,
                -1 if work < today else _working_days(today, work, calendar),
                row.assigned_to == staff_id,
            )
        )
    return found


def _working_days(today: Any, last: Any, calendar: Calendar) -> int:
    n, day = 0, today
    while day < last:
        day = calendar.next_working_day(day)
        n += 1
    return n


def _came_back(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> list[str]:
    query = (
        select(Notice.number, Letter.refused_at, Letter.bounced_at)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(or_(col(Letter.refused_at) > at - BACK, col(Letter.bounced_at) > at - BACK))
        .where(Letter.kind != LetterKind.ALERT, col(Case.closed_at).is_(None))
        .order_by(Notice.number)
    )
    if not everything:
        query = query.where(or_(col(Case.assigned_to) == staff_id, col(Case.assigned_to).is_(None)))
    found = [(number, bounced or refused) for number, refused, bounced in session.exec(query)]
    return [f"・{number}　{short_time(when)}" for number, when in found if when]


def _body(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _part(heading: str, some: Sequence[Due], calendar: Calendar) -> str:
    rows = [
        _(
            "・%(number)s　%(label)s　%(day)s%(whose)s",
            number=one.number,
            label=one.label,
            day=short_day(one.last_day, calendar),
            whose="" if one.mine else _("（担当なし・ほかの人）"),
        )
        for one in some
    ]
    return _lines(heading, rows)


def _lines(heading: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    more = [_("・ほか%(n)s件", n=len(rows) - SHOWN)] if len(rows) > SHOWN else []
    return "\n".join([heading, *rows[:SHOWN], *more])


def _foot(session: Session) -> str:
    settings: Settings = session.info["settings"]
    return _(
        "このまとめが営業日の朝に届かないときは、見回りが止まっています。%(link)s を開いて確かめてください。",
        link=f"{settings.base_url.rstrip('/')}/desk/watch",
    )


def _enter(session: Session, memo: Memo, due: Sequence[Due], today: Any, at: datetime) -> None:
    """The ledger: one row for each clock, level and recipient; the day makes the level of what is late."""
    named = {one.subject: f"digest:{today}" if one.left < 0 else f"left:{one.left}" for one in due}
    query = select(Alert.subject, Alert.level).where(
        Alert.recipient == memo.staff_id, col(Alert.subject).in_(list(named))
    )
    known = set(session.exec(query))
    for subject, level in named.items():
        if (subject, level) not in known:
            session.add(Alert(subject=subject, level=level, recipient=memo.staff_id, memo_id=memo.id, raised_at=at))
    session.flush()


def _count(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(Clock).where(*conditions)).one()


def _cases(session: Session, *conditions: Any) -> int:
    query = select(func.count()).select_from(Case).join(Notice, col(Notice.case_id) == col(Case.id))
    return session.exec(query.where(*conditions)).one()
