"""Every log-preservation trigger, one block each, citing guideline or statute. Only metadata: no log is ever held."""

from dataclasses import dataclass

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Strength, Subject
from tracker.law.period import Length, Months

# What a disclosure request needs from a content provider (CP); classes follow 規則2条.
SENDER_CLASSES = ("2-3", "2-4", "2-5", "2-8", "2-9", "2-13")

# What each class is, in words of our own; the number is that of the item of 規則2条.
CLASSES: dict[str, str] = {
    "2-3": N_("電話番号"),
    "2-4": N_("電子メールアドレス"),
    "2-5": N_("投稿のIPアドレスとポート番号"),
    "2-8": N_("投稿の日時"),
    "2-9": N_("ログインなどのIPアドレスとポート番号"),
    "2-13": N_("ログインなどの日時"),
}


@dataclass(frozen=True)
class HoldRule:
    """One trigger for keeping logs. `length` counts from the fact (民法143条)."""

    key: str
    label: str
    says: str
    article: str
    force: Force
    strength: Strength
    placed_on: Fact
    length: Length
    classes: tuple[str, ...]
    subject: Subject
    released_on: frozenset[Fact] = frozenset()


NOTICE_FLAG = HoldRule(
    key="notice_flag",
    label=N_("申出があった投稿の通信履歴"),
    says=N_("消去の前に、開示請求の見込みを見直します。消去を止めるものではありません"),
    article="電気通信個人情報ガイドライン38条1項解説（改正案・適用日未確認）",
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
    article="電気通信個人情報ガイドライン38条1項解説（改正案・適用日未確認）",
    force=Force.DESIRABLE,
    strength=Strength.FLAG,
    placed_on=Fact.MEASURE_EXECUTED,
    length=Months(6),
    classes=SENDER_CLASSES,
    subject=Subject.ITEM,
)

HOLDS: tuple[HoldRule, ...] = (NOTICE_FLAG, MEASURE_FLAG)
