"""Closed vocabularies of the Act: rights, standing, circumstances, measures, grounds, excuses, exemptions, origins.

Each member's value is stored for ever. `TERMS` says in Japanese what it is called, what it means, where it stands.
"""

from enum import StrEnum
from typing import NamedTuple

from tracker.law import N_


class Term(NamedTuple):
    """How a member is called and explained; `article` is empty where no provision names it, `brief` fits in a tag."""

    label: str
    says: str = ""
    article: str = ""
    brief: str = ""


class Force(StrEnum):
    """How strongly a date binds. Shown wherever a date is shown."""

    DUTY = "duty"
    EFFORT = "effort"
    DESIRABLE = "desirable"
    REQUEST = "request"
    RIGHT = "right"
    VOLUNTARY = "voluntary"


class Subject(StrEnum):
    """What a clock runs or a hold stands for: the whole case, or each item the fact names."""

    CASE = "case"
    ITEM = "item"


class Right(StrEnum):
    """The right said to be infringed: the ten of the 26条 guideline (令和7年3月11日), and any other."""

    HONOR = "honor"
    SELF_ESTEEM = "self_esteem"
    PRIVACY = "privacy"
    PEACE = "peace"
    PORTRAIT = "portrait"
    NAME = "name"
    PUBLICITY = "publicity"
    COPYRIGHT = "copyright"
    TRADEMARK = "trademark"
    BUSINESS = "business"
    OTHER = "other"


class Standing(StrEnum):
    """In what capacity somebody files. Only the infringed person or an agent makes a 申出 (法22条1項)."""

    PERSON = "person"
    GUARDIAN = "guardian"
    LAWYER = "lawyer"
    COMPANY = "company"
    BEREAVED = "bereaved"
    THIRD_PARTY = "third_party"


class Circumstance(StrEnum):
    """What makes a filing urgent. A tick sorts it first; it never shortens a legal wait."""

    INTIMATE = "intimate"
    CHILD = "child"
    DANGER = "danger"
    ELECTION = "election"
    AV = "av"


class Channel(StrEnum):
    """How a filing arrived."""

    FORM = "form"
    POST = "post"
    FAX = "fax"
    PHONE = "phone"
    MAIL = "mail"


class MeasureKind(StrEnum):
    """What a 送信防止措置 does."""

    REMOVE = "remove"
    HIDE = "hide"
    SUSPEND = "suspend"


class Basis(StrEnum):
    """Why a measure may be taken (法26条1項)."""

    CLAUSE = "clause"
    OWN = "own"
    LEGAL_DUTY = "legal_duty"
    EMERGENCY = "emergency"


class Finding(StrEnum):
    """Why no measure is taken for an item (法25条1項2号): what the investigation found."""

    NOT_INFRINGED = "not_infringed"
    GONE = "gone"
    NOT_FOUND = "not_found"
    ELSEWHERE = "elsewhere"


class DeferralGround(StrEnum):
    """Why an outcome takes longer than the period (法25条2項各号): what was resolved, not what is under way."""

    SENDER_OPINION = "sender_opinion"
    SPECIALIST = "specialist"
    UNAVOIDABLE = "unavoidable"


class Excuse(StrEnum):
    """Why no notice is given at all (法25条1項ただし書)."""

    SAME_CONTENT = "same_content"
    OTHER_JUST = "other_just"


class SenderExemption(StrEnum):
    """Why the sender is not told (法27条各号)."""

    OWN = "own"
    SAME_BEFORE = "same_before"
    OTHER_JUST = "other_just"


class Origin(StrEnum):
    """How the provider came to know of the content a measure is about (経路)."""

    NOTICE = "notice"
    REPORT = "report"
    OWN_DETECTION = "own_detection"
    PUBLIC_BODY = "public_body"
    COURT = "court"


class Strength(StrEnum):
    """How strongly a hold binds: a flag asks for a review, a hard hold forbids erasure."""

    FLAG = "flag"
    SOFT = "soft"
    HARD = "hard"


# By vocabulary first: members of two of them may share a value, and would be one key.
TERMS: dict[type[StrEnum], dict[StrEnum, Term]] = {
    Force: {
        Force.DUTY: Term(N_("義務"), N_("守らなければ法に反します")),
        Force.EFFORT: Term(N_("努力義務"), N_("努めることが求められています")),
        Force.DESIRABLE: Term(N_("望ましい"), N_("望ましいとされています。法的な責任は直ちに生じません")),
        Force.REQUEST: Term(N_("要請"), N_("官公署などからの求めです")),
        Force.RIGHT: Term(N_("権利"), N_("過ぎると、争う権利などを失います")),
        Force.VOLUNTARY: Term(N_("任意"), N_("法の義務ではなく、自主的に守る日です")),
    },
    Right: {
        Right.HONOR: Term(N_("名誉権"), N_("事実でないことなどを書かれ、社会の評価が下がった")),
        Right.SELF_ESTEEM: Term(N_("名誉感情"), N_("人格を否定する言葉で、ひどく侮辱された")),
        Right.PRIVACY: Term(N_("プライバシー"), N_("住所や病歴など、知られたくないことを書かれた")),
        Right.PEACE: Term(N_("私生活の平穏"), N_("嫌がらせが続き、安心して暮らせない")),
        Right.PORTRAIT: Term(N_("肖像権"), N_("顔や姿を無断で撮られ、載せられた")),
        Right.NAME: Term(N_("氏名権"), N_("名前を勝手に使われた、なりすまされた")),
        Right.PUBLICITY: Term(N_("パブリシティ権"), N_("有名人としての名前や写真を商売に使われた")),
        Right.COPYRIGHT: Term(N_("著作権及び著作隣接権"), N_("自分の作品や演奏を無断で載せられた")),
        Right.TRADEMARK: Term(N_("商標権"), N_("登録した商標を無断で使われた")),
        Right.BUSINESS: Term(N_("営業上の利益"), N_("うその口コミなどで商売を妨げられた")),
        Right.OTHER: Term(N_("その他"), N_("どれにもあてはまらない、わからない")),
    },
    Standing: {
        Standing.PERSON: Term(N_("本人"), N_("自分の権利が侵害された"), "法22条1項"),
        Standing.GUARDIAN: Term(N_("法定代理人"), N_("子どもや被後見人に代わって申し出る親権者など"), "法22条1項"),
        Standing.LAWYER: Term(N_("代理人弁護士"), N_("委任状は後からでも出せます"), "法22条1項"),
        Standing.COMPANY: Term(N_("法人担当者"), N_("会社や団体の権利が侵害された"), "法22条1項"),
        Standing.BEREAVED: Term(N_("遺族"), N_("亡くなった方について")),
        Standing.THIRD_PARTY: Term(
            N_("第三者"), N_("通報として扱います。法律の7日の通知の対象にはなりません"), "規則18条5項2号"
        ),
    },
    Circumstance: {
        Circumstance.INTIMATE: Term(
            N_("性的な画像や動画が含まれる"),
            N_("リベンジポルノ、無断で撮られた画像など"),
            "私事性的画像記録法4条",
            N_("性的な画像"),
        ),
        Circumstance.CHILD: Term(
            N_("18歳未満の人にかかわる"), N_("写っている人や書かれた人が子どもである"), brief=N_("18歳未満")
        ),
        Circumstance.DANGER: Term(
            N_("命や体に危険がある"), N_("脅迫、居場所の公開、自殺の誘いなど"), brief=N_("命や体の危険")
        ),
        Circumstance.ELECTION: Term(N_("選挙の候補者にかかわる"), N_("選挙運動の期間中の投稿"), "法4条", N_("選挙")),
        Circumstance.AV: Term(
            N_("AV出演の被害にかかわる"), N_("契約を取り消した、契約していないなど"), "AV法16条", N_("AV出演")
        ),
    },
    Channel: {
        Channel.FORM: Term(N_("申出の窓口（ウェブ）"), "", "法22条2項1号"),
        Channel.POST: Term(N_("郵送")),
        Channel.FAX: Term(N_("ファクス")),
        Channel.PHONE: Term(N_("電話")),
        Channel.MAIL: Term(N_("電子メール")),
    },
    MeasureKind: {
        MeasureKind.REMOVE: Term(N_("削除"), N_("投稿を削除する"), "法2条9号"),
        MeasureKind.HIDE: Term(N_("非表示"), N_("投稿を見えないようにする")),
        MeasureKind.SUSPEND: Term(N_("役務提供停止"), N_("アカウントの利用を止める"), "法2条9号"),
    },
    Basis: {
        Basis.CLAUSE: Term(N_("公表している基準"), N_("14日前までに公表した基準に従います"), "法26条1項"),
        Basis.OWN: Term(N_("自らが発信者である"), N_("発信者が自社であることを書きます"), "法26条1項1号"),
        Basis.LEGAL_DUTY: Term(N_("法令上の義務"), N_("義務の生ずる事実を書きます"), "法26条1項2号"),
        Basis.EMERGENCY: Term(
            N_("緊急の必要"), N_("予測できない種類の情報に限ります。速やかに基準を改める義務が生じます"), "法26条1項3号"
        ),
    },
    Finding: {
        Finding.NOT_INFRINGED: Term(
            N_("権利の侵害を認めない"), N_("不当な侵害と認めるに足りないと判断した"), "法25条1項2号"
        ),
        Finding.GONE: Term(N_("すでにない"), N_("調べた時に、投稿がもう見られなかった"), "法25条1項2号"),
        Finding.NOT_FOUND: Term(
            N_("特定できない"), N_("補正を依頼しても、どの投稿のことか分からなかった"), "法25条1項2号"
        ),
        Finding.ELSEWHERE: Term(N_("別のサービスにある"), N_("わたしたちのサービスにある投稿ではない"), "法25条1項2号"),
    },
    DeferralGround: {
        DeferralGround.SENDER_OPINION: Term(
            N_("発信者の意見を聴くこととした"), N_("調査のため、投稿した人の意見を聴くこととしました"), "法25条2項1号"
        ),
        DeferralGround.SPECIALIST: Term(
            N_("専門員に調査させることとした"), N_("調査を侵害情報調査専門員に行わせることとしました"), "法25条2項2号"
        ),
        DeferralGround.UNAVOIDABLE: Term(N_("やむを得ない理由"), N_("理由の具体的な内容を通知します"), "法25条2項3号"),
    },
    Excuse: {
        Excuse.SAME_CONTENT: Term(N_("過去に同一の内容の申出があった"), "", "法25条1項ただし書"),
        Excuse.OTHER_JUST: Term(N_("その他の正当な理由"), "", "法25条1項ただし書"),
    },
    SenderExemption: {
        SenderExemption.OWN: Term(N_("当社自身が投稿した"), "", "法27条1号"),
        SenderExemption.SAME_BEFORE: Term(N_("同一の発信者に同様の理由で通知済み"), "", "法27条2号"),
        SenderExemption.OTHER_JUST: Term(N_("その他の正当な理由"), "", "法27条2号"),
    },
    Origin: {
        Origin.NOTICE: Term(N_("申出"), "", "法23条"),
        Origin.REPORT: Term(N_("通報"), "", "規則18条5項2号"),
        Origin.OWN_DETECTION: Term(N_("自ら探知"), "", "規則18条5項3号"),
        Origin.PUBLIC_BODY: Term(N_("公的機関"), "", "規則18条5項4号"),
        Origin.COURT: Term(N_("裁判所"), "", "規則18条5項6号"),
    },
    Strength: {
        Strength.FLAG: Term(N_("目印"), N_("消去の前に見直します。消去を止めるものではありません")),
        Strength.SOFT: Term(N_("任意の保存"), N_("記録した理由により、見直しの日まで残します")),
        Strength.HARD: Term(N_("消去禁止"), N_("命令などにより、消去してはなりません")),
    },
}


# What a letter says of a finding beside the reason: whole sentences to somebody who was hurt, not the words of a desk.
# The plain finding is said by the reason itself.
TOLD: dict[Finding, str] = {
    Finding.GONE: N_("お申し出の投稿は、調べた時には、すでに見られませんでした。"),
    Finding.NOT_FOUND: N_("お申し出について補足をお願いしましたが、どの投稿のことかを特定できませんでした。"),
    Finding.ELSEWHERE: N_("お申し出の投稿は、別のサービスにあり、わたしたちのサービスにはありませんでした。"),
}


def term(member: StrEnum) -> Term:
    """How `member` is called and explained in Japanese."""
    return TERMS[type(member)][member]
