"""In the logs (通信履歴): what investigators ask to be kept, how long logs are better kept, when they are erased."""

from tracker.law import N_
from tracker.law.clocks.rule import Bound, ClockRule, Confidence, Effect, Given, Whom
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.logs import GUIDELINE
from tracker.law.period import Counting, Days, Months

PRESERVATION = ClockRule(
    key="preservation_request",
    label=N_("通信履歴の保全の要請"),
    says=N_(
        "捜査機関は、三十日を超えない期間を書面又は電磁的記録で定めて、通信履歴を消去しないよう求めることができます"
    ),
    article="刑訴法197条3項",
    force=Force.REQUEST,
    bound=Bound.NOT_BEFORE,
    effect=Effect.ADVISES,
    starts_on=Fact.PRESERVATION_REQUESTED,
    stated=True,
    whom=Whom.PROVIDER,
    length=Days(30),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.READING,
    asks=N_("要請の書面を受け取った日"),
    given=Given.DAY,
    counsel=N_("書面に書かれた日と、30日の数え方"),
    stops_on=frozenset({Fact.PRESERVATION_EXTENDED, Fact.PRESERVATION_ENDED, Fact.WAIT_OVER}),
)

PRESERVATION_EXTENDED = ClockRule(
    key="preservation_extension",
    label=N_("通信履歴の保全の要請（延長）"),
    says=N_("特に必要があるときは三十日を超えない範囲で延長されますが、最初から通じて六十日を超えることはできません"),
    article="刑訴法197条4項",
    force=Force.REQUEST,
    bound=Bound.NOT_BEFORE,
    effect=Effect.ADVISES,
    starts_on=Fact.PRESERVATION_EXTENDED,
    counts_from=Fact.PRESERVATION_REQUESTED,
    stated=True,
    whom=Whom.PROVIDER,
    length=Days(60),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.READING,
    asks=N_("最初の要請の書面を受け取った日"),
    given=Given.DAY,
    counsel=N_("「通じて六十日」を最初の要請から数えてよいか"),
    stops_on=frozenset({Fact.PRESERVATION_EXTENDED, Fact.PRESERVATION_ENDED, Fact.WAIT_OVER}),  # a later one takes over
)

LOG_RETENTION = ClockRule(
    key="log_retention_3m",
    label=N_("通信履歴の保存（3か月）"),
    says=N_("違法・有害情報への対策に不可欠な通信履歴は、少なくとも3〜6か月程度保存することが望ましいとする案です"),
    article=GUIDELINE,
    force=Force.DESIRABLE,
    bound=Bound.NOT_BEFORE,
    effect=Effect.ADVISES,
    starts_on=Fact.LOG_RECORDED,
    whom=Whom.PROVIDER,
    length=Months(3),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.UNVERIFIED,
    asks=N_("通信履歴を記録した日"),
    given=Given.DAY,
    counsel=N_("解説の改正がいつから適用されるか、記録した時から数えてよいか"),
    stops_on=frozenset({Fact.LOGS_ERASED, Fact.WAIT_OVER}),
)

LOG_RETENTION_LONG = ClockRule(
    key="log_retention_6m",
    label=N_("通信履歴の保存（6か月）"),
    says=N_("望ましい期間の長いほうです。接続認証ログは一般に6か月程度の保存が許容されます"),
    article=GUIDELINE,
    force=Force.DESIRABLE,
    bound=Bound.NOT_BEFORE,
    effect=Effect.ADVISES,
    starts_on=Fact.LOG_RECORDED,
    whom=Whom.PROVIDER,
    length=Months(6),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.UNVERIFIED,
    asks=N_("通信履歴を記録した日"),
    given=Given.DAY,
    counsel=N_("解説の改正がいつから適用されるか、記録した時から数えてよいか"),
    stops_on=frozenset({Fact.LOGS_ERASED, Fact.WAIT_OVER}),
)

ERASURE = ClockRule(
    key="erasure",
    label=N_("保存期間を過ぎた通信履歴の消去"),
    says=N_("保存期間が過ぎたとき、又は記録の目的を達したときは、命令や要請により残すものを除き、速やかに消去します"),
    article="電気通信個人情報ガイドライン38条1項解説",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.RETENTION_ENDED,
    whom=Whom.PROVIDER,
    target="erasure",
    confidence=Confidence.SECONDARY,
    counsel=N_("解説の「消去しなければならない」を義務とみてよいか"),
    stops_on=frozenset({Fact.LOGS_ERASED, Fact.NOTHING_TO_ERASE, Fact.HOLD_ORDER_WITHDRAWN}),
)

HOLD_ANSWER = ClockRule(
    key="hold_answer",
    label=N_("保存の依頼への回答"),
    says=N_("通信履歴の保管者が、保存の依頼を受け取ったことを答えるまでの事務所の目標です。法に日数の定めはありません"),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.HOLD_ORDERED,
    target="hold_answer",
    only_when="awaited",  # in the record of the order, not in those of the cases whose logs it names
    confidence=Confidence.OFFICE,
    stops_on=frozenset({Fact.HOLD_ACKNOWLEDGED, Fact.HOLD_ORDER_WITHDRAWN}),
)

_PASSED_ON = frozenset(
    {
        Fact.HOLD_ORDERED,
        Fact.DISCLOSURE_REQUEST_ENDED,
        Fact.SUIT_ENDED,
        Fact.PRESERVATION_ENDED,
        Fact.WAIT_OVER,
    }
)

HOLD_ORDER = ClockRule(
    key="hold_order",
    label=N_("保管者への保存の依頼"),
    says=N_(
        "消去を止める書面を受けてから、記録の保管者に保存を依頼するまでの事務所の目標です。法に日数の定めはありません"
    ),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.PRESERVATION_REQUESTED,
    also_on=frozenset({Fact.DISCLOSURE_REQUESTED, Fact.PETITION_SERVED, Fact.SUIT_SERVED, Fact.PRESERVATION_EXTENDED}),
    target="hold_order",
    confidence=Confidence.OFFICE,
    stops_on=_PASSED_ON,
)

BAN_ORDER = ClockRule(
    key="ban_order",
    label=N_("保管者への保存の依頼（消去禁止命令）"),
    says=N_(
        "消去禁止命令を受けてから、記録の保管者に保存を依頼するまでの事務所の目標です。命令はその前から効力があります"
    ),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.COURT_ORDER_SERVED,
    only_when="erasure_ban",
    target="hold_order",
    confidence=Confidence.OFFICE,
    stops_on=_PASSED_ON,
)
