"""Imports: counted once whatever comes twice, changed when a row matures, taken back, carried to the end."""

import io
import tracemalloc
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings as bounds, strategies as st
from sqlmodel import select

from tests import make
from tests.casework.test_verify import findings, tamper
from tests.report.ledger import (
    AT,
    GOOD,
    HEADS,
    LATER,
    begin,
    counts,
    facts,
    file_of,
    import_of,
    sums,
    take,
    take_body,
    withdraw,
)
from tracker.casework import Conflict, NotAllowed
from tracker.jobs import JOBS
from tracker.jobs.ledger import carry_ledger
from tracker.law.facts import Fact
from tracker.law.ledger import Family
from tracker.models import LedgerImport, Remark, Service
from tracker.report.ledger import carry as carrying, counting, imports, reading, store, totals
from tracker.report.ledger.carry import carry

M, A = Family.MEASURES, Family.APPEALS
PENDING = "a-1,2026-04-28,rm,no,pending,,yes,"


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


def measure(key, kind="rm", count="", day="2026-04-28"):
    return f"{key},{day},{kind},auto,spam,yes,yes,,,{count}"


def folder(database) -> list[str]:
    return [path.name for path in store.folder_of(database.info["settings"]).glob("*")]


def test_the_same_rows_in_another_file_count_once(database, service):
    first = take(database, service, measure("m-1"), measure("m-2"))
    second = take(database, service, measure("m-2"), measure("m-3"))
    assert (counts(first), counts(second)) == ((2, 2, 0, 0, 0), (2, 1, 1, 0, 0))
    assert list(sums(database, service).values()) == [3]


def test_a_row_that_matured_moves_from_one_sum_to_another(database, service):
    take(database, service, PENDING, family=A)
    done = take(database, service, GOOD[A], family=A)
    assert counts(done) == (1, 0, 0, 1, 0)
    assert sums(database, service) == {("appeals", "2026-04-28", "rm", "upheld", "2026-04-29"): 1}


def test_another_number_for_a_key_changes_the_sum(database, service):
    take(database, service, measure("m-1", count="5"))
    assert counts(take(database, service, measure("m-1", count="7"))) == (1, 0, 0, 1, 0)
    assert list(sums(database, service).values()) == [7]


def test_a_key_is_of_its_family_and_of_its_service(database, service):
    with database.writing() as session:
        other = make.make_service(session, "うみ", "umi", "UM")
    take(database, service, measure("x"))
    assert counts(take(database, other, measure("x"))) == (1, 1, 0, 0, 0)
    assert counts(take(database, service, PENDING.replace("a-1", "x"), family=A)) == (1, 1, 0, 0, 0)


def test_a_key_twice_in_a_file_counts_once_and_with_another_content_it_is_an_error(database, service, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 100)  # also where the two stand in different chunks
    filler = [measure(f"f-{n}") for n in range(5)]
    take(database, service, measure("m-1"))
    done = take(database, service, measure("m-1"), *filler, measure("m-1"), measure("m-1", "hide"))
    assert counts(done) == (8, 5, 2, 0, 1) and done.errors == [{"row": 9, "column": "id", "code": "twice"}]


def test_an_import_is_recorded_once_and_its_file_goes(database, service):
    row = begin(database, service, file_of(measure("m-1"), "x"))
    assert folder(database) == [row.stored]
    for _n in range(2):
        carry(database, row.id, lambda: LATER)
    [event] = facts(database, Fact.LEDGER_IMPORTED)
    assert event.data["said"] == {
        "import": str(row.id),
        "number": 1,
        "family": "measures",
        "sha256": row.sha256,
        "rows": 2,
        "added": 1,
        "same": 0,
        "changed": 0,
        "refused": 1,
    }
    assert folder(database) == [] and import_of(database, row).stored == "" and findings(database) == []


def test_the_same_file_begins_nothing_new_until_it_was_taken_back(database, service):
    row = take(database, service, measure("m-1"))
    with pytest.raises(Conflict, match="取込み 1 で取り込んでいます") as no:
        take(database, service, measure("m-1"))
    assert no.value.about == "file" and no.value.values == {"number": 1}
    with database.writing() as session:  # another service may have the very same file
        other = make.make_service(session, "うみ", "umi", "UM")
    take(database, other, measure("m-1"))
    withdraw(database, service, row)
    assert take(database, service, measure("m-1")).number == 2


def test_a_file_that_could_not_be_read_may_come_again(database, service):
    for number in (1, 2):
        assert take_body(database, service, b"nothing\r\n").number == number
    with database.reading() as session:
        assert imports.unfinished(session, service) == [] and imports.waiting(session) == []


def test_an_import_that_is_taken_back_counts_nowhere_and_the_register_says_why(database, service):
    take(database, service, measure("m-1"), measure("m-2", "hide"))
    row = take(database, service, measure("m-2"), measure("m-3"))
    withdraw(database, service, row)
    assert sums(database, service) == {("measures", "2026-04-28", "rm", "auto", "spam", "ai"): 1}
    assert len(facts(database, Fact.LEDGER_WITHDRAWN)) == 1 and findings(database) == []
    with database.reading() as session:
        assert len(session.exec(select(Remark)).all()) == 1
        assert [one.number for one in imports.imports_of(session, service)] == [2, 1]


def test_what_a_later_file_said_again_stays_when_the_first_is_taken_back(database, service):
    row = take(database, service, measure("m-1"), measure("m-2"))
    take(database, service, measure("m-2"))
    withdraw(database, service, row)
    assert list(sums(database, service).values()) == [1]


def test_an_earlier_file_may_come_again_after_one_that_overlapped_it_was_taken_back(database, service):
    body = file_of(measure("m-1"), measure("m-2"))
    take_body(database, service, body)
    withdraw(database, service, take(database, service, measure("m-2"), measure("m-3")))
    assert counts(take_body(database, service, body)) == (2, 1, 1, 0, 0)
    assert list(sums(database, service).values()) == [2]
    with pytest.raises(Conflict):
        take_body(database, service, body)


def test_nobody_takes_back_twice_without_a_reason_or_nothing(database, service):
    row = take(database, service, measure("m-1"))
    empty = take_body(database, service, b"nothing\r\n")
    for wanted, reason, about in ((row, "  ", "reason"), (empty, "違うファイル", "import")):
        with pytest.raises(NotAllowed) as no:
            withdraw(database, service, wanted, reason=reason)
        assert no.value.about == about
    withdraw(database, service, row)
    with pytest.raises(Conflict):
        withdraw(database, service, row)


def test_a_large_import_is_taken_back_in_parts_and_blocks_a_report_until_then(database, service, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 4)
    row = take(database, service, *(measure(f"m-{n}", count=str(n + 1)) for n in range(10)))
    with database.writing() as session:
        imports.withdraw(session, service, row.id, reason="違うファイル", by=None, at=LATER)
        assert [one.number for one in imports.unfinished(session, service)] == [1]
    assert len(sums(database, service)) == 1
    other = take(database, service, *(measure(f"m-{n}") for n in range(3)))  # what goes is as good as unsaid
    assert counts(other) == (3, 3, 0, 0, 0)
    carry_ledger(database, lambda: LATER)
    assert list(sums(database, service).values()) == [3]
    assert import_of(database, row).done_at == LATER and findings(database) == []


def test_an_import_may_be_taken_back_while_it_is_read(database, service, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 200)
    row = begin(database, service, file_of(*(measure(f"m-{n}") for n in range(20))))
    seen = []

    def stop(now: LedgerImport) -> None:
        seen.append(now.rows)
        if len(seen) == 2:
            withdraw(database, service, row)

    carry(database, row.id, lambda: LATER, told=stop)
    assert seen[1] < 20 and sums(database, service) == {} and folder(database) == []
    assert facts(database, Fact.LEDGER_IMPORTED) == [] and findings(database) == []


def test_two_who_carry_one_import_count_it_once(database, service, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 200)
    row = begin(database, service, file_of(*(measure(f"m-{n}") for n in range(20))))
    nested = []

    def another(now: LedgerImport) -> None:
        if not nested:
            nested.append(now)
            carry(database, row.id, lambda: LATER, told=nested.append)

    carry(database, row.id, lambda: LATER, told=another)
    assert len(nested) > 2 and counts(import_of(database, row)) == (20, 20, 0, 0, 0)
    assert list(sums(database, service).values()) == [20] and len(facts(database, Fact.LEDGER_IMPORTED)) == 1


def test_a_file_that_is_gone_or_another_is_not_read(database, service):
    settings = database.info["settings"]
    for n, (change, code) in enumerate((("gone", "gone"), ("differs", "differs"))):
        row = begin(database, service, file_of(measure(f"m-{n}")))
        path = store.path_of(settings, row.stored)
        path.unlink() if change == "gone" else path.write_bytes(path.read_bytes().replace(b"rm", b"ab"))
        carry_ledger(database, lambda: LATER)
        assert import_of(database, row).trouble == code
    assert sums(database, service) == {}


def test_what_broke_off_half_way_stays_unfinished_until_it_is_taken_back(database, service, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 200)
    row = begin(database, service, file_of(*(measure(f"m-{n}") for n in range(20))))

    def cut(_now: LedgerImport) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        carry(database, row.id, lambda: LATER, told=cut)
    store.path_of(database.info["settings"], row.stored).unlink()
    carry_ledger(database, lambda: LATER)
    broken = import_of(database, row)
    assert broken.trouble == "gone" and broken.rows and broken.done_at is None
    with database.reading() as session:
        assert [one.id for one in imports.unfinished(session, service)] == [row.id]
        assert imports.waiting(session) == []
    withdraw(database, service, row)
    assert sums(database, service) == {} and findings(database) == []


def test_the_job_carries_every_import_and_forgets_files_that_none_names(database, service):
    rows = [begin(database, service, file_of(measure(f"m-{n}"))) for n in range(3)]
    loose = store.keep(database.info["settings"], io.BytesIO(b"never begun"))
    carry_ledger(database, lambda: LATER)
    assert all(import_of(database, row).done_at for row in rows) and folder(database) == [loose.stored]
    later = make.instant("2099-01-01T00:00+09:00")
    waiting = begin(database, service, file_of(measure("m-9")))
    store.sweep(database.info["settings"], [waiting.stored], at=later)
    assert folder(database) == [waiting.stored]
    assert [job.alone for job in JOBS if job.work is carry_ledger] == [True]


def test_a_stream_that_breaks_off_or_finds_no_room_leaves_nothing(database):
    settings = database.info["settings"]

    class Broken(io.BytesIO):
        def read(self, _size=-1):
            raise OSError

    with pytest.raises(OSError):
        store.keep(settings, Broken())
    with pytest.raises(NotAllowed, match="空き容量"):
        store.keep(settings.model_copy(update={"disk_spare": 1 << 60}), io.BytesIO(b"x"))
    assert folder(database) == []


def test_months_without_rows_stand_between_those_with_some(database, service):
    take(database, service, measure("m-1", day="2025-12-31"), measure("m-2", day="2026-02-01", count="4"))
    take(database, service, PENDING, family=A)
    with database.reading() as session:
        found = totals.months(session, service)
    assert [one.month for one in found] == [202604, 202603, 202602, 202601, 202512]
    assert [(one.counts[M], one.counts[A]) for one in found] == [(0, 1), (0, 0), (4, 0), (0, 0), (1, 0)]


KINDS = ("rm", "hide", "ban")
FILE = st.dictionaries(st.integers(0, 9), st.tuples(st.sampled_from(KINDS), st.integers(1, 3)), min_size=1)
STEPS = st.lists(st.one_of(FILE, st.integers(0, 5)), min_size=1, max_size=7)
slugs = iter(range(10_000))


def test_whatever_overlaps_the_last_word_wins_and_what_is_taken_back_is_gone(on_each_engine):
    @bounds(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        n = next(slugs)
        with on_each_engine.writing() as session:
            service = make.make_service(session, f"s{n}", f"s{n}", f"S{n}")
        known: dict[int, tuple[str, int, int]] = {}
        taken: dict[int, LedgerImport] = {}
        for number, step in enumerate(steps):
            if isinstance(step, dict):
                rows = [measure(f"m-{key}", kind, str(count)) for key, (kind, count) in step.items()]
                mark = measure(f"mark-{number}", "mark")  # no file is like another
                row = take(on_each_engine, service, mark, *rows)
                new = len(step.keys() - known.keys())
                same = sum(known.get(key, ())[:2] == said for key, said in step.items())
                assert counts(row) == (len(step) + 1, new + 1, same, len(step) - new - same, 0)
                known |= {key: (*said, row.number) for key, said in step.items()}
                taken[row.number] = row
            elif taken:
                back = taken.pop(list(taken)[step % len(taken)])
                withdraw(on_each_engine, service, back)
                known = {key: said for key, said in known.items() if said[2] != back.number}
        wanted: Counter[str] = Counter()
        for kind, count, _no in known.values():
            wanted[kind] += count
        found = {said[2]: n for said, n in sums(on_each_engine, service).items() if said[2] != "mark"}
        assert found == dict(wanted)

    check()


def peak(database, service, rows: int, prefix: str) -> int:
    """The most memory that carrying so many rows takes, in bytes."""
    body = io.BytesIO()
    body.write(HEADS[M].encode() + b"\n")
    for n in range(rows):
        body.write(measure(f"{prefix}-{n}", KINDS[n % 3], day=f"2026-04-{n % 28 + 1:02}").encode() + b"\n")
    row = begin(database, service, body.getvalue())
    del body
    tracemalloc.start()
    try:
        carry(database, row.id, lambda: LATER)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_many_rows_take_no_more_memory_than_few(database, service, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 64 * 1024)
    monkeypatch.setattr(store, "PIECE", 16 * 1024)
    peak(database, service, 3_000, "warm")
    few, many = peak(database, service, 5_000, "few"), peak(database, service, 40_000, "many")
    assert many < few * 1.3


def test_a_file_is_kept_with_little_memory(database):
    class Stream:
        left = 40

        def read(self, size):
            self.left -= 1
            return b"x" * size if self.left >= 0 else b""

    tracemalloc.start()
    kept = store.keep(database.info["settings"], Stream())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.size == 40 * store.PIECE and most < 4 * store.PIECE


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("ledgerimport", "added = added + 1", "is not what was recorded of the file and its rows"),
        ("ledgerimport", "sha256 = 'x'", "is not what was recorded of the file and its rows"),
        ("ledgerimport", "done_at = null", "is done, or is not, other than was recorded"),
        ("ledgerimport", "withdrawn_at = began_at", "was taken back, or was not, other than was recorded"),
        ("ledgercell", "n = n + 1", "is not the sum of its keys"),
        ("ledgerkey", "n = n + 1", "is not the sum of its keys"),
    ],
)
def test_an_edited_row_is_named(database, service, table, change, says):
    take(database, service, measure("m-1"))
    assert findings(database) == []
    tamper(database, table, change)
    assert [one.says for one in findings(database)] == [says]


def test_an_import_that_was_never_recorded_and_one_that_is_gone_are_named(database, service):
    take(database, service, measure("m-1"))
    with database.writing() as session:
        other = make.make_service(session, "うみ", "umi", "UM")
        begun = {"number": 1, "family": M, "name": "x", "began_at": AT, "began_by": "x"}
        session.add(LedgerImport(service_id=other.id, done_at=AT, **begun))
    with database.writer.begin() as connection:
        connection.exec_driver_sql(f"delete from ledgerimport where service_id = '{service.id.hex}'")
    assert {one.says for one in findings(database)} == {"the row is missing", "was never recorded"}


def test_a_service_that_is_not_the_import_s_takes_nothing_back(database, service):
    row = take(database, service, measure("m-1"))
    with database.writing() as session:
        other = make.make_service(session, "うみ", "umi", "UM")
    with pytest.raises(LookupError):
        withdraw(database, Service(id=other.id, slug="x", name="x", prefix="X"), row)
    assert counting.NAMED == 100


def test_what_is_taken_back_counts_until_the_worker_comes_and_is_looked_for_by_reading(database, service, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 5)
    take(database, service, *(measure(f"m-{n}") for n in range(60)))
    row = take(database, service, *(measure(f"other-{n}") for n in range(3)))
    with database.writing() as session:
        imports.withdraw(session, service, row.id, reason="違うファイル", by=None, at=LATER)
    assert list(sums(database, service).values()) == [63] and import_of(database, row).done_at is None
    writes = []
    carrying.carry(database, row.id, lambda: LATER, told=writes.append)
    assert list(sums(database, service).values()) == [60] and len(writes) <= 4  # 13 windows are gone through
    assert import_of(database, row).done_at == LATER and findings(database) == []


def test_the_worker_leaves_a_file_that_lies_elsewhere_to_the_command_until_it_is_taken_back(
    database, service, tmp_path
):
    path = tmp_path / "rows.csv"
    path.write_bytes(file_of(measure("m-1")))
    kept = store.measure(path)
    with database.writing() as session:
        said = {"stored": kept.stored, "size": kept.size, "sha256": kept.sha256, "actor": "system", "at": AT}
        row = imports.begin(session, service, M, path.name, **said)
    carry_ledger(database, lambda: LATER)
    assert import_of(database, row).rows == 0 and import_of(database, row).done_at is None
    with database.writing() as session:
        imports.withdraw(session, service, row.id, reason="違うファイル", by=None, at=LATER)
    carry_ledger(database, lambda: LATER)
    assert import_of(database, row).done_at == LATER and path.exists()


def test_imports_with_rows_that_were_refused_are_named_while_they_count(database, service):
    take(database, service, measure("m-1"))
    some = take(database, service, measure("m-2"), "x")
    back = take(database, service, measure("m-3"), "x")
    withdraw(database, service, back)
    with database.reading() as session:
        assert [one.number for one in imports.with_refused(session, service)] == [some.number]


def test_a_file_that_came_is_kept_without_a_copy_or_copied_where_the_disk_knows_no_second_names(database, monkeypatch):
    settings = database.info["settings"]
    for link in (None, OSError):
        if link:
            monkeypatch.setattr(store.os, "link", lambda *_names: (_ for _ in ()).throw(OSError))
        with store.coming(settings, 3) as file:
            file.write(b"abc")
            kept = store.adopt(settings, file)
        assert folder(database) == [kept.stored] and store.path_of(settings, kept.stored).read_bytes() == b"abc"
        assert store.measure(store.path_of(settings, kept.stored)).sha256 == kept.sha256
        store.drop(settings, kept.stored)
