"""Citations as people abroad write them: 法25条1項・規則16条 is Act art. 25(1), Rules art. 16."""

import re

from tracker.i18n import ruby
from tracker.i18n.language import DEFAULT, EASY, gettext, language, tag
from tracker.law import N_

ACTS = {
    "法": "Act",
    "規則": "Rules",
    "民法": "Civil Code",
    "AV法": "AV Act",
    "私事性的画像記録法": "Private Sexual Images Act",
    "刑訴法": "Code of Criminal Procedure",
    "民訴法": "Code of Civil Procedure",
    "非訟法": "Non-Contentious Cases Procedure Act",
    "会社法": "Companies Act",
    "民事保全法": "Civil Provisional Remedies Act",
    "行政機関の休日に関する法律": "Act on Holidays of Administrative Organs",
    "電気通信個人情報ガイドライン": "Telecom Privacy Guidelines",
}
TAILS = {
    "": "",
    "前段": ", first sentence",
    "後段": ", second sentence",
    "ただし書": ", proviso",
    "各号": ", items",
    "解説": ", commentary",
}
# How each of these words is read, for easy Japanese. A longer word first.
READINGS = {
    "私事性的画像記録法": "しじせいてきがぞうきろくほう",
    "行政機関": "ぎょうせいきかん",
    "休日": "きゅうじつ",
    "関": "かん",
    "法律": "ほうりつ",
    "電気通信": "でんきつうしん",
    "個人情報": "こじんじょうほう",
    "民法": "みんぽう",
    "民事保全法": "みんじほぜんほう",
    "刑訴法": "けいそほう",
    "民訴法": "みんそほう",
    "非訟法": "ひしょうほう",
    "会社法": "かいしゃほう",
    "規則": "きそく",
    "前段": "ぜんだん",
    "後段": "こうだん",
    "解説": "かいせつ",
    "各号": "かくごう",
    "法": "ほう",
    "条": "じょう",
    "項": "こう",
    "号": "ごう",
    "書": "がき",
}
READ = re.compile("|".join(READINGS))
PROVISION = re.compile(
    rf"(?P<act>{'|'.join(sorted(ACTS, key=len, reverse=True))})?"
    r"(?P<article>\d+)条(?:の(?P<branch>\d+))?(?:(?P<paragraph>\d+)項)?(?:(?P<item>\d+)号)?"
    rf"(?P<tail>{'|'.join(TAILS)})"
)
NOTE = re.compile(r"（([^）]*)）$")
# What else stands where a provision does, or behind one.
OFFICE, DRAFT = N_("事務所の目標"), N_("改正案・適用日未確認")


def citation(article: str) -> str:
    """A citation in the language spoken now; one that is not understood stays as it is."""
    if language() == EASY:
        return READ.sub(lambda word: ruby.marked(f"[{word[0]}|{READINGS[word[0]]}]"), article)
    if tag() == DEFAULT or not article:
        return article
    note = NOTE.search(article)
    parts = NOTE.sub("", article).split("・")
    found = [_provision(part) for part in parts]
    if not all(found):
        return gettext(article)
    return ", ".join(found) + (f" ({gettext(note[1])})" if note else "")


def _provision(text: str) -> str:
    """One provision, or nothing when it is written in a way that is not known here."""
    known = PROVISION.fullmatch(text)
    if known is None:
        return ""
    act = f"{ACTS[known['act']]} " if known["act"] else ""
    branch = f"-{known['branch']}" if known["branch"] else ""
    paragraph = f"({known['paragraph']})" if known["paragraph"] else ""
    item = f" item {known['item']}" if known["item"] else ""
    return f"{act}art. {known['article']}{branch}{paragraph}{item}{TAILS[known['tail']]}"
