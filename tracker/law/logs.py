"""発信者情報 and 通信履歴: the classes of the rule, the kinds of log that hold them, how long they are better kept.

Only names: no log and nothing out of one ever enters Kigen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.law import N_
from tracker.law.grounds import Force
from tracker.law.period import Months

GUIDELINE = "電気通信個人情報ガイドライン38条1項解説（改正案・適用日未確認）"
ERASING = "電気通信個人情報ガイドライン38条1項解説"

# What each class of 発信者情報 is, in words of our own; the number is that of the item of 規則2条.
CLASSES: dict[str, str] = {
    "2-1": N_("氏名又は名称"),
    "2-2": N_("住所"),
    "2-3": N_("電話番号"),
    "2-4": N_("電子メールアドレス"),
    "2-5": N_("投稿のIPアドレスとポート番号"),
    "2-6": N_("投稿した携帯端末の利用者識別符号"),
    "2-7": N_("投稿のSIM識別番号"),
    "2-8": N_("投稿の日時"),
    "2-9": N_("ログインなどのIPアドレスとポート番号"),
    "2-10": N_("ログインなどの携帯端末の利用者識別符号"),
    "2-11": N_("ログインなどのSIM識別番号"),
    "2-12": N_("ログインなどのSMS電話番号"),
    "2-13": N_("ログインなどの日時"),
    "2-14": N_("利用管理符号"),
}

# 特定発信者情報 (規則3条), and the other information that stands before it (規則4条・法5条1項3号ロ).
SPECIFIED = ("2-9", "2-10", "2-11", "2-12", "2-13")
BEFORE_SPECIFIED = ("2-1", "2-2", "2-3", "2-4", "2-8")

# 侵害関連通信 (規則5条): what the login-type information is about.
COMMUNICATIONS: dict[str, str] = {
    "5-1": N_("アカウントの作成"),
    "5-2": N_("ログイン"),
    "5-3": N_("ログアウト"),
    "5-4": N_("アカウントの削除"),
}


class Provider(StrEnum):
    """In what capacity the logs are kept."""

    CP = "cp"
    AP = "ap"


PROVIDERS: dict[Provider, str] = {
    Provider.CP: N_("コンテンツプロバイダ（SNSや掲示板などを提供する事業者）"),
    Provider.AP: N_("アクセスプロバイダ（インターネット接続を提供する事業者）"),
}


class LogKind(StrEnum):
    """The kinds of log that the commentary names. The value is stored for ever."""

    ACCOUNT = "account"
    LOGIN = "login"
    POST = "post"
    ACCESS = "access"
    OTHER = "other"


@dataclass(frozen=True)
class LogRule:
    """What the commentary says of a kind of log. Periods in months from the day each log was recorded (民法143条).

    `least` to `most` is what is 望ましい (None: nothing is said), `allowed` what is generally permitted, `with_need`
    what is permitted where the business needs it for longer. Nobody is directly liable for another period.
    """

    kind: LogKind
    label: str
    says: str
    providers: frozenset[Provider]
    classes: tuple[str, ...]
    communications: tuple[str, ...] = ()
    least: Months | None = None
    most: Months | None = None
    allowed: Months | None = None
    with_need: Months | None = None
    article: str = GUIDELINE
    force: Force = Force.DESIRABLE


BOTH = frozenset(Provider)

LOG_RULES: Mapping[LogKind, LogRule] = {
    rule.kind: rule
    for rule in (
        LogRule(
            LogKind.ACCOUNT,
            N_("アカウント情報"),
            N_("登録された氏名、電話番号、電子メールアドレスなど。アカウントの作成と削除の通信もここに入ります"),
            frozenset({Provider.CP}),
            ("2-1", "2-2", "2-3", "2-4", "2-12", "2-14"),
            ("5-1", "5-4"),
            least=Months(3),
            most=Months(6),
        ),
        LogRule(
            LogKind.LOGIN,
            N_("ログイン情報"),
            N_("ログインとログアウトの日時、IPアドレスなど（特定発信者情報）"),
            frozenset({Provider.CP}),
            SPECIFIED,
            ("5-2", "5-3"),
            least=Months(3),
            most=Months(6),
        ),
        LogRule(
            LogKind.POST,
            N_("投稿情報"),
            N_("投稿の日時、IPアドレスなど"),
            frozenset({Provider.CP}),
            ("2-5", "2-6", "2-7", "2-8"),
            least=Months(3),
            most=Months(6),
        ),
        LogRule(
            LogKind.ACCESS,
            N_("接続認証ログ"),
            N_("利用者を認証し、IPアドレスを割り当てた記録"),
            frozenset({Provider.AP}),
            ("2-5", "2-8", "2-9", "2-13"),
            least=Months(3),
            most=Months(6),
            allowed=Months(6),
            with_need=Months(12),
        ),
        LogRule(
            LogKind.OTHER,
            N_("そのほかの通信履歴"),
            N_("課金、苦情対応、不正利用の防止など、業務に必要な範囲で記録するもの。目的を達するまで保存できます"),
            BOTH,
            (),
            article=ERASING,
            force=Force.DUTY,
        ),
    )
}

# What an order of 法15条1項1号ロ may ask for (規則7条), by its case.
PROVIDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "7-1-i": (N_("特定発信者情報の請求が認められる場合"), ("2-9", "2-10", "2-11", "2-12")),
    "7-1-ro": (N_("特定発信者情報の請求が認められない場合"), ("2-5", "2-6", "2-7")),
    "7-2": (N_("特定発信者情報を請求していない場合"), ("2-5", "2-6", "2-7", "2-14")),
    "7-3": (N_("関連電気通信役務提供者が相手方の場合"), ("2-9", "2-10", "2-11", "2-12", "2-14")),
}

# How the names of other providers may be handed to who asked (規則6条1項).
WAYS: dict[str, str] = {
    "6-1-1": N_("電子メールの送信"),
    "6-1-2": N_("磁気ディスクなどの記録媒体の交付"),
    "6-1-3": N_("自らのサーバーのファイルを申立人だけの閲覧に供し、閲覧を確かめる方法"),
}
