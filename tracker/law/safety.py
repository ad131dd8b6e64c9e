"""安全管理措置: what whoever keeps logs is to see to, as a checklist (電気通信個人情報ガイドライン12条 and its annex).

The annex was not read in full: the eight of the guideline are its headings, said in words of our own. The others are
what this house adds for 通信履歴; no provision asks for them by name.
"""

from typing import NamedTuple

from tracker.law import N_

GUIDELINE_12 = "電気通信個人情報ガイドライン12条"


class SafetyMeasure(NamedTuple):
    """One measure. The key is stored for ever; `article` is empty where it is ours."""

    key: str
    label: str
    says: str
    article: str = ""


MEASURES: dict[str, SafetyMeasure] = {
    one.key: one
    for one in (
        SafetyMeasure(
            "policy",
            N_("基本方針"),
            N_("通信履歴を含む個人データなどの安全管理についての基本方針を定めている"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "rules",
            N_("取扱いの規律"),
            N_("取得・利用・保存・提供・消去のそれぞれについて、方法と責任者を定めた規律がある"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "organisation",
            N_("組織的な措置"),
            N_("責任者、漏えいなどの報告の経路、取扱いの記録と点検の体制がある"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "people",
            N_("人的な措置"),
            N_("扱う人に、通信の秘密と取扱いの規律を定期に教え、守ることを約束させている"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "places",
            N_("物理的な措置"),
            N_("機器と記録媒体を置く区域を管理し、盗難を防ぎ、廃棄するときは読めなくしている"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "technology",
            N_("技術的な措置"),
            N_("使う人を識別して認証し、外部からの不正な接続と漏えいを防いでいる"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "contractors",
            N_("委託先の監督"),
            N_("保管などを委託するときは、委託先を選ぶ基準、契約、取扱いの状況の確認がある"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "abroad",
            N_("外的環境の把握"),
            N_("外国で扱うときは、その国の制度を知ったうえで措置を講じている"),
            GUIDELINE_12,
        ),
        SafetyMeasure(
            "roles",
            N_("役割による制限"),
            N_("通信履歴を見られる人を、役割ごとに必要な範囲に限っている"),
        ),
        SafetyMeasure(
            "each_read",
            N_("閲覧ごとの目的と承認"),
            N_("通信履歴を見るたびに、目的と承認した人を残している"),
        ),
        SafetyMeasure(
            "access_log",
            N_("書き換えられない閲覧の記録"),
            N_("だれがいつ何を見たかを、後から消したり直したりできない形で残している"),
        ),
        SafetyMeasure(
            "encryption",
            N_("暗号化"),
            N_("保存している通信履歴と、その送受信を暗号化し、鍵を分けて管理している"),
        ),
        SafetyMeasure(
            "periods",
            N_("種類ごとの保存期間"),
            N_("保存期間の表のとおりに、記録の種類ごとに期間を設定している"),
        ),
        SafetyMeasure(
            "erasure",
            N_("試した消去"),
            N_("期間が過ぎた記録が速やかに消えることを、バックアップも含めて実際に試し、結果を残している"),
        ),
    )
}
