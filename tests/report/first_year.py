"""A raw file of the filings of a first year, whose sums are those that three services published, at any scale.

Standard library only, and nothing of Kigen: `recount.py` counts it again by itself, and Kigen counts it by its verbs.

The figures are those of the yearly publication of Meta for 2025-07-30 to 2026-03-31, its tables 2.2 and 3.1.1 to 3.1.3,
as krMaynard/dsa-transparency-data has transcribed them. They had to be read closely before rows could be made of them:

- In each service and outcome, the published total is the sum of all rows but that of portrait rights, and a few filings
  without a reason, 27 in all (its notes say: fewer than thirty). Portrait rights are therefore a further reason here.
- Of the 23 filings to Threads that were answered later, 25 are said to name portrait rights. That cannot be: two of
  them stand among those where no measure was taken, so that every row of table 2.2 is as it was published.
- Two rows join two rights each: they are parted 3 : 1. Every second filing with a further reason names that one first.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

FIRST, LAST = date(2025, 7, 30), date(2026, 3, 31)
TAKEN, TAKEN_LATER, NOT_TAKEN = OUTCOMES = ("taken", "taken_later", "not_taken")
PORTRAIT, UNCATEGORISED = "portrait", "other"
# A published row and the rights that it joins, in the order of the tables below.
ROWS: dict[str, tuple[str, ...]] = {
    "honor": ("honor", "self_esteem"),
    "privacy": ("privacy",),
    "peace": ("peace",),
    PORTRAIT: (PORTRAIT,),
    "name": ("name",),
    "publicity": ("publicity",),
    "property": ("copyright", "trademark"),
    "business": ("business",),
}
PARTED = (3, 1)
# Of each service and outcome: how many filings, and how many of them name each row.
PUBLISHED: dict[str, dict[str, tuple[int, tuple[int, ...]]]] = {
    "facebook": {
        TAKEN: (648_391, (354, 203, 84, 109, 72, 21, 647_624, 33)),
        TAKEN_LATER: (778, (67, 17, 4, 25, 9, 1, 677, 2)),
        NOT_TAKEN: (695_135, (2_037, 906, 726, 117, 571, 195, 690_361, 323)),
    },
    "instagram": {
        TAKEN: (37_243, (638, 684, 272, 932, 118, 7, 35_455, 65)),
        TAKEN_LATER: (1_065, (436, 41, 12, 153, 5, 0, 563, 8)),
        NOT_TAKEN: (117_740, (1_996, 549, 613, 784, 198, 36, 114_193, 149)),
    },
    "threads": {
        TAKEN: (1_037, (63, 97, 20, 203, 1, 0, 850, 6)),
        TAKEN_LATER: (23, (11, 6, 2, 25, 0, 0, 2, 2)),
        NOT_TAKEN: (2_645, (435, 220, 168, 179, 14, 8, 1_755, 45)),
    },
}

JST = timezone(timedelta(hours=9))
SECONDS = 86_400
EDGES = (0, 1, SECONDS - 1)  # one filing in fifty comes at the turn of a day
EVENING = 22 * 3600  # what comes later is not answered on the same day
STAYS = 8  # days from a filing that is answered later to its answer, at the least


class Cell(NamedTuple):
    """Filings that are alike but for their days."""

    outcome: str
    right: str
    further: str  # another right that it names, or nothing
    n: int


class Filing(NamedTuple):
    """A row of the raw file. Days are Japanese; `interim` is when its claimant was told that a specialist looks."""

    number: str
    received: str  # ISO 8601, +09:00
    right: str  # the primary one
    further: str  # others, with spaces between them
    outcome: str
    replied: str
    interim: str


def shares(n: int, weights: Sequence[int], *, least: int = 0) -> list[int]:
    """`n` parted by weights, largest remainders first, adding up; `least` each of what has weight, if it can."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [n * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(n * weights[i] % whole), i))
    for i in by_rest[: n - sum(parts)]:
        parts[i] += 1
    for i, weight in enumerate(weights):
        if weight and parts[i] < least <= n // len(weights):
            parts[parts.index(max(parts))] -= 1
            parts[i] += 1
    return parts


def plan(service: str, scale: int = 1) -> list[Cell]:
    """The filings of a service as cells: 1/`scale` of what it published, and exactly that where `scale` is 1.

    There is one of each outcome at the least.
    """
    published = PUBLISHED[service]
    totals = [total for total, _rows in published.values()]
    counts = shares(max(round(sum(totals) / scale), len(totals)), totals, least=1)
    at = list(ROWS).index(PORTRAIT)
    further = _further(counts, [rows[at] for _total, rows in published.values()], scale)
    return [
        cell
        for (outcome, (total, rows)), n, portraits in zip(published.items(), counts, further, strict=True)
        for cell in _cells(outcome, n, [*rows[:at], *rows[at + 1 :]], total - sum(rows) + rows[at], portraits)
        if cell.n
    ]


def filings(service: str, scale: int = 1, *, tail: int = 0) -> Iterator[Filing]:
    """Every filing of a service, in no order; each call gives the same ones.

    All are answered by the last day of the year, but `tail` of those that came in its last week: these are answered in
    April, and the later ones of them were told in March that it takes longer.
    """
    chance = random.Random(service)
    cells = plan(service, scale)
    late = dict(zip(OUTCOMES, shares(tail, [_sum(cells, outcome) for outcome in OUTCOMES], least=1), strict=True))
    number = 0
    for cell in cells:
        for _ in range(cell.n):
            number += 1
            after = late[cell.outcome] > 0
            late[cell.outcome] -= after
            received, interim, replied = (_later if cell.outcome == TAKEN_LATER else _in_time)(chance, after)
            yield Filing(
                f"{service}-{number:07d}",
                received.isoformat(),
                cell.right,
                cell.further,
                cell.outcome,
                replied.isoformat(),
                interim.isoformat() if interim else "",
            )


def write(path: Path, rows: Iterable[Filing]) -> None:
    """The raw file, with its head."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Filing._fields)
        writer.writerows(rows)


def read(path: Path) -> Iterator[Filing]:
    """The rows of a raw file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from map(Filing._make, reader)


def _sum(cells: Iterable[Cell], outcome: str) -> int:
    return sum(cell.n for cell in cells if cell.outcome == outcome)


def _further(counts: Sequence[int], published: Sequence[int], scale: int) -> list[int]:
    """How many of each outcome name portrait rights: no more than there are, the rest where there are most."""
    wanted = shares(round(sum(published) / scale), published)
    found = [min(n, most) for n, most in zip(wanted, counts, strict=True)]
    found[counts.index(max(counts))] += sum(wanted) - sum(found)
    return found


def _cells(outcome: str, n: int, rows: Sequence[int], unnamed: int, portraits: int) -> Iterator[Cell]:
    *named, rest = shares(n, [*rows, unnamed])
    yield Cell(outcome, UNCATEGORISED, "", rest)
    joined = [rights for row, rights in ROWS.items() if row != PORTRAIT]
    for rights, count, also in zip(joined, named, shares(portraits, named), strict=True):
        ones = shares(count, PARTED[: len(rights)])
        for right, one, both in zip(rights, ones, shares(also, ones), strict=True):
            first = both // 2
            yield Cell(outcome, right, "", one - both)
            yield Cell(outcome, right, PORTRAIT, both - first)
            yield Cell(outcome, PORTRAIT, right, first)


def _in_time(chance: random.Random, after: bool) -> tuple[datetime, None, date]:
    """Received, and answered within seven days: from midnight the first of them is the day itself (民法140条)."""
    second = chance.choice(EDGES) if chance.random() < 0.02 else chance.randrange(SECONDS)
    if after:
        back = chance.randrange(7)
        return _at(LAST - timedelta(back), second or 1), None, LAST + timedelta(chance.randint(1, 7 - back))
    day = FIRST + timedelta(chance.randrange((LAST - FIRST).days + 1))
    if day == LAST and second >= EVENING:
        second -= EVENING
    took = chance.randint(1 if second >= EVENING else 0, 7 if second else 6)
    return _at(day, second), None, min(day + timedelta(took), LAST)


def _later(chance: random.Random, after: bool) -> tuple[datetime, date, date]:
    """Received, told that a specialist looks, and answered after more than seven days."""
    if after:
        day = LAST - timedelta(chance.randint(1, 6))
        told = day + timedelta(chance.randint(1, (LAST - day).days))
        return _at(day, chance.randrange(SECONDS)), told, day + timedelta(chance.randint(STAYS, 40))
    day = FIRST + timedelta(chance.randrange((LAST - FIRST).days - STAYS))
    told = day + timedelta(chance.randint(1, 6))
    return _at(day, chance.randrange(SECONDS)), told, min(day + timedelta(chance.randint(STAYS, 60)), LAST)


def _at(day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JST) + timedelta(seconds=second)
