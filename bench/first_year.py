"""The first year of three services at full size: 1.5 million filings, built by Kigen and counted again from outside.

`python -m bench.first_year [--scale K]`; exits with 1 where a figure differs. The raw files are those of
tests/report/first_year.py; their rows become events, which Kigen folds itself, and tallies, which are written in bulk.
No verb runs: tests/report/test_first_year.py sends a small year of the same shape through them. On PostgreSQL with
TEST_DATABASE_URL.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert
from sqlmodel import select

from bench.measure import table
from bench.place import Place, analyze, place
from bench.report import case_row, unbound
from tests.report import first_year, recount
from tests.report.first_year import NOT_TAKEN, OUTCOMES, PUBLISHED, Filing
from tracker.casework import tallies
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, DeferralGround, Finding, MeasureKind, Origin, Standing
from tracker.models import Case, CaseKind, Decision, MeasureTally, NoticeTally, Service
from tracker.report.build import build
from tracker.report.content import Report
from tracker.report.package import csvs
from tracker.report.package.rows import rows
from tracker.report.years import year_of

HEADS = (
    "service",
    "received",
    "taken ≤ 7 days",
    "later",
    "none",
    "further reasons",
    "s to fold and store",
    "s to build",
    "s to recount",
    "differences",
)
AT = datetime.fromisoformat("2026-05-20T10:00:00+09:00")
YEAR = 2025
AT_ONCE = 10_000
SHOWN = 20
ITEMS = ("18-2", "18-3-1", "18-3-4", "18-3-2")


class Told(NamedTuple):
    """An event as far as it is folded."""

    fact: Fact
    items: list[str]
    occurred_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """A service of a first year: its figures as built, how long things took, what differs."""

    service: str
    figures: Sequence[int]
    further: int
    stored: float
    built: float
    recounted: float
    differences: Sequence[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print; 0 where nothing differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--scale", type=int, default=1, help="one filing stands for so many; 1 for all")
    scale = parser.parse_args(arguments).scale
    with place() as here:
        found = [count(here, slug, scale) for slug in PUBLISHED]
    for one in found:
        for line in one.differences[:SHOWN]:
            print(f"{one.service}: {line}", file=sys.stderr)
    print(f"\n## A first year: {'as it was published' if scale == 1 else f'1/{scale} of what was published'}\n")
    print(table(HEADS, [_line(one) for one in found]))
    return 1 if any(one.differences for one in found) else 0


def count(here: Place, slug: str, scale: int) -> Counted:
    """A service: its raw file, its tallies, its report, and the same counted by a program that knows nothing of it."""
    raw, folder = here.folder / f"{slug}.csv", here.folder / slug
    first_year.write(raw, first_year.filings(slug, scale))
    service = Service(slug=slug, name=slug, prefix=slug[:2].upper(), registered_on=first_year.FIRST)
    with here.database.writing() as session:
        session.add(service)
    start = perf_counter()
    with here.database.writer.connect() as connection:
        unbound(connection)
        with connection.begin():
            store(connection, service.id, raw)
            analyze(connection)
    stored = perf_counter()
    report = _built(here, slug)
    built = perf_counter()
    _write(report, folder)
    written = perf_counter()
    wrong = [*_from_outside(raw, folder), *_as_planned(report, slug, scale)]
    figures = [report.value(item) or 0 for item in ITEMS]
    times = (stored - start, built - stored, perf_counter() - written)
    return Counted(slug, figures, _further(report), *times, wrong)


def store(connection: Connection, service: UUID, raw: Path) -> None:
    """A case and the tallies of each row of a raw file, as Kigen draws them from events."""
    filings = first_year.read(raw)
    case = Case(kind=CaseKind.NOTICE, service_id=service, opened_at=AT, statutory=True)
    while some := list(islice(filings, AT_ONCE)):
        notices, measures = [], []
        for filing in some:
            case.id = uuid4()  # nothing else of a case differs that is counted
            notice, taken = tallies.drawn(case, list(events(filing)), DECISIONS)
            notices.append(_columns(notice))
            measures += map(_columns, taken)
        connection.execute(insert(Case), [case_row(service, row["case_id"]) for row in notices])
        connection.execute(insert(NoticeTally), notices)
        if measures:
            connection.execute(insert(MeasureTally), measures)


# A tally holds no id of an item or a decision: all filings share one post, and the two ways to decide about it.
ITEM = uuid4()
TAKE, KEEP = (
    Decision(
        id=uuid4(),
        item_id=ITEM,
        case_id=uuid4(),
        version=1,
        take=take,
        kind=MeasureKind.REMOVE if take else None,
        basis=Basis.LEGAL_DUTY if take else None,
        finding=None if take else Finding.NOT_INFRINGED,
        words_sealed=b"",
        by=uuid4(),
        at=AT,
        ai_used=False,
    )
    for take in (True, False)
)
DECISIONS = {decision.id: decision for decision in (TAKE, KEEP)}


def events(filing: Filing) -> Iterator[Told]:
    """What happened of a filing, as its journal would say it."""
    rights = [filing.right, *filing.further.split()]
    filed = {"standing": Standing.PERSON.value, "primary_right": filing.right, "rights": rights}
    yield _told(Fact.NOTICE_RECEIVED, datetime.fromisoformat(filing.received), filed)
    if filing.interim:
        yield _told(Fact.INTERIM_REPLIED, _evening(filing.interim), {"ground": DeferralGround.SPECIALIST.value})
    at, decision = _evening(filing.replied), KEEP if filing.outcome == NOT_TAKEN else TAKE
    yield _told(Fact.DECISION_MADE, at, {"take": decision.take, "decisions": [{"id": str(decision.id)}]})
    if decision.take:
        measure = {"id": str(uuid4()), "item": str(ITEM), "decision": str(decision.id)}
        more = {"kind": MeasureKind.REMOVE.value, "origin": Origin.NOTICE.value}
        yield _told(Fact.MEASURE_ORDERED, at, {"measures": [measure | more]})
        yield _told(Fact.MEASURE_EXECUTED, at, {"measures": [measure["id"]]})
    yield _told(Fact.OUTCOME_GIVEN, at, {})


def _told(fact: Fact, at: datetime, said: dict[str, Any]) -> Told:
    return Told(fact, [str(ITEM)], at, {"said": said})


def _evening(day: str) -> datetime:
    """The last second of a Japanese day."""
    return datetime.fromisoformat(f"{day}T23:59:59+09:00")


def _columns(row: NoticeTally | MeasureTally) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}


def _built(here: Place, slug: str) -> Report:
    with here.database.reading() as session:
        service = session.exec(select(Service).where(Service.slug == slug)).one()
        year = year_of(service, YEAR)
        if year is None:
            raise LookupError("the service is not registered")
        report = build(session, service, year, at=AT)
    if report.failed:
        raise ValueError(report.failed)
    return report


def _write(report: Report, folder: Path) -> None:
    folder.mkdir()
    for sheet, content in rows(report).items():
        (folder / f"{sheet.name}.csv").write_bytes(csvs.written(sheet, content))


def _from_outside(raw: Path, folder: Path) -> list[str]:
    """What the script finds, in a process that has the standard library alone."""
    command = [sys.executable, "-I", "-S", str(recount.__file__), str(raw), str(folder), "--year", str(YEAR)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    return lines if done.returncode == bool(lines) else [*lines, f"the script ended with {done.returncode}"]


def _as_planned(report: Report, slug: str, scale: int) -> Iterator[str]:
    """The figures are those of the plan; at full size, the very ones that were published."""
    totals = dict.fromkeys(OUTCOMES, 0)
    for cell in first_year.plan(slug, scale):
        totals[cell.outcome] += cell.n
    if scale == 1:
        totals = {outcome: total for outcome, (total, _rows) in PUBLISHED[slug].items()}
    for item, wanted in zip(ITEMS, (sum(totals.values()), *totals.values()), strict=True):
        if report.value(item) != wanted:
            yield f"{item}: {wanted} were published, {report.value(item)} in the package"


def _further(report: Report) -> int:
    [found] = [one for one in report.tables if one.key == "further-rights"]
    return sum(int(row[3]) for row in found.rows if row[0] != "total")


def _line(one: Counted) -> Sequence[str]:
    numbers = [f"{n:,}" for n in (*one.figures, one.further)]
    times = [f"{took:.2f}" for took in (one.stored, one.built, one.recounted)]
    return (one.service, *numbers, *times, str(len(one.differences)))


if __name__ == "__main__":
    sys.exit(main())
