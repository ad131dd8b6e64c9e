"""What each item means: its statute, how it is counted, of what it is a part. A row of definitions.csv for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.law.publication import BASES, BY_CODE, ITEMS, SOURCES, SPLITS, UNITS, Basis, Published, Source, Unit
from tracker.report.content import Report
from tracker.report.package import statute
from tracker.report.package.columns import Cell
from tracker.report.package.counting import COUNTED, NEW, PART_OF

SUSPENSIONS = {False: "excluded", True: "only"}  # Published.suspensions; None: every kind, where it is of measures
OF_MEASURES = frozenset({Unit.MEASURES, Unit.TOLD})


@dataclass(frozen=True)
class Definition:
    """An item with all that is said of it."""

    item: Published
    lead: str
    words: str
    counted: str

    @property
    def of_which(self) -> str:
        """Of what it is a part, in a sentence; empty for what is a whole."""
        unit = UNITS[self.item.unit]
        return "".join(
            PART_OF.format(code=code, unit=f"「{BY_CODE[code].label}」（{unit}）") for code in self.item.within
        )

    @property
    def suspensions(self) -> str:
        """Whether 役務提供停止措置 are in it; empty where it is about no measures."""
        kind = self.item.suspensions
        if kind is None:
            return "included" if self.item.unit in OF_MEASURES or self.item.code == "18-4-2" else ""
        return SUSPENSIONS[kind]

    def cells(self) -> Mapping[str, Cell]:
        """Its row, but for whose and of which year it is."""
        item = self.item
        splits = [SPLITS[split] for split in item.splits]
        return {
            "item_id": item.code,
            "article": item.article,
            "label": item.label,
            "statute_lead": self.lead or None,
            "statute_text": self.words or None,
            "counted": self.counted,
            "of_which": self.of_which or None,
            "unit": item.unit.value,
            "unit_label": UNITS[item.unit],
            "date_basis": item.basis.value,
            "date_basis_label": BASES[item.basis],
            "source": item.source.value,
            "source_label": SOURCES[item.source],
            "dim1_meaning": splits[0] if splits else None,
            "dim2_meaning": splits[1] if len(splits) > 1 else None,
            "within": item.within[0] if item.within else None,
            "also_within": item.within[1] if len(item.within) > 1 else None,
            "japan_only": item.japan,
            "suspensions": self.suspensions or None,
        }


def definition(item: Published) -> Definition:
    """All that is said of an item of 規則18条."""
    return Definition(item, *statute.words(item.code), COUNTED[item.code])


def definitions(report: Report) -> list[Definition]:
    """Those of 規則18条, then of what a report adds of its own accord."""
    return [*map(definition, ITEMS), *_added(report)]


def _added(report: Report) -> Iterator[Definition]:
    named = {words.code: words.part.label if words.part else words.code for words in report.texts}
    for code in sorted(set(named) - set(BY_CODE)):
        item = Published(code, "任意", named[code], Source.ENTERED, Unit.TEXT, Basis.YEAR)
        yield Definition(item, "", "", NEW)
