"""公表事項: each item that 規則18条 has published every year, with its code, source, unit, split and day.

What Kigen knows is COMPUTED, what only the platform's moderation knows is IMPORTED, what a person writes is ENTERED.
Codes are stable and are the keys of every file; labels are words for people.
"""

from dataclasses import dataclass
from enum import StrEnum

from tracker.law import N_


class Source(StrEnum):
    """Where the content of an item comes from."""

    COMPUTED = "computed"  # from the records that staff work with
    IMPORTED = "imported"  # from the ledger of the platform's own moderation
    ENTERED = "entered"  # a person writes it


class Unit(StrEnum):
    """What is counted: never mixed in one figure."""

    NOTICES = "notices"  # 申出
    TOLD = "told"  # 発信者への通知等の措置
    MEASURES = "measures"  # 送信防止措置
    REQUESTS = "requests"  # 要請・判決・決定・通報
    APPEALS = "appeals"
    SENDERS = "senders"
    PEOPLE = "people"
    TEXT = "text"


class Split(StrEnum):
    """By what a figure is divided (…の別に応じて区分). The parts of the first split always add up to the figure."""

    RIGHT = "right"  # 申出があった理由
    REASON = "reason"  # 措置を講じた理由 (or not taken: why not)
    KIND = "kind"  # 措置の種別
    ROUTE = "route"  # 措置を講ずることとなった経緯
    ASKED = "asked"  # 要請・申立てがあった理由
    OUTCOME = "outcome"  # 講じた・講じなかった


class Basis(StrEnum):
    """Which day says to which 公表年度 a record belongs."""

    RECEIPT = "receipt"
    NOTICE = "notice"  # the day on which the notice was given
    DECISION = "decision"  # the day on which the measure was taken, or was decided not to be
    REQUEST = "request"  # the day of the request, judgment or report
    COHORT = "cohort"  # the day on which the appeal was received, whenever it was decided
    YEAR = "year"  # the year itself, as it stood at its end


@dataclass(frozen=True)
class Published:
    """One item of 規則18条. `within`: the item of which it is a part. `japan`: only users in Japan (5項).

    `suspensions`: None where the item counts measures of every kind, False where the rule leaves suspensions out, True
    where it is about nothing else (5項2号's parenthesis).
    """

    code: str
    article: str
    label: str
    source: Source
    unit: Unit
    basis: Basis
    splits: tuple[Split, ...] = ()
    within: tuple[str, ...] = ()
    japan: bool = False
    suspensions: bool | None = None
    says: str = ""


def _notices(code: str, article: str, label: str, basis: Basis = Basis.NOTICE, says: str = "") -> Published:
    return Published(code, article, label, Source.COMPUTED, Unit.NOTICES, basis, (Split.RIGHT,), says=says)


def _appeals(code: str, article: str, label: str, *within: str, suspensions: bool = False) -> Published:
    return Published(
        code,
        article,
        label,
        Source.IMPORTED,
        Unit.APPEALS,
        Basis.COHORT,
        within=within,
        japan=True,
        suspensions=suspensions,
    )


def _text(code: str, article: str, label: str, says: str = "") -> Published:
    return Published(code, article, label, Source.ENTERED, Unit.TEXT, Basis.YEAR, says=says)


ITEMS: tuple[Published, ...] = (
    _notices("18-2", "規則18条2項", N_("申出を受け付けた件数"), Basis.RECEIPT),
    _notices("18-3-1", "規則18条3項1号", N_("講じた旨の通知（法25条1項1号）")),
    _notices("18-3-2", "規則18条3項2号", N_("講じなかった旨と理由の通知（法25条1項2号）")),
    Published(
        "18-3-3",
        "規則18条3項3号",
        N_("通知をしなかった理由（法25条1項ただし書）"),
        Source.COMPUTED,
        Unit.TEXT,
        Basis.DECISION,
        says=N_("規則は件数を求めていません。件数は任意の欄に載せます"),
    ),
    _notices("18-3-4", "規則18条3項4号", N_("途中経過の後、講じた旨の通知（法25条2項前段）")),
    _notices("18-3-5", "規則18条3項5号", N_("途中経過の後、講じなかった旨と理由の通知（法25条2項前段）")),
    _notices("18-3-6", "規則18条3項6号", N_("発信者の意見を聴くこととした旨の通知（法25条2項1号）")),
    _notices("18-3-7", "規則18条3項7号", N_("専門員に調査を行わせることとした旨の通知（法25条2項2号）")),
    _notices(
        "18-3-8",
        "規則18条3項8号",
        N_("やむを得ない理由がある旨の通知と、その具体的内容（法25条2項3号）"),
        says=N_("件数のほかに、理由の具体的内容を申出理由の別に載せます"),
    ),
    Published(
        "18-4-1",
        "規則18条4項1号",
        N_("発信者に通知等の措置を講じた件数"),
        Source.IMPORTED,
        Unit.TOLD,
        Basis.NOTICE,
        (Split.KIND, Split.REASON),
        says=N_("申出によるものに限らず、すべての送信防止措置が対象です"),
    ),
    Published(
        "18-4-2",
        "規則18条4項2号",
        N_("発信者に通知等の措置を講じなかった理由"),
        Source.IMPORTED,
        Unit.TEXT,
        Basis.DECISION,
        (Split.KIND,),
    ),
    Published(
        "18-5-1",
        "規則18条5項1号",
        N_("延べ発信者数の総数、又は役務提供停止措置の対象となる発信者の総数と、その算定方法"),
        Source.ENTERED,
        Unit.SENDERS,
        Basis.YEAR,
        japan=True,
    ),
    Published(
        "18-5-2",
        "規則18条5項2号",
        N_("利用者からの通報を受けて措置を講じた件数と講じなかった件数"),
        Source.IMPORTED,
        Unit.REQUESTS,
        Basis.DECISION,
        (Split.OUTCOME, Split.REASON),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-3",
        "規則18条5項3号",
        N_("自ら探知して措置を講じた件数"),
        Source.IMPORTED,
        Unit.MEASURES,
        Basis.DECISION,
        (Split.REASON,),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-4",
        "規則18条5項4号",
        N_("公的機関（裁判所を除く）から要請があった件数"),
        Source.IMPORTED,
        Unit.REQUESTS,
        Basis.REQUEST,
        (Split.ASKED,),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-5",
        "規則18条5項5号",
        N_("そのうち、措置を講じた件数と講じなかった件数"),
        Source.IMPORTED,
        Unit.REQUESTS,
        Basis.REQUEST,
        (Split.OUTCOME, Split.ASKED),
        within=("18-5-4",),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-6",
        "規則18条5項6号",
        N_("裁判所から判決又は決定があった件数"),
        Source.IMPORTED,
        Unit.REQUESTS,
        Basis.REQUEST,
        (Split.ASKED,),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-7",
        "規則18条5項7号",
        N_("そのうち、措置を講じた件数と講じなかった件数"),
        Source.IMPORTED,
        Unit.REQUESTS,
        Basis.REQUEST,
        (Split.OUTCOME, Split.ASKED),
        within=("18-5-6",),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-8",
        "規則18条5項8号",
        N_("役務提供停止措置を講じた件数"),
        Source.IMPORTED,
        Unit.MEASURES,
        Basis.DECISION,
        (Split.REASON, Split.ROUTE),
        japan=True,
        suspensions=True,
    ),
    Published(
        "18-5-9",
        "規則18条5項9号",
        N_("人工知能関連技術を用いて措置を講じた件数"),
        Source.IMPORTED,
        Unit.MEASURES,
        Basis.DECISION,
        (Split.REASON,),
        japan=True,
        suspensions=False,
    ),
    Published(
        "18-5-10",
        "規則18条5項10号",
        N_("人工知能関連技術を用いて役務提供停止措置を講じた件数"),
        Source.IMPORTED,
        Unit.MEASURES,
        Basis.DECISION,
        (Split.REASON,),
        within=("18-5-8",),
        japan=True,
        suspensions=True,
    ),
    _appeals("18-5-11", "規則18条5項11号", N_("措置に対して不服申立てが行われた件数")),
    _appeals("18-5-12", "規則18条5項12号", N_("そのうち、人工知能関連技術を用いた措置に対するもの"), "18-5-11"),
    _appeals("18-5-13", "規則18条5項13号", N_("そのうち、措置を撤回した件数"), "18-5-11"),
    _appeals(
        "18-5-14", "規則18条5項14号", N_("そのうち、人工知能関連技術を用いた措置を撤回した件数"), "18-5-13", "18-5-12"
    ),
    _appeals("18-5-15", "規則18条5項15号", N_("役務提供停止措置に対して不服申立てが行われた件数"), suspensions=True),
    _appeals(
        "18-5-16",
        "規則18条5項16号",
        N_("そのうち、人工知能関連技術を用いた停止に対するもの"),
        "18-5-15",
        suspensions=True,
    ),
    _appeals("18-5-17", "規則18条5項17号", N_("そのうち、停止を撤回した件数"), "18-5-15", suspensions=True),
    _appeals(
        "18-5-18",
        "規則18条5項18号",
        N_("そのうち、人工知能関連技術を用いた停止を撤回した件数"),
        "18-5-17",
        "18-5-16",
        suspensions=True,
    ),
    _text("18-5-19", "規則18条5項19号", N_("選任した専門員の専門性と訓練の内容")),
    Published(
        "18-5-20",
        "規則18条5項20号",
        N_("措置を検討する者のうち日本語を理解する者の数と訓練の内容"),
        Source.ENTERED,
        Unit.PEOPLE,
        Basis.YEAR,
        japan=True,
    ),
    _text("18-5-21", "規則18条5項21号", N_("人的体制と技術的措置の説明")),
    _text("18-5-22", "規則18条5項22号", N_("緊急の措置の後の基準の変更で、対象となることが明らかになった情報の種類")),
    _text("18-5-23", "規則18条5項23号", N_("参考となる事例の資料の公表の方法")),
    _text("18-6-1", "規則18条6項1号", N_("自己評価: 申出の受付の方法")),
    _text("18-6-2", "規則18条6項2号", N_("自己評価: 申出者への通知")),
    _text("18-6-3", "規則18条6項3号", N_("自己評価: 理由が個別で具体的か")),
    _text("18-6-4", "規則18条6項4号", N_("自己評価: 人的体制と技術的措置")),
    _text("18-6-5", "規則18条6項5号", N_("自己評価: 基準の内容")),
    _text("18-6-6", "規則18条6項6号", N_("自己評価: 措置の実施")),
    _text("18-6-7", "規則18条6項7号", N_("自己評価: 権利侵害情報などの流通の状況")),
    _text("18-7", "規則18条7項", N_("評価の基準と、変えたときはその内容と理由")),
)
BY_CODE = {item.code: item for item in ITEMS}

SOURCES: dict[Source, str] = {
    Source.COMPUTED: N_("Kigenの記録から数える"),
    Source.IMPORTED: N_("投稿の管理の記録を取り込んで数える"),
    Source.ENTERED: N_("人が書く"),
}
UNITS: dict[Unit, str] = {
    Unit.NOTICES: N_("申出"),
    Unit.TOLD: N_("発信者への通知等の措置"),
    Unit.MEASURES: N_("送信防止措置"),
    Unit.REQUESTS: N_("通報・要請・裁判"),
    Unit.APPEALS: N_("不服申立て"),
    Unit.SENDERS: N_("発信者"),
    Unit.PEOPLE: N_("人"),
    Unit.TEXT: N_("文章"),
}
SPLITS: dict[Split, str] = {
    Split.RIGHT: N_("申出があった理由"),
    Split.REASON: N_("措置を講じた（講じなかった）理由"),
    Split.KIND: N_("措置の種別"),
    Split.ROUTE: N_("措置を講ずることとなった経緯"),
    Split.ASKED: N_("要請・申立てがあった理由"),
    Split.OUTCOME: N_("講じた・講じなかった"),
}
BASES: dict[Basis, str] = {
    Basis.RECEIPT: N_("申出を受けた日"),
    Basis.NOTICE: N_("通知した日"),
    Basis.DECISION: N_("措置を講じた日、講じないとした日"),
    Basis.REQUEST: N_("通報・要請・裁判の日"),
    Basis.COHORT: N_("不服申立てを受けた日（結果がいつ出ても）"),
    Basis.YEAR: N_("公表年度の終わり"),
}
