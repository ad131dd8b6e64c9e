"""The text of criteria: clauses, what each covers, and the canonical form of which the shown hash is taken."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import rfc8785
from sqlmodel import Session, select

from tracker.law.checklist import CHECKLIST
from tracker.law.grounds import MeasureKind, Origin
from tracker.models import Clause, CriteriaVersion


@dataclass(frozen=True)
class ClauseText:
    """One clause as it is published. No origins means any way of learning of it, no measures means any measure."""

    number: str
    title: str
    words: str
    origins: tuple[Origin, ...] = ()
    measures: tuple[MeasureKind, ...] = ()

    def tidy(self) -> "ClauseText":
        """Without what the canonical text sets parts off with: tabs, and line breaks but those within the words."""
        number, title = (" ".join(text.split()) for text in (self.number, self.title))
        words = "\n".join(line.rstrip() for line in self.words.replace("\t", " ").strip().splitlines())
        return replace(self, number=number, title=title, words=words)

    def stored(self) -> dict[str, Any]:
        """As JSON: of a draft."""
        return asdict(self) | {"origins": [o.value for o in self.origins], "measures": [m.value for m in self.measures]}


def read_clause(stored: Mapping[str, Any]) -> ClauseText:
    """A clause of a draft, from JSON."""
    return ClauseText(
        stored["number"], stored["title"], stored["words"],
        tuple(map(Origin, stored["origins"])), tuple(map(MeasureKind, stored["measures"])),
    )  # fmt: skip


def text_of(clause: Clause) -> ClauseText:
    """A published clause as its text."""
    origins, measures = tuple(map(Origin, clause.origins)), tuple(map(MeasureKind, clause.measures))
    return ClauseText(clause.number, clause.title, clause.words, origins, measures)


def in_order(number: str) -> list[str | int]:
    """What clauses are sorted by: numerals count as numbers, so 第2条 stands before 第10条."""
    return [int(part) if n % 2 else part for n, part in enumerate(re.split(r"(\d+)", number))]


def is_ticked(checklist: Mapping[str, str], key: str) -> bool:
    """Whether one thing of 法26条2項 was looked at when a version was drafted; its note may be empty."""
    return key in checklist


def ticked(checklist: Mapping[str, str]) -> dict[str, str]:
    """What was ticked of the checklist, in its order, with the notes."""
    return {check.key: str(checklist[check.key]).strip() for check in CHECKLIST if is_ticked(checklist, check.key)}


def canonical(session: Session, version: CriteriaVersion) -> str:
    """What was published, as the text whose SHA-256 is shown: title, then a line a clause, parts set off by tabs.

    A clause that is limited says to what, in codes; further lines of its words begin with two tabs. Where the checklist
    of 法26条2項 was filled in, a last line has its hash. A version of before says neither, and reads as it did.
    """
    rows = session.exec(select(Clause).where(Clause.criteria_id == version.id)).all()
    by_number = sorted(rows, key=lambda clause: clause.number)  # by code point, so that every database agrees
    return written(version.title, map(text_of, by_number), version.checklist)


def content_digest(session: Session, version: CriteriaVersion) -> str:
    """SHA-256 of what was published."""
    return sha256(canonical(session, version).encode()).hexdigest()


def written(title: str, clauses: Iterable[ClauseText], checklist: Mapping[str, str]) -> str:
    """The canonical text of criteria."""
    lines = [title, *map(_line, clauses)]
    if checklist:
        lines.append("\tchecklist=" + sha256(rfc8785.dumps(dict(checklist))).hexdigest())
    return "\n".join(lines)


def _line(clause: ClauseText) -> str:
    parts = [clause.number, clause.title, clause.words.replace("\n", "\n\t\t")]
    if clause.origins:
        parts.append("origin=" + ",".join(clause.origins))
    if clause.measures:
        parts.append("measure=" + ",".join(clause.measures))
    return "\t".join(parts)
