"""平均月間発信者数と平均月間延べ発信者数 (法20条1項1号・規則8条・9条): what is counted, and what follows from the mean.

The two numbers that designate must be exceeded (超える); the two that ask for a report must be reached (以上). A mean
is exact: a rounded one could stand on the wrong side of a number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tracker.law import N_

MONTHS = 12  # 規則8条2項・4項: 一年間


class Count(StrEnum):
    """One of the two figures of a month."""

    SENDERS = "senders"  # 発信者と、これに準ずる者
    TIMES = "times"  # 延べ発信者数


@dataclass(frozen=True)
class CountRule:
    """What a figure is, how its mean is called, and the numbers of the rule that its mean is held against."""

    label: str
    mean: str
    says: str
    article: str
    over: int  # 超える: the service may be designated
    over_article: str
    reached: int  # 以上: the provider reports
    reached_article: str = "規則9条1項"


RULES: Mapping[Count, CountRule] = {
    Count.SENDERS: CountRule(
        N_("発信者と準ずる者"),
        N_("平均月間発信者数"),
        N_("一月間に発信者となった者と、発信者とならずにその役務を利用した者。日本国外にあると推定される者を除きます"),
        "法20条1項1号・規則8条1項",
        10_000_000,
        "規則8条3項",
        9_000_000,
    ),
    Count.TIMES: CountRule(
        N_("延べ発信者数"),
        N_("平均月間延べ発信者数"),
        N_("一月間に発信者となった者の延べ数。日本国外にあると推定される者を除きます"),
        "法20条1項1号",
        2_000_000,
        "規則8条5項",
        1_800_000,
    ),
}


class Part(StrEnum):
    """What is entered for a month. The first two together are 平均月間発信者数's figure."""

    SENDERS = "senders"
    USERS = "users"
    TIMES = "times"


PARTS: Mapping[Part, str] = {
    Part.SENDERS: N_("発信者"),
    Part.USERS: N_("準ずる者（利用したが、発信者とならなかった者）"),
    Part.TIMES: N_("延べ発信者数"),
}


class Exclusion(StrEnum):
    """A kind of service that is not designated (法20条1項3号・規則8条6項). The value is stored for ever."""

    NO_EXCHANGE = "no_exchange"
    ANCILLARY = "ancillary"


@dataclass(frozen=True)
class ExclusionRule:
    """What the rule says of it, and where."""

    label: str
    article: str


EXCLUSIONS: Mapping[Exclusion, ExclusionRule] = {
    Exclusion.NO_EXCHANGE: ExclusionRule(N_("不特定の利用者間の交流を主たる目的としたものでないもの"), "規則8条6項1号"),
    Exclusion.ANCILLARY: ExclusionRule(
        N_("交流を主たる目的としたもので、1号の役務に専ら付随的に提供されるもの"), "規則8条6項2号"
    ),
}


def year_months(year: int) -> list[int]:
    """The twelve months of the 報告年度 that begins in `year` (規則1条2項1号), as 202604, in order."""
    return [year * 100 + month for month in range(4, 13)] + [(year + 1) * 100 + month for month in range(1, 4)]


def year_of(month: int) -> int:
    """The 報告年度 of a month, by the year in which it begins."""
    year, number = divmod(month, 100)
    return year if number >= 4 else year - 1


def together(senders: int | None, users: int | None) -> int | None:
    """The figure of 平均月間発信者数 for a month (規則8条1項); None while a part of it is not known."""
    return None if senders is None or users is None else senders + users


def mean(figures: Sequence[int]) -> Fraction:
    """The mean of a year, exactly. Raises ValueError for anything but twelve months."""
    if len(figures) != MONTHS:
        raise ValueError(len(figures))
    return Fraction(sum(figures), MONTHS)


def least(known: Iterable[int]) -> Fraction:
    """What the mean of a year is at least, of which only the `known` months are there: no month has less than none."""
    return Fraction(sum(known), MONTHS)


def over(count: Count, mean: Fraction) -> bool:
    """Whether a mean is above the number by which a service may be designated (規則8条3項・5項): 超える."""
    return mean > RULES[count].over


def must_report(count: Count, mean: Fraction) -> bool:
    """Whether a mean obliges to report (規則9条1項): 以上. Either of the two is enough."""
    return mean >= RULES[count].reached


def shown(mean: Fraction) -> str:
    """A mean as it is written: cut after two decimals and never rounded, "…" where more follows: 8,999,999.91…"""
    whole, rest = divmod(mean, 1)
    hundredths, left = divmod(rest * 100, 1)
    decimals = f"{hundredths:02d}" if left else f"{hundredths:02d}".rstrip("0")
    return f"{whole:,}" + (f".{decimals}" if decimals else "") + ("…" if left else "")
