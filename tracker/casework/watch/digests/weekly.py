"""The digest of the week for managers: how many answers were in time, what came, what went, what is oldest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework.watch import memos
from tracker.casework.watch.digests.lines import body, foot, lines
from tracker.i18n import gettext as _, japanese, short_day
from tracker.law.clocks import REPLY
from tracker.law.grounds import Force
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import Case, Clock, Memo, MemoKind, Notice, Preference, Role, Staff


@japanese()
def weekly(session: Session, staff_id: UUID, *, at: datetime) -> Memo | None:
    """The week before in figures, for a manager, on the first working day of a week; else None."""
    staff = session.get_one(Staff, staff_id, with_for_update=True)  # two workers at once: the second sees the first's
    wish = session.get(Preference, staff_id)
    today, calendar = japanese_day(at), session.info["calendar"]
    monday = today - ONE_DAY * today.weekday()
    if (
        staff.role is not Role.MANAGER
        or (wish and not wish.weekly)
        or today < calendar.next_working_day(monday - ONE_DAY)
    ):
        return None
    since, until = start_of(monday - ONE_DAY * 7), start_of(monday)
    reply = (Clock.rule == REPLY.key, Clock.force == Force.DUTY, col(Clock.voided_at).is_(None))
    ended = (col(Clock.due_at) > since, col(Clock.due_at) <= until)  # whatever became of them: silence counts
    due = _count(session, *reply, *ended)
    in_time = _count(session, *reply, *ended, col(Clock.stopped_at) < col(Clock.due_at))
    overdue = _count(session, *reply, col(Clock.due_at) <= at, col(Clock.stopped_at).is_(None))
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
    share = f"{100 * in_time / due:.0f}%" if due else "―"
    subject = _("【週のまとめ】期限内 %(share)s　受付%(came)s件　終了%(went)s件", share=share, came=came, went=went)
    rows = [f"・{number}　{short_day(japanese_day(opened), calendar)}" for number, opened in oldest]
    parts = [
        _(
            "%(first)sから%(last)sまで",
            first=short_day(monday - ONE_DAY * 7, calendar),
            last=short_day(monday - ONE_DAY, calendar),
        ),
        _(
            "申出者への通知（法25条）: 期限が来た%(n)s件のうち期限内%(in_time)s件（%(share)s）。"
            "いま超過中%(overdue)s件",
            n=due,
            overdue=overdue,
            in_time=in_time,
            share=share,
        ),
        _(
            "受け付けた申出 %(came)s件、終わった事案 %(went)s件、いま開いている事案 %(left)s件",
            came=came,
            went=went,
            left=left,
        ),
        lines(_("■ いちばん前に受け付けて、まだ開いている事案"), rows),
        foot(session),
    ]
    return memos.post(session, staff, MemoKind.WEEKLY, f"weekly:{monday}:{staff_id}", subject, body(parts), at=at)


def _count(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(Clock).where(*conditions)).one()


def _cases(session: Session, *conditions: Any) -> int:
    query = select(func.count()).select_from(Case).join(Notice, col(Notice.case_id) == col(Case.id))
    return session.exec(query.where(*conditions)).one()
