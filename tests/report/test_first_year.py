"""The proof at the shape of a real first year: filed and answered by the verbs, built, counted again from outside."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tests.report import first_year, recount
from tests.report.first_year import NOT_TAKEN, OUTCOMES, PORTRAIT, PUBLISHED, ROWS, TAKEN, TAKEN_LATER, Filing
from tracker.casework import decisions, delivery, intake, measures, replies
from tracker.law.grounds import DeferralGround, Right
from tracker.letters.transport import Answer
from tracker.migrations import migrate
from tracker.models import Service
from tracker.report.build import build
from tracker.report.package import csvs
from tracker.report.package.rows import rows
from tracker.report.years import year_of

AT = make.instant("2026-05-20T10:00+09:00")
SCALES = {"facebook": 40_000, "instagram": 4_000, "threads": 45}  # some 150 filings in all
TAIL = 6  # answered in April: the years do not tie by themselves
AT_ONCE = 25
ACCEPTED = Answer(True, 250, "smtp")
BRIDGE_2026 = {"open-start": TAIL, "received": 0, "open-end": 0}


def file_and_answer(session, service, clause, staff, filing: Filing) -> None:
    """A filing about one post through the verbs; it is answered on its day, after all that happened on it."""
    rights = [Right(filing.right), *map(Right, filing.further.split())]
    filed = make.make_filing(1, rights=rights, primary_right=rights[0])
    notice = intake.file(session, service, filed, at=make.instant(filing.received))
    ids = [item.id for item in decisions.items_of(session, notice)]
    if filing.interim:
        told = f"{filing.interim}T23:59:59+09:00"
        make.give_to_specialist(session, notice, staff, told)
        send(session, notice, replies.interim_draft(session, notice, ids, DeferralGround.SPECIALIST, ""), staff, told)
    at = f"{filing.replied}T23:59:59+09:00"
    make.decide(session, notice, make.KEEP if filing.outcome == NOT_TAKEN else make.remove(clause), staff, at)
    if filing.outcome != NOT_TAKEN:
        ordered = [measure.id for measure in decisions.standing_measures(session, ids)]
        when = make.instant(at)
        measures.execute(session, notice, ordered, executed_at=when, by=staff.id, at=when)
    send(session, notice, replies.outcome_draft(session, notice), staff, at)


def send(session, notice, draft, staff, at: str) -> None:
    """Send a draft; the relay takes it at once."""
    when = make.instant(at)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=when)
    delivery.settle(session, letter.id, ACCEPTED, at=when)


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> dict[str, Path]:
    """The raw file of each service."""
    folder = tmp_path_factory.mktemp("raw")
    made = {}
    for slug, scale in SCALES.items():
        made[slug] = folder / f"{slug}.csv"
        first_year.write(made[slug], first_year.filings(slug, scale, tail=TAIL))
    return made


@pytest.fixture(scope="module")
def database(tmp_path_factory, raw):
    """All of it in one database, filed and answered once."""
    database = open_database(make_settings(tmp_path_factory.mktemp("first-year")))
    migrate(database)
    with database.writing() as session:
        staff = make.make_staff(session)
        desks = {}
        for slug in raw:
            service = make.make_service(session, slug, slug, slug[:2].upper(), registered_on=first_year.FIRST)
            desks[slug] = service, make.first_clause(session, make.make_criteria(session, service))
    for slug, path in raw.items():
        some = list(first_year.read(path))
        for start in range(0, len(some), AT_ONCE):
            with database.writing() as session:
                for filing in some[start : start + AT_ONCE]:
                    file_and_answer(session, *desks[slug], staff, filing)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def packages(database, tmp_path_factory) -> dict[tuple[str, int], Path]:
    """The tables that Kigen publishes of each service, for its first year and the next one."""
    made = {}
    with database.reading() as session:
        for service in session.exec(select(Service)).all():
            for year in (2025, 2026):
                report = build(session, service, year_of(service, year), at=AT)
                assert report.failed == []
                made[service.slug, year] = folder = tmp_path_factory.mktemp(service.slug)
                for sheet, content in rows(report).items():
                    (folder / f"{sheet.name}.csv").write_bytes(csvs.written(sheet, content))
    return made


def compared(raw: Path, folder: Path, year: int) -> list[str]:
    wanted = dict(recount.recount(raw, year).answers())
    return recount.differences(wanted, recount.published(folder, year))


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("slug", SCALES)
def test_what_is_counted_from_outside_is_what_kigen_publishes(slug, year, raw, packages):
    assert compared(raw[slug], packages[slug, year], year) == []


def test_the_script_runs_by_itself_without_a_line_of_kigen(raw, packages, tmp_path):
    command = [sys.executable, "-I", "-S", recount.__file__]  # nothing that is installed, nothing that lies beside it
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(raw["threads"].read_text(encoding="utf-8").replace(",honor,", ",name,", 1), encoding="utf-8")
    right, other = (
        subprocess.run(
            [*command, path, packages["threads", 2025], "--year", "2025"], capture_output=True, text=True, check=False
        )
        for path in (raw["threads"], wrong)
    )
    assert (right.returncode, right.stdout) == (0, "")
    assert right.stderr.endswith(" 0 differences\n")
    assert other.returncode == 1
    assert "18-2 name count: " in other.stdout


def test_what_was_filed_has_the_shape_of_what_was_published(raw, packages):
    """The whole is the share of the published total, and what stands open is the tail: nothing was lost on the way."""
    for slug, path in raw.items():
        found = recount.published(packages[slug, 2025], 2025)
        whole = round(sum(total for total, _rows in PUBLISHED[slug].values()) / SCALES[slug])
        assert found["18-2", "total", "count"] == sum(1 for _ in first_year.read(path)) == whole
        assert found["bridge", "open-end", "count"] == TAIL
        ended = sum(found[item, "total", "count"] for item in ("18-3-1", "18-3-2", "18-3-4"))
        assert ended == whole - TAIL
        then = recount.published(packages[slug, 2026], 2026)
        assert {way: then["bridge", way, "count"] for way in BRIDGE_2026} == BRIDGE_2026


# What may go wrong with one row, each in a column: the package no longer says what the raw file says.
CHANGES = {
    "right": lambda row: row | {"right": "publicity"},
    "further": lambda row: row | {"further": f"{row['further']} publicity".strip()},
    "outcome": lambda row: row | {"outcome": TAKEN if row["outcome"] == NOT_TAKEN else NOT_TAKEN},
    "received": lambda row: row | {"received": "2025-03-31T23:59:59+09:00"},
    "replied": lambda row: row | {"replied": "2026-04-01"},
    "interim": lambda row: row | {"outcome": TAKEN_LATER, "interim": row["replied"]},
    "gone": lambda _row: None,
}


@pytest.mark.parametrize("column", CHANGES)
def test_one_row_that_is_otherwise_is_a_difference(column, raw, packages, tmp_path):
    with raw["threads"].open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    n = next(n for n, row in enumerate(found) if not row["interim"] and row["replied"] < "2026-04-01")
    changed = [row for row in (*found[:n], CHANGES[column](found[n]), *found[n + 1 :]) if row]
    path = tmp_path / "changed.csv"
    first_year.write(path, [Filing(**row) for row in changed])
    assert compared(path, packages["threads", 2025], 2025)


# The published numbers, as they stand in the publication: received; answered within seven days, later, no measure;
# the sum of the rows of reasons.
TOTALS = {
    "facebook": (1_344_304, 648_391, 778, 695_135, 1_344_538),
    "instagram": (156_048, 37_243, 1_065, 117_740, 157_907),
    "threads": (3_705, 1_037, 23, 2_645, 4_112),
}
# … and the filings about anything but copyright and trademarks, by reasons: all of them, those with a measure.
WITHOUT_PROPERTY = {"facebook": (5_876, 1_001), "instagram": (7_696, 3_371)}


def rows_of(slug: str) -> dict[str, Counter]:
    """How many filings of the whole plan name each published row, by outcome."""
    row_of = {right: row for row, rights in ROWS.items() for right in rights}
    found = {outcome: Counter() for outcome in OUTCOMES}
    for cell in first_year.plan(slug):
        for right in (cell.right, *cell.further.split()):
            found[cell.outcome][row_of.get(right, "")] += cell.n
    return found


@pytest.mark.parametrize("slug", TOTALS)
def test_at_full_scale_the_sums_are_those_that_were_published(slug):
    cells = first_year.plan(slug)
    totals = Counter()
    for cell in cells:
        totals[cell.outcome] += cell.n
    reasons = sum(cell.n * (1 + bool(cell.further)) for cell in cells if cell.right != first_year.UNCATEGORISED)
    assert (totals.total(), *(totals[outcome] for outcome in OUTCOMES), reasons) == TOTALS[slug]


@pytest.mark.parametrize("slug", TOTALS)
def test_at_full_scale_each_row_is_as_it_was_published(slug):
    found = rows_of(slug)
    for n, row in enumerate(ROWS):
        for outcome, (_total, published) in PUBLISHED[slug].items():
            if (slug, row) != ("threads", PORTRAIT):
                assert found[outcome][row] == published[n]
        assert sum(found[outcome][row] for outcome in OUTCOMES) == sum(p[n] for _total, p in PUBLISHED[slug].values())


def test_no_filing_can_name_portrait_rights_more_often_than_there_are_filings():
    """Why one row is not: 25 of the 23 filings to Threads that were answered later were said to."""
    total, published = PUBLISHED["threads"][TAKEN_LATER]
    assert published[list(ROWS).index(PORTRAIT)] > total
    assert rows_of("threads")[TAKEN_LATER][PORTRAIT] == total


@pytest.mark.parametrize("slug", WITHOUT_PROPERTY)
def test_without_copyright_and_trademarks_as_many_were_taken_as_was_published(slug):
    found = rows_of(slug)
    others = {
        outcome: sum(n for row, n in found[outcome].items() if row not in {"property", ""}) for outcome in OUTCOMES
    }
    assert (sum(others.values()), others[TAKEN] + others[TAKEN_LATER]) == WITHOUT_PROPERTY[slug]


@pytest.mark.parametrize("scale", [1, 7, 60, 5_000])
@pytest.mark.parametrize("slug", TOTALS)
def test_at_every_scale_the_parts_add_up_and_no_outcome_is_lost(slug, scale):
    cells = first_year.plan(slug, scale)
    assert sum(cell.n for cell in cells) == max(round(TOTALS[slug][0] / scale), len(OUTCOMES))
    assert all(cell.n > 0 for cell in cells)
    assert {cell.outcome for cell in cells} == set(OUTCOMES)


@pytest.mark.parametrize("slug", TOTALS)
def test_without_a_tail_every_filing_is_answered_by_the_last_day_of_the_year(slug):
    assert all(filing.replied <= "2026-03-31" for filing in first_year.filings(slug, 100))


def test_a_raw_file_is_the_same_each_time_and_its_days_are_possible(raw):
    for slug, path in raw.items():
        assert list(first_year.read(path)) == list(first_year.filings(slug, SCALES[slug], tail=TAIL))
        for filing in first_year.read(path):
            received, replied = date.fromisoformat(filing.received[:10]), date.fromisoformat(filing.replied)
            assert first_year.FIRST <= received <= first_year.LAST
            if filing.interim:
                assert received < date.fromisoformat(filing.interim) <= first_year.LAST
                assert filing.outcome == TAKEN_LATER
                assert (replied - received).days > 7
            else:
                assert 0 <= (replied - received).days <= 7
