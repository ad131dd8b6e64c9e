"""ふりがな: how to read the kanji of easy Japanese, from the catalogue to the page.

In the catalogue a word and its reading are [期限|きげん]. While a page is made, marks that nobody can type stand for
the brackets, so that [期限|きげん] typed by somebody stays what it is. At the end they become <ruby> in the words of
the page, and plain text wherever HTML allows no ruby.
"""

import re
import secrets
from collections.abc import Callable

NOTED = re.compile(r"\[([^][|]+)\|([^][|]+)\]")

# A secret of this process in private-use characters of plane 15, then one of plane 16 for what the mark stands for.
SECRET = "".join(chr(0xF0000 + secrets.randbelow(0xFFFE)) for _n in range(5))
WORD, READING, END = (SECRET + chr(0x100000 + n) for n in range(3))

_MARKED = rf"{WORD}(?P<word>[^{SECRET[0]}]*){READING}(?P<reading>[^{SECRET[0]}]*){END}"
MARKED = re.compile(_MARKED)
_ATTRIBUTES = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
# Elements that hold text alone, and comments; any other tag; and a word between them.
PART = re.compile(
    rf"(?P<alone><!--.*?-->|<(?P<name>option|title|textarea|script|style|text|desc)\b{_ATTRIBUTES}>.*?</(?P=name)\s*>)"
    rf"|</?[a-z]{_ATTRIBUTES}>|{_MARKED}",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"(?P<name>[\w:-]+)=(?P<value>\"[^\"]*\"|'[^']*')")
# Read by the eye, though they are no text of the page: lists to choose from, and words that a script or the
# stylesheet shows. What only a screen reader or a browser tab says needs no second reading.
SEEN = ("option", "placeholder", "data-")


def marked(text: str) -> str:
    """A text of the catalogue with marks instead of its brackets."""
    return NOTED.sub(rf"{WORD}\1{READING}\2{END}", text)


def plain(text: str) -> str:
    """The text without readings: for whatever is no page."""
    return MARKED.sub(r"\g<word>", text)


def bracketed(text: str) -> str:
    """The text with readings in brackets, 期限（きげん）: where they are to be seen and HTML allows no ruby."""
    return MARKED.sub(r"\g<word>（\g<reading>）", text)


def page(html: str) -> str:
    """A page, or a piece of one, with its readings over the words.

    A screen reader says each word once: it knows how kanji are read, and would repeat every one of them.
    """
    return PART.sub(_part, html) if SECRET in html else html


def _part(found: re.Match[str]) -> str:
    if found["word"] is not None:
        return f'<ruby>{found["word"]}<rp>（</rp><rt aria-hidden="true">{found["reading"]}</rt><rp>）</rp></ruby>'
    if SECRET not in found[0]:
        return found[0]
    if found["alone"]:
        return _seen(found["name"] or "")(found[0])
    return ATTRIBUTE.sub(lambda one: _seen(one["name"])(one[0]), found[0])


def _seen(name: str) -> Callable[[str], str]:
    return bracketed if name.lower().startswith(SEEN) else plain
