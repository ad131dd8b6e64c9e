"""Every Japanese text that people read is marked for translation, and nothing else asks for a language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tracker.i18n.citations import NOTE, PROVISION

ROOT = Path(__file__).parents[2]
JAPANESE = re.compile("[ぁ-んァ-ヺ一-龠々]")
CODE = re.compile(r"<code\b.*?</code>", re.DOTALL)
MARKS = {"_", "_l", "N_", "gettext", "lazy_gettext", "counted", "pgettext"}

# Rooms whose Japanese is no text of a page, and why.
ELSEWHERE = {
    "tracker/casework/feeds/calendar.py": "calendars are Japanese, as letters are: one feed is read in many rooms",
    "tracker/cli": "commands speak English; the Japanese in them is the sample service and the demo",
    "tracker/casework/digest/folding.py": "characters of names that have a plainer twin, and digits in kanji",
    "tracker/casework/digest/known.py": "words in names that name nobody; its labels are marked",
    "tracker/casework/digest/removal.py": "what stands in a document that is Japanese (規則21条5項)",
    "tracker/i18n": "how Japanese writes dates and names its own language",
    "tracker/letters": "letters are Japanese (規則21条4項)",
    "tracker/migrations": "what is stored",
    "tracker/casework/reasons/checks.py": "words looked for in a reason, which is Japanese",
    "tracker/casework/reasons/fields.py": "marks in a reason, which is Japanese",
    "tracker/casework/reasons/shipped.py": "reasons to start from: they leave in letters, which are Japanese",
    "tracker/casework/papers/lines.py": "signs and words by which a typed line is seen to be several things",
    "tracker/report/package": "files of the publication are Japanese (規則21条5項)",
    "tracker/report/figures": "so are its figures and texts",
    "tracker/report/corrections.py": "what a correction calls things in these files",
    "tracker/report/tables.py": "and the tables beside them",
    "tracker/report/bridge.py": "two of these tables",
    "tracker/report/categories.py": "names of categories in these files",
    "tracker/report/content.py": "the name of a total in these files",
    "tracker/report/ledger/codes.py": "the range of kana and kanji; its refusals are marked",
    "tracker/report/senders/pasted.py": "how people write a month; its refusals are marked",
    "tracker/web/staff/sender_counts/drawn.py": "the unit of ten thousand on an axis",
    "tracker/report/doubts.py": "patterns looked for in a Japanese text; its labels are marked",
    "tracker/web/table.py": "names that people give to the columns of their lists",
    "tracker/settings.py": "what a setting is for, in English",
}
# Single texts that stay Japanese, and why.
STAYS = {
    "事務所の目標": "stored as the article of a clock; tracker.i18n.citation() says it in English",
    "（名前のないファイル）": "stored as the name of a file",
    "（項目": "stored as the account of a sender that was not named",
    "の投稿者）": "stored as the account of a sender that was not named",
    "国民の祝日・休日月日": "heads a column of the Cabinet Office's table",
    "国民の祝日・休日名称": "heads a column of the Cabinet Office's table",
    "（消去済み）": "stands for what was erased, in letters too",
    "（送るときに決まります）": "stands in the preview of a letter",
    "(前段|後段|本文|ただし書)$": "how citations end",
    "基準 第": "names a version in an alert, which is a letter",
    "版": "names a version in an alert, which is a letter",
}


def sources() -> list[Path]:
    """The files of the house whose texts are read on pages."""
    found = sorted((ROOT / "tracker").rglob("*.py"))
    return [p for p in found if not any(str(p.relative_to(ROOT)).startswith(room) for room in ELSEWHERE)]


def is_citation(text: str) -> bool:
    """Whether a text only names provisions: 法25条1項・規則16条."""
    return all(PROVISION.fullmatch(part) for part in NOTE.sub("", text).split("・"))


def unmarked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The Japanese texts of a module that are neither marked nor documentation."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                quiet.add(id(first.value))
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS:
                quiet.update(id(argument) for argument in node.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            text = node.value
            if JAPANESE.search(text) and not is_citation(text) and text not in STAYS:
                yield node.lineno, text


def test_every_japanese_text_in_code_is_marked():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sources()
        for line, text in unmarked(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "mark these with _, _l or N_:\n" + "\n".join(found)


def test_every_text_that_stays_japanese_is_still_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    assert [text for text in STAYS if text not in code] == []


def pages() -> list[Path]:
    """The templates of pages."""
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", pages(), ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_every_japanese_text_on_a_page_is_marked(path):
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    marked = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for argument in call.args
    }
    marked |= {id(pair.key) for pair in tree.find_all(nodes.Pair)}  # nobody reads the keys of a table
    texts = [(data.lineno, CODE.sub("", data.data)) for data in tree.find_all(nodes.TemplateData)]
    texts += [(const.lineno, str(const.value)) for const in tree.find_all(nodes.Const) if id(const) not in marked]
    found = [f"{line}: {text.strip()}" for line, text in texts if JAPANESE.search(text) and not is_citation(text)]
    assert not found, "put these into _():\n" + "\n".join(found)


def test_pages_call_words_of_the_law_in_the_language_of_the_reader():
    """`tracker.i18n.term` translates; the law's own is for letters."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tracker" / "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "tracker.law.grounds"
        if "term" in {name.name for name in node.names}
    ]
    assert not wrong, "take term from tracker.i18n:\n" + "\n".join(wrong)
