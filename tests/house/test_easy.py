"""Easy Japanese is whole where whoever files walks: each text has its easy form, each kanji its reading."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tracker.closed_days import working_calendar
from tracker.i18n.citations import ACTS, READ, TAILS
from tracker.i18n.language import EASY, FOR_EVERYBODY, LANGUAGES, TRANSLATIONS
from tracker.i18n.ruby import NOTED
from tracker.law.calendars import YEAR_END
from tracker.law.editions import EDITIONS
from tracker.law.grounds import TERMS, Circumstance, Force, Right, Standing

ROOT = Path(__file__).parents[2]
KANJI = re.compile("[一-龠々]")
READING = re.compile("[ぁ-んー]+")
PLACE = re.compile(r"%\(\w+\)s|{\w+}")
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "counted": (1, 1), "pgettext": ((1, "c"), 2)}

# The pages that are easy from their first text to their last, and the rooms that speak on them.
WALKED = (
    "templates/base.html",
    "templates/public/report/list.html",
    "templates/components/calculation.html",
    "templates/components/form.html",
    "templates/components/receipt.html",
    "templates/components/strip.html",
    "templates/components/sheet.html",
    "templates/components/timeline.html",
    "templates/components/letter.html",
    "templates/errors/error.html",
    "templates/public/_calculator_backward.html",
    "templates/public/_calculator_calendar.html",
    "templates/public/_calculator_foot.html",
    "templates/public/_calculator_list.html",
    "templates/public/_can.html",
    "templates/public/_criteria.html",
    "templates/public/_disclosure.html",
    "templates/public/_layout.html",
    "templates/public/_promise.html",
    "templates/public/_signature.html",
    "templates/public/_told.html",
    "templates/public/form.html",
    "templates/public/front.html",
    "templates/public/receipt.html",
    "templates/public/too_much.html",
    "templates/components/files.html",
    "templates/public/_own_head.html",
    "templates/public/_wait.html",
    "templates/public/address.html",
    "templates/public/answer.html",
    "templates/public/calculator.html",
    "templates/public/calculator_clock.html",
    "templates/public/elsewhere.html",
    "templates/public/gone.html",
    "templates/public/letter.html",
    "templates/public/lost.html",
    "templates/public/reconsideration.html",
    "templates/public/sender/_asked.html",
    "templates/public/sender/_contact.html",
    "templates/public/sender/_layout.html",
    "templates/public/sender/_post.html",
    "templates/public/sender/cover.html",
    "templates/public/sender/gone.html",
    "templates/public/sender/inquiry.html",
    "templates/public/sender/notice.html",
    "templates/public/sender/withdrawal.html",
    "templates/public/status.html",
    "templates/public/status_form.html",
    "templates/public/verify_receipt.html",
    "templates/public/withdrawal.html",
    "tracker/casework/evidence/kinds.py",
    "tracker/casework/evidence/looking.py",
    "tracker/law/calendars.py",
    "tracker/i18n/typed.py",
    "tracker/law/clocks/rule.py",
    "tracker/law/questions.py",
    "tracker/law/readings.py",
    "tracker/web/error_words.py",
    "tracker/web/forms.py",
    "tracker/web/places.py",
    "tracker/web/reading.py",
    "tracker/web/uploads.py",
    "tracker/web/public/form.py",
    "tracker/web/public/front.py",
    "tracker/web/public/receipt.py",
    "tracker/web/public/told.py",
    "tracker/casework/afterwards.py",
    "tracker/casework/contact.py",
    "tracker/casework/corrections.py",
    "tracker/casework/endings.py",
    "tracker/casework/further.py",
    "tracker/casework/messages.py",
    "tracker/web/calculation/notes.py",
    "tracker/web/calculation/proof.py",
    "tracker/web/calculation/rows.py",
    "tracker/web/calculation/shown.py",
    "tracker/web/calculation/strip.py",
    "tracker/web/public/asked.py",
    "tracker/web/public/calculator.py",
    "tracker/web/public/exchange.py",
    "tracker/web/public/leaving.py",
    "tracker/web/public/senders/appeals.py",
    "tracker/web/public/senders/files.py",
    "tracker/web/public/senders/inquiry.py",
    "tracker/web/public/senders/typing_in.py",
    "tracker/web/public/lost.py",
    "tracker/web/public/own.py",
    "tracker/web/public/progress.py",
    "tracker/web/public/reach.py",
    "tracker/web/public/signed.py",
    "tracker/web/public/status.py",
    "tracker/web/public/talk.py",
    "tracker/web/public/timeline.py",
)
# Texts of these that only the desk shows, which is not in easy Japanese.
AT_THE_DESK = {
    "サインインへ",
    "作業一覧へ",
    "続くときは、次の番号を添えて、システムの管理者に知らせてください。",
    "続くときは、システムの管理者に知らせてください。",
    "この操作をする権限がありません",
    "何も変わっていません。",
    "必要なときは、主任か管理者に頼んでください。",
    "事案や記録が消えたわけではありません。",
    "アドレスが変わったか、途中で切れているかもしれません。作業一覧から開いてください。",
    "前のページに戻ってください。",
    "ブラウザの「戻る」で前のページに戻り、添付を減らすか、文を短くして送ってください。",
    "今回の操作は、まだ記録されていません。",
    "1つの操作は、全部が記録されるか、まったく記録されないかのどちらかです。期限は進んでいます。",
    "前のページを開き直し、記録されたかどうかを確かめてから、もう一度試してください。",
    "いまの操作は記録されていません。期限は進んでいます。",
}


@cache
def words() -> Catalog:
    """The catalogue of easy Japanese."""
    with (TRANSLATIONS / EASY / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=EASY)


def texts() -> Iterator[tuple[Message, str, str]]:
    """Each text that has an easy form, with it."""
    for message in words():
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            for found in [message.string] if isinstance(message.string, str) else message.string:
                if found:
                    yield message, source, found


def spoken(path: str) -> Iterator[str]:
    """The texts of a template or a module."""
    method = "jinja2.ext:babel_extract" if path.endswith(".html") else "python"
    for _line, found, _comments, _context in extract_from_file(
        method, ROOT / path, keywords=KEYWORDS, options={"trimmed": ""}
    ):
        yield found if isinstance(found, str) else found[0]


def of_the_law() -> Iterator[str]:
    """What the tables of law, the calendar and the schedule say on these pages."""
    for kind in (Force, Right, Standing, Circumstance):
        for term in TERMS[kind].values():
            yield from (term.label, term.says)
    yield from working_calendar().holidays.values()
    yield YEAR_END
    yield from (edition.label for edition in EDITIONS)


def without_easy_form(sources: Iterator[str]) -> list[str]:
    """Those of some texts that the catalogue has no easy words for."""
    easy = {source for _message, source, _found in texts()}
    return sorted({source for source in sources if source} - easy - AT_THE_DESK)


@pytest.mark.parametrize("path", WALKED)
def test_every_text_on_the_way_of_a_filing_has_an_easy_form(path):
    left = without_easy_form(spoken(path))
    assert not left, f"{len(left)} texts of {path}, in translations/{EASY}:\n" + "\n".join(left)


def test_every_word_of_the_law_on_these_pages_has_an_easy_form():
    assert without_easy_form(of_the_law()) == []


def test_every_text_of_the_desk_is_still_there():
    assert sorted(AT_THE_DESK - {source for path in WALKED for source in spoken(path)}) == []


def test_an_easy_text_fills_in_what_its_text_fills_in():
    wrong = [source for _message, source, found in texts() if set(PLACE.findall(source)) != set(PLACE.findall(found))]
    broken = [str(error) for message in words() if message.id for error in message.check(words())]
    assert (wrong, broken) == ([], [])


def test_every_kanji_of_an_easy_text_has_its_reading():
    assert [found for _message, _source, found in texts() if KANJI.search(NOTED.sub("", found))] == []


def test_a_reading_is_written_in_hiragana_over_a_word_and_over_nothing_that_is_filled_in():
    pairs = [pair for _message, _source, found in texts() for pair in NOTED.findall(found)]
    assert [pair for pair in pairs if not READING.fullmatch(pair[1]) or "%" in pair[0]] == []
    assert [pair for pair in pairs if not KANJI.search(pair[0])] == []


def test_brackets_and_bars_stand_for_readings_and_for_nothing_else():
    assert [found for _message, _source, found in texts() if set("[|]") & set(NOTED.sub("", found))] == []
    assert [message.id for message in words() if set("[|]") & set(str(message.id or ""))] == []


def test_every_word_of_a_citation_has_a_reading():
    assert [text for text in (*ACTS, *TAILS, "条項号") if KANJI.search(READ.sub("", text))] == []


def test_easy_japanese_is_one_more_language_of_the_public_door():
    assert FOR_EVERYBODY.items() - LANGUAGES.items() == {(EASY, "やさしい にほんご")}
