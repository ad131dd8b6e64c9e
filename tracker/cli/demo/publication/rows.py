"""What the moderation of the demo's platform did, as the files of its rows: sums of days, and what was open for a time.

Drawn from the month and the code, so that two files that speak of one thing say the same of it.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tracker.cli.demo.texts import publication
from tracker.law.ledger import FAMILIES, Family
from tracker.law.period import ONE_DAY

LOOKS_BACK = timedelta(days=200)  # for what was open in the file before
NEW_CODES = 5  # the month of the running year from which the platform uses codes that nobody has mapped
SETTLED = timedelta(days=8)  # of the appeals of a day
ANSWERS = ("taken", "taken", "taken", "not_taken", "suspended")
DECISIONS = ("upheld", "upheld", "upheld", "reversed", "withdrawn")


@dataclass(frozen=True)
class File:
    """What a file is to say: the days of its rows, the day on which it is written, and that of the file before it."""

    first: date
    last: date
    written: date
    before: date
    running: int  # the year that runs: new codes are of that one
    spoilt: bool = False  # a row of it cannot be

    @property
    def months(self) -> Iterator[tuple[date, date]]:
        """Each month of the days, or the part of it."""
        day = self.first
        while day <= self.last:
            after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
            yield day, min(after - ONE_DAY, self.last)
            day = after


@dataclass(frozen=True)
class Open:
    """Something that is open for a time: its key, its day, its words, and the day on which it ends with what."""

    key: str
    day: date
    words: Sequence[str]
    end: date
    outcome: str

    def row(self, family: Family, written: date) -> list[str]:
        """What is known of it on a day."""
        ended = self.end <= written
        outcome = self.outcome if ended else "pending"
        said = [self.key, f"{self.day}", *self.words, outcome]
        return [*said, *([f"{self.end}" if ended else ""] if family is Family.APPEALS else []), "yes", ""]


def content(family: Family, file: File) -> bytes:
    """A file of a family; empty where there is nothing to say."""
    rows = [*SUMS.get(family, _none)(file), *_opened(family, file)]
    return written(family, rows) if rows else b""


def written(family: Family, rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as the file of a family, with its head."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([column.name for column in FAMILIES[family].columns])
    table.writerows(rows)
    return out.getvalue().encode()


def _measures(file: File) -> Iterator[list[str]]:
    given: dict[str, Any] = publication()
    for first, last in file.months:
        new = first >= date(file.running, NEW_CODES, 1)
        for kind, route, reason, ai, japan, exemption, n in given["measures"] + (given["new_measures"] if new else []):
            day, count = _sum(first, last, f"{reason} {route}", n, f"{kind} {japan}")
            key = f"{day:%Y%m}-{kind}-{route}-{reason}-{japan}"
            told = "" if exemption else f"{day}"
            yield [key, f"{day}", kind, route, reason, ai, japan, told, exemption, count]
    for family, route, reason in ((Family.REQUESTS, "AGENCY", "drug"), (Family.ORDERS, "COURT", "order")):
        for one in _all(family, replace(file, first=file.first - LOOKS_BACK)):
            if one.outcome == "taken" and file.first <= one.end <= file.last:
                on = f"{one.end}"
                yield [f"{route}-{one.key}", on, "DEL", route, reason, "no", "yes", on, "", ""]
    if file.spoilt:  # whoever posted it was told before it was taken
        day = file.last - ONE_DAY
        yield [f"{day:%Y%m}-spoilt", f"{day}", "HIDE", "PATROL", "insult", "no", "yes", f"{day - ONE_DAY}", "", ""]


def _reports(file: File) -> Iterator[list[str]]:
    for first, last in file.months:
        for outcome, reason, kept, n in publication()["reports"]:
            day, count = _sum(first, last, f"{reason or kept} FLAG", n, outcome)
            yield [f"{day:%Y%m}-{outcome}-{reason or kept}", f"{day}", outcome, reason, kept, "yes", count]


def _appeals(file: File) -> Iterator[list[str]]:
    for first, last in file.months:
        for kind, ai, outcome, n in publication()["appeals"]:
            day, count = _sum(first, last, f"{kind} {outcome}", n)
            settled = day + SETTLED
            yield [f"{day:%Y%m}-{kind}-{outcome}", f"{day}", kind, ai, outcome, f"{settled}", "yes", count]


SUMS = {Family.MEASURES: _measures, Family.REPORTS: _reports, Family.APPEALS: _appeals}


def _none(_file: File) -> Iterator[list[str]]:
    return iter(())


def _sum(first: date, last: date, of: str, n: int, other: str = "") -> tuple[date, str]:
    """A day of a month, and how many it was: one number for all files that speak `of` the same thing."""
    month = f"{first:%Y-%m}"
    share = ((last - first).days + 1) / 30
    latest = min(last - first, timedelta(days=20))  # what is settled eight days later is so when the file is written
    day = first + timedelta(days=_drawn(f"{month} {of} {other} day").randint(0, latest.days))
    return day, str(max(1, round(n * share * _drawn(f"{month} {of}").uniform(0.88, 1.12))))


def _opened(family: Family, file: File) -> Iterator[list[str]]:
    """Rows of one thing each: those of the days, and those of before that have ended since the file before."""
    for one in _all(family, replace(file, first=file.first - LOOKS_BACK, last=file.written)):
        earlier = one.day < file.first and file.before < one.end <= file.written
        if file.first <= one.day <= file.last or earlier:
            yield one.row(family, file.written)


def _all(family: Family, span: File) -> Iterator[Open]:
    """What comes one by one in a span: requests and appeals some every month, orders one in some months."""
    asked = publication()["asked_for"].get(family, [])
    for month in sorted({first.replace(day=1) for first, _last in span.months}):
        random = _drawn(f"{month} {family}")
        for no in range(1, 1 + MANY.get(family, _nothing)(random)):
            day = month + timedelta(days=random.randrange(28))
            end = day + timedelta(days=random.randrange(6, 34))
            if family is Family.APPEALS:
                words, outcome = [random.choice(("DEL", "HIDE", "BAN")), "no"], random.choice(DECISIONS)
            else:
                words, outcome = [random.choice(asked)], random.choice(ANSWERS)
            yield Open(f"{family}-{day:%Y%m}-{no}", day, words, end, outcome)


def _some(random: Random) -> int:
    return random.randrange(2, 5)


def _rarely(random: Random) -> int:
    return random.choice((0, 0, 1))


def _nothing(_random: Random) -> int:
    return 0


MANY = {Family.REQUESTS: _some, Family.APPEALS: _some, Family.ORDERS: _rarely}


def _drawn(what: str) -> Random:
    return Random(what)  # noqa: S311 - figures of the demo need no secrets
