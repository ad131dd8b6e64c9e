"""How a clock looks at an instant: kind, urgency and words. Shape and word come first, colour last."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.i18n import WEEKDAYS, last_moment
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import edition
from tracker.law.grounds import Force
from tracker.law.period import JST, Step, count, japanese_day
from tracker.models import Clock


class Urgency(StrEnum):
    """How near a clock is; the values are the stylesheet's."""

    CALM = "calm"
    SOON = "soon"
    TODAY = "today"
    LATE = "late"
    STOPPED = "stopped"


KINDS: dict[Bound, str] = {Bound.WITHIN: "deadline", Bound.NOT_BEFORE: "wait", Bound.PROMPTLY: "target"}


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
        """deadline, wait or target: the stylesheet's names. A period kept without a duty is a target."""
        if self.rule.bound is Bound.WITHIN and self.clock.force is Force.VOLUNTARY:
            return "target"
        return KINDS[self.rule.bound]

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
    """How `clock` looks at `at`."""
    rule = edition(clock.edition).clock(clock.rule)
    today = japanese_day(at)
    if rule.bound is Bound.NOT_BEFORE and clock.due_at:
        day = japanese_day(clock.due_at)
        open_now = at >= clock.due_at or clock.stopped_at
        urgency = Urgency.STOPPED if open_now else Urgency.CALM
        return Face(clock, rule, urgency, day, None, f"{short_day(day, calendar)} 0:00から")
    if rule.bound is Bound.WITHIN and clock.due_at:
        day = last_moment(clock.due_at)
        work = calendar.last_working_day(day)
        urgency = _urgency(clock, clock.due_at, at, day, work, today, calendar)
        return Face(clock, rule, urgency, day, work, _deadline_words(clock, day, today, urgency, calendar))
    aim = clock.target_at or clock.started_at
    day = japanese_day(aim)
    urgency = _urgency(clock, aim, at, day, day, today, calendar)
    local = aim.astimezone(JST)
    words = f"{local.hour}:{local.minute:02d}{'超過' if urgency is Urgency.LATE else 'まで'}"
    say = f"今日 {words}" if day == today else f"{short_day(day, calendar)} {words}"
    if clock.stopped_at:
        say = f"{short_day(japanese_day(clock.stopped_at), calendar)} 済み"
    return Face(clock, rule, urgency, None, None, say)


def calculation(clock: Clock) -> list[Step]:
    """The days of a clock's period, counted again from its start; empty where the law names no number."""
    rule = edition(clock.edition).clock(clock.rule)
    return count(clock.started_at, rule.length, rule.counting) if rule.length else []


def short_day(day: date, calendar: Calendar) -> str:
    """5/5(火・祝)."""
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]}{'・祝' if day in calendar.holidays else ''})"


def _plain(day: date) -> str:
    """5/5."""
    return f"{day.month}/{day.day}"


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
        return f"{shown} 取消し"
    if clock.stopped_at:
        name = "目標" if clock.force is Force.VOLUNTARY else "期限"
        return f"{_plain(japanese_day(clock.stopped_at))} 済み（{name} {_plain(day)}）"
    if urgency is Urgency.LATE:
        return f"{shown} {(today - day).days}日超過"
    return f"{shown} 今日" if day == today else f"{shown} あと{(day - today).days}日"
