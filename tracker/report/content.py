"""What a publication says, before it is any file: lines of figures, texts, tables beside them, what was checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.law.publication import Basis, Unit


@dataclass(frozen=True)
class Dim:
    """A category: a code of ASCII that never changes, and its Japanese name."""

    code: str
    label: str


TOTAL = Dim("total", "合計")
COUNT, ITEMS = "count", "items"  # measures of a line: 件数; and of notices, 投稿の数
POSTS = "投稿の数"  # the second one, beside names of categories, which are Japanese in every language


@dataclass(frozen=True)
class Line:
    """One line of the figures: an item of 規則18条, up to two categories, a whole number and its unit.

    Lines without `two` add up to the one whose `one` is TOTAL, which every figure has; lines with `two` add up to the
    line of the same `one` without. There is no line of TOTAL with `two`.
    """

    code: str
    one: Dim
    two: Dim | None
    value: int
    unit: Unit
    basis: Basis
    measure: str = COUNT
    note: str = ""


@dataclass(frozen=True)
class Words:
    """A text of an item: `part` names what it is about where an item has several; `order` is its place in the item."""

    code: str
    part: Dim | None
    order: int
    words: str


@dataclass(frozen=True)
class Table:
    """A table that nobody is asked for (任意): the bridge between years, further reasons, medians, what stays open.

    Every row has as many cells as there are `columns`; whole numbers, decimals and Japanese texts only.
    """

    key: str  # ASCII: the name of its rows in extra.csv
    title: str
    says: str
    columns: Sequence[Dim]
    rows: Sequence[Sequence[int | float | str]]


@dataclass(frozen=True)
class Failed:
    """A check that does not hold. `rows` names what to look at: lines of figures, cases, imports; never a person."""

    check: str
    says: str
    rows: Sequence[str] = ()


@dataclass(frozen=True)
class Correction:
    """A difference to the version published before: `before` or `after` is empty for what was added or left out.

    The labels are what people call the codes; empty where a version was published without them.
    """

    version: int
    day: date
    code: str
    one: str
    two: str
    measure: str
    before: str
    after: str
    why: str
    label: str = ""  # of `code`: the item or the table
    one_label: str = ""
    two_label: str = ""


@dataclass(frozen=True)
class Report:
    """The publication of one service for one 公表年度.

    `failed` stops a publication, `missing` (item code → what a person still has to write) as well; `warnings` are shown
    to staff alone. `heads` are the ends of the journal's chains that the figures rest on.
    """

    service: str  # its slug
    name: str
    provider: str
    year: int  # in which it begins, on 1 April
    first: date
    last: date
    partial: bool  # the first year, from the day of 届出
    due: date  # 5月31日
    lines: Sequence[Line]
    texts: Sequence[Words]
    tables: Sequence[Table]
    failed: Sequence[Failed] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    corrections: Sequence[Correction] = ()
    version: int = 1
    heads: Mapping[str, Any] = field(default_factory=dict)

    def value(self, code: str, one: str = "total", two: str | None = None, measure: str = COUNT) -> int | None:
        """The figure of a line; None where there is no such line."""
        for line in self.lines:
            if (line.code, line.one.code, line.two.code if line.two else None, line.measure) == (
                code,
                one,
                two,
                measure,
            ):
                return line.value
        return None
