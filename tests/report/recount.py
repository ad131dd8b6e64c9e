"""Count the figures of a year again, from a raw file of filings alone, and compare them with a published package.

    python recount.py RAW.csv FOLDER --year 2025

FOLDER holds figures.csv and extra.csv. Every difference is printed; exits with 1 where there is one. This is a program
of its own: the standard library, no part of Kigen, its own reading of 規則18条2項・3項. In the raw file every filing is
about one post, binds (法25条), and is answered once; what a specialist looks into is told so before.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

RIGHTS = (
    "honor",
    "self_esteem",
    "privacy",
    "peace",
    "portrait",
    "name",
    "publicity",
    "copyright",
    "trademark",
    "business",
    "other",
)
# Outcome, and whether it was told before that it takes longer (法25条2項) → the item in which a filing ends.
ENDS = {
    ("taken", False): "18-3-1",
    ("not_taken", False): "18-3-2",
    ("taken_later", True): "18-3-4",
    ("not_taken_later", True): "18-3-5",
}
RECEIVED, SPECIALIST = "18-2", "18-3-7"
NEVER = ("18-3-6", "18-3-8")  # no filing of the raw file is of these
FIGURES = (RECEIVED, *ENDS.values(), SPECIALIST, *NEVER)
WAYS = (*ENDS.values(), "18-3-3", "withdrawn")  # in which a filing may end: the last two are none of the raw file's
TABLES = ("bridge", "after-interim", "further-rights", "days")
JST = timezone(timedelta(hours=9))

Key = tuple[str, ...]


class Recount:
    """The sums of a year over the rows of a raw file, one after the other."""

    def __init__(self, year: int) -> None:
        self.first, self.last = date(year, 4, 1), date(year + 1, 3, 31)
        self.filings = 0
        self.figures: Counter[Key] = Counter()  # (item, right)
        self.ties: Counter[str] = Counter()
        self.interims: Counter[str] = Counter()
        self.primary: Counter[str] = Counter()
        self.further: Counter[str] = Counter()
        self.took: dict[str, Counter[int]] = {}

    def add(self, row: dict[str, str]) -> None:
        """One filing."""
        received = datetime.fromisoformat(row["received"]).astimezone(JST).date()
        replied = date.fromisoformat(row["replied"])
        interim = date.fromisoformat(row["interim"]) if row["interim"] else None
        right, end = row["right"], ENDS[row["outcome"], interim is not None]
        self.filings += 1
        if self.within(received):
            self.figures[RECEIVED, right] += 1
            self.primary[right] += 1
            self.further.update(row["further"].split())
        if self.within(replied):
            self.figures[end, right] += 1
            told = interim or replied  # the first that its claimant heard
            self.took.setdefault(right, Counter())[(told - received).days] += 1
        stands = end if replied <= self.last else "open-end"
        if interim and self.within(interim):
            self.figures[SPECIALIST, right] += 1
            self.interims[stands] += 1
        if received <= self.last and replied >= self.first:
            self.ties["received" if received >= self.first else "open-start"] += 1
            self.ties[stands] += 1

    def within(self, day: date) -> bool:
        """Whether a Japanese day lies in the year."""
        return self.first <= day <= self.last

    def answers(self) -> Iterator[tuple[Key, int]]:
        """Every number that the package has to have, those that are 0 among them: where it stands, and what it is."""
        for item in FIGURES:
            for measure in ("count", "items") if item == RECEIVED else ("count",):  # a post in each filing
                parts = [self.figures[item, right] for right in RIGHTS]
                yield (item, "total", measure), sum(parts)
                yield from (((item, right, measure), n) for right, n in zip(RIGHTS, parts, strict=True))
        for way in ("open-start", "received", *WAYS, "open-end"):
            yield ("bridge", way, "count"), self.ties[way]
        for way in (*WAYS, "open-end"):
            yield ("after-interim", way, "count"), self.interims[way]
        yield ("after-interim", "total", "count"), sum(self.interims.values())
        for column, counts in (("primary", self.primary), ("further", self.further)):
            yield ("further-rights", "total", column), sum(counts.values())
            yield from ((("further-rights", right, column), counts[right]) for right in RIGHTS)
        for right, took in (*((right, self.took.get(right, Counter())) for right in RIGHTS), ("total", self.every)):
            yield ("days", right, "n"), sum(took.values())
            if took:
                days = sorted(took.elements())
                yield ("days", right, "median"), days[(len(days) - 1) // 2]
                yield ("days", right, "most"), days[-1]

    @property
    def every(self) -> Counter[int]:
        """Days to the reply, whatever the right."""
        return sum(self.took.values(), Counter())


def recount(raw: Path, year: int) -> Recount:
    """The sums of a raw file."""
    found = Recount(year)
    with raw.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.add(row)
    return found


def published(folder: Path, year: int) -> dict[Key, int]:
    """The same numbers as a package has them: of every item and table that is counted here, whatever it says."""
    found: dict[Key, int] = {}
    for row in _rows(folder / "figures.csv", year):
        if row["item_id"] in FIGURES:
            name = (row["item_id"], row["dim1_code"], row["measure"])
            _put(found, (*name, row["dim2_code"]) if row["dim2_code"] else name, int(row["value"]))
    names: dict[Key, str] = {}
    cells = [row for row in _rows(folder / "extra.csv", year) if row["table_id"] in TABLES]
    for row in cells:
        if row["column_code"] == "code":
            names[row["table_id"], row["row"]] = row["text"]
    for row in cells:
        if row["number"]:
            name = names[row["table_id"], row["row"]]
            _put(found, (row["table_id"], name, row["column_code"]), int(row["number"]))
    return found


def differences(wanted: dict[Key, int], found: dict[Key, int]) -> list[str]:
    """What is not the same on both sides, a line each."""
    return [
        f"{' '.join(key)}: {wanted.get(key, 'nothing')} in the raw file, {found.get(key, 'nothing')} in the package"
        for key in sorted({*wanted, *found})
        if wanted.get(key) != found.get(key)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Print what differs; 0 where nothing does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("raw", type=Path, help="the raw file of filings")
    parser.add_argument("folder", type=Path, help="where figures.csv and extra.csv are")
    parser.add_argument("--year", type=int, required=True, help="the year in which the 公表年度 begins")
    asked = parser.parse_args(arguments)
    counted = recount(asked.raw, asked.year)
    wanted = dict(counted.answers())
    wrong = differences(wanted, published(asked.folder, asked.year))
    for line in wrong:
        print(line)
    print(f"{counted.filings} filings, {len(wanted)} numbers compared, {len(wrong)} differences", file=sys.stderr)
    return 1 if wrong else 0


def _rows(path: Path, year: int) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["fiscal_year"] != str(year):
                raise ValueError(f"{path.name} is of {row['fiscal_year']}")
            yield row


def _put(found: dict[Key, int], key: Key, value: int) -> None:
    if key in found:
        raise ValueError(f"{' '.join(key)} stands twice")
    found[key] = value


if __name__ == "__main__":
    sys.exit(main())
