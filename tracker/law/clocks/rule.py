"""What a legal clock is: what starts and stops it, how it is counted, how strongly it binds, how sure we are of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Subject
from tracker.law.period import Counting, Length


class Bound(StrEnum):
    """What a period does to an act. Caution means earlier for WITHIN, later for NOT_BEFORE."""

    WITHIN = "within"  # 以内: a last day
    NOT_BEFORE = "not_before"  # 経過後・前までに: a first day
    PROMPTLY = "promptly"  # 遅滞なく・速やかに: no number in law, only an office target


class Effect(StrEnum):
    """What acting before the end of a NOT_BEFORE period means."""

    FORBIDS = "forbids"  # acting earlier breaches the Act or an order (法26条1項)
    SHELTERS = "shelters"  # acting earlier is allowed; only this shelter from liability is not there yet (法3条2項2号)
    ADVISES = "advises"  # acting earlier is no breach, but not what is desired or asked (望ましい・要請)


class Whom(StrEnum):
    """Whom a clock binds. Where it does not bind, the same care is kept under a voluntary clock."""

    NOTICE = "notice"  # the provider toward a 申出 of 法25条
    REGISTERED = "registered"  # the provider from registration on (届出, 法22条1項), whoever filed
    DESIGNATED = "designated"  # the provider from designation on (指定, 法20条1項)
    PROVIDER = "provider"  # any provider


class Confidence(StrEnum):
    """How sure we are of a clock's text."""

    TEXT = "text"  # the text in force was read
    SECONDARY = "secondary"  # only a secondary source was read
    READING = "reading"  # the text was read; the number of days follows from our own reading of it
    UNVERIFIED = "unverified"  # not read, or a draft without a day of application: ask counsel
    OFFICE = "office"  # no law at all: what this office set itself


class Given(StrEnum):
    """What a person knows who asks for the date of a clock."""

    MOMENT = "moment"  # a day and its time
    DAY = "day"  # a day, its time being without effect
    YEAR = "year"  # a 公表年度 or 報告年度, by the year in which its April lies (規則1条2項)


# How sure each confidence is, in words for people.
CONFIDENCES: dict[Confidence, str] = {
    Confidence.TEXT: N_("条文を確認"),
    Confidence.SECONDARY: N_("二次資料で確認"),
    Confidence.READING: N_("条文を確認、日数は当方の読み"),
    Confidence.UNVERIFIED: N_("要確認"),
    Confidence.OFFICE: N_("事務所の方針"),
}


@dataclass(frozen=True)
class ClockRule:
    """One legal clock. `length` is None where the law names no number: PROMPTLY, or a paper states the day."""

    key: str
    label: str
    says: str
    article: str
    force: Force
    bound: Bound
    starts_on: Fact
    stops_on: frozenset[Fact]
    confidence: Confidence
    counting: Counting = Counting.CIVIL
    length: Length | None = None
    effect: Effect | None = None
    subject: Subject = Subject.CASE
    whom: Whom = Whom.NOTICE
    target: str = ""  # names the office target of a PROMPTLY clock
    stated: bool = False  # the paper names the last day; `length` is then the most that it may name
    asks: str = ""  # what somebody types who asks for the date
    given: Given = Given.MOMENT
    named: str = ""  # what the command line and the calculator call it, where that is not its key
    counsel: str = ""  # what to ask counsel before relying on it
    counts_from: Fact | None = None  # the period began with this fact, and the one that starts the clock renews it
    kept_by: str = ""  # the clock that keeps this one too: same period, same start; it never runs by itself
    only_after: Fact | None = None  # starts only for items to which this happened before
    only_when: str = ""  # starts only when the fact says so (a key of its data that is true)
    leads: bool = True  # orders the worklist
    each: bool = False  # every fact starts one of its own for the same item; what stops one names when it `began`
    renewed: bool = False  # a correction of the receipt time makes it due again, even when it was done
    resumes_on: frozenset[Fact] = field(default_factory=frozenset)  # proof was lost: the same date runs again
    also_on: frozenset[Fact] = field(default_factory=frozenset)  # other facts that start it as `starts_on` does

    @property
    def name(self) -> str:
        """What the command line and the calculator call it."""
        return self.named or self.key

    @property
    def public(self) -> bool:
        """Whether anybody may ask the public calculator for it: it has a number, and its text was seen."""
        return self.length is not None and self.confidence is not Confidence.UNVERIFIED
