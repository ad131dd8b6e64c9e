"""Personal data out of a text: what is known for certain, then what looks like it, as a help to whoever reads it.

What looks like personal data is found by patterns and may be missed: a person reads each example before it goes out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.casework.digest.folding import Folded, fold, fold_digits
from tracker.casework.digest.known import Kind, Value

MARKS: dict[Kind, str] = {
    Kind.NAME: "【氏名】",
    Kind.MAIL: "【メールアドレス】",
    Kind.PHONE: "【電話番号】",
    Kind.ACCOUNT: "【アカウント】",
    Kind.URL: "【URL】",
    Kind.NUMBER: "【受付番号】",
    Kind.POST: "【投稿の文】",
    Kind.PART: "【投稿の文】",
    Kind.QUOTE: "【引用】",
    Kind.DAY: "【日付】",
    Kind.TIME: "【時刻】",
    Kind.PLACE: "【住所】",
    Kind.FILE: "【ファイル】",
}
_D = r"[0-9０-９]"
_N = rf"(?:{_D}{{1,4}}|[〇一二三四五六七八九十元]{{1,4}})"
_BAR = r"[-－‐−]"
_CUT = r"[-/／.．−－]"
_ERA = r"(?:令和|平成|昭和|西暦)"
_WEEKDAY = r"(?:[（(][月火水木金土日][^）)]*[）)])?"
_SHORT_DAY = rf"(?<![0-9０-９/／]){_D}{{1,2}}[/／]{_D}{{1,2}}(?![0-9０-９/／])"
_SHORT_TIME = rf"(?<!{_D}){_D}{{1,2}}[:：]{_D}{{2}}(?:[:：]{_D}{{2}})?"
_TOWN = r"(?:[一-龠]{2,3}[都道府県])?[一-龠ぁ-んァ-ヶ]{1,8}[市区郡町村][一-龠ぁ-んァ-ヶ]{0,12}"
_BLOCK = rf"(?:丁目|番地?|号|{_BAR}){_N}?"
_ANYBODY = r"(?!(?:皆|奥|お客|利用者|申出者|投稿者|被害者|発信者|本人|同|両|王|神)(?:様|さん|氏))"
_CALLED = r"(?:さん|氏(?!名)|様(?!式|子|々)|くん|ちゃん)"
# A name that nothing follows and that no filing told: 「投稿者の山田太郎」. The hundred family names met most often
# that are not a common word; a help to whoever reads, no more.
_FAMILY = (
    "佐藤|鈴木|[高髙]橋|田中|伊藤|渡[辺邊邉]|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|[斎斉齋齊]藤|清水|"
    "山[崎﨑]|池田|橋本|阿部|石川|山下|中島|石井|小川|前田|岡田|長谷川|藤田|後藤|近藤|村上|遠藤|青木|坂本|福田|太田|西村|"
    "藤井|岡本|藤原|中野|三浦|金子|中川|原田|松田|竹内|小野|田村|中山|和田|石田|上田|森田|柴田|酒井|工藤|横山|宮[崎﨑]|宮本|"
    "内田|高木|安藤|谷口|大野|丸山|今井|高田|河野|藤本|村田|武田|杉山|増田|平野|大塚|久保|松井|小島|岩[崎﨑]|桜井|野口|"
    "松尾|野村|木下|菊[地池]|佐野|大西|杉本|新井|水野|市川|古川|小松|渡部|榎本|望月|永井|熊谷|浅野|荒木|大久保|五十嵐"
)
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.URL, re.compile(r"(?:h(?:tt|xx)ps?[:：][/／]{2}|www\.)[^\s　「」『』、。（）]+", re.IGNORECASE)),
    (Kind.MAIL, re.compile(r"[\w.+\-＋]+[@＠][\w\-]+(?:[.．][\w\-]+)+")),
    (Kind.NUMBER, re.compile(rf"[A-ZＡ-Ｚ0-9０-９]{{1,8}}{_BAR}{_D}{{4}}{_BAR}{_D}{{6}}")),
    (Kind.DAY, re.compile(rf"(?:{_ERA}?{_N}年)?{_N}月{_N}日{_WEEKDAY}")),
    (Kind.DAY, re.compile(rf"{_ERA}{_N}年(?:{_N}月)?|{_D}{{4}}年(?:{_N}月)?")),
    (Kind.DAY, re.compile(rf"{_D}{{4}}{_CUT}{_D}{{1,2}}{_CUT}{_D}{{1,2}}|{_SHORT_DAY}")),
    (Kind.TIME, re.compile(rf"(?:午前|午後)?{_N}時(?!間)(?:{_N}分|半)?(?:{_N}秒)?|{_SHORT_TIME}")),
    (Kind.PHONE, re.compile(rf"(?<!{_D})[+＋]?(?:{_D}[-－‐−ー()（） 　.]?){{9,14}}(?!{_D})")),
    (Kind.ACCOUNT, re.compile(r"[@＠][\w.]{2,}|[IＩ][DＤ][:：]\s?[\w+/.\-]{3,}")),
    (Kind.PLACE, re.compile(rf"〒\s?{_D}{{3}}{_BAR}?{_D}{{4}}|{_TOWN}{_N}(?:{_BLOCK})+")),
    (Kind.NAME, re.compile(rf"(?<![一-龠々]){_ANYBODY}[一-龠々ヶ]{{1,5}}[ 　]?[一-龠々ぁ-ん]{{0,3}}{_CALLED}")),
    (Kind.NAME, re.compile(rf"(?<![一-龠々])(?:{_FAMILY})[ 　]?(?![都道府県市区町村駅])[一-龠々]{{1,3}}(?![一-龠々])")),
)


@dataclass(frozen=True)
class Found:
    """Something that stands in a text: what it is, where, and whether it is known or only looks like it."""

    kind: Kind
    start: int
    end: int
    certain: bool


def left_over(text: str, values: Sequence[Value]) -> list[Found]:
    """What is known of the people of the case and stands in `text`, in whatever way it is written; by place."""
    words, numbers = fold(text), fold_digits(text)
    found = [hit for value in values for hit in _hits(text, numbers if value.digits else words, value)]
    return merged(found)


def looks_like(text: str) -> list[Found]:
    """What looks like personal data in `text`, by place; certain of nothing."""
    found = [
        Found(kind, match.start(), match.end(), certain=False)
        for kind, pattern in PATTERNS
        for match in pattern.finditer(text)
    ]
    return merged(found)


def remove(text: str, values: Sequence[Value]) -> str:
    """`text` with marks in place of what is known and of what looks like it."""
    for _again in range(4):  # what was taken out may have hidden that its neighbours belong together
        known = left_over(text, values)
        if not known:
            break
        text = _marked(text, known)
    return _marked(text, looks_like(text))


def excerpt(text: str, found: Found, around: int = 12) -> tuple[str, str, str]:
    """What stands before, at and after a place."""
    before, after = text[max(0, found.start - around) : found.start], text[found.end : found.end + around]
    return before, text[found.start : found.end], after


def _hits(text: str, folded: Folded, value: Value) -> list[Found]:
    hits, at = [], folded.text.find(value.folded)
    while at >= 0:
        start, end = folded.place(at, at + len(value.folded))
        if not value.word or _alone(folded, at, at + len(value.folded), text):
            hits.append(Found(value.kind, start, end, certain=True))
        at = folded.text.find(value.folded, at + 1)
    return hits


def _alone(folded: Folded, start: int, end: int, text: str) -> bool:
    """Whether no letter of the same word stands beside it: what a blank keeps apart is another word."""
    before = start > 0 and folded.places[start - 1][1] == folded.places[start][0] and _letter(folded.text[start - 1])
    after = end < len(folded.text) and folded.places[end - 1][1] == folded.places[end][0] and _letter(folded.text[end])
    return not before and not after


def _letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


def merged(found: Sequence[Found]) -> list[Found]:
    """What was found, by place; of those that overlap one, from the first to the last character of both."""
    out: list[Found] = []
    for one in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if out and one.start < out[-1].end:
            last = out[-1]
            out[-1] = Found(last.kind, last.start, max(last.end, one.end), last.certain or one.certain)
        else:
            out.append(one)
    return out


def _marked(text: str, found: Sequence[Found]) -> str:
    for one in reversed(found):
        text = text[: one.start] + MARKS[one.kind] + text[one.end :]
    return text
