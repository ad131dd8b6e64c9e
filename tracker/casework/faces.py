"""How a clock looks at an instant: kind, urgency and words. Shape and word come first, colour last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.i18n import counted, day_text, gettext as _, hour_text, last_moment, plain_day, short_day
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.clocks.logs import PRESERVATION, PRESERVATION_EXTENDED
from tracker.law.editions import edition
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import japanese_day, start_of
from tracker.models import Clock


class Urgency(StrEnum):
    """How near a clock is; the values are the stylesheet's."""

    CALM = "calm"
    SOON = "soon"
    TODAY = "today"
    LATE = "late"
    STOPPED = "stopped"


KINDS = {Bound.WITHIN: "deadline", Bound.NOT_BEFORE: "wait", Bound.PROMPTLY: "target"}


KEPT_UNTIL = frozenset({PRESERVATION.key, PRESERVATION_EXTENDED.key})
# What stops a clock without being what it asked for.
NEEDLESS = {
    Fact.DISCLOSURE_REQUEST_ENDED: N_("請求・事件が終わったため、不要（したことではありません）"),
    Fact.SUIT_ENDED: N_("事件が終わったため、不要（したことではありません）"),
    Fact.PRESERVATION_ENDED: N_("要請が終わったため、不要（したことではありません）"),
    Fact.WAIT_OVER: N_("期間が過ぎたため、不要（したことではありません）"),
    Fact.DISCLOSURE_HEARING_EXEMPTED: N_("特別の事情があるため、不要（したことではありません）"),
    Fact.SENDER_TELLING_EXEMPTED: N_("困難であるため、不要（したことではありません）"),
}


def kind_of(rule: ClockRule, force: Force) -> str:
    """deadline, wait or target: the stylesheet's names. A period kept without a duty is a target."""
    if rule.bound is Bound.WITHIN and force is Force.VOLUNTARY:
        return "target"
    return KINDS[rule.bound]


@dataclass(frozen=True)
class Face:
    """One clock as a person sees it."""

    clock: Clock
    rule: ClockRule
    urgency: Urgency
    last_day: date | None  # of a deadline; of a wait, its first free day
    last_working_day: date | None
    say: str  # 5/5(火・祝) あと4日
    needless: bool = False  # stopped by an end, and not by the act that it asked for

    @property
    def kind(self) -> str:
        """deadline, wait or target."""
        return kind_of(self.rule, self.clock.force)

    @property
    def state(self) -> str:
        """How it is drawn: as its urgency, but a target that has passed is no breach and is not red."""
        return Urgency.TODAY if self.kind == "target" and self.urgency is Urgency.LATE else self.urgency

    @property
    def moment(self) -> datetime | None:
        """What orders it: the end of the period, or the office target."""
        return self.clock.target_at if self.rule.bound is Bound.PROMPTLY else self.clock.due_at

    @property
    def running(self) -> bool:
        """Neither stopped nor voided."""
        return self.clock.stopped_at is None and self.clock.voided_at is None


def face(clock: Clock, at: datetime, calendar: Calendar, *, stopped_by: Fact | None = None) -> Face:
    """How `clock` looks at `at`. Its date is stored; the last working day is by `calendar`, the one in use now.

    Where it is known by which fact it was stopped, an end that made the act needless is not said to be the act.
    """
    rule = edition(clock.edition).clock(clock.rule)
    today = japanese_day(at)
    if rule.bound is Bound.NOT_BEFORE and clock.due_at:
        day = japanese_day(clock.due_at)
        open_now = at >= clock.due_at or clock.stopped_at
        urgency = Urgency.STOPPED if open_now else Urgency.CALM
        say = _("%(day)s %(time)sから", day=short_day(day, calendar), time="0:00")
        if rule.key in KEPT_UNTIL:  # a day to keep something until: nobody waits for the day after it
            say = _("%(day)sの終わりまで残す", day=day_text(last_moment(clock.due_at), year=False, calendar=calendar))
        return Face(clock, rule, urgency, day, None, say)
    if rule.bound is Bound.WITHIN and clock.due_at:
        day = last_moment(clock.due_at)
        work = calendar.last_working_day(day)
        urgency = _urgency(clock, clock.due_at, at, day, work, today, calendar)
        needless = _needless(clock, stopped_by)
        say = needless or _deadline_words(clock, day, today, urgency, calendar)
        return Face(clock, rule, urgency, day, work, say, bool(needless))
    aim = clock.target_at or clock.started_at
    day = japanese_day(aim)
    urgency = _urgency(clock, aim, at, day, calendar.last_working_day(day), today, calendar)
    needless = _needless(clock, stopped_by)
    say = needless or _target_words(clock, aim, urgency, today, calendar)
    return Face(clock, rule, urgency, None, None, say, bool(needless))


def _needless(clock: Clock, stopped_by: Fact | None) -> str:
    """Why what a clock asked for is not asked any more though nobody did it; else nothing."""
    return _(NEEDLESS[stopped_by]) if clock.stopped_at and stopped_by in NEEDLESS else ""


def _urgency(
    clock: Clock, moment: datetime, at: datetime, day: date, work: date, today: date, calendar: Calendar
) -> Urgency:
    if clock.stopped_at or clock.voided_at:
        return Urgency.STOPPED
    if at >= moment:  # a right that was not used in time is no breach, and asks for nothing any more
        return Urgency.STOPPED if clock.force is Force.RIGHT else Urgency.LATE
    if day == today:
        return Urgency.TODAY
    if work <= today or work == calendar.next_working_day(today):
        return Urgency.SOON
    return Urgency.CALM


def _deadline_words(clock: Clock, day: date, today: date, urgency: Urgency, calendar: Calendar) -> str:
    shown = short_day(day, calendar)
    if clock.voided_at:
        return _("%(day)s 取消し", day=shown)
    if clock.stopped_at:
        done, due = plain_day(japanese_day(clock.stopped_at)), plain_day(day)
        if clock.force is Force.VOLUNTARY:
            return _("%(done)s 済み（目標 %(due)s）", done=done, due=due)
        return _("%(done)s 済み（期限 %(due)s）", done=done, due=due)
    if urgency is Urgency.STOPPED:
        return _("%(day)s 期間の終わり", day=shown)
    if urgency is Urgency.LATE:
        return counted("%(day)s %(n)s日超過", (today - day).days, day=shown)
    if day == today:
        return _("%(day)s 今日", day=shown)
    return counted("%(day)s あと%(n)s日", (day - today).days, day=shown)


def _target_words(clock: Clock, aim: datetime, urgency: Urgency, today: date, calendar: Calendar) -> str:
    midnight = start_of(japanese_day(aim))
    # The first instants after a day: people say the day that ended. A day without a time begins a second later.
    whole = aim - midnight <= timedelta(seconds=1)
    day = last_moment(midnight) if whole else japanese_day(aim)
    if clock.stopped_at:
        return _("%(day)s 済み", day=short_day(japanese_day(clock.stopped_at), calendar))
    words = {"day": short_day(day, calendar), "time": hour_text(aim)}
    if whole:
        words = {"day": short_day(day, calendar)}
        if urgency is Urgency.LATE:
            return _("%(day)s 超過", **words)
        return _("今日まで") if day == today else _("%(day)sまで", **words)
    if urgency is Urgency.LATE:
        return _("今日 %(time)s超過", **words) if day == today else _("%(day)s %(time)s超過", **words)
    return _("今日 %(time)sまで", **words) if day == today else _("%(day)s %(time)sまで", **words)
