"""Whose language is spoken now, and its words. Japanese is the source: its texts are the keys of every catalogue.

A door says once for each request in which language it answers; every room below it finds the choice here, without
Flask. Nobody chose: Japanese, as in the worker and on the command line.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from tracker.i18n import ruby
from tracker.law import N_, grounds
from tracker.law.grounds import Term

DEFAULT = "ja"
# Each language in its own words, for the switch.
LANGUAGES = {"ja": "日本語", "en": "English"}
# Japanese in short sentences with ふりがな: offered at the public door alone.
EASY = "ja@easy"
FOR_EVERYBODY = {"ja": "日本語", EASY: "やさしい にほんご", "en": "English"}
TRANSLATIONS = Path(__file__).parents[2] / "translations"
COMMA, DOT = N_("、"), N_("・")

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT)


class Catalogue(Translations):
    """A catalogue that has no words for an empty text; gettext would answer with its header."""

    def gettext(self, message: str) -> str:
        """The text in this language, or as it is."""
        return super().gettext(message) if message else ""

    ugettext = gettext


def language() -> str:
    """The language spoken now, one of FOR_EVERYBODY."""
    return _spoken.get()


def tag(language: str | None = None) -> str:
    """A language, or the one spoken now, as HTML names it: easy Japanese is Japanese, with its dates and citations."""
    return (language or _spoken.get()).partition("@")[0]


def speak(language: str) -> None:
    """Speak `language` from now on in this request."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside, and as before afterwards."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


@contextmanager
def japanese() -> Iterator[None]:
    """Speak Japanese inside, whoever is served: for letters, alerts and everything that is stored. A decorator too."""
    with speaking(DEFAULT):
        yield


def gettext(text: str, **values: object) -> str:
    """A marked Japanese text in the language spoken now, its %(name)s filled in."""
    words = catalogue(language()).gettext(text)
    return words % values if values else words


def counted(text: str, n: int, **values: object) -> str:
    """A marked Japanese text about `n` things, %(n)s. Japanese has no plural; a catalogue may have one."""
    return catalogue(language()).ngettext(text, text, n) % ({"n": n} | values)


def listed(parts: Iterable[object]) -> str:
    """Things one after another: 画像2点、PDF1点."""
    return gettext(COMMA).join(map(str, parts))


def dotted(parts: Iterable[object]) -> str:
    """Short things side by side: 1–3・5."""
    return gettext(DOT).join(map(str, parts))


def term(member: StrEnum) -> Term:
    """How a word of the law is called and explained, in the language spoken now."""
    found = grounds.term(member)
    return Term(gettext(found.label), gettext(found.says), found.article, found.brief and gettext(found.brief))


@cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language, read from its .po file once: nothing has to be compiled or installed."""
    if language == DEFAULT:
        return NullTranslations()
    compiled = BytesIO()
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        words = read_po(file, locale=language)
    if language == EASY:
        for message in words:
            message.string = _marked(message.string or "")
    write_mo(compiled, words)
    compiled.seek(0)
    return Catalogue(compiled)


def _marked(string: str | Sequence[str]) -> str | tuple[str, ...]:
    """A translation, or each of its plural forms, with marks for its readings."""
    return ruby.marked(string) if isinstance(string, str) else tuple(ruby.marked(one) for one in string)
