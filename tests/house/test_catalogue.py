"""The English catalogue is whole: nothing missing, guessed or left in Japanese, and all words of the law are in it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tracker.closed_days import working_calendar
from tracker.i18n import LANGUAGES, citation, gettext, speaking
from tracker.i18n.language import TRANSLATIONS
from tracker.jobs import JOBS
from tracker.law.articles import ARTICLES
from tracker.law.calendars import YEAR_END
from tracker.law.clocks import CLOCKS, CONFIDENCES, STANDING
from tracker.law.editions import EDITIONS
from tracker.law.facts import LABELS
from tracker.law.grounds import TERMS
from tracker.law.holds import HOLDS
from tracker.law.logs import CLASSES
from tracker.law.readings import rules

JAPANESE = re.compile("[ぁ-んァ-ヺ一-龠々]")
NAMED = re.compile(r"\([^()]*\)|“[^”]*”")  # a Japanese term may stand behind its English, or be quoted
PLACE = re.compile(r"%\((\w+)\)s")
FOREIGN = [language for language in LANGUAGES if language != "ja"]


@cache
def words(language: str) -> Catalog:
    """The catalogue of a language."""
    path: Path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def texts(language: str) -> Iterator[tuple[Message, str, str]]:
    """Each text with each of its translations; one of two for a text that has a plural."""
    for message in words(language):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            for found in [message.string] if isinstance(message.string, str) else message.string:
                yield message, source, found


def places(text: str) -> set[str]:
    """The names that a text fills in."""
    return set(PLACE.findall(text))


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_is_translated_by_somebody(language):
    empty = [source for message, source, found in texts(language) if not found.strip() or message.fuzzy]
    assert not empty, f"{len(empty)} texts, in translations/{language}:\n" + "\n".join(empty)


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_fills_in_what_its_text_fills_in(language):
    wrong = [source for _, source, found in texts(language) if found and places(source) != places(found)]
    broken = [str(error) for message in words(language) if message.id for error in message.check(words(language))]
    assert (wrong, broken) == ([], [])


@pytest.mark.parametrize("language", FOREIGN)
def test_japanese_stands_only_behind_the_words_of_the_reader(language):
    left = [found for _, _source, found in texts(language) if JAPANESE.search(NAMED.sub("", found))]
    assert left == []


def of_the_law() -> dict[str, str]:
    """Every word of the tables of law, of the calendar and of the schedule, by where it stands."""
    found = {f"facts {fact}": label for fact, label in LABELS.items()}
    found |= {f"articles {article}": text for article, text in ARTICLES.items()}
    found |= {f"editions {edition.key}": edition.label for edition in EDITIONS}
    for kind, members in TERMS.items():
        for member, term in members.items():
            found |= {f"{kind.__name__} {member} label": term.label, f"{kind.__name__} {member} says": term.says}
    for rule in {*CLOCKS, *HOLDS, *(rule for edition in EDITIONS for rule in (*edition.clocks, *edition.holds))}:
        found |= {f"{rule.key} label": rule.label, f"{rule.key} says": rule.says}
    for clock in CLOCKS:
        found |= {f"{clock.key} asks": clock.asks, f"{clock.key} counsel": clock.counsel}
        for reading in rules(clock):
            found |= {f"{reading.key} of {clock.key} label": reading.label}
            found |= {f"{reading.key} of {clock.key} says": reading.says}
    for duty in STANDING:
        found |= {f"{duty.key} label": duty.label, f"{duty.key} says": duty.says}
    found |= {f"confidence {confidence}": words for confidence, words in CONFIDENCES.items()}
    found |= {f"logs {key}": name for key, name in CLASSES.items()}
    for job in JOBS:
        found |= {f"job {job.name} label": job.label, f"job {job.name} says": job.says}
    found |= {f"closed {name}": name for name in {*working_calendar().holidays.values(), YEAR_END}}
    return {where: text for where, text in found.items() if text}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_word_of_the_law_is_in_the_catalogue(language):
    with speaking(language):
        missing = [f"{where}: {text}" for where, text in of_the_law().items() if gettext(text) == text]
    assert missing == []


@pytest.mark.parametrize("language", FOREIGN)
def test_every_citation_of_the_tables_is_understood(language):
    articles = {rule.article for rule in (*CLOCKS, *HOLDS, *STANDING)} | {*ARTICLES}
    articles |= {reading.article for rule in CLOCKS for reading in rules(rule) if reading.article}
    articles |= {term.article for members in TERMS.values() for term in members.values()}
    with speaking(language):
        left = [article for article in articles if JAPANESE.search(citation(article))]
    assert left == []
