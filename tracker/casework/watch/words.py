"""What a memo says: numbers, articles and dates. Nobody's name, no content, no address but that of the desk.

Of a confidential paper only the day.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable
from datetime import date, datetime
from heapq import nsmallest
from typing import Any, NamedTuple

from sqlmodel import Session

from tracker.casework.watch.places import link, place, told
from tracker.casework.watch.rungs import DAY, FAST, FREE, LATE, ONE, PASSED, Rung
from tracker.i18n import gettext as _, last_moment, short_day, short_time
from tracker.law import N_
from tracker.law.clocks import Bound, ClockRule
from tracker.law.clocks.measures import APPEAL
from tracker.law.grounds import Force
from tracker.law.period import japanese_day

MOST = 30  # lines in one memo; the rest is a number
ORDER = {LATE: 0, DAY: 1, FAST: 2, ONE: 3, PASSED: 4, FREE: 5}
GOAL = "goal"  # a day kept without a duty
HEADINGS = {
    LATE: N_("【期限超過】%(n)s件"),
    DAY: N_("【今日が最後の営業日】%(n)s件"),
    FAST: N_("【急ぎ】%(n)s件"),
    ONE: N_("【期限が近いもの】%(n)s件"),
    PASSED: N_("【目標を過ぎたもの】%(n)s件"),
    GOAL: N_("【任意の目標】%(n)s件"),
    FREE: N_("【使えるようになったもの】%(n)s件"),
}
ALWAYS = (LATE, DAY)  # what a subject says, also beside something more pressing
log = logging.getLogger(__name__)


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
    def group(self) -> Hashable:
        """What several items of a notice have in common that fall due together."""
        what = self.row.number or self.row.order or self.row.paper or self.row.name
        return what, self.rule.key, self.end, self.level

    @property
    def voluntary(self) -> bool:
        """Whether no duty stands behind its day."""
        return self.rule.bound is Bound.WITHIN and self.row.force == Force.VOLUNTARY

    @property
    def heading(self) -> str:
        """Under which heading it is counted: a day kept without a duty is never called late."""
        return GOAL if self.voluntary and self.level != FAST else self.level

    @property
    def text(self) -> str:
        """What is due of whom, under which article, and when; of a confidential paper only when."""
        when = _when(self.level, self.rule, self.end, self.at, self.session, voluntary=self.voluntary)
        if self.row.secret:
            return _("%(name)s　%(when)s", name=told(self.row), when=when)
        said: str = _(
            "%(name)s　%(label)s（%(article)s）　%(when)s",
            name=place(self.row)[0],
            label=_(self.rule.label),
            article=_("任意") if self.voluntary else self.row.article,
            when=when,
        )
        return said + _("　判断は、措置に加わっていない人がします") if self.rule.key == APPEAL.key else said

    @property
    def link(self) -> str:
        """The address of its page."""
        return link(self.session, self.row)


def line(row: Any, rule: ClockRule, due: Rung, end: datetime, at: datetime, session: Session) -> Line:
    """The line of a claimed clock at a rung."""
    level = due.level.partition(":")[0]
    rank = ORDER[PASSED] if rule.bound is Bound.WITHIN and row.force == Force.VOLUNTARY else ORDER[level]
    return Line(rank, end, f"clock:{row.id}", level, row, rule, at, session)


def single(session: Session, lines: Collection[Line], *, at: datetime) -> tuple[str, str]:
    """Subject and body of the memo that tells of `lines`, the most pressing first."""
    same: dict[Hashable, list[Line]] = defaultdict(list)
    for one in lines:
        same[one.group].append(one)
    groups = [min(group) for group in same.values()]  # the items of a notice that fall due together are one line
    counts = Counter(one.heading for one in groups)
    first = min(groups).heading
    headings = [first, *(kind for kind in ALWAYS if kind in counts and kind != first)]
    rest = len(groups) - sum(counts[kind] for kind in headings)
    named = "".join(_(HEADINGS[kind], n=counts[kind]) for kind in headings)
    subject = _("%(named)s　ほか%(rest)s件", named=named, rest=rest) if rest else named
    shown = [f"{_shown(one, len(same[one.group]))}\n{one.link}" for one in nsmallest(MOST, groups)]
    if len(groups) > MOST:
        shown.append(_("ほかに%(n)s件あります。作業一覧で確かめてください。", n=len(groups) - MOST))
    foot = _(
        "%(time)sに作成。法の期限の日付は、このお知らせや休日で変わりません。引き受けたことは、事案の画面で記録します。",
        time=short_time(at),
    )
    return subject, "\n\n".join([*shown, foot]) + "\n"


def _shown(one: Line, items: int) -> str:
    """Its words; where they cannot be made, what it is called: one bad record must not silence the others."""
    try:
        return one.text + (_("　（%(n)s項目）", n=items) if items > 1 else "")
    except Exception as error:
        log.error("%s: %s", one.subject, type(error).__name__)
        return one.subject


def _when(kind: str, rule: ClockRule, end: datetime, at: datetime, session: Session, *, voluntary: bool = False) -> str:
    calendar = session.info["calendar"]
    if kind == FREE:
        return _("%(day)sから使えます", day=short_day(japanese_day(end), calendar))
    if rule.bound is Bound.WITHIN:
        day: date = last_moment(end)
        shown = short_day(day, calendar)
        if voluntary:
            return _("任意の目標 %(day)s", day=shown)
        if kind == LATE:
            return _("期限 %(day)s　%(n)s日超過", day=shown, n=(japanese_day(at) - day).days)
        work = calendar.last_working_day(day)
        if kind == DAY:
            return _("期限 %(day)s　今日が最後の営業日", day=shown)
        if work != day:
            return _("期限 %(day)s　最後の営業日 %(work)s", day=shown, work=short_day(work, calendar))
        return _("期限 %(day)s", day=shown)
    if kind == PASSED:
        return _("事務所の目標 %(time)s　過ぎています", time=short_time(end))
    return _("事務所の目標 %(time)s", time=short_time(end))
