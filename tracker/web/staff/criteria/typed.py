"""What somebody typed into the draft of criteria: clauses in rows, ticks by the number of their row, the checklist."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from unicodedata import normalize

from flask import request
from flask_babel import gettext as _

from tracker.casework.criteria import ClauseText, Draft
from tracker.law.checklist import CHECKLIST
from tracker.law.grounds import MeasureKind, Origin
from tracker.web.forms import LONGEST_TEXT
from tracker.web.reading import plain_text, single_line
from tracker.web.staff.criteria.published import address

MOST = 200  # clauses of a version
LONGEST_LINE = 200
BLANKS = 2  # empty rows below the last clause

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Typed:
    """What was typed, the draft that it makes, and what is wrong with it by field. `seen` is the draft on the page."""

    draft: Draft
    seen: int
    errors: dict[str, str]
    lines: str = ""  # as they were pasted


def typed() -> Typed:
    """The form as it was sent. Rows without any word are left out: that is how a clause is removed.

    What was pasted as lines comes after the rows, and takes the place of a row of the same number.
    """
    form = request.form
    rows = zip(
        (normalize("NFKC", single_line(one)) for one in form.getlist("clause_number")),
        map(single_line, form.getlist("clause_title")),
        map(plain_text, form.getlist("clause_words")),
        strict=False,
    )
    origins, measures = _ticks("origins", Origin), _ticks("measures", MeasureKind)
    clauses = [
        ClauseText(number, title, words, tuple(origins.get(n, ())), tuple(measures.get(n, ())))
        for n, (number, title, words) in enumerate(rows)
        if number or title or words
    ]
    pasted, wrong = _pasted(plain_text(form.get("lines")))
    given = {clause.number for clause in pasted}
    clauses = [clause for clause in clauses if clause.number not in given] + pasted
    notes = [plain_text(note) for note in form.getlist("check_note")] + [""] * len(CHECKLIST)
    looked_at = set(form.getlist("check"))
    checklist = {one.key: note for one, note in zip(CHECKLIST, notes, strict=False) if one.key in looked_at}
    unticked = {one.key for one, note in zip(CHECKLIST, notes, strict=False) if note and one.key not in looked_at}
    url = single_line(form.get("url"))
    draft = Draft(single_line(form.get("title")), clauses, url, checklist)
    seen = form.get("seen", "")
    errors = ({"lines": wrong} if wrong else {}) | _errors(draft, notes, unticked)
    return Typed(draft, int(seen) if seen.isdecimal() and len(seen) < 9 else 0, errors, form.get("lines", ""))


def rows(draft: Draft) -> Sequence[ClauseText]:
    """The rows of the form: the clauses, and some to write in."""
    return [*draft.clauses, *[ClauseText("", "", "")] * (BLANKS if draft.clauses else BLANKS + 1)]


def checks_typed() -> dict[str, str]:
    """The notes as they were typed, ticked or not, so that none is lost when the form comes back."""
    return dict(zip((one.key for one in CHECKLIST), request.form.getlist("check_note"), strict=False))


def _ticks(name: str, words: type[Word]) -> dict[int, list[Word]]:
    """The ticks of a vocabulary by row: a value is 「row:word」. What is none of them is left out."""
    known: dict[str, Word] = {word.value: word for word in words}
    found: dict[int, list[Word]] = {}
    sent: list[tuple[str, str, str]] = [value.partition(":") for value in request.form.getlist(name)]
    for row, _colon, value in sent:
        if row.isdecimal() and len(row) < 6 and value in known:
            found.setdefault(int(row), []).append(known[value])
    return {row: [word for word in words if word in ticked] for row, ticked in found.items()}


def _pasted(text: str) -> tuple[list[ClauseText], str]:
    """Clauses written one a line as 番号｜題｜本文; or what is wrong with which line."""
    found: list[ClauseText] = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("|", "｜").split("｜", 2)]
        parts[0] = normalize("NFKC", parts[0])
        if len(parts) != 3 or not all(parts):
            return [], _("%(n)s行目を「番号｜題｜本文」の形で入力してください。", n=n)
        if parts[0] in {c.number for c in found}:
            return [], _("%(n)s行目の番号「%(number)s」が重なっています。", n=n, number=parts[0])
        found.append(ClauseText(parts[0], parts[1], parts[2]))
    return found, ""


def _errors(draft: Draft, notes: Sequence[str], unticked: set[str]) -> dict[str, Any]:
    errors = {}
    if len(draft.title) > LONGEST_LINE:
        errors["title"] = _too_long(draft.title, LONGEST_LINE)
    if address(draft.url) is None:
        errors["url"] = _("「https://」か「http://」から始まるURLを入力してください。")
    if len(draft.clauses) > MOST:
        errors["clauses"] = _("条項は%(most)s個までです。いま%(n)s個あります。", most=MOST, n=len(draft.clauses))
    for n, clause in enumerate(draft.clauses):
        if len(clause.number) > LONGEST_LINE or len(clause.title) > LONGEST_LINE:
            errors[f"clause-{n}"] = _too_long(max(clause.number, clause.title, key=len), LONGEST_LINE)
        elif len(clause.words) > LONGEST_TEXT:
            errors[f"clause-{n}"] = _too_long(clause.words, LONGEST_TEXT)
        elif clause.number and clause.number in [c.number for c in draft.clauses[:n]]:
            errors[f"clause-{n}"] = _("条項の番号「%(number)s」が重なっています。", number=clause.number)
    for one, note in zip(CHECKLIST, notes, strict=False):
        if one.key in unticked:
            errors[f"check-{one.key}"] = _("メモを残すには、確かめたことに印を付けてください。")
        elif len(note) > LONGEST_TEXT:
            errors[f"check-{one.key}"] = _too_long(note, LONGEST_TEXT)
    return errors


def _too_long(text: str, most: int) -> str:
    return str(_("%(most)s字までで書いてください。いま%(n)s字あります。", most=f"{most:,}", n=f"{len(text):,}"))
