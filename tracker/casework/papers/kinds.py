"""What each paper is: its article, the fact that its service is, what must be asked for, and what ends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.holds import INJUNCTION as LAW_OF_INJUNCTIONS, SUIT as LAW_OF_SUITS
from tracker.models import PaperKind


class Ask(StrEnum):
    """What must be asked for beyond the day, the issuer and what the paper asks."""

    UNTIL = "until"  # the last day that the paper names
    CLASSES = "classes"  # of 規則2条, named by a person
    PROVIDED = "provided"  # which set of 規則7条
    OBJECTED = "objected"  # whether a sender had said no to the disclosure (法6条2項)
    FIRST = "first"  # the paper that it extends
    POSTED = "posted"  # whether it was published instead of handed over (法33条): what is served by 法31条


class Group(StrEnum):
    """From whom papers come."""

    CLAIMANT = "claimant"
    COURT = "court"
    INVESTIGATOR = "investigator"
    MINISTER = "minister"


GROUPS: dict[Group, str] = {
    Group.CLAIMANT: N_("開示を求める人から"),
    Group.COURT: N_("裁判所から"),
    Group.INVESTIGATOR: N_("捜査機関から"),
    Group.MINISTER: N_("総務大臣から"),
}


@dataclass(frozen=True)
class PaperRule:
    """One kind of paper. `fact` is recorded when it was served, `said` with it; the tables of law draw the rest.

    `then` are facts that may follow before `ends`, by which whatever the paper asked is over.
    """

    kind: PaperKind
    group: Group
    label: str
    says: str
    article: str
    fact: Fact
    ends: Fact
    asks: frozenset[Ask] = frozenset()
    then: Sequence[Fact] = ()
    said: Mapping[str, object] = field(default_factory=dict)


_COURT = frozenset({Ask.CLASSES})

KINDS: Mapping[PaperKind, PaperRule] = {
    rule.kind: rule
    for rule in (
        PaperRule(
            PaperKind.DISCLOSURE_REQUEST,
            Group.CLAIMANT,
            N_("発信者情報の開示の請求"),
            N_("裁判の外での請求。発信者の意見聴取の目標が始まり、請求が終わるまで消去を止めます"),
            "法5条・法6条1項",
            Fact.DISCLOSURE_REQUESTED,
            Fact.DISCLOSURE_REQUEST_ENDED,
            frozenset({Ask.CLASSES}),
            (Fact.DISCLOSURE_ASKED, Fact.DISCLOSURE_HEARD, Fact.DISCLOSURE_HEARING_EXEMPTED),
        ),
        PaperRule(
            PaperKind.PETITION,
            Group.COURT,
            N_("開示命令の申立書の写し"),
            N_("発信者情報開示命令事件の始まり。発信者の意見聴取の目標が始まり、事件が終わるまで消去を止めます"),
            "法11条1項",
            Fact.PETITION_SERVED,
            Fact.DISCLOSURE_REQUEST_ENDED,
            _COURT,
            (
                Fact.DISCLOSURE_ASKED,
                Fact.DISCLOSURE_HEARD,
                Fact.DISCLOSURE_HEARING_EXEMPTED,
                Fact.PETITION_WITHDRAWAL_NOTIFIED,
                Fact.PETITION_WITHDRAWAL_OPPOSED,
            ),
        ),
        PaperRule(
            PaperKind.DISCLOSURE_ORDER,
            Group.COURT,
            N_("開示命令"),
            N_("異議の訴えの期間が始まります。開示に応じないと述べた発信者には、遅滞なく通知します"),
            "法8条・法6条2項・法14条1項",
            Fact.DISCLOSURE_ORDERED,
            Fact.DISCLOSURE_REQUEST_ENDED,
            frozenset({Ask.OBJECTED}),
            (Fact.SENDER_TOLD_OF_ORDER, Fact.SENDER_TELLING_EXEMPTED, Fact.DISCLOSURE_SUIT_FILED),
        ),
        PaperRule(
            PaperKind.PROVISION_ORDER,
            Group.COURT,
            N_("提供命令"),
            N_("即時抗告の期間が始まります。氏名等を提供した日から、効力を失うまでの二月を数えます"),
            "法15条1項",
            Fact.COURT_ORDER_SERVED,
            Fact.DISCLOSURE_REQUEST_ENDED,
            frozenset({Ask.PROVIDED}),
            (Fact.COURT_ORDER_APPEALED, Fact.PROVISION_MADE, Fact.PETITION_NOTIFIED),
        ),
        PaperRule(
            PaperKind.ERASURE_BAN,
            Group.COURT,
            N_("消去禁止命令"),
            N_("事件が終わるまで、命じられた発信者情報を消去してはなりません"),
            "法16条1項",
            Fact.COURT_ORDER_SERVED,
            Fact.DISCLOSURE_REQUEST_ENDED,
            _COURT,
            (Fact.COURT_ORDER_APPEALED,),
            {"erasure_ban": True},
        ),
        PaperRule(
            PaperKind.SUIT,
            Group.COURT,
            N_("訴状"),
            N_("開示や損害賠償の訴え。訴訟が終わるまで消去を止めます"),
            LAW_OF_SUITS.article,
            Fact.SUIT_SERVED,
            Fact.SUIT_ENDED,
            _COURT,
            said={"suit": True},
        ),
        PaperRule(
            PaperKind.INJUNCTION,
            Group.COURT,
            N_("仮処分の書類"),
            N_("消去禁止や開示の仮処分。事件が終わるまで消去を止めます"),
            LAW_OF_INJUNCTIONS.article,
            Fact.SUIT_SERVED,
            Fact.SUIT_ENDED,
            _COURT,
            said={"injunction": True},
        ),
        PaperRule(
            PaperKind.PRESERVATION,
            Group.INVESTIGATOR,
            N_("通信履歴の保全の要請"),
            N_("書面の日まで（三十日を超えない期間）消去しないよう求めるもの。罰則はありません"),
            "刑訴法197条3項",
            Fact.PRESERVATION_REQUESTED,
            Fact.PRESERVATION_ENDED,
            frozenset({Ask.UNTIL, Ask.CLASSES}),
        ),
        PaperRule(
            PaperKind.PRESERVATION_EXTENSION,
            Group.INVESTIGATOR,
            N_("保全の要請の延長"),
            N_("最初の要請から通じて六十日を超えない範囲の延長。最初の要請の番号が要ります"),
            "刑訴法197条4項",
            Fact.PRESERVATION_EXTENDED,
            Fact.PRESERVATION_ENDED,
            frozenset({Ask.UNTIL, Ask.CLASSES, Ask.FIRST}),
        ),
        PaperRule(
            PaperKind.WARRANT,
            Group.INVESTIGATOR,
            N_("令状"),
            N_("差押え、記録命令付差押えなど。この書面からは期限も保存も始まりません。執行が終わったら記録します"),
            "刑訴法218条1項",
            Fact.WARRANT_SERVED,
            Fact.WARRANT_DONE,
        ),
        PaperRule(
            PaperKind.DESIGNATION,
            Group.MINISTER,
            N_("指定"),
            N_("大規模特定電気通信役務提供者の指定。届出の三月は、届出の画面で受け取った日から数えます"),
            "法20条1項・規則19条",
            Fact.DESIGNATION_SERVED,
            Fact.DESIGNATION_DONE,
            frozenset({Ask.POSTED}),
        ),
        PaperRule(
            PaperKind.SENDER_COUNT,
            Group.MINISTER,
            N_("発信者数の報告の要求"),
            N_("遅滞なく報告書を提出します"),
            "法20条3項・規則9条2項",
            Fact.SENDER_COUNT_ASKED,
            Fact.SENDER_COUNT_ANSWERED,
        ),
        PaperRule(
            PaperKind.REPORT_DEMAND,
            Group.MINISTER,
            N_("報告徴収"),
            N_("書類に書かれた日までに報告します"),
            "法29条・規則19条",
            Fact.REPORT_DEMANDED,
            Fact.REPORT_MADE,
            frozenset({Ask.UNTIL, Ask.POSTED}),
        ),
        PaperRule(
            PaperKind.RECOMMENDATION,
            Group.MINISTER,
            N_("勧告"),
            N_("書類に書かれた日までに措置を講じます。正当な理由なく従わないと命令を受けます"),
            "法30条1項・規則19条",
            Fact.RECOMMENDED,
            Fact.RECOMMENDATION_FOLLOWED,
            frozenset({Ask.UNTIL, Ask.POSTED}),
        ),
        PaperRule(
            PaperKind.MINISTER_ORDER,
            Group.MINISTER,
            N_("命令"),
            N_("書類に書かれた日までに勧告に係る措置を講じます。違反には罰則があります（法35条）"),
            "法30条2項・規則19条",
            Fact.ORDERED_BY_MINISTER,
            Fact.MINISTER_ORDER_FOLLOWED,
            frozenset({Ask.UNTIL, Ask.POSTED}),
        ),
    )
}

# What cannot be told without a reason: an exemption is the law's own exception.
REASONED = frozenset({Fact.DISCLOSURE_HEARING_EXEMPTED, Fact.SENDER_TELLING_EXEMPTED})

# What a sender said of a disclosure (法6条1項): an objection is told of an order (法6条2項), with its reason.
SAID_OF: Mapping[str, str] = {
    "agreed": N_("開示に応じてよい"),
    "refused": N_("開示に応じるべきでない"),
    "silent": N_("回答がなかった"),
}
