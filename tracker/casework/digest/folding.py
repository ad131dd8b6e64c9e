"""A text as somebody reads it, whatever way it is written: widths, kana, variants, blanks and URL codes folded away.

Each folded character keeps the place that it has in the text, so that what is found can be shown and taken out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

CODED = re.compile(r"(?:%(?:25)*[0-9A-Fa-f]{2})+")  # coded once or several times
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}")
# Characters of names that have a plainer twin; NFKD does not know them.
TWINS = str.maketrans(
    "髙﨑嵜邊邉齋齊斎濵濱澤廣國眞惠德槇櫻龍瀨桒栁冨嶋嶌賴曾彌與𠮷壽榮淺燈豐關藪塚",
    "高崎崎辺辺斉斉斉浜浜沢広国真恵徳槙桜竜瀬桑柳富島島頼曽弥与吉寿栄浅灯豊関薮塚",
)
KANJI_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
DASHES = frozenset("-‐‑‒–—―−ー－~〜()（）.・/ ")


@dataclass(frozen=True)
class Folded:
    """A folded text and where each of its characters stands in the one it was made of."""

    text: str
    places: list[tuple[int, int]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the folded text stands in the text itself."""
        return self.places[start][0], self.places[end - 1][1]


def fold(text: str) -> Folded:
    """`text` for comparing: decoded, NFKD, small letters, hiragana, plain twins, without blanks, dots, marks."""
    out: list[str] = []
    places: list[tuple[int, int]] = []
    for chars, start, end in _decoded(text):
        for char in unicodedata.normalize("NFKD", chars).casefold():
            if unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or char in "・･":
                continue
            out.append(_plain(char))
            places.append((start, end))
    return Folded("".join(out), places)


def fold_digits(text: str) -> Folded:
    """`text` for finding numbers: digits of any script as 0–9, and nothing that only keeps them apart."""
    out: list[str] = []
    places: list[tuple[int, int]] = []
    for chars, start, end in _decoded(text):
        for char in unicodedata.normalize("NFKC", chars):
            if char in DASHES or unicodedata.category(char) in {"Zs", "Cf", "Pd"}:
                continue
            digit = unicodedata.digit(char, None)
            out.append(KANJI_DIGITS.get(char, char) if digit is None else str(digit))
            places.append((start, end))
    return Folded("".join(out), places)


def _plain(char: str) -> str:
    char = char.translate(TWINS)
    return chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char


def _decoded(text: str) -> Iterator[tuple[str, int, int]]:
    """Characters with their places; a run of codes (%E6%B0%B4, &#27700;) is one piece with what it stands for."""
    at = 0
    while at < len(text):
        found = CODED.match(text, at) or ENTITY.match(text, at) or ESCAPE.match(text, at)
        if found:
            yield _meaning(found[0]), at, found.end()
            at = found.end()
        else:
            yield text[at], at, at + 1
            at += 1


def _meaning(code: str) -> str:
    if code.startswith("&"):
        return unescape(code)
    if code.startswith("\\"):
        return chr(int(code[2:], 16))
    data = code.encode()
    for _again in range(3):  # coded twice: %25E6%25B0%25B4
        data = unquote_to_bytes(data)
    for charset in ("utf-8", "cp932", "euc_jp"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return code
