"""What a memo says: numbers, articles and dates. Nobody's name, no content, no address but that of the desk."""

from collections.abc import Collection
from datetime import date, datetime
from heapq import nsmallest
from typing import Any, NamedTuple

from sqlmodel import Session

from tracker.casework.watch.rungs import DAY, FAST, FREE, LATE, ONE, PASSED, Rung
from tracker.i18n import gettext as _, last_moment, short_day, short_time
from tracker.law.clocks import Bound, ClockRule
from tracker.law.period import japanese_day
from tracker.models import CaseKind
from tracker.settings import Settings

MOST = 30  # lines in one memo; the rest is a number
ORDER = {LATE: 0, FAST: 1, DAY: 2, ONE: 3, PASSED: 4, FREE: 5}


class Line(NamedTuple):
    """One clock in a memo, the most pressing first and then by its end. Its words are made only where it is shown."""

    rank: int
    end: datetime
    subject: str
    level: str
    row: Any
    rule: ClockRule
    at: datetime
    session: Session

    @property
    def text(self) -> str:
        """What is due of whom, under which article, and when."""
        return _(
            "%(name)s　%(label)s（%(article)s）　%(when)s",
            name=place(self.row)[0],
            label=_(self.rule.label),
            article=self.row.article,
            when=_when(self.level, self.rule, self.end, self.at, self.session),
        )

    @property
    def link(self) -> str:
        """The address of its page."""
        settings: Settings = self.session.info["settings"]
        return f"{settings.base_url.rstrip('/')}/desk/{place(self.row)[1]}"


def line(row: Any, rule: ClockRule, due: Rung, end: datetime, at: datetime, session: Session) -> Line:
    """The line of a claimed clock at a rung."""
    level = due.level.partition(":")[0]
    return Line(ORDER[level], end, f"clock:{row.id}", level, row, rule, at, session)


def single(session: Session, lines: Collection[Line], *, at: datetime) -> tuple[str, str]:
    """Subject and body of the memo that tells of `lines`, the most pressing first."""
    late = sum(one.level == LATE for one in lines)
    today = sum(one.level in (DAY, FAST) for one in lines)
    if late:
        subject = _("【期限超過】%(n)s件　ほか%(rest)s件", n=late, rest=len(lines) - late)
    elif today:
        subject = _("【今日】%(n)s件　ほか%(rest)s件", n=today, rest=len(lines) - today)
    else:
        subject = _("【期限が近いもの】%(n)s件", n=len(lines))
    shown = [f"{one.text}\n{one.link}" for one in nsmallest(MOST, lines)]
    if len(lines) > MOST:
        shown.append(_("ほかに%(n)s件あります。作業一覧で確かめてください。", n=len(lines) - MOST))
    foot = _(
        "%(time)sに作成。法の期限の日付は、このお知らせや休日で変わりません。引き受けたことは、事案の画面で記録します。",
        time=short_time(at),
    )
    return subject, "\n\n".join([*shown, foot]) + "\n"


def place(row: Any) -> tuple[str, str]:
    """What a clock belongs to, and its page of the desk."""
    if row.number:
        return row.number, f"cases/{row.number}"
    if row.order:
        return row.order, f"holds/orders/{row.order}"
    if row.kind is CaseKind.CRITERIA:
        return _("%(service)s 基準 第%(version)s版", service=row.name, version=row.version), "criteria"
    return row.name, "filings"


def _when(kind: str, rule: ClockRule, end: datetime, at: datetime, session: Session) -> str:
    calendar = session.info["calendar"]
    if kind == FREE:
        return _("%(day)sから使えます", day=short_day(japanese_day(end), calendar))
    if rule.bound is Bound.WITHIN:
        day: date = last_moment(end)
        shown = short_day(day, calendar)
        if kind == LATE:
            return _("期限 %(day)s　%(n)s日超過", day=shown, n=(japanese_day(at) - day).days)
        work = calendar.last_working_day(day)
        if work != day:
            return _("期限 %(day)s　最後の営業日 %(work)s", day=shown, work=short_day(work, calendar))
        return _("期限 %(day)s", day=shown)
    if kind == PASSED:
        return _("事務所の目標 %(time)s　過ぎています", time=short_time(end))
    return _("事務所の目標 %(time)s", time=short_time(end))
