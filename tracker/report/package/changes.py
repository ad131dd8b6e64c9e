"""What the page shows of corrections: version by version, in words and in numbers as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.law.publication import BY_CODE
from tracker.report.content import ITEMS, Correction, Dim
from tracker.report.package import grids
from tracker.report.package.rows import FIGURE, unit

POSTS = "申出に含まれる投稿の数"


@dataclass(frozen=True)
class Change:
    """A row of the corrections of a version: what was changed, and how it was and is."""

    code: str  # empty for what is no item
    label: str
    place: str
    before: str
    after: str
    counts: bool


@dataclass(frozen=True)
class Version:
    """What one version corrected, and why."""

    version: int
    day: date
    why: str
    changes: Sequence[Change]


def versions(made: Sequence[Correction]) -> list[Version]:
    """What was corrected, version by version: each has one reason."""
    return [
        Version(*of, [_change(one) for one in some])
        for of, some in groupby(made, key=lambda one: (one.version, one.day, one.why))
    ]


def _change(one: Correction) -> Change:
    item = BY_CODE.get(one.code)
    first, second = one.one_label or one.one, one.two_label or one.two
    place = " × ".join(filter(None, (first, second, POSTS if one.measure == ITEMS else "")))
    if second and not item:  # of a table: the row, and its column where it is not all of the row
        place = f"{second}（{first}）" if first else second
    # Words have no measure: a year or a day among them is no number of things.
    counts = bool(one.measure) and all(not value or FIGURE.fullmatch(value) for value in (one.before, one.after))
    of = grids.things(item.unit) if item else unit(Dim(one.one, one.one_label))
    only_names = not one.before and not one.after

    def said(value: str) -> str:
        if not value:
            return "―" if only_names else "（なし）"
        return f"{grids.said(float(value) if '.' in value else int(value))}{of}" if counts else value

    label = one.label or (item.label if item else one.code)
    return Change(one.code if item else "", label, place, said(one.before), said(one.after), counts)
