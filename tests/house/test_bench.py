"""The benches run, at a size at which their figures say nothing, and print what they promise."""

import pytest

from bench import __main__ as everything, clock, intake, items, place, worklist
from tests.postgres import own_database
from tracker.casework.worklist import VIEWS

SMALL = ["40", "--rounds", "1", "--times", "2"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def _where(request, monkeypatch):
    """Both databases; on PostgreSQL the bench makes its own beside the one that is free to be written to."""
    if request.param == "sqlite":
        monkeypatch.setattr(place, "SERVER", "")
        yield
    else:
        with own_database() as url:
            monkeypatch.setattr(place, "SERVER", url)
            yield


@pytest.mark.usefixtures("_where")
def test_a_filing_and_every_page_are_measured_against_what_writes_and_shows_the_same(capsys):
    everything.main(SMALL)
    printed = capsys.readouterr().out
    heads = (*intake.HEADS, *clock.HEADS, *items.HEADS)
    for promised in ("p50 / p95 / p99", "real / bare", *heads, *VIEWS, *worklist.SEARCHES, "| 40 "):
        assert promised in printed


@pytest.mark.parametrize("bench", [intake, worklist])
def test_each_bench_runs_by_itself_and_says_where_the_time_goes(bench, capsys, monkeypatch):
    monkeypatch.setattr(place, "SERVER", "")
    bench.main([*SMALL, "--profile"])
    printed = capsys.readouterr().out
    for promised in ("real / bare", "Ordered by: internal time", "Ordered by: cumulative time", "session.py"):
        assert promised in printed
