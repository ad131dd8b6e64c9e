"""Toward the claimant (申出者): receipt, investigation, the reply within seven days, what follows an interim one."""

from tracker.law import N_
from tracker.law.clocks.rule import Bound, ClockRule, Confidence
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Subject
from tracker.law.period import Counting, Days

RECEIPT = ClockRule(
    key="receipt",
    label=N_("受け付けた日時を明らかにする"),
    says=N_("申出を受けた日時を申出者に明らかにします。日数の定めはありません"),
    article="法22条2項3号",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.NOTICE_RECEIVED,
    target="receipt",
    renewed=True,
    only_when="receipt_pending",  # a form shows the receipt at once; a fax does not
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.RECEIPT_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
)

INVESTIGATION = ClockRule(
    key="investigation",
    label=N_("調査に着手する"),
    says=N_("権利が不当に侵害されているかどうかの調査を、遅滞なく行います"),
    article="法23条",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.NOTICE_RECEIVED,
    target="investigation",
    leads=False,
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.INVESTIGATION_STARTED, Fact.DECISION_MADE, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
)

FAST_LANE = ClockRule(
    key="fast_lane",
    label=N_("優先して見る"),
    says=N_("急ぎの事情がある申出を先に見るための事務所の目標です。法の待機は短くなりません"),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.NOTICE_RECEIVED,
    target="fast_lane",
    only_when="fast",
    confidence=Confidence.OFFICE,
    stops_on=frozenset({Fact.DECISION_MADE, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
)

REPLY = ClockRule(
    key="reply",
    label=N_("申出者への通知"),
    says=N_("すべての項目について、結果、又は法25条2項の途中経過を申出者に通知します"),
    article="法25条1項・規則16条",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.NOTICE_RECEIVED,
    length=Days(7),
    counting=Counting.CIVIL,
    confidence=Confidence.TEXT,
    asks=N_("申出を受けた日時"),
    counsel=N_("末日が休日に当たるときに民法142条で延びないと読んでよいか"),
    stops_on=frozenset({Fact.NOTICE_ANSWERED, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
    resumes_on=frozenset({Fact.REPLY_LOST}),
)

INTERIM = ClockRule(
    key="interim",
    label=N_("途中経過の通知"),
    says=N_("意見聴取・専門員・やむを得ない理由により長くかかるときは、どれに当たるかを同じ期間内に申出者に通知します"),
    article="法25条2項後段・規則16条",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.NOTICE_RECEIVED,
    length=Days(7),
    counting=Counting.CIVIL,
    confidence=Confidence.TEXT,
    asks=N_("申出を受けた日時"),
    kept_by="reply",
    counsel=N_("末日が休日に当たるときに民法142条で延びないと読んでよいか"),
    stops_on=frozenset({Fact.INTERIM_REPLIED, Fact.NOTICE_ANSWERED, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
)

DECIDE = ClockRule(
    key="decide",
    label=N_("途中経過の後の調査と判断"),
    says=N_("途中経過を通知した後も、調査の義務は続きます。判断の日数は法に定めがなく、事務所の目標です"),
    article="法23条",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.INTERIM_REPLIED,
    subject=Subject.ITEM,
    target="decide",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.DECISION_MADE, Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
)

OUTCOME = ClockRule(
    key="outcome",
    label=N_("途中経過の後の結果の通知"),
    says=N_("途中経過を通知した項目は、判断した後、遅滞なく結果を通知します"),
    article="法25条2項前段",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.DECISION_MADE,
    subject=Subject.ITEM,
    only_after=Fact.INTERIM_REPLIED,
    target="outcome",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
    resumes_on=frozenset({Fact.OUTCOME_LOST}),
)

CORRECTION = ClockRule(
    key="correction",
    label=N_("結果の訂正の通知"),
    says=N_("結果を通知した後に判断を改めた項目は、改めた結果を申出者に通知します。日数は事務所の目標です"),
    article="事務所の目標",
    force=Force.VOLUNTARY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.DECISION_MADE,
    subject=Subject.ITEM,
    only_after=Fact.OUTCOME_GIVEN,
    target="outcome",
    confidence=Confidence.OFFICE,
    stops_on=frozenset({Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
    resumes_on=frozenset({Fact.OUTCOME_LOST}),
)
