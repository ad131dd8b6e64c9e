"""Around a measure (送信防止措置): its criteria, its sender, the shelters from liability that have to be waited for."""

from tracker.law import N_
from tracker.law.clocks.rule import Bound, ClockRule, Confidence, Effect, Given, Whom
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Subject
from tracker.law.period import Counting, Days, Months

EXECUTION = ClockRule(
    key="execution",
    label=N_("指示した措置の実施"),
    says=N_("判断は、実施して初めて送信防止措置になります。指示から実施の記録までの日数は事務所の目標です"),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.MEASURE_ORDERED,
    subject=Subject.ITEM,
    target="execution",
    confidence=Confidence.OFFICE,
    stops_on=frozenset({Fact.MEASURE_EXECUTED, Fact.MEASURE_WITHDRAWN}),
)

SENDER_NOTICE = ClockRule(
    key="sender_notice",
    label=N_("発信者への通知"),
    says=N_("送信防止措置を講じたことと理由を、遅滞なく発信者に通知するか、容易に知り得る状態に置きます"),
    article="法27条",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.MEASURE_EXECUTED,
    subject=Subject.ITEM,
    whom=Whom.REGISTERED,
    target="sender_notice",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.SENDER_NOTIFIED, Fact.SENDER_NOTICE_EXEMPTED}),
    resumes_on=frozenset({Fact.SENDER_NOTICE_LOST}),
)

CRITERIA_CHANGE = ClockRule(
    key="criteria_change",
    label=N_("緊急の措置の後の基準の変更"),
    says=N_("緊急の必要により措置を講じたときは、速やかに基準を変更します"),
    article="法26条3項",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.MEASURE_EXECUTED,
    whom=Whom.REGISTERED,
    target="criteria_change",
    only_when="emergency",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.CRITERIA_CHANGED}),
)

CRITERIA_WAIT = ClockRule(
    key="criteria_wait",
    label=N_("基準を使えるようになるまで"),
    says=N_("措置を講ずる日の14日前までに公表されていなければ、基準を措置の根拠にできません"),
    article="法26条1項・規則17条",
    force=Force.DUTY,
    bound=Bound.NOT_BEFORE,
    effect=Effect.FORBIDS,
    starts_on=Fact.CRITERIA_PUBLISHED,
    whom=Whom.REGISTERED,
    length=Days(14),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.READING,
    named="criteria_notice",
    asks=N_("基準を公表した日時"),
    counsel=N_("「14日前までに」を、中14日（公表の翌日から数えて15日目から）と読んでよいか"),
    stops_on=frozenset({Fact.WAIT_OVER}),
)

DIGEST = ClockRule(
    key="digest",
    label=N_("参考となる事例の資料の公表"),
    says=N_("基準に従って講じた措置の事例を種類ごとに整理した資料を、おおむね一年に一回公表するよう努めます"),
    article="法26条4項",
    force=Force.EFFORT,
    bound=Bound.WITHIN,
    starts_on=Fact.DIGEST_PUBLISHED,
    whom=Whom.REGISTERED,
    length=Months(12),
    confidence=Confidence.READING,
    asks=N_("前に公表した日"),
    given=Given.DAY,
    counsel=N_("「おおむね一年に一回」を前の公表から12か月と読んでよいか、最初の資料をいつまでに公表するか"),
    leads=False,
    stops_on=frozenset({Fact.DIGEST_PUBLISHED}),
)

SENDER_WAIT = ClockRule(
    key="sender_wait",
    label=N_("発信者の回答を待つ"),
    says=N_("照会を受けた日から7日を経過するまでは、法3条2項2号の免責がまだありません。先に措置を講ずることはできます"),
    article="法3条2項2号",
    force=Force.VOLUNTARY,
    bound=Bound.NOT_BEFORE,
    effect=Effect.SHELTERS,
    starts_on=Fact.INQUIRY_RECEIVED,
    whom=Whom.PROVIDER,
    subject=Subject.ITEM,
    length=Days(7),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.TEXT,
    named="sender_inquiry",
    asks=N_("照会が発信者に届いた日時"),
    counsel=N_("最後の日が休日に当たるときに、待機が延びると考えておくべきか"),
    stops_on=frozenset(
        {Fact.WAIT_OVER, Fact.SENDER_AGREED, Fact.SENDER_OBJECTED, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}
    ),
)

SHORT_SENDER_WAIT = ClockRule(
    key="short_sender_wait",
    label=N_("発信者の回答を待つ（2日の特例）"),
    says=N_("照会を受けた日から2日を経過するまでは、特例の免責がまだありません。先に措置を講ずることはできます"),
    article="法4条1号・私事性的画像記録法4条・AV法16条",
    force=Force.VOLUNTARY,
    bound=Bound.NOT_BEFORE,
    effect=Effect.SHELTERS,
    starts_on=Fact.SHORT_INQUIRY_RECEIVED,
    whom=Whom.PROVIDER,
    subject=Subject.ITEM,
    length=Days(2),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.SECONDARY,
    named="sender_inquiry_2d",
    asks=N_("照会が発信者に届いた日時"),
    counsel=N_("私事性的画像記録法4条とAV法16条の要件を、条文で確かめたか"),
    stops_on=frozenset(
        {Fact.WAIT_OVER, Fact.SENDER_AGREED, Fact.SENDER_OBJECTED, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}
    ),
)

APPEAL = ClockRule(
    key="appeal",
    label=N_("不服申立てへの回答"),
    says=N_(
        "措置への発信者の不服申立てを、最初に判断した人とは別の人が見直し、結果を通知します。"
        "法に期限はなく、日数は事務所の目標です。件数は毎年公表します"
    ),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.APPEAL_RECEIVED,
    also_on=frozenset({Fact.APPEAL_REOPENED}),
    subject=Subject.ITEM,
    whom=Whom.PROVIDER,
    target="appeal",
    each=True,
    leads=False,  # a duty toward the claimant in the same case comes first
    confidence=Confidence.OFFICE,
    stops_on=frozenset({Fact.APPEAL_ANSWERED, Fact.APPEAL_WITHDRAWN}),
    resumes_on=frozenset({Fact.APPEAL_ANSWER_LOST}),
)
