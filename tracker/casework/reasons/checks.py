"""What a reason already says and what it lacks: a hint for whoever writes it, never a block.

A reason must be individual and concrete (法25条1項2号・2項3号・27条); how well it is, the provider says itself once
a year (規則18条6項3号). Words are looked for, nothing is judged: a reason without any of them can be recorded. Four
things are looked for, and that each is *named*, not only that a word of law occurs: the words of the post, the right
that was claimed, a fact that belongs to this case, and the rule or what was weighed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.casework.reasons.fields import FIELD
from tracker.casework.traces import plain
from tracker.law.grounds import Finding, Right, term

QUOTED = re.compile("「([^「」]{4,})」|『([^『』]{4,})』")
# A part of a post that is pointed at: the second picture, at 0:42, its third line.
PLACE = re.compile(
    r"\d+(枚目|行目|文目|段落目|コマ目|ページ目|番目の(投稿|画像|写真|文))|\d+:\d\d|\d+分\d+秒|冒頭|末尾|背景に|左(上|下|側)|右(上|下|側)"
)
SENTENCES_OF_LAW = re.compile("社会的評価|名誉感情|受忍限度|権利を?侵害|プライバシー|著作権|商標権|肖像権|基準|条項")
# What somebody did to find out, or what lies before them …
SOURCE = re.compile(
    "添付|提出|資料|書面|写し|証明書|登記|戸籍|契約書|委任状|登録|公報|判決|決定書|報道|記事|動画|写真|画像|履歴|記録|"
    "URL|アドレス|回答|照会|問い合わせ|説明|申告|電話|原本|原画|発行|公表|掲載|投稿日|時刻|販売"
)
# … and what came of it: a date, a number, a name of its own, something seen or compared.
FOUND = re.compile(
    r"\d|確認(し|でき|した)|確かめ|照合|比べ|一致|異な(る|り)|存在しな|在籍|退職|勤務|居住|撮影|承諾|許諾|許可|同意|実在|"
    "見当た[らり]|特定でき|表示され|読み取れ|写って|開けな|見られな|別の(人|サービス|会社|投稿)|記載"
)
CLAUSE = re.compile(r"第?\d+条(の\d+)?(第?\d+項)?(第?\d+号)?")
CITED_LAW = re.compile(r"(法|規則|令)\d+条")
WEIGHED = re.compile(
    "意見(や|又は|または)?論評|意見の(範囲|表明)|感想|公共の(利害|関心)|公益|真実|受忍限度|程度|前提(となる|とする)?事実|"
    "引用|私的使用|報道の目的|承諾|公開(した|している|されている)|特定でき|識別でき|表現の自由|正当な|必要(性|な範囲)|"
    "比較|考慮|とまではいえ|とはいえ"
)
GONE = re.compile("表示され(ず|な|ま)|見られ(な|ま)|開け(な|ま)|削除(され|した)|存在しな|404|非公開|凍結|退会")
ASKED = re.compile("補正|依頼|お尋ね|回答|返答|特定でき|番号|アカウント名|URL|場所", re.IGNORECASE)
ELSEWHERE = re.compile(
    "別の(会社|サービス|サイト|運営)|運営(する|者)|ドメイン|わたしたちのサービスにない|当社のサービスではな",
    re.IGNORECASE,
)
# What people call each right, beside its name.
ALSO: dict[Right, str] = {
    Right.HONOR: "名誉|社会的評価|社会の評価|信用",
    Right.SELF_ESTEEM: "名誉感情|侮辱|人格を|人格的",
    Right.PRIVACY: "プライバシー|私生活上の|私事|個人の情報|個人情報|知られたくない",
    Right.PEACE: "平穏|嫌がらせ|つきまと|不安",
    Right.PORTRAIT: "肖像|容ぼう|容貌|姿態|顔",
    Right.NAME: "氏名|なりすま|名前を|同一性",
    Right.PUBLICITY: "パブリシティ|顧客吸引力",
    Right.COPYRIGHT: "著作|複製|公衆送信|翻案|実演",
    Right.TRADEMARK: "商標|標章",
    Right.BUSINESS: "営業|業務|売上|取引|信用",
    Right.OTHER: "権利|利益",
}
ENOUGH = 5  # signs in a row that a reason has in common with a post, or with what the claimant wrote
TELLING = 8  # … with the claimant's words: shorter ones are in common by chance (「事実ではありません」 is nine)
STOCK = ("事実ではありません", "事実無根", "権利が侵害", "削除してください", "投稿されました", "書かれています")
OWN = re.compile("[ァ-ヶー一-龠々]")  # signs that carry a meaning of their own


class Point(StrEnum):
    """What a reason is looked through for."""

    CONTENT = "content"
    RIGHT = "right"
    FACTS = "facts"
    CLAUSE = "clause"  # where a measure is taken: the rule
    WEIGHED = "weighed"  # where none is: why that is no infringement


@dataclass(frozen=True)
class About:
    """What a reason is about, as far as it is known while it is written."""

    take: bool | None
    rights: Sequence[Right] = ()  # that were claimed
    quotes: Sequence[str] = ()  # words of the posts, their addresses and accounts
    claimed: str = ""  # what the claimant wrote
    clause: str = ""  # number of the clause that is chosen
    clause_title: str = ""
    finding: Finding | None = None


def look_through(reason: str, about: About) -> list[tuple[Point, bool]]:
    """What is looked for in a reason, and whether it seems to be there."""
    text = unicodedata.normalize("NFKC", FIELD.sub("", reason))  # what is to be filled in says nothing yet
    found = [
        (Point.CONTENT, _content(text, about)),
        (Point.RIGHT, _right(text, about.rights)),
        (Point.FACTS, _facts(text, about)),
    ]
    if about.take is False:
        return [*found, (Point.WEIGHED, _weighed(text, about.finding))]
    return [*found, (Point.CLAUSE, _clause(text, about))]


def _content(text: str, about: About) -> bool:
    """Words of the post stand in it, or a part of the post is pointed at."""
    said = [a or b for a, b in QUOTED.findall(text)]
    if any(not SENTENCES_OF_LAW.search(words) for words in said):
        return True
    return bool(PLACE.search(text)) or any(_taken_up(quote, text) for quote in about.quotes)


def _taken_up(quote: str, text: str) -> bool:
    """Some of a post's words in a row, or two short ones of its own (ハイツ、勤め先) in words of one's own."""
    if _common(quote, text, ENOUGH):
        return True
    said, own = plain(quote), plain(text)
    short = {said[i : i + 3] for i in range(len(said) - 2)}
    return sum(len(OWN.findall(sign)) >= 2 for sign in short if sign in own) >= 2


def _right(text: str, rights: Sequence[Right]) -> bool:
    wanted = rights or list(Right)
    return any(term(right).label in text or re.search(ALSO[right], text) for right in wanted)


def _facts(text: str, about: About) -> bool:
    """One sentence says where something is known from and what it was, or takes up what the claimant told."""
    bare = CITED_LAW.sub("", CLAUSE.sub("", QUOTED.sub("", text)))
    if any(SOURCE.search(one) and FOUND.search(one) for one in re.split("[。\n]", bare)):
        return not _empty_words(bare)
    claimed = about.claimed
    for stock in STOCK:
        claimed = claimed.replace(stock, "\n")
    return any(_common(line, bare, TELLING) for line in claimed.splitlines())


# 「提出された資料等を確認した結果」 names nothing that was submitted and nothing that was found.
EMPTY = re.compile(
    "(ご?提出(された|いただいた)?|添付の)?(資料|書面|証拠|記録|内容|事情|情報)(など|等)?(を|について)?"
    "(慎重に|総合的に|十分に|改めて|詳細に|社内で)*(確認|検討|調査|精査|考慮|勘案)"
)


def _empty_words(text: str) -> bool:
    left = EMPTY.sub("", text)
    return not any(SOURCE.search(one) and FOUND.search(one) for one in re.split("[。\n]", left))


def _clause(text: str, about: About) -> bool:
    """The clause is named by its number or title, or the provision is."""
    if about.clause and _number(about.clause) in _number(text):
        return True
    if about.clause_title and plain(about.clause_title) in plain(text):
        return True
    return bool(CLAUSE.search(text) or CITED_LAW.search(text))


def _weighed(text: str, finding: Finding | None) -> bool:
    """What speaks against an infringement, or what the finding rests on."""
    wanted = {Finding.GONE: GONE, Finding.NOT_FOUND: ASKED, Finding.ELSEWHERE: ELSEWHERE}
    return bool((wanted.get(finding, WEIGHED) if finding else WEIGHED).search(text))


def _number(text: str) -> str:
    return plain(text).replace("第", "")


def _common(one: str, other: str, n: int) -> bool:
    """Whether `n` signs in a row stand in both."""
    one, other = plain(one), plain(other)
    return len(one) >= n and any(one[i : i + n] in other for i in range(len(one) - n + 1))
