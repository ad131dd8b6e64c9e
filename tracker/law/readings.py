"""Other readings of the same words: what a court might say instead, where it would end, and why it was not chosen.

A reading never moves a stored date. It stands on the sheet so that counsel sees what is at stake.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.clocks.rule import ClockRule, Effect
from tracker.law.period import Counting, Length, Step, count, moved


@dataclass(frozen=True)
class Reading:
    """A reading that was not chosen: the last day that it would give, and whether that is another than the chosen."""

    key: str
    label: str
    says: str  # why it was not chosen
    article: str
    last_day: date
    differs: bool


Steps = Sequence[Step]
Count = Callable[[Length, datetime, Steps, Calendar], Steps]


def _first_day_out(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return count(start, length, Counting.FULL_DAYS)


def _midnight_in(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return count(start, length, Counting.CIVIL)


def _rest_once(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return moved(list(steps), calendar.rest_day, most=1)


def _rest(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return moved(list(steps), calendar.rest_day)


def _offices(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return moved(list(steps), calendar.closed)


def _day_before(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return steps[:-1]


def _unmoved(length: Length, start: datetime, steps: Steps, calendar: Calendar) -> Steps:
    return [step for step in steps if not step.moved]


@dataclass(frozen=True)
class Rule:
    """A reading before it is applied to a period."""

    key: str
    label: str
    says: str
    article: str
    count: Count


PROVISO_OFF = Rule(
    "proviso_off",
    N_("午前零時に始まる期間でも初日を数えない読み"),
    N_("午前零時ちょうどに始まる期間は初日から数えます（民法140条ただし書）。早い日を採りました。"),
    "民法140条",
    _first_day_out,
)
REST_ONCE = Rule(
    "art142_once",
    N_("民法142条により、末日が休日のとき翌日に満了するとする読み"),
    N_(
        "民法142条は、休日に取引をしない慣習がある場合に限って末日を延ばします。"
        "休日も申出を受ける窓口に、その慣習があるとはいえません。"
    ),
    "民法142条",
    _rest_once,
)
REST = Rule(
    "art142_next_open_day",
    N_("民法142条により、休日が続くとき次の休日でない日まで延びるとする読み"),
    REST_ONCE.says,
    "民法142条",
    _rest,
)
REST_PUBLISHING = replace(
    REST,
    says=N_(
        "民法142条は、休日に取引をしない慣習がある場合に限って末日を延ばします。"
        "インターネットでの公表に、休日に行わない慣習があるとはいえません。"
    ),
)
OFFICES = Rule(
    "government_holidays",
    N_("行政機関の休日に当たるとき、次の開庁日まで延びるとする読み"),
    N_(
        "行政機関の休日に関する法律2条が延ばすのは、国の行政庁に対する届出などの期限だけです。"
        "申出者への通知や公表には及びません。"
    ),
    "行政機関の休日に関する法律2条",
    _offices,
)
FOURTEENTH = Rule(
    "fourteenth_day",
    N_("期間の最後の日から使えるとする読み"),
    N_(
        "「前までに」を会社法299条と同じく中14日と読む判例（大判昭和10年7月15日）にならいました。"
        "1日早く使うと法26条1項に反し、1日待っても失うものは1日だけです。"
    ),
    "法26条1項",
    _day_before,
)
MIDNIGHT = Rule(
    "midnight_counts",
    N_("午前零時に始まる期間は初日を数える読み"),
    N_("待つ期間では、遅い日を採るほうが安全です。初日は数えません。"),
    "民法140条",
    _midnight_in,
)
REST_WAIT = Rule(
    "art142_next_open_day",
    N_("民法142条により、最後の日が休日のとき次の休日でない日まで待つ読み"),
    N_("法は「七日を経過しても」「二日を経過しても」とだけ定めます。念のため待つときは、この日を目安にします。"),
    "民法142条",
    _rest,
)
REST_COURT = Rule(
    "government_holidays",
    N_("最後の日が休日のとき、次の開庁日まで延びるとみて待つ読み"),
    N_("裁判所の期間のように延びるかは要確認です。早く扱うと命令に反するため、延びるとみて待つと確実です。"),
    "民訴法95条3項",
    _offices,
)
UNMOVED = Rule(
    "unextended",
    N_("閉庁日による延長を使わない読み"),
    N_("法の期限は閉庁日の翌日まで延びます。延びる前の日までの開庁日に出せば、数え方に争いがありません。"),
    "",
    _unmoved,
)
UNMOVED_COURT = replace(
    UNMOVED,
    says=N_("閉庁日の翌日まで延びるかは要確認です。延びる前の日までの開庁日に行えば、数え方に争いがありません。"),
)

# By the clock where its words are its own, else by how it is counted, else by what the period does.
BY_CLOCK: Mapping[str, tuple[Rule, ...]] = {
    "criteria_wait": (MIDNIGHT, FOURTEENTH),
    "publication": (REST_PUBLISHING, OFFICES),
    "digest": (),
    "provision_lapse": (REST_COURT,),
}
BY_COUNTING = {Counting.FILING: (UNMOVED,), Counting.COURT: (UNMOVED_COURT,)}
BY_EFFECT = {None: (PROVISO_OFF, REST_ONCE, REST, OFFICES), Effect.SHELTERS: (MIDNIGHT, REST_WAIT)}
# What hangs on closed days says nothing of a year whose holidays are not known.
BY_CLOSED_DAYS = frozenset({_rest_once, _rest, _offices})


def rules(rule: ClockRule) -> tuple[Rule, ...]:
    """The readings of a clock that were not chosen."""
    if rule.key in BY_CLOCK:
        return BY_CLOCK[rule.key]
    return BY_COUNTING.get(rule.counting) or BY_EFFECT.get(rule.effect, ())


def readings(
    rule: ClockRule, length: Length, start: datetime, steps: Sequence[Step], calendar: Calendar
) -> list[Reading]:
    """Each reading of `rule` that was not chosen, with the last day that it would give."""
    found = []
    for one in rules(rule):
        last = one.count(length, start, steps, calendar)[-1].day
        if one.count in BY_CLOSED_DAYS and not calendar.covers(last):
            continue
        found.append(Reading(one.key, one.label, one.says, one.article, last, differs=last != steps[-1].day))
    return found
