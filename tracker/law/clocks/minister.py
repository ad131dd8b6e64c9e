"""Toward the minister (総務大臣) and the public: filings (届出・報告) and the yearly publication.

A filing that falls due on a day on which government offices are closed may come on the next open day
(行政機関の休日に関する法律2条). A publication may not: it is no filing.
"""

from tracker.law import N_
from tracker.law.clocks.rule import Bound, ClockRule, Confidence, Given, Whom
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import Counting, Months

REGISTRATION = ClockRule(
    key="registration",
    label=N_("指定を受けた者の届出"),
    says=N_("指定を受けた日から三月以内に、氏名・国内代表者等・窓口と基準のアドレスなどを総務大臣に届け出ます"),
    article="法21条1項・規則11条",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.DESIGNATED,
    whom=Whom.DESIGNATED,
    length=Months(3),
    counting=Counting.FILING,
    confidence=Confidence.TEXT,
    asks=N_("指定の書類が送達された日"),
    given=Given.DAY,
    counsel=N_("「指定を受けた日」を、書類が送達された日と読んでよいか"),
    stops_on=frozenset({Fact.REGISTERED}),
)

REGISTRATION_CHANGE = ClockRule(
    key="registration_change",
    label=N_("届け出た事項の変更の届出"),
    says=N_("届け出た事項に変更があったときは、遅滞なく届け出ます。申出の窓口や基準のアドレスの変更も含みます"),
    article="法21条2項・規則11条2項・規則12条",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.REGISTERED_MATTER_CHANGED,
    whom=Whom.DESIGNATED,
    target="registration_change",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.CHANGE_FILED}),
)

SPECIALIST_FILING = ClockRule(
    key="specialist_filing",
    label=N_("侵害情報調査専門員の届出"),
    says=N_(
        "専門員を選任し、又は変更したとき（退任を含みます）は、遅滞なく人数・氏名・生年月日・所属・理由を届け出ます"
    ),
    article="法24条3項・規則15条",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.SPECIALIST_APPOINTED,
    whom=Whom.REGISTERED,
    target="specialist_filing",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.SPECIALIST_FILED}),
    also_on=frozenset({Fact.SPECIALIST_LEFT, Fact.SPECIALIST_UNFILED}),  # the number changed: 後段・規則15条2項1号
)

PUBLICATION = ClockRule(
    key="publication",
    label=N_("措置の実施状況等の公表"),
    says=N_(
        "公表年度が終わってから二月以内に、受付・通知・措置の件数と自己評価を、判読できる形でインターネットに公表します"
    ),
    article="法28条・規則18条1項",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.YEAR_ENDED,  # 4月1日午前零時: the first day counts (民法140条ただし書)
    whom=Whom.REGISTERED,
    length=Months(2),
    confidence=Confidence.TEXT,
    asks=N_("公表年度"),
    given=Given.YEAR,
    counsel=N_("5月31日が休日でも延びないと読んでよいか（届出ではないため）"),
    stops_on=frozenset({Fact.YEAR_PUBLISHED}),
    each=True,  # a year that was not published is still owed when the next one ends
)

SENDER_REPORT = ClockRule(
    key="sender_report",
    label=N_("平均月間発信者数等の報告"),
    says=N_(
        "いずれかのサービスで平均月間発信者数900万以上又は延べ180万以上の者は、報告年度が終わってから一月以内に報告します"
    ),
    article="法20条3項・規則9条1項",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.YEAR_ENDED,
    only_when="over_threshold",
    whom=Whom.PROVIDER,
    length=Months(1),
    counting=Counting.FILING,
    confidence=Confidence.TEXT,
    asks=N_("報告年度"),
    given=Given.YEAR,
    stops_on=frozenset({Fact.SENDER_COUNT_REPORTED}),
    each=True,
)

SENDER_REPORT_REQUEST = ClockRule(
    key="sender_report_request",
    label=N_("総務大臣の要求による発信者数の報告"),
    says=N_("総務大臣から発信者数について要求があったときは、遅滞なく報告書を提出します"),
    article="法20条3項・規則9条2項",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.SENDER_COUNT_ASKED,
    whom=Whom.PROVIDER,
    target="sender_report_request",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.SENDER_COUNT_ANSWERED}),
)

REPORT_DEMAND = ClockRule(
    key="report_demand",
    label=N_("報告徴収への報告"),
    says=N_("総務大臣から報告を求められたときは、送達された書類に書かれた日までに報告します"),
    article="法29条・法31条1項",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.REPORT_DEMANDED,
    stated=True,
    whom=Whom.REGISTERED,
    confidence=Confidence.READING,
    counsel=N_("書類に期限の定めがないとき、いつまでにすべきか"),
    stops_on=frozenset({Fact.REPORT_MADE}),
)

RECOMMENDATION = ClockRule(
    key="recommendation",
    label=N_("勧告に係る措置"),
    says=N_("勧告を受けたときは、書類に書かれた日までに措置を講じます。正当な理由なく従わないと命令を受けます"),
    article="法30条1項・法31条1項",
    force=Force.REQUEST,
    bound=Bound.WITHIN,
    starts_on=Fact.RECOMMENDED,
    stated=True,
    whom=Whom.REGISTERED,
    confidence=Confidence.READING,
    counsel=N_("書類に期限の定めがないとき、いつまでにすべきか"),
    stops_on=frozenset({Fact.RECOMMENDATION_FOLLOWED}),
)

MINISTER_ORDER = ClockRule(
    key="minister_order",
    label=N_("命令に係る措置"),
    says=N_("命令を受けたときは、書類に書かれた日までに勧告に係る措置を講じます。違反には罰則があります（法35条）"),
    article="法30条2項・法31条1項",
    force=Force.DUTY,
    bound=Bound.WITHIN,
    starts_on=Fact.ORDERED_BY_MINISTER,
    stated=True,
    whom=Whom.REGISTERED,
    confidence=Confidence.READING,
    counsel=N_("書類に期限の定めがないとき、いつまでにすべきか"),
    stops_on=frozenset({Fact.MINISTER_ORDER_FOLLOWED}),
)

JAPANESE_FILING = ClockRule(
    key="japanese_filing",
    label=N_("英語で出した書類の日本語版"),
    says=N_("特別の事情により英語で提出した報告書や届出書は、提出した後、遅滞なく日本語のものを提出します"),
    article="規則21条3項",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.FILED_IN_ENGLISH,
    whom=Whom.PROVIDER,
    target="japanese_filing",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.FILED_IN_JAPANESE}),
)
