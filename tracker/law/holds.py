"""Every log-preservation trigger, one block each, citing guideline or statute. Only metadata: no log is ever held.

A *flag* asks for a review before erasure and never blocks it past the standard period. A *soft* hold is a person's,
with a reason and a day on which it is looked at again. A *hard* hold forbids erasure. Overlapping holds stand side by
side: together they last as long as the latest, and bind as the hardest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Strength, Subject
from tracker.law.logs import CLASSES, GUIDELINE
from tracker.law.period import ONE_DAY, Counting, Days, Length, Months, boundary, count, start_of

# What a disclosure request needs from a content provider (CP); classes follow 規則2条.
SENDER_CLASSES = ("2-3", "2-4", "2-5", "2-8", "2-9", "2-13")
ALL_CLASSES = tuple(CLASSES)


@dataclass(frozen=True)
class HoldRule:
    """One trigger for keeping logs. `length` counts from the fact in full days (民法143条).

    Without a length the hold lasts until a fact releases it; `until` says in words what that is. `stated`: a paper
    names the last day, never later than the length allows. `counts_from`: the fact of which the first day counts
    instead of the one that places. `only_when` names what the fact must say. `named`: a person names the classes.
    """

    key: str
    label: str
    says: str
    article: str
    force: Force
    strength: Strength
    placed_on: Fact
    length: Length | None
    classes: tuple[str, ...]
    subject: Subject
    until: str = ""
    released_on: frozenset[Fact] = frozenset()
    only_when: str = ""
    stated: bool = False
    named: bool = False
    counts_from: Fact | None = None


NOTICE_FLAG = HoldRule(
    key="notice_flag",
    label=N_("申出があった投稿の通信履歴"),
    says=N_("消去の前に、開示請求の見込みを見直します。消去を止めるものではありません"),
    article=GUIDELINE,
    force=Force.DESIRABLE,
    strength=Strength.FLAG,
    placed_on=Fact.NOTICE_RECEIVED,
    length=Months(3),
    classes=SENDER_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.NOTICE_WITHDRAWN}),
)

MEASURE_FLAG = HoldRule(
    key="measure_flag",
    label=N_("措置を講じた投稿の通信履歴"),
    says=N_("措置の後は投稿が見えないため、開示請求に備えて3〜6か月の上限まで目印を置きます"),
    article=GUIDELINE,
    force=Force.DESIRABLE,
    strength=Strength.FLAG,
    placed_on=Fact.MEASURE_EXECUTED,
    length=Months(6),
    classes=SENDER_CLASSES,
    subject=Subject.ITEM,
    released_on=frozenset({Fact.MEASURE_REVERSED}),
)

EMERGENCY = HoldRule(
    key="emergency",
    label=N_("緊急行為としての保存"),
    says=N_(
        "自己又は第三者の権利を保護するため、その必要性が解消されるまで保存できます。必要があるかを、決めた日に見直します"
    ),
    article=GUIDELINE,
    force=Force.VOLUNTARY,
    strength=Strength.SOFT,
    placed_on=Fact.HOLD_PLACED,
    only_when="emergency",
    length=None,
    until=N_("必要性が解消されるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    named=True,
)

BUSINESS_NEED = HoldRule(
    key="business_need",
    label=N_("業務上の必要による保存"),
    says=N_(
        "より長く保存する業務上の必要があるときは、標準の期間を超えて保存できます。必要があるかを、決めた日に見直します"
    ),
    article=GUIDELINE,
    force=Force.VOLUNTARY,
    strength=Strength.SOFT,
    placed_on=Fact.HOLD_PLACED,
    only_when="business_need",
    length=None,
    until=N_("業務上の必要がなくなるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    named=True,
)

DISCLOSURE_PENDING = HoldRule(
    key="disclosure_pending",
    label=N_("開示の請求を受けている通信履歴"),
    says=N_("請求に答えるまで、開示できるかを確かめるのに要る記録を残します"),
    article="法5条・法6条",
    force=Force.DESIRABLE,
    strength=Strength.HARD,
    placed_on=Fact.DISCLOSURE_REQUESTED,
    length=None,
    until=N_("請求又は事件が終わるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.DISCLOSURE_REQUEST_ENDED}),
    named=True,
)

PETITION = HoldRule(
    key="petition",
    label=N_("開示命令の申立書の写しが送られた通信履歴"),
    says=N_("裁判所の手続が続く間、開示命令に応じられるよう残します"),
    article="法11条1項",
    force=Force.DESIRABLE,
    strength=Strength.HARD,
    placed_on=Fact.PETITION_SERVED,
    length=None,
    until=N_("請求又は事件が終わるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.DISCLOSURE_REQUEST_ENDED}),
    named=True,
)

ERASURE_BAN = HoldRule(
    key="erasure_ban",
    label=N_("消去禁止命令を受けた通信履歴"),
    says=N_("発信者情報開示命令事件（異議の訴えが提起されたときはその訴訟）が終わるまで、消去してはなりません"),
    article="法16条1項",
    force=Force.DUTY,
    strength=Strength.HARD,
    placed_on=Fact.COURT_ORDER_SERVED,
    only_when="erasure_ban",
    length=None,
    until=N_("事件が終わるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.DISCLOSURE_REQUEST_ENDED}),
    named=True,
)

SUIT = HoldRule(
    key="suit",
    label=N_("訴訟の相手方となった通信履歴"),
    says=N_("裁判所の手続が続く間、証拠となる記録を残します。訴状だけで消去を禁じる定めはありません"),
    article="法5条",
    force=Force.DESIRABLE,
    strength=Strength.HARD,
    placed_on=Fact.SUIT_SERVED,
    only_when="suit",
    length=None,
    until=N_("訴訟又は仮処分の事件が終わるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.SUIT_ENDED}),
    named=True,
)

INJUNCTION = HoldRule(
    key="injunction",
    label=N_("仮処分を受けた通信履歴"),
    says=N_("仮処分が消去を禁じるときは、それに従います。何を命じられたかは、書面で確かめます"),
    article="民事保全法23条",
    force=Force.DUTY,
    strength=Strength.HARD,
    placed_on=Fact.SUIT_SERVED,
    only_when="injunction",
    length=None,
    until=N_("訴訟又は仮処分の事件が終わるまで"),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.SUIT_ENDED}),
    named=True,
)

PRESERVATION_HOLD = HoldRule(
    key="preservation",
    label=N_("捜査機関から保全を要請された通信履歴"),
    says=N_("書面の日まで消去しないよう求められています。三十日を超えず、罰則はありません"),
    article="刑訴法197条3項",
    force=Force.REQUEST,
    strength=Strength.HARD,
    placed_on=Fact.PRESERVATION_REQUESTED,
    stated=True,
    length=Days(30),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.PRESERVATION_ENDED}),
    named=True,
)

PRESERVATION_HOLD_EXTENDED = HoldRule(
    key="preservation_extended",
    label=N_("捜査機関から保全の延長を要請された通信履歴"),
    says=N_("延長の書面の日まで消去しないよう求められています。最初から通じて六十日を超えず、罰則はありません"),
    article="刑訴法197条4項",
    force=Force.REQUEST,
    strength=Strength.HARD,
    placed_on=Fact.PRESERVATION_EXTENDED,
    counts_from=Fact.PRESERVATION_REQUESTED,
    stated=True,
    length=Days(60),
    classes=ALL_CLASSES,
    subject=Subject.CASE,
    released_on=frozenset({Fact.PRESERVATION_ENDED}),
    named=True,
)

HOLDS: tuple[HoldRule, ...] = (
    NOTICE_FLAG,
    MEASURE_FLAG,
    EMERGENCY,
    BUSINESS_NEED,
    DISCLOSURE_PENDING,
    PETITION,
    ERASURE_BAN,
    SUIT,
    INJUNCTION,
    PRESERVATION_HOLD,
    PRESERVATION_HOLD_EXTENDED,
)

HARDNESS: Mapping[Strength, int] = {Strength.FLAG: 0, Strength.SOFT: 1, Strength.HARD: 2}


def end(rule: HoldRule, first: datetime, said: Mapping[str, object]) -> datetime | None:
    """The first instant (UTC) at which a hold that began at `first` is over; None where a fact ends it.

    `said["until"]` is the last day that the paper names, a Japanese date in ISO 8601.
    """
    last = boundary(count(first, rule.length, Counting.FULL_DAYS)) if rule.length else None
    stated = said.get("until") if rule.stated else None
    if not isinstance(stated, str):
        return last
    day = start_of(date.fromisoformat(stated) + ONE_DAY)
    return min(last, day) if last else day


class Kept(NamedTuple):
    """A hold as far as erasure asks: how hard, and until when (UTC; None: until a fact ends it)."""

    strength: Strength
    until: datetime | None


class Cover(NamedTuple):
    """Several holds over the same logs: the hardest of them, and the latest end (None: open)."""

    strength: Strength
    until: datetime | None


def cover(holds: Iterable[Kept], at: datetime) -> Cover | None:
    """What the holds that stand at `at` come to together; None where none stands."""
    standing = [hold for hold in holds if hold.until is None or hold.until > at]
    if not standing:
        return None
    hardest = max((hold.strength for hold in standing), key=HARDNESS.__getitem__)
    ends = [hold.until for hold in standing if hold.until is not None]
    return Cover(hardest, max(ends) if len(ends) == len(standing) else None)


def kept_until(standard: datetime | None, holds: Iterable[Kept], at: datetime) -> datetime | None:
    """Until when logs are kept at `at`: the end of the standard period, or later where more than a flag stands.

    None while a hold without an end stands, or while no period is set and the purpose lasts. A flag never adds a day.
    """
    binding = [hold for hold in holds if hold.strength is not Strength.FLAG]
    together = cover(binding, at)
    if together is None:
        return standard
    if together.until is None or standard is None:
        return None
    return max(standard, together.until)


def may_erase(standard: datetime | None, holds: Iterable[Kept], at: datetime) -> bool:
    """Whether logs may be erased at `at`: no soft or hard hold stands over them.

    Before the standard period is over erasing is no breach (望ましい), so it does not decide here.
    """
    return cover([hold for hold in holds if hold.strength is not Strength.FLAG], at) is None
