"""届出書・報告書に書く事項: what each paper for the minister states, with what, by when, and in which language.

The forms themselves (様式第一–第五) are pictures that nobody of this house has seen: nothing here imitates one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.law import N_


class Paper(StrEnum):
    """A paper of 規則21条1項. The value is stored for ever."""

    SENDERS = "senders"
    REGISTRATION = "registration"
    POWER = "power"
    CHANGE = "change"
    SPECIALISTS = "specialists"
    ANSWER = "answer"  # 法29条: no form


class Known(StrEnum):
    """Where what is stated comes from."""

    WRITTEN = "written"  # a person writes it
    SETTINGS = "settings"
    SERVICE = "service"
    REGISTER = "register"
    COUNTS = "counts"
    SPECIALISTS = "specialists"


KNOWN: Mapping[Known, str] = {
    Known.WRITTEN: N_("人が書く"),
    Known.SETTINGS: N_("設定の事業者名"),
    Known.SERVICE: N_("サービスの登録"),
    Known.REGISTER: N_("届出の記録"),
    Known.COUNTS: N_("発信者数の記録"),
    Known.SPECIALISTS: N_("専門員の登録簿"),
}


@dataclass(frozen=True)
class Stated:
    """One thing that a paper states, filled in by `key`. Without `article` it only names the matter."""

    key: str
    label: str
    known: Known
    article: str = ""
    says: str = ""


@dataclass(frozen=True)
class Attached:
    """What goes with a paper in one case."""

    when: str
    papers: str
    article: str


@dataclass(frozen=True)
class PaperRule:
    """One paper: its form, by when it is handed in, what it states and what goes with it, and what else is to know."""

    paper: Paper
    form: str
    label: str
    article: str
    when: str
    stated: Sequence[Stated]
    attached: Sequence[Attached] = ()
    notes: Sequence[str] = ()
    penalty: str = ""


_SERVICE = Stated("service", N_("特定電気通信役務の名称"), Known.SERVICE)
_NAME = Stated("name", N_("氏名又は名称"), Known.SETTINGS, "法21条1項1号")
_ADDRESS = Stated("address", N_("住所"), Known.WRITTEN, "法21条1項1号")
_HEAD = Stated("head", N_("法人の代表者の氏名"), Known.WRITTEN, "法21条1項1号", N_("法人のとき"))
_FOREIGN = N_("外国の法人・団体と、外国に住所を有する個人のとき")
_DOMESTIC_NAME = Stated(
    "domestic_name",
    N_("国内における代表者又は代理人の氏名又は名称"),
    Known.WRITTEN,
    "法21条1項2号",
    _FOREIGN,
)
_DOMESTIC_ADDRESS = Stated("domestic_address", N_("その国内の住所"), Known.WRITTEN, "法21条1項2号", _FOREIGN)

# 規則12条1項各号 and 2項各号, as the change of each matter wants them.
CHANGED_OWN: Sequence[Attached] = (
    Attached(N_("法人のとき"), N_("変更後の登記事項証明書"), "規則12条1項1号"),
    Attached(N_("法人以外の団体のとき"), N_("変更が行われたことを証する書類"), "規則12条1項2号"),
    Attached(N_("個人のとき"), N_("変更後の住民票の写し"), "規則12条1項3号"),
)
CHANGED_DOMESTIC: Sequence[Attached] = (
    Attached(
        N_("国内代表者等を法人に変更したとき"),
        N_("その登記事項証明書と、様式第三による書類"),
        "規則12条2項1号",
    ),
    Attached(
        N_("国内代表者等を個人に変更したとき"),
        N_("その住民票の写しと、様式第三による書類"),
        "規則12条2項2号",
    ),
    Attached(N_("国内代表者等のほかの変更のとき"), N_("変更が行われたことを証する書類"), "規則12条2項3号"),
)

PAPERS: Mapping[Paper, PaperRule] = {
    rule.paper: rule
    for rule in (
        PaperRule(
            Paper.SENDERS,
            N_("様式第一"),
            N_("平均月間発信者数と平均月間延べ発信者数の報告書"),
            "法20条3項・規則9条",
            N_("毎報告年度経過後一月以内。総務大臣から要求があったときは、遅滞なく"),
            (
                Stated("name", N_("氏名又は名称"), Known.SETTINGS),
                Stated("address", N_("住所"), Known.WRITTEN),
                Stated("head", N_("法人の代表者の氏名"), Known.WRITTEN, says=N_("法人のとき")),
                _SERVICE,
                Stated("year", N_("報告年度"), Known.COUNTS, "規則1条2項1号"),
                Stated("mean_senders", N_("平均月間発信者数"), Known.COUNTS, "規則9条1項"),
                Stated("mean_times", N_("平均月間延べ発信者数"), Known.COUNTS, "規則9条1項"),
                Stated("method", N_("算定方法"), Known.COUNTS, says=N_("様式に欄があるときの控え")),
            ),
            notes=(N_("役務ごとの数を書きます。ほかのサービスがあるときは、その記載事項シートと合わせて使います。"),),
            penalty=N_(
                "正当な理由なく報告をせず、又は虚偽の報告をすると、30万円以下の過料に処せられます（法38条1号）。"
            ),
        ),
        PaperRule(
            Paper.REGISTRATION,
            N_("様式第二"),
            N_("大規模特定電気通信役務提供者の届出書"),
            "法21条1項・規則11条",
            N_("指定を受けた日から三月以内"),
            (
                _NAME,
                _ADDRESS,
                _HEAD,
                _DOMESTIC_NAME,
                _DOMESTIC_ADDRESS,
                Stated("phone", N_("電話番号"), Known.WRITTEN, "規則11条2項1号"),
                Stated("mail", N_("電子メールアドレス"), Known.WRITTEN, "規則11条2項1号"),
                Stated(
                    "domestic_contact",
                    N_("国内代表者等の電話番号と電子メールアドレス"),
                    Known.WRITTEN,
                    "規則11条2項1号",
                    _FOREIGN,
                ),
                _SERVICE,
                Stated("designated", N_("指定を受けた日"), Known.REGISTER),
                Stated("form_how", N_("申出を行うための方法の公表の方法"), Known.SERVICE, "規則11条2項2号"),
                Stated("form", N_("そのウェブサイトのアドレス"), Known.SERVICE, "規則11条2項2号"),
                Stated("criteria_how", N_("基準の公表の方法"), Known.SERVICE, "規則11条2項3号"),
                Stated("criteria", N_("そのウェブサイトのアドレス"), Known.SERVICE, "規則11条2項3号"),
            ),
            (
                Attached(
                    N_("法人（外国法人等を除く）のとき"),
                    N_("定款（これに相当する書類を含む）と、登記事項証明書（これに相当する書類を含む）"),
                    "規則11条1項1号",
                ),
                Attached(
                    N_("法人以外の団体（外国法人等を除く）のとき"),
                    N_(
                        "目的、組織及び運営等を明らかにする書類、役員の名簿と、役員の住民票の写し（これに相当する書類を含む）"
                    ),
                    "規則11条1項2号",
                ),
                Attached(N_("個人（外国法人等を除く）のとき"), N_("住民票の写し"), "規則11条1項3号"),
                Attached(
                    N_("外国法人等で、国内代表者等が法人のとき"),
                    N_("様式第三による書類と、国内代表者等の登記事項証明書"),
                    "規則11条1項4号",
                ),
                Attached(
                    N_("外国法人等で、国内代表者等が個人のとき"),
                    N_("様式第三による書類と、国内代表者等の住民票の写し"),
                    "規則11条1項4号",
                ),
            ),
            penalty=N_(
                "届出をせず、又は虚偽の届出をすると、50万円以下の罰金に処せられます（法36条1号。法人は法37条により1億円以下）。"
            ),
        ),
        PaperRule(
            Paper.POWER,
            N_("様式第三"),
            N_("国内代表者等に権限を付与したことを証する書類"),
            "規則11条1項4号・規則12条2項1号・規則12条2項2号",
            N_("外国法人等が、様式第二の届出書か、国内代表者等を変更したときの様式第四の届出書に添える"),
            (
                Stated("name", N_("権限を付与した外国法人等の氏名又は名称"), Known.SETTINGS, "規則11条1項4号"),
                Stated("address", N_("住所"), Known.WRITTEN),
                Stated("head", N_("法人の代表者の氏名"), Known.WRITTEN, says=N_("法人のとき")),
                Stated("domestic_name", N_("国内代表者等の氏名又は名称"), Known.WRITTEN, "規則11条1項4号"),
                Stated("domestic_address", N_("その国内の住所"), Known.WRITTEN),
                Stated(
                    "power",
                    N_("付与した権限"),
                    Known.REGISTER,
                    "規則11条1項4号",
                    N_("規則の言葉のまま"),
                ),
                Stated("power_day", N_("権限を付与した日"), Known.WRITTEN),
            ),
            (
                Attached(N_("国内代表者等が法人のとき"), N_("その登記事項証明書"), "規則11条1項4号"),
                Attached(N_("国内代表者等が個人のとき"), N_("その住民票の写し"), "規則11条1項4号"),
            ),
            notes=(N_("日本の法人・団体と、日本に住所を有する個人には要りません。"),),
        ),
        PaperRule(
            Paper.CHANGE,
            N_("様式第四"),
            N_("届け出た事項の変更の届出書"),
            "法21条2項・規則12条",
            N_("変更があったときは、遅滞なく"),
            (
                Stated("name", N_("氏名又は名称"), Known.SETTINGS),
                Stated("address", N_("住所"), Known.WRITTEN),
                _SERVICE,
                Stated("registered", N_("届け出た日"), Known.REGISTER),
                Stated("changes", N_("変更した事項と、変更の前と後"), Known.REGISTER, "法21条2項"),
            ),
            (
                *CHANGED_OWN,
                *CHANGED_DOMESTIC,
                Attached(
                    N_("電話番号・メール、申出の方法、基準の公表の方法の変更のとき"),
                    N_("添える書類の定めはありません"),
                    "規則12条3項",
                ),
            ),
            penalty=N_(
                "届出をせず、又は虚偽の届出をすると、50万円以下の罰金に処せられます（法36条1号。法人は法37条により1億円以下）。"
            ),
        ),
        PaperRule(
            Paper.SPECIALISTS,
            N_("様式第五"),
            N_("侵害情報調査専門員の選任・変更の届出書"),
            "法24条3項・規則15条",
            N_("選任し、又は変更したときは、遅滞なく"),
            (
                Stated("name", N_("氏名又は名称"), Known.SETTINGS),
                Stated("address", N_("住所"), Known.WRITTEN),
                _SERVICE,
                Stated("number", N_("専門員の数（変更のときは、変更後の数）"), Known.SPECIALISTS, "規則15条2項1号"),
                Stated("people", N_("専門員の氏名、生年月日及び所属"), Known.SPECIALISTS, "規則15条2項2号"),
                Stated("why", N_("選任した理由"), Known.SPECIALISTS, "規則15条2項3号"),
            ),
            notes=(N_("添える書類の定めは、規則15条にありません。"),),
            penalty=N_("届出をせず、又は虚偽の届出をすると、30万円以下の過料に処せられます（法38条2号）。"),
        ),
    )
}

# Papers that may have been filed in English: those with a form, and the report of 法29条.
LABELS: Mapping[Paper, str] = {
    **{paper: rule.label for paper, rule in PAPERS.items()},
    Paper.ANSWER: N_("報告徴収への報告書（法29条）"),
}
JAPANESE = N_("日本語で作成します（規則21条1項）。")
ENGLISH = N_(
    "特別の事情により、法で定める時期に日本語のものを出せないときは、英語で作成します（規則21条2項）。"
    "英語で提出した後、遅滞なく、日本語のものを提出します（規則21条3項）。"
)
