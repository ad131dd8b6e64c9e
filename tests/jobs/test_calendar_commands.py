"""flask calendar, flask edition and flask clock what-if."""

import json

import pytest

from tests import make
from tests.casework.test_holiday_file import table
from tracker.casework import calendars
from tracker.cli.calendars import what_if_command
from tracker.closed_days import working_calendar


@pytest.fixture
def run(app):
    """Run a command of the app."""
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=[str(word) for word in words], **more)


@pytest.fixture
def what_if(app):
    """Run `clock what-if`."""
    return lambda *words: app.test_cli_runner().invoke(what_if_command, [str(word) for word in words])


@pytest.fixture
def file(tmp_path):
    """A table with one day more than we know."""
    path = tmp_path / "syukujitsu.csv"
    path.write_bytes(table(1955, 2027, "2026/5/7,式典の日").encode("cp932"))
    return path


@pytest.fixture
def notice(database):
    """A notice whose reply is due on 7 May."""
    with database.writing() as session:
        return make.make_notice(session, make.make_service(session), "2026-04-30T10:00+09:00")


def test_a_file_is_compared_and_imported(run, file, tmp_path, database):
    assert run("calendar", "diff", file).output == "+ 2026-05-07 Thu 式典の日\n"
    refused = run("calendar", "import", file, "--source", "内閣府", input="n\n")
    assert refused.exit_code == 1 and len(run("calendar", "list").output.splitlines()) == 1
    done = run("calendar", "import", file, "--source", "内閣府", "--yes")
    assert done.exit_code == 0 and "is in use" in done.output
    newest, first = run("calendar", "list").output.splitlines()
    assert newest.startswith("2\t") and newest.endswith("373\t内閣府") and working_calendar().version in first
    assert run("calendar", "import", file, "--source", "内閣府").output == "No day differs from the calendar in use.\n"
    bad = tmp_path / "bad.csv"
    bad.write_text("<html>")
    assert run("calendar", "diff", bad).exit_code == 1
    assert run("calendar", "import", file).exit_code == 2


def test_an_edition_is_confirmed_and_taken_back(run):
    assert "r8-58-2\t2027-03-01\ttext not confirmed\n" in run("edition", "list").output
    assert run("edition", "confirm", "r8-58-2", "--source", "官報").exit_code == 0
    assert "r8-58-2\t2027-03-01\tconfirmed\t官報\n" in run("edition", "list").output
    assert run("edition", "confirm", "r8-58-2", "--source", "官報").exit_code == 1
    assert run("edition", "withdraw", "r8-58-2", "--reason", "誤り").exit_code == 0
    assert "There is no edition x." in run("edition", "confirm", "x", "--source", "官報").output


def test_what_if_lists_what_would_differ(what_if, file, notice, database):
    said = what_if("--calendar", file)
    assert said.exit_code == 0
    assert said.stdout == f"{notice.number}\treply\t2026-05-07 -> 2026-05-07\t2026-05-07 -> 2026-05-01\n"
    assert said.stderr.startswith("0 running clocks would have another date, 1 only another last working day.")
    row = json.loads(what_if("--calendar", file, "--json").stdout)
    assert (row["key"], row["boundary"], row["other_last_working_day"]) == (
        "reply", "2026-05-08T00:00:00+09:00", "2026-05-01",
    )  # fmt: skip
    assert what_if("--calendar", working_calendar().version).stdout == ""
    assert what_if("--edition", "r8-58-2").exit_code == 0
    for wrong in ((), ("--calendar", "nothing"), ("--edition", "nothing")):
        assert what_if(*wrong).exit_code != 0
    with database.reading() as session:
        assert len(calendars.versions(session)) == 1
