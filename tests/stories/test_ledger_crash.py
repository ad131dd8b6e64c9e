"""Reading a file of rows, killed at its writes: the next run goes on where it stood, and nothing is counted twice."""

import signal

import pytest

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.report.ledger import LATER, begin, counts, facts, file_of, import_of, sums, take
from tracker.casework.verify import verify
from tracker.jobs.ledger import carry_ledger
from tracker.law.facts import Fact
from tracker.report.ledger import imports, reading, store

ROWS = 100
KNOWN = 20  # of them, from an earlier file: half say something else now


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, tmp_path):
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url)


@pytest.fixture
def database(settings, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 1_000)
    database = open_database(settings)
    yield database
    database.dispose()


def row(n: int, kind: str = "rm") -> str:
    return f"m-{n},2026-04-{n % 28 + 1:02},{kind},auto,spam,yes,yes,,,{n + 1}"


@pytest.fixture
def waiting(database):
    """A service with a file that waits, half of whose first rows are known otherwise."""
    with database.writing() as session:
        service = make.make_service(session)
    take(database, service, *(row(n, "hide" if n % 2 else "rm") for n in range(KNOWN)))
    return service, begin(database, service, file_of(*(row(n) for n in range(ROWS)), "x"))


def whole(database, service, waiting) -> None:
    """Everything is counted once, recorded once, and the file is gone."""
    done = import_of(database, waiting)
    assert counts(done) == (ROWS + 1, ROWS - KNOWN, KNOWN // 2, KNOWN // 2, 1) and done.errors[0]["row"] == ROWS + 2
    found = sums(database, service)
    assert sum(found.values()) == sum(range(1, ROWS + 1)) and {said[2] for said in found} == {"rm"}
    assert len(facts(database, Fact.LEDGER_IMPORTED)) == 2
    assert list(store.folder_of(database.info["settings"]).glob("*")) == []
    with database.checking() as session:
        assert list(verify(session)) == []


@pytest.mark.parametrize("last", [2, 9, 17, 24])
def test_killed_while_rows_are_counted_the_next_run_goes_on(settings, database, waiting, last):
    service, mine = waiting
    child = children.start("ledger.py", settings, LATER.isoformat(), str(last))
    children.go(child)
    assert child.wait(60) == -signal.SIGKILL
    with database.checking() as session:
        assert list(verify(session)) == []
    before = import_of(database, mine)
    assert before.done_at is None and before.rows == before.added + before.same + before.changed + before.refused
    carry_ledger(database, lambda: LATER)
    whole(database, service, mine)


def test_two_processes_carry_one_file_while_a_third_is_killed(settings, database, waiting):
    service, mine = waiting
    killed = children.start("ledger.py", settings, LATER.isoformat(), "12")
    others = [children.start("ledger.py", settings, LATER.isoformat()) for _n in range(2)]
    children.go(killed, *others)
    assert [child.wait(60) for child in others] == [0, 0]
    killed.wait(60)
    whole(database, service, mine)


def test_killed_while_it_is_taken_back_the_next_run_ends_it(settings, database, waiting, monkeypatch):
    service, mine = waiting
    carry_ledger(database, lambda: LATER)
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    with database.writing() as session:
        imports.withdraw(session, service, mine.id, reason="違うファイル", by=None, at=LATER)
    child = children.start("ledger.py", settings, LATER.isoformat(), "2")
    children.go(child)
    assert child.wait(60) == -signal.SIGKILL
    assert sums(database, service) != {}
    carry_ledger(database, lambda: LATER)
    assert sums(database, service) == {} and import_of(database, mine).done_at
    with database.checking() as session:
        assert list(verify(session)) == []
