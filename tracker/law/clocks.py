"""Every clock of the Act, one block each, citing its article. A lawyer reads this without help."""

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Subject
from tracker.law.period import Counting, Days, Length


class Bound(StrEnum):
    """What a period does to an act. Caution means earlier for WITHIN, later for NOT_BEFORE."""

    WITHIN = "within"  # 以内: a last day
    NOT_BEFORE = "not_before"  # 経過後・前までに: a first day
    PROMPTLY = "promptly"  # 遅滞なく・速やかに: no number in law, only an office target


class Effect(StrEnum):
    """What acting before the end of a NOT_BEFORE period means."""

    FORBIDS = "forbids"  # acting earlier breaches the Act (法26条1項)
    SHELTERS = "shelters"  # acting earlier is allowed; only this shelter from liability is not there yet (法3条2項2号)


@dataclass(frozen=True)
class ClockRule:
    """One legal clock. `length` is None for PROMPTLY; then `target` names the office policy that gives hours."""

    key: str
    label: str
    says: str
    article: str
    force: Force
    bound: Bound
    starts_on: Fact
    stops_on: frozenset[Fact]
    counting: Counting = Counting.CIVIL
    length: Length | None = None
    effect: Effect | None = None
    subject: Subject = Subject.CASE
    target: str = ""
    only_after: Fact | None = None  # starts only for items to which this happened before
    only_when: str = ""  # starts only when the fact says so (a key of its data that is true)
    leads: bool = True  # orders the worklist
    any_filer: bool = False  # binds from registration (届出), whoever filed; the others need a 申出 of 法25条
    renewed: bool = False  # a correction of the receipt time makes it due again, even when it was done
    resumes_on: frozenset[Fact] = field(default_factory=frozenset)  # proof was lost: the same date runs again


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
    stops_on=frozenset({Fact.NOTICE_ANSWERED, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
    resumes_on=frozenset({Fact.REPLY_LOST}),
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
    stops_on=frozenset({Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN}),
    resumes_on=frozenset({Fact.OUTCOME_LOST}),
)

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
    any_filer=True,
    target="sender_notice",
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
    any_filer=True,
    target="criteria_change",
    only_when="emergency",
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
    any_filer=True,
    length=Days(14),
    counting=Counting.FULL_DAYS,
    stops_on=frozenset({Fact.WAIT_OVER}),
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
    subject=Subject.ITEM,
    length=Days(7),
    counting=Counting.FULL_DAYS,
    stops_on=frozenset({Fact.WAIT_OVER, Fact.SENDER_OBJECTED, Fact.NOTICE_WITHDRAWN}),
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
    subject=Subject.ITEM,
    length=Days(2),
    counting=Counting.FULL_DAYS,
    stops_on=frozenset({Fact.WAIT_OVER, Fact.SENDER_OBJECTED, Fact.NOTICE_WITHDRAWN}),
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
    stops_on=frozenset({Fact.HOLD_ACKNOWLEDGED, Fact.HOLD_ORDER_WITHDRAWN}),
)

CLOCKS: tuple[ClockRule, ...] = (
    RECEIPT,
    INVESTIGATION,
    FAST_LANE,
    REPLY,
    DECIDE,
    OUTCOME,
    CORRECTION,
    EXECUTION,
    SENDER_NOTICE,
    CRITERIA_CHANGE,
    CRITERIA_WAIT,
    SENDER_WAIT,
    SHORT_SENDER_WAIT,
    HOLD_ANSWER,
)
