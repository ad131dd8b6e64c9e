"""The benches run, at a size at which their figures say nothing, and print what they promise."""

import pytest

from bench import __main__ as everything, alerts, clock, first_year, intake, items, place, report, worklist
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


@pytest.mark.usefixtures("_where")
def test_the_night_watch_is_measured_and_what_is_not_met_is_said(capsys):
    missed = alerts.main(["--clocks", "200", "--due", "40", "--letters", "3", "--rounds", "1"])
    printed = capsys.readouterr().out
    for promised in (*alerts.HEADS, "a sweep with nothing due", "40 due clocks", "letters claimed", "memos claimed"):
        assert promised in printed
    assert missed == (1 if "NO " in printed else 0)


def test_the_bench_of_the_night_watch_says_where_the_time_goes(capsys, monkeypatch):
    monkeypatch.setattr(place, "SERVER", "")
    alerts.main(["--clocks", "200", "--due", "40", "--letters", "3", "--rounds", "1", "--profile"])
    printed = capsys.readouterr().out
    for promised in ("Alerts: where", "Letters: where", "Memos: where", "Ordered by: cumulative time"):
        assert promised in printed


@pytest.mark.usefixtures("_where")
def test_a_first_year_is_counted_again_from_outside_and_nothing_differs(capsys):
    assert first_year.main(["--scale", "5000"]) == 0
    printed = capsys.readouterr().out
    for promised in (*first_year.HEADS, "facebook", "instagram", "threads"):
        assert promised in printed


@pytest.mark.usefixtures("_where")
def test_the_bench_of_the_report_says_whether_it_is_fast_enough_and_where_the_time_goes(capsys):
    missed = report.main(["--notices", "200", "--ledger", "6080", "--rounds", "1", "--profile"])
    printed = capsys.readouterr().out
    for promised in (*report.HEADS, "200 notices, 6,080 ledger rows", "Report: where", "Ordered by: cumulative time"):
        assert promised in printed
    assert missed == (1 if "NO " in printed else 0)
