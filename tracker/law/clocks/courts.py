"""Toward the courts: hearing the sender on a disclosure, and the periods of 発信者情報開示命令事件.

Court periods are counted by 民訴法95条 through 非訟事件手続法: a last day on which courts are closed moves to the next
open day. That counting was not read in the text: each date is for counsel to check (要確認), off the public pages.
"""

from tracker.law import N_
from tracker.law.clocks.rule import Bound, ClockRule, Confidence, Effect, Given, Whom
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import Counting, Days, Months

DISCLOSURE_HEARING = ClockRule(
    key="disclosure_hearing",
    label=N_("開示についての発信者の意見聴取"),
    says=N_(
        "開示の請求を受けたときは、連絡できないなど特別の事情がある場合を除き、発信者の意見（拒むときはその理由も）を聴きます"
    ),
    article="法6条1項",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.DISCLOSURE_REQUESTED,
    also_on=frozenset({Fact.PETITION_SERVED}),  # a petition rests on the same request (法8条: 請求に基づく)
    whom=Whom.PROVIDER,
    target="disclosure_hearing",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.DISCLOSURE_HEARD, Fact.DISCLOSURE_HEARING_EXEMPTED, Fact.DISCLOSURE_REQUEST_ENDED}),
)

SENDER_TOLD_OF_ORDER = ClockRule(
    key="sender_told_of_order",
    label=N_("開示命令を受けたことの発信者への通知"),
    says=N_("開示に応じないとの意見を述べた発信者に、困難なときを除き、開示命令を受けたことを遅滞なく通知します"),
    article="法6条2項",
    force=Force.DUTY,
    bound=Bound.PROMPTLY,
    starts_on=Fact.DISCLOSURE_ORDERED,
    only_when="sender_objected",
    whom=Whom.PROVIDER,
    target="sender_told_of_order",
    confidence=Confidence.TEXT,
    stops_on=frozenset({Fact.SENDER_TOLD_OF_ORDER, Fact.SENDER_TELLING_EXEMPTED}),
    resumes_on=frozenset({Fact.ORDER_TELLING_LOST}),
)

DISCLOSURE_SUIT = ClockRule(
    key="disclosure_suit",
    label=N_("開示命令に対する異議の訴え"),
    says=N_("決定の告知を受けた日から一月の不変期間が過ぎると、異議の訴えを提起できなくなります"),
    article="法14条1項・非訟法34条4項・民訴法95条3項",
    force=Force.RIGHT,
    bound=Bound.WITHIN,
    starts_on=Fact.DISCLOSURE_ORDERED,
    whom=Whom.PROVIDER,
    length=Months(1),
    counting=Counting.COURT,
    confidence=Confidence.UNVERIFIED,
    asks=N_("決定の告知を受けた日"),
    given=Given.DAY,
    counsel=N_("裁判所の期間の数え方（民訴法95条の準用）を条文で確かめたか"),
    stops_on=frozenset({Fact.DISCLOSURE_SUIT_FILED, Fact.DISCLOSURE_REQUEST_ENDED}),
)

PROVISION_LAPSE = ClockRule(
    key="provision_lapse",
    label=N_("提供命令が効力を失うまで"),
    says=N_(
        "申立人が他の提供者の氏名等の提供を受けてから二月以内に通知をしないと、提供命令は効力を失います。それまでは従います"
    ),
    article="法15条3項2号",
    force=Force.DUTY,
    bound=Bound.NOT_BEFORE,
    effect=Effect.FORBIDS,
    starts_on=Fact.PROVISION_MADE,
    whom=Whom.PROVIDER,
    length=Months(2),
    counting=Counting.FULL_DAYS,
    confidence=Confidence.UNVERIFIED,
    asks=N_("申立人が他の提供者の氏名等の提供を受けた日"),
    given=Given.DAY,
    counsel=N_("期間の数え方、他の提供者の一部についてだけ効力を失う場合、効力を失った後に残る義務"),
    stops_on=frozenset({Fact.PETITION_NOTIFIED, Fact.DISCLOSURE_REQUEST_ENDED, Fact.WAIT_OVER}),
)

DISCLOSURE_APPEAL = ClockRule(
    key="disclosure_appeal",
    label=N_("提供命令・消去禁止命令に対する即時抗告"),
    says=N_("提供命令や消去禁止命令には、一週間の不変期間のうちに即時抗告をすることができます"),
    article="法15条5項・法16条3項・非訟法81条・民訴法95条3項",
    force=Force.RIGHT,
    bound=Bound.WITHIN,
    starts_on=Fact.COURT_ORDER_SERVED,
    whom=Whom.PROVIDER,
    length=Days(7),
    counting=Counting.COURT,
    confidence=Confidence.UNVERIFIED,
    asks=N_("命令の告知を受けた日"),
    given=Given.DAY,
    counsel=N_("即時抗告の期間（一週間）を条文で確かめたか"),
    stops_on=frozenset({Fact.COURT_ORDER_APPEALED, Fact.DISCLOSURE_REQUEST_ENDED}),
)

WITHDRAWAL_CONSENT = ClockRule(
    key="withdrawal_consent",
    label=N_("申立ての取下げへの異議"),
    says=N_(
        "取下げの通知を受けた日（出頭した期日の取下げはその日）から二週間以内に異議を述べないと、同意したものとみなされます"
    ),
    article="法13条3項・非訟法34条4項・民訴法95条3項",
    force=Force.RIGHT,
    bound=Bound.WITHIN,
    starts_on=Fact.PETITION_WITHDRAWAL_NOTIFIED,
    whom=Whom.PROVIDER,
    length=Days(14),
    counting=Counting.COURT,
    confidence=Confidence.UNVERIFIED,
    asks=N_("取下げの通知を受けた日、又は出頭した期日で取下げがあった日"),
    given=Given.DAY,
    counsel=N_("裁判所の期間の数え方（民訴法95条の準用）を条文で確かめたか"),
    stops_on=frozenset({Fact.PETITION_WITHDRAWAL_OPPOSED, Fact.DISCLOSURE_REQUEST_ENDED}),
)
