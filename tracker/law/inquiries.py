"""照会と免責: which law shelters the provider when a sender was asked, after how many days, and on which elements.

The elements are what a person confirms one by one. No tick of a claimant shortens a wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.law import N_
from tracker.law.clocks.measures import SENDER_WAIT, SHORT_SENDER_WAIT
from tracker.law.clocks.rule import ClockRule
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance, Right


class Regime(StrEnum):
    """Under which provision a sender is asked, or need not be. The value is stored for ever."""

    STANDARD = "standard"
    ELECTION = "election"
    INTIMATE = "intimate"
    AV = "av"
    NO_WAIT = "no_wait"


@dataclass(frozen=True)
class InquiryRule:
    """One provision. `wait` is None where neither inquiry nor wait is asked for; `elements`: key → what is confirmed.

    `right` is the right that the filing must be about, `suggests` the circumstance whose tick makes the desk ask.
    """

    regime: Regime
    label: str
    says: str
    article: str
    wait: ClockRule | None
    elements: Mapping[str, str]
    right: Right | None = None
    suggests: Circumstance | None = None

    @property
    def days(self) -> int:
        """For how many days after its receipt the sender is waited for; 0 where there is nothing to wait for."""
        return int(getattr(self.wait.length, "n", 0)) if self.wait and self.wait.length else 0

    @property
    def fact(self) -> Fact:
        """What happened when the inquiry reached the sender: it starts the wait. Raises LookupError without a wait."""
        if self.wait is None:
            raise LookupError(self.regime)
        return self.wait.starts_on


STANDARD = InquiryRule(
    regime=Regime.STANDARD,
    label=N_("通常の照会（7日）"),
    says=N_("侵害情報、権利、理由を示して、措置を講ずることに同意するかを照会します"),
    article="法3条2項2号",
    wait=SENDER_WAIT,
    elements={},
)

ELECTION = InquiryRule(
    regime=Regime.ELECTION,
    label=N_("選挙の特例（2日）"),
    says=N_("選挙運動の期間中の文書図画による名誉の侵害について、公職の候補者等から申出があったとき"),
    article="法4条1号",
    wait=SHORT_SENDER_WAIT,
    elements={
        "campaign": N_("選挙運動の期間中に頒布された文書図画に係る情報である"),
        "document": N_("選挙運動のため、又は当選を得させないための活動に使用する文書図画（特定文書図画）である"),
        "candidate": N_("申し出たのは、名誉を侵害されたとする公職の候補者等である"),
        "shown": N_("情報、名誉が侵害された旨、その理由、特定文書図画に係る旨が示されている"),
    },
    right=Right.HONOR,
    suggests=Circumstance.ELECTION,
)

INTIMATE = InquiryRule(
    regime=Regime.INTIMATE,
    label=N_("私事性的画像記録の特例（2日）"),
    says=N_("撮影された本人などから、私事性的画像記録であるとして申出があったとき。条文は二次資料で確かめたものです"),
    article="私事性的画像記録法4条",
    wait=SHORT_SENDER_WAIT,
    elements={
        "image": N_("性交などの姿態の画像で、撮影された人を特定できる"),
        "private": N_("撮影された人が、第三者に見られることを承諾して撮影を許したものではない"),
        "person": N_("申し出たのは、撮影された本人（亡くなったときは配偶者、直系の親族又は兄弟姉妹）である"),
        "shown": N_("画像の記録、名誉又は私生活の平穏が侵害された旨、その理由が示されている"),
    },
    suggests=Circumstance.INTIMATE,
)

AV = InquiryRule(
    regime=Regime.AV,
    label=N_("性行為映像制作物の特例（2日）"),
    says=N_(
        "出演者から、契約の取消しなどにより公表の権原がないとして申出があったとき。条文は二次資料で確かめたものです"
    ),
    article="AV法16条",
    wait=SHORT_SENDER_WAIT,
    elements={
        "work": N_("性行為映像制作物に係る情報である"),
        "performer": N_("申し出たのは、その出演者である"),
        "no_right": N_("出演契約がない、取り消された、解除されたなど、公表が権利を侵害するとする理由が示されている"),
    },
    suggests=Circumstance.AV,
)

NO_WAIT = InquiryRule(
    regime=Regime.NO_WAIT,
    label=N_("照会も待機も要らない場合"),
    says=N_("選挙運動の期間中の特定文書図画に、電子メールアドレス等が正しく表示されていないとき"),
    article="法4条2号",
    wait=None,
    elements={
        "campaign": N_("選挙運動の期間中に頒布された文書図画に係る情報である"),
        "document": N_("選挙運動のため、又は当選を得させないための活動に使用する文書図画（特定文書図画）である"),
        "candidate": N_("申し出たのは、名誉を侵害されたとする公職の候補者等である"),
        "claimed": N_("申出で、電子メールアドレス等が公職選挙法に違反して表示されていない旨が示されている"),
        "checked": N_("実際に見て、電子メールアドレス等が正しく表示されていないことを確かめた"),
        "limit": N_("措置は、不特定の者への送信を防ぐために必要な限度で行う"),
    },
    right=Right.HONOR,
    suggests=Circumstance.ELECTION,
)

RULES: Mapping[Regime, InquiryRule] = {one.regime: one for one in (STANDARD, ELECTION, INTIMATE, AV, NO_WAIT)}
WAITS = frozenset({SENDER_WAIT.key, SHORT_SENDER_WAIT.key})
RECEIPTS = frozenset({Fact.INQUIRY_RECEIVED, Fact.SHORT_INQUIRY_RECEIVED})


def missing(rule: InquiryRule, confirmed: Sequence[str]) -> list[str]:
    """The elements of `rule` that nobody confirmed, by their keys, in the order of the provision."""
    return [key for key in rule.elements if key not in confirmed]
