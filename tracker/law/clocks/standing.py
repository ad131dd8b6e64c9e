"""Duties without a day: they hold at all times, or until something ends them, so no clock runs for them."""

from dataclasses import dataclass

from tracker.law import N_
from tracker.law.clocks.rule import Confidence
from tracker.law.grounds import Force


@dataclass(frozen=True)
class StandingRule:
    """What the law asks without a period, and why no clock runs."""

    key: str
    label: str
    says: str
    article: str
    force: Force
    confidence: Confidence


STANDING: tuple[StandingRule, ...] = (
    StandingRule(
        key="method",
        label=N_("申出の方法の公表"),
        says=N_("届出の後は、日本語で申出ができる方法を、いつでもインターネットで公表しています"),
        article="法22条・規則13条",
        force=Force.DUTY,
        confidence=Confidence.TEXT,
    ),
    StandingRule(
        key="no_wait",
        label=N_("照会も待機も要らない場合"),
        says=N_(
            "選挙運動の期間中の特定文書図画について、公職の候補者等が名誉の侵害と電子メールアドレス等の表示義務の違反を示して申し出、"
            "実際に正しく表示されていないときは、必要な限度の措置について、照会も待機もなく免責されます"
        ),
        article="法4条2号",
        force=Force.VOLUNTARY,
        confidence=Confidence.TEXT,
    ),
    StandingRule(
        key="no_erasure",
        label=N_("消去禁止命令"),
        says=N_("裁判所に消去を禁じられた発信者情報は、事件が終わるまで消去してはなりません"),
        article="法16条1項",
        force=Force.DUTY,
        confidence=Confidence.TEXT,
    ),
    StandingRule(
        key="amendment_2026",
        label=N_("令和8年の改正（2026年7月17日・2027年3月1日施行）"),
        says=N_("改正で加わる義務の内容は、条文を確かめるまで分かりません"),
        article=N_("令和8年法律58号"),
        force=Force.DUTY,
        confidence=Confidence.UNVERIFIED,
    ),
)
