"""How a clock looks at an instant: kind, urgency and words. Shape and word come first, colour last."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.i18n import counted, gettext as _, hour_text, last_moment, plain_day, short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import edition
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


def face(clock: Clock, at: datetime, calendar: Calendar) -> Face:
    """How `clock` looks at `at`. Its date is stored; the last working day is by `calendar`, the one in use now."""
    rule = edition(clock.edition).clock(clock.rule)
    today = japanese_day(at)
    if rule.bound is Bound.NOT_BEFORE and clock.due_at:
        day = japanese_day(clock.due_at)
        open_now = at >= clock.due_at or clock.stopped_at
        urgency = Urgency.STOPPED if open_now else Urgency.CALM
        say = _("%(day)s %(time)sから", day=short_day(day, calendar), time="0:00")
        return Face(clock, rule, urgency, day, None, say)
    if rule.bound is Bound.WITHIN and clock.due_at:
        day = last_moment(clock.due_at)
        work = calendar.last_working_day(day)
        urgency = _urgency(clock, clock.due_at, at, day, work, today, calendar)
        return Face(clock, rule, urgency, day, work, _deadline_words(clock, day, today, urgency, calendar))
    aim = clock.target_at or clock.started_at
    day = japanese_day(aim)
    urgency = _urgency(clock, aim, at, day, calendar.last_working_day(day), today, calendar)
    return Face(clock, rule, urgency, None, None, _target_words(clock, aim, urgency, today, calendar))


def _urgency(
    clock: Clock, moment: datetime, at: datetime, day: date, work: date, today: date, calendar: Calendar
) -> Urgency:
    if clock.stopped_at or clock.voided_at:
        return Urgency.STOPPED
    if at >= moment:
        return Urgency.LATE
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
    if urgency is Urgency.LATE:
        return counted("%(day)s %(n)s日超過", (today - day).days, day=shown)
    if day == today:
        return _("%(day)s 今日", day=shown)
    return counted("%(day)s あと%(n)s日", (day - today).days, day=shown)


def _target_words(clock: Clock, aim: datetime, urgency: Urgency, today: date, calendar: Calendar) -> str:
    whole = aim == start_of(japanese_day(aim))  # the first instant after a day: people say the day that ended
    day = last_moment(aim) if whole else japanese_day(aim)
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
