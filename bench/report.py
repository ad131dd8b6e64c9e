"""The yearly report at a million notices and ten million ledger rows, beside the bare sums it cannot do without.

`python -m bench.report [--notices N] [--ledger N] [--rounds N] [--profile]`; exits with 1 where a demand is not met.
On PostgreSQL with TEST_DATABASE_URL.
"""

import argparse
import random
import resource
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, insert, text
from sqlmodel import select

from bench import place as places
from bench.bare import connect
from bench.measure import profile, table
from bench.place import Place, analyze, place
from bench.recipe import make_service
from tracker.law.grounds import MeasureKind, Origin, Right
from tracker.law.ledger import Family, Outcome
from tracker.models import Case, CaseKind, LedgerCell, MeasureTally, NoticeTally, Service
from tracker.report.build import build, ends
from tracker.report.years import year_of

HEADS = ("what", "figure", "demanded", "met")
AT = datetime.fromisoformat("2027-05-10T10:00:00+09:00")
YEAR, FIRST, DAYS = 2026, date(2025, 8, 1), 608  # two years, of which the second is reported: 2/3 of what there is
AT_ONCE = 20_000
CELLS_A_DAY = 300
LONGEST, LONGEST_LEDGER, TIMES, GROWTH = 1.0, 6.0, 3.0, 64  # s, s, times the bare sums, MiB more for the whole
BUCKETS = ("18-3-1", "18-3-2", "18-3-2", "18-3-4", "18-3-5", "18-3-3", "withdrawn", "")


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    notices: int
    ledger: int
    rounds: int
    profile: bool


@dataclass(frozen=True)
class Found:
    """One figure, and whether it is what was demanded."""

    what: str
    figure: str
    demanded: str
    met: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when every demand is met."""
    asked = _read(arguments)
    with place() as here:
        make_service(here)
        start = perf_counter()
        seed(here, asked)
        print(f"seeded in {perf_counter() - start:.0f} s", file=sys.stderr)
        found = _measure(here, asked)
    print(f"\n## The yearly report: {asked.notices:,} notices, {asked.ledger:,} ledger rows on {_engine()}\n")
    print(table(HEADS, [(one.what, one.figure, one.demanded, "yes" if one.met else "NO") for one in found]))
    return 0 if all(one.met for one in found) else 1


def seed(here: Place, asked: Options) -> None:
    """Tallies of as many notices, measures of a third of them, roll-ups of the ledger. Each run seeds alike."""
    chance = random.Random(1)
    with here.database.reading() as session:
        service = session.exec(select(Service)).one().id
    with here.database.writer.connect() as connection:
        unbound(connection)
        with connection.begin():
            for start in range(0, asked.notices, AT_ONCE):
                some = [_notice(chance, service, n) for n in range(start, min(start + AT_ONCE, asked.notices))]
                connection.execute(insert(Case), [case_row(service, row["case_id"]) for row in some])
                connection.execute(insert(NoticeTally), some)
                connection.execute(insert(MeasureTally), [_measure_of(chance, row) for row in some[::3]])
            a_day = max(1, min(CELLS_A_DAY, asked.ledger // DAYS))
            for day in range(DAYS):
                cells = [
                    _cell(chance, service, FIRST + timedelta(day), asked.ledger // DAYS // a_day) for _ in range(a_day)
                ]
                connection.execute(insert(LedgerCell), cells)
            analyze(connection)


def _measure(here: Place, asked: Options) -> list[Found]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _built(here)  # warm
    if asked.profile:
        print(f"\nReport: where\n{profile(lambda: _built(here))}")
    took, bare, chains = [], [], []
    with closing(connect(here.url)) as raw:
        if not places.SERVER:
            raw.execute("pragma cache_size=-16000")  # as much as ours has
        questions = _questions(here)
        _bare(raw, questions)
        for _round in range(asked.rounds):
            bare.append(_timed(lambda: _bare(raw, questions)))
            took.append(_timed(lambda: _built(here)))
            chains.append(_timed(lambda: _ends(here)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    whole, sums = median(took), median(bare)
    most = LONGEST_LEDGER if asked.ledger else LONGEST
    ratio = median(a / b for a, b in zip(took, bare, strict=True))
    return [
        Found("the whole report", f"{whole:.2f} s", f"≤ {most:g} s", whole <= most),
        Found("its questions alone, straight to the driver", f"{sums:.2f} s", "―", True),
        Found("ratio", f"{ratio:.2f}", f"≤ {TIMES:g}", ratio <= TIMES),
        Found("memory it grows by", f"{grown:.0f} MiB", f"≤ {GROWTH} MiB", grown <= GROWTH),
        Found("ends of all chains, when it is frozen", f"{median(chains):.2f} s", "―", True),
    ]


def _built(here: Place) -> None:
    with here.database.reading() as session:
        service = session.exec(select(Service)).one()
        year = year_of(service, YEAR)
        if year is None:
            raise LookupError("the service is not registered")
        report = build(session, service, year, at=AT)
        if any(one.check in {"parts", "bridge", "within"} for one in report.failed):
            raise ValueError(report.failed)


def _ends(here: Place) -> None:
    with here.database.reading() as session:
        ends(session, session.exec(select(Service)).one(), YEAR)


def _bare(raw: Any, asked: Sequence[tuple[str, Any]]) -> None:
    """The report's own questions, as the driver gets them, and nothing made of the answers."""
    for statement, values in asked:
        raw.connection.execute(statement, values).fetchall()


def _questions(here: Place) -> list[tuple[str, Any]]:
    """What one report asks of the database."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(here.database.reader, "before_cursor_execute", note)
    try:
        _built(here)
    finally:
        event.remove(here.database.reader, "before_cursor_execute", note)
    return asked


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def unbound(connection: Connection) -> None:
    """Rows of cases that have nothing else: what the report does not read is not made."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.execute("pragma foreign_keys=off")
    else:
        connection.execute(text("set session_replication_role = replica"))
        connection.commit()


def case_row(service: UUID, id: UUID) -> dict[str, Any]:
    return {
        "id": id,
        "kind": CaseKind.NOTICE,
        "service_id": service,
        "opened_at": AT,
        "statutory": True,
        "fast": False,
        "head_seq": 12,
        "head_digest": id.hex + id.hex,
    }


def _notice(chance: random.Random, service: UUID, n: int) -> dict[str, Any]:
    received = FIRST + timedelta(chance.randrange(DAYS))
    bucket, days = chance.choice(BUCKETS), chance.randrange(8)
    ended = received + timedelta(days) if bucket else None
    right, further = chance.choice(list(Right)), chance.choice(list(Right))
    items = chance.choice((1, 1, 1, 2, 5))
    taken, later = bucket in {"18-3-1", "18-3-4"}, bucket in {"18-3-4", "18-3-5"}
    return {
        "case_id": UUID(int=chance.getrandbits(128)),
        "service_id": service,
        "statutory": True,
        "third": False,
        "received_on": received,
        "received_month": _month(received),
        "right": right,
        "rights": 1 << list(Right).index(right) | 1 << list(Right).index(further),
        "items": items,
        "taken": items * taken,
        "kept": items * (bucket in {"18-3-2", "18-3-5"}),
        "bucket": bucket,
        "ended_on": ended,
        "ended_month": _month(ended),
        "mixed": False,
        "late": n % 50 == 0,
        "excuse": "same_content" if bucket == "18-3-3" else "",
        "reason": "emergency" if taken else "finding:not_infringed",
        "suspended": False,
        "answered_on": ended,
        "days": days if bucket else None,
        "interim_sender": _month(received) if later and n % 2 else 0,
        "interim_specialist": _month(received) if later and not n % 2 else 0,
        "interim_unavoidable": 0,
    }


def _measure_of(chance: random.Random, notice: dict[str, Any]) -> dict[str, Any]:
    day = notice["received_on"]
    return {
        "measure_id": UUID(int=chance.getrandbits(128)),
        "case_id": notice["case_id"],
        "service_id": notice["service_id"],
        "kind": chance.choice(list(MeasureKind)),
        "reason": chance.choice(("own", "legal_duty", "emergency")),
        "origin": Origin.NOTICE,
        "ai": chance.random() < 0.1,
        "executed_on": day,
        "executed_month": _month(day),
        "told_on": day,
        "told_month": _month(day),
        "exempt_on": None,
        "exempt_month": 0,
        "exemption": "",
        "reversed_on": None,
    }


def _cell(chance: random.Random, service: UUID, day: date, n: int) -> dict[str, Any]:
    return {
        "service_id": service,
        "family": Family.MEASURES,
        "day": day,
        "month": _month(day),
        "kind": chance.choice(("rm", "hide", "ban")),
        "route": chance.choice(("auto", "user", "gov", "court")),
        "reason": f"r{chance.randrange(30)}",
        "kept": "",
        "exemption": "",
        "outcome": Outcome.TAKEN,
        "ai": chance.random() < 0.5,
        "japan": chance.random() < 0.9,
        "settled_on": day + timedelta(chance.randrange(2)),
        "n": n,
    }


def _month(day: date | None) -> int:
    return day.year * 100 + day.month if day else 0


def _engine() -> str:
    return "PostgreSQL" if places.SERVER else "SQLite"


def _read(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--notices", type=int, default=1_000_000, help="how many notices there are")
    parser.add_argument("--ledger", type=int, default=0, help="how many rows the platform's own moderation has")
    parser.add_argument("--rounds", type=int, default=5, help="how often: the middle one counts")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
