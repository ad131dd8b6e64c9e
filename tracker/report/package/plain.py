"""Names that nobody can change any more, in characters that every machine knows (統一ルール: 機種依存文字).

The title of a published clause, the service and its provider are as they are: ㈱ must not stop a publication. What a
person can still write in another way is left as it is, and stops one.
"""

import re
import unicodedata
from dataclasses import replace

from tracker.law.publication import BY_CODE
from tracker.report.content import Dim, Report
from tracker.report.package.machine_readable import DEPENDENT, doubtful

# With the kana before them: a half-width voiced mark becomes one letter with it.
RUN = re.compile(f"[ぁ-ゖァ-ヺ]?(?:{DEPENDENT.pattern})+")
UNKNOWN = "〓"  # what Japanese printers set for a character that they lack


def plain(report: Report) -> Report:
    """The same publication, with every name in characters that every machine knows. Codes and texts stay."""
    return replace(
        report,
        name=known(report.name),
        provider=known(report.provider),
        lines=[replace(one, one=_dim(one.one), two=one.two and _dim(one.two)) for one in report.lines],
        texts=[
            # The title of an item beyond the rule is a text that somebody writes for this very year.
            replace(one, part=_dim(one.part)) if one.part and one.code in BY_CODE else one
            for one in report.texts
        ],
        tables=[
            replace(
                one,
                columns=[_dim(column) for column in one.columns],
                rows=[[known(cell) if isinstance(cell, str) else cell for cell in row] for row in one.rows],
            )
            for one in report.tables
        ],
    )


def known(words: str) -> str:
    """The words with what only some machines know spelt out (NFKC): ㈱ is (株), ｶﾞ is ガ, ① is (1), or else 〓."""
    spelt = RUN.sub(_spelt, words)
    lost = doubtful(spelt)
    return "".join(UNKNOWN if letter in lost and not letter.isspace() else letter for letter in spelt)


def _dim(dim: Dim) -> Dim:
    return Dim(dim.code, known(dim.label))


def _spelt(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", "".join(map(_bracketed, run[0])))


def _bracketed(letter: str) -> str:
    """What stands in a circle, in brackets: NFKC alone makes 第21 of 第2①."""
    if unicodedata.decomposition(letter).startswith("<circle>"):
        return f"({letter})"
    value = unicodedata.numeric(letter, None) if not unicodedata.decomposition(letter) else None
    return letter if value is None or not DEPENDENT.match(letter) else f"({value:g})"
