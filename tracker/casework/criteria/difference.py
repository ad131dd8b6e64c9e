"""What one version of criteria changes against another: clause by clause, and word by word inside a clause."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tracker.casework.criteria.clauses import ClauseText

SCRAP = 2  # characters that stayed between two changes are read with them: 下げ → 低下させ
# Japanese has no blanks: kanji and kana stand alone as a mark would, numerals and Latin words stay whole.
PIECES = re.compile(r"[0-9]+|[A-Za-z]+|[\u30a1-\u30f6\u30fc]+|\s+|.", re.DOTALL)


class ChangeKind(StrEnum):
    """What became of a clause."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class Piece(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    CUT = "cut"
    ADDED = "added"


@dataclass(frozen=True)
class Change:
    """One clause that differs. `words` and `title` are runs in reading order: kept, cut, added."""

    kind: ChangeKind
    clause: ClauseText
    was: ClauseText | None
    title: Sequence[tuple[Piece, str]]
    words: Sequence[tuple[Piece, str]]

    @property
    def covers_otherwise(self) -> bool:
        """Whether it is limited to other ways of learning or to other measures than before."""
        return self.was is not None and (self.was.origins, self.was.measures) != (
            self.clause.origins,
            self.clause.measures,
        )


def differences(now: Iterable[ClauseText], before: Iterable[ClauseText]) -> list[Change]:
    """What `now` changes against `before`, in the order of its clauses; those that went come last."""
    now, old = list(now), {clause.number: clause for clause in before}
    kept = {clause.number for clause in now}
    found = []
    for clause in now:
        was = old.get(clause.number)
        if was is None:
            found.append(Change(ChangeKind.NEW, clause, None, _whole(clause.title), _whole(clause.words)))
        elif was != clause:
            runs = marked(was.title, clause.title), marked(was.words, clause.words)
            found.append(Change(ChangeKind.CHANGED, clause, was, *runs))
    gone = (c for number, c in old.items() if number not in kept)
    return found + [Change(ChangeKind.GONE, c, None, _whole(c.title), _whole(c.words)) for c in gone]


def marked(before: str, now: str) -> list[tuple[Piece, str]]:
    """The words of both in one line: what stayed, what was cut, what was added."""
    old, new = PIECES.findall(before), PIECES.findall(now)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found = [("".join(old[a:b]), "".join(new[c:d]), what == "equal") for what, a, b, c, d in steps]
    runs: list[tuple[Piece, str]] = []
    cut = added = ""
    for n, (was, now_is, same) in enumerate(found):
        if same and not (len(was) <= SCRAP and 0 < n < len(found) - 1):
            runs += [*_changed(cut, added), (Piece.SAME, was)]
            cut = added = ""
        else:
            cut, added = cut + was, added + now_is
    return [*runs, *_changed(cut, added)]


def _changed(cut: str, added: str) -> list[tuple[Piece, str]]:
    """One place where the words differ: what was cut, then what was added."""
    return [(kind, words) for kind, words in ((Piece.CUT, cut), (Piece.ADDED, added)) if words]


def _whole(text: str) -> list[tuple[Piece, str]]:
    return [(Piece.SAME, text)]
