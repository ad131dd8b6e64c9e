"""What the calculator is asked, and what it answers: which clocks, what was typed, the sheet, and the way back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import calendars
from tracker.casework.editions import unconfirmed
from tracker.i18n import day_text, time_text
from tracker.i18n.typed import Unreadable, day as read_day, fiscal_year, moment
from tracker.law import N_
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks import CLOCKS, Bound, ClockRule, Given, Whom, claimant, courts, logs, measures, minister
from tracker.law.editions import EDITIONS, edition_on
from tracker.law.grounds import Force
from tracker.law.period import JST, ONE_DAY, Counting, Days, japanese_day, start_of
from tracker.law.readings import Reading
from tracker.law.sheets import Sheet, begin_by, calculate, spoken, start
from tracker.web.calculation import Proof, proof, safe_day

FIELDS = {Given.MOMENT: "at", Given.DAY: "day", Given.YEAR: "year"}
NOW = "now"  # what may be asked instead of a day or an instant
VERSION = re.compile("[0-9a-f]{12}")  # how a calendar is called (Calendar.version)

# The sheets of the law, as a reader looks for them. A clock is where the law wrote it.
GROUPS: tuple[tuple[str, ModuleType], ...] = (
    (N_("申出者へ"), claimant),
    (N_("基準と発信者"), measures),
    (N_("総務大臣と公表"), minister),
    (N_("裁判所の手続"), courts),
    (N_("通信履歴"), logs),
)

# Whom a duty binds, for readers who know only that they filed somewhere.
BINDS = {
    Whom.NOTICE: N_(
        "指定を受けて届出をした事業者が、公表した方法で、権利を侵害された本人や代理人から受けた申出に当てはまります。"
        "ほかの申出では、同じ日が自主的な目標になることがあります。"
    ),
    Whom.REGISTERED: N_("指定を受けて届出をした事業者に当てはまります。"),
    Whom.DESIGNATED: N_("総務大臣の指定を受けた事業者に当てはまります。"),
}
MOST = N_("法が許す最も長い期間です。書面に書かれた日のほうが早いときは、その日によります。")


def offered() -> dict[str, ClockRule]:
    """The clocks that anybody may ask for, by name."""
    return {rule.name: rule for rule in CLOCKS if rule.public}


def grouped() -> list[tuple[str, list[ClockRule]]]:
    """The same in the groups of the page."""
    groups = [(label, [rule for rule in offered().values() if rule in vars(sheet).values()]) for label, sheet in GROUPS]
    return [(label, rules) for label, rules in groups if rules]


def unread() -> list[ClockRule]:
    """The clocks with a number that are not offered, because their text was not read."""
    return [rule for rule in CLOCKS if rule.length and not rule.public]


def counts_back(rule: ClockRule) -> bool:
    """Whether one may ask by when a wait must begin: full days, waited for by whoever acts."""
    waits = rule.bound is Bound.NOT_BEFORE and rule.counting is Counting.FULL_DAYS
    return waits and isinstance(rule.length, Days) and not rule.stated


def caution(rule: ClockRule) -> str:
    """What to know before relying on a clock: whom it binds, or that a paper may say less. Often empty."""
    if rule.stated:
        return MOST
    return BINDS.get(rule.whom, "") if rule.force in (Force.DUTY, Force.EFFORT) else ""


@dataclass(frozen=True)
class Answer:
    """A sheet for what was typed, and whether the text of its edition was read."""

    sheet: Sheet
    confirmed: bool
    given: datetime | date  # what was understood; of a year its 1 April
    in_use: str  # the version of the calendar in use, by which the sheet need not be counted
    proof: Proof | None = None  # how the text of its edition was confirmed, if that was needed
    at_midnight: date | None = None  # where only a day was typed: the last day, had it been midnight exactly

    @property
    def before_the_act(self) -> bool:
        """The period began before the duties of designated providers (法21条以下), which this clock belongs to."""
        return self.sheet.rule.whom is not Whom.PROVIDER and japanese_day(self.sheet.started_at) < EDITIONS[0].in_force

    @property
    def whole_day(self) -> bool:
        """Only a day was typed where an instant counts."""
        return self.sheet.rule.given is Given.MOMENT and not isinstance(self.given, datetime)

    @property
    def safer(self) -> date | None:
        """Where closed offices moved the end: the last open day before they did, on which nobody can be late."""
        return safe_day(self.sheet)

    @property
    def of_another_calendar(self) -> bool:
        """Counted by a calendar that was asked for by name and is not the one in use."""
        return self.sheet.calendar.version != self.in_use

    @property
    def said(self) -> str:
        """What was understood, in words."""
        day, calendar = _day(self.given), self.sheet.calendar
        if self.sheet.rule.given is Given.YEAR:
            return str(_("%(year)s年度（%(last)sまで）", year=day.year, last=day_text(date(day.year + 1, 3, 31))))
        if self.sheet.rule.given is Given.MOMENT and isinstance(self.given, datetime):
            return str(_("%(time)s（日本時間）", time=time_text(self.given, seconds=bool(self.given.second))))
        return day_text(day, calendar=calendar)


@dataclass(frozen=True)
class Backward:
    """逆算: the last day on which a wait may begin so that `day` is free, and what other readings say of it."""

    day: date
    answer: Answer  # the wait that begins on that last day
    lenient: Sequence[Reading]  # those by which a day later would do
    cautious: Sequence[Reading]  # those by which that day is too late

    @property
    def begin(self) -> date:
        """The last day on which the wait may begin."""
        return _day(self.answer.given)

    @property
    def later(self) -> date:
        """The day after that one, which lenient readings would still allow."""
        return self.begin + ONE_DAY


def calendar_of(session: Session, version: str) -> Calendar:
    """The calendar called `version`; the one in use where none is named. Raises Unreadable."""
    in_use: Calendar = session.info["calendar"]
    if not version or version == in_use.version:
        return in_use
    found = calendars.pinned(session, version) if VERSION.fullmatch(version) else None
    if found is None:
        raise Unreadable(_("指定された版の暦は、ここにはありません。"))
    return found


def answer(session: Session, rule: ClockRule, typed: str, *, at: datetime, calendar: Calendar) -> Answer:
    """What was typed, counted by the rules in force when the period began. Raises Unreadable."""
    return _counted(session, rule, read(rule, typed, at=at), calendar)


def backward(session: Session, rule: ClockRule, typed: str, *, at: datetime, calendar: Calendar) -> Backward:
    """By when a wait has to begin for the day that was typed. Raises Unreadable, also for what is no such wait."""
    if not counts_back(rule):
        raise Unreadable(_("この期限は、逆算できません。始まりの日から計算してください。"))
    day = japanese_day(at) if typed == NOW else read_day(typed)
    found = _counted(session, rule, begin_by(rule, day), calendar)
    later = _sheet(rule, begin_by(rule, day) + ONE_DAY, found.sheet.calendar)  # what somebody a day later would hear
    return Backward(
        day,
        found,
        lenient=[reading for reading in later.readings if reading.differs and reading.last_day < day],
        cautious=[reading for reading in found.sheet.readings if reading.last_day >= day],
    )


def read(rule: ClockRule, typed: str, *, at: datetime) -> datetime | date:
    """The beginning in what was typed: an instant, a day, or the 1 April of a 年度. Raises Unreadable."""
    if rule.given is Given.YEAR:
        day = japanese_day(at)
        year = fiscal_year(day.isoformat() if typed == NOW else typed)
        return date(year, 4, 1)
    if typed == NOW:
        return at
    return moment(typed) if rule.given is Given.MOMENT else read_day(typed)


def canonical(rule: ClockRule, given: datetime | date) -> str:
    """The one way in which an address says a beginning: in Japan's time, without seconds that are zero."""
    if rule.given is Given.YEAR:
        return str(_day(given).year)
    if rule.given is Given.DAY or not isinstance(given, datetime):
        return _day(given).isoformat()
    local = given.astimezone(JST).replace(tzinfo=None, microsecond=0)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def spoken_backward(found: Backward) -> dict[str, object]:
    """The way back as plain data for JSON: the sheet of the wait that begins on the last possible day, and that day.

    `begin_before` is the first instant that is too late; a reading says by when it would still let the wait begin.
    """
    return spoken(found.answer.sheet, confirmed=found.answer.confirmed) | {
        "by": found.day.isoformat(),
        "begin_by": found.begin.isoformat(),
        "begin_before": start_of(found.begin + ONE_DAY).astimezone(JST).isoformat(),
        "readings": [
            {"key": reading.key, "article": reading.article, "begin_by": found.later.isoformat()}
            for reading in found.lenient
        ],
    }


def _counted(session: Session, rule: ClockRule, given: datetime | date, calendar: Calendar) -> Answer:
    in_use: Calendar = session.info["calendar"]
    sheet = _sheet(rule, given, calendar)
    whole_day = rule.given is Given.MOMENT and not isinstance(given, datetime)
    midnight = _sheet(rule, start_of(_day(given)), calendar).last_day if whole_day else None
    key = sheet.edition.key
    return Answer(
        sheet,
        confirmed=not unconfirmed(session, key),
        given=given,
        in_use=in_use.version,
        proof=proof(session, key),
        at_midnight=midnight,
    )


def _sheet(rule: ClockRule, given: datetime | date, calendar: Calendar) -> Sheet:
    begin = start(rule, given)
    rules = edition_on(japanese_day(begin))
    try:
        return calculate(rules.clock(rule.key), begin, calendar, rules, timed=isinstance(given, datetime))
    except Uncovered as error:
        raise Unreadable(_years_known(calendar)) from error


def _years_known(calendar: Calendar) -> str:
    if not calendar.years:
        return str(_("祝日のデータがないため、閉庁日に当たると延びる期限は計算できません。"))
    words: str = _(
        "この期限は、閉庁日に当たると延びます。祝日がわかるのは%(first)s年から%(last)s年までです。この間に終わる日付を書いてください。",
        first=calendar.years[0],
        last=calendar.years[-1],
    )
    return words


def _day(given: datetime | date) -> date:
    return japanese_day(given) if isinstance(given, datetime) else given
