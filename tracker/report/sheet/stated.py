"""What a sheet is made of: fields with a value or a blank, parts, a grid of figures, and what to see to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.law.filing_sheets import PaperRule
from tracker.models import Service


@dataclass(frozen=True)
class Field:
    """One thing that is stated. An empty `value` is a blank to be written in."""

    label: str
    value: str
    known: str  # where it comes from, or who writes it
    article: str = ""
    says: str = ""


@dataclass(frozen=True)
class Part:
    """Fields under a heading: of one change, or of one specialist."""

    heading: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class Grid:
    """The figures from which a mean was made."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """What a paper states, as it stands on a day. `lacking` says what to see to before it can be filed."""

    rule: PaperRule
    service: Service
    provider: str
    day: date
    due: str  # in words
    fields: Sequence[Field]
    parts: Sequence[Part] = ()
    grid: Grid | None = None
    lacking: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def blanks(self) -> int:
        """How many things a person has still to write."""
        every = [*self.fields, *(one for part in self.parts for one in part.fields)]
        return sum(not one.value for one in every)


@dataclass(frozen=True)
class Filled:
    """What was found for a sheet: the values of its fields by key, and what stands apart."""

    values: Mapping[str, str]
    due: str = ""
    parts: Sequence[Part] = ()
    grid: Grid | None = None
    lacking: Sequence[str] = ()
    notes: Sequence[str] = ()
    apart: frozenset[str] = field(default_factory=frozenset)  # keys that `parts` answers
