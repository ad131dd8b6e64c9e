"""Words of a text to be published that may lead to somebody: a warning to whoever reads it before, never a refusal.

Patterns miss some, and find what is harmless: a person decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.casework.digest import looks_like
from tracker.casework.digest.known import Kind
from tracker.law import N_

SAYS: dict[Kind, str] = {
    Kind.MAIL: N_("メールアドレスのような文字があります。"),
    Kind.PHONE: N_("電話番号のような数字があります。"),
    Kind.ACCOUNT: N_("アカウント名のような文字があります。"),
    Kind.URL: N_("個人のページのURLのような文字があります。"),
    Kind.NUMBER: N_("申出の受付番号のような文字があります。"),
    Kind.DAY: N_("生年月日のような日付があります。"),
    Kind.PLACE: N_("住所や郵便番号のような文字があります。"),
    Kind.NAME: N_("人の名前のような言葉があります。"),
}
FEW = N_("ごく少ない数（1件、1名など）があります。だれのことかが分からないかを確かめてください。")
# A page of the office may be named (規則18条5項23号); one of somebody's account may not.
ACCOUNT_PAGE = re.compile(r"[@＠]|[/／](?:users?|u|profile|status|channel|people)[/／]|(?:x|twitter)\.com[/／]\w", re.I)
BORN_BEFORE = re.compile(r"(?:生年月日|誕生日)[^0-9０-９。、]{0,4}$")
BORN_AFTER = re.compile(r"^\W{0,2}(?:生まれ|生(?![一-龠]))")
POSTCODE = re.compile(r"(?<![0-9０-９\-－])[0-9０-９]{3}[-－‐−][0-9０-９]{4}(?![0-9０-９\-－‐−])")
# Courtesy to everybody, and words that only end like one: 態様, 多様, 仕様.
NOBODY = re.compile(
    r"(?:皆|客|者|者の皆|本人|遺族|専門員|弁護士)(?:様|さん|氏)$|[多仕模一異態有両図今同]様$|(?:彼|両|某|各|諸)氏$"
)
SMALL = re.compile(
    r"(?<![0-9０-９,，.．第一二三四五六七八九十百千万])[1-2１-２一二][ 　]?(?:件|名(?!誉|前|称)|人(?!称|格|工))"
)


@dataclass(frozen=True)
class Doubt:
    """A place in a text, and what it looks like (marked)."""

    says: str
    start: int
    end: int


def doubts(words: str) -> list[Doubt]:
    """The places of a text that a person looks at before it is published, in order."""
    return sorted(_found(words), key=lambda one: (one.start, one.end))


def warnings(words: str) -> list[str]:
    """What a text has that may lead to somebody: marked sentences, each once."""
    return list(dict.fromkeys(one.says for one in doubts(words)))


def _found(words: str) -> Iterator[Doubt]:
    for one in looks_like(words):
        text = words[one.start : one.end]
        if one.kind is Kind.NAME and NOBODY.search(text):
            continue
        if one.kind is Kind.URL and not ACCOUNT_PAGE.search(text):
            continue
        if one.kind is Kind.DAY and not (BORN_BEFORE.search(words[: one.start]) or BORN_AFTER.search(words[one.end :])):
            continue
        if one.kind in SAYS:
            yield Doubt(SAYS[one.kind], one.start, one.end)
    for match in POSTCODE.finditer(words):
        yield Doubt(SAYS[Kind.PLACE], match.start(), match.end())
    for match in SMALL.finditer(words):
        yield Doubt(FEW, match.start(), match.end())
