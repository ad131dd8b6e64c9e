"""flask clock: one timestamp, or thousands, answered on the command line."""

import json
from datetime import date, timedelta

import pytest

from tests.conftest import make_settings
from tracker import create_app
from tracker.law.clocks import CLOCKS, Given

# More than the hidden cost of one slow line would allow; how fast it is stands in bench/.
MANY = 2000


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=["clock", *words], **more)


def objects(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_timestamp_gives_the_date_and_every_step(run):
    done = run("reply", "2026-04-28T09:14:37+09:00", "--json")

    (said,) = objects(done)
    assert done.exit_code == 0
    assert (said["key"], said["article"], said["edition"]) == ("reply", "法25条1項・規則16条", "r7-15")
    assert said["boundary"] == "2026-05-06T00:00:00+09:00"
    assert (said["last_day"], said["last_working_day"]) == ("2026-05-05", "2026-05-01")
    assert [(step["day"], step["number"], step["closed"]) for step in said["steps"]][:2] == [
        ("2026-04-28", 0, None),
        ("2026-04-29", 1, "昭和の日"),
    ]
    assert len(said["calendar"]) == 12


def test_without_json_a_person_reads_it(run):
    done = run("registration", "2025-05-30")

    assert "指定を受けた者の届出 (法21条1項・規則11条" in done.stdout
    assert "until the end of 2025-09-01 Mon" in done.stdout
    assert "not chosen: unextended () ends 2025-08-30 Sat" not in done.stdout  # no article, no empty brackets
    assert "not chosen: unextended ends 2025-08-30 Sat" in done.stdout


@pytest.mark.parametrize(
    ("key", "given", "boundary"),
    [
        ("criteria_notice", "2026-06-01T10:00:00+09:00", "2026-06-16T00:00:00+09:00"),
        ("sender_inquiry", "2026-06-01T12:00:00+09:00", "2026-06-09T00:00:00+09:00"),
        ("sender_inquiry_2d", "2026-01-25T12:00:00+09:00", "2026-01-28T00:00:00+09:00"),
        ("reply", "2026-04-07T15:30:00Z", "2026-04-16T00:00:00+09:00"),
        ("reply", "2026-04-08T00:00:00", "2026-04-15T00:00:00+09:00"),  # without an offset it is Japanese time
        ("reply", "2026-04-08", "2026-04-16T00:00:00+09:00"),  # some time on that day, not its first instant
        ("publication", "2025", "2026-06-01T00:00:00+09:00"),
        ("publication", "2026-03-31", "2026-06-01T00:00:00+09:00"),
        ("sender_report", "2027", "2028-05-02T00:00:00+09:00"),
    ],
)
def test_each_clock_is_asked_by_its_name(run, key, given, boundary):
    (said,) = objects(run(key, given, "--json"))

    assert (said["key"], said["boundary"]) == (key, boundary)


def test_a_day_without_a_time_is_given_no_hour_that_nobody_named(run):
    (said,) = objects(run("reply", "2026-12-25", "--json"))

    assert (said["started_day"], said["started_at"], said["started_at_japan"]) == ("2026-12-25", None, None)
    assert "begins on 2026-12-25 Fri, at no time named" in run("reply", "2026-12-25").stdout
    assert (
        objects(run("registration", "2025-05-30T10:00", "--json"))[0]["started_at"] is None
    )  # its hour is without effect


def test_every_clock_with_a_number_answers_and_the_others_say_that_the_law_names_none(run):
    for rule in CLOCKS:
        done = run(rule.name, "2026-04-08", "--json")
        assert (done.exit_code == 0) == (rule.length is not None), rule.key
        if rule.length is None:
            assert "names no number of days" in done.stderr
            assert rule.article in done.stderr


def test_a_bad_line_is_named_and_the_others_are_answered(run):
    lines = ["2026-04-28T09:14:37+09:00", "tomorrow", "", "2026-02-30", "9999-12-31T23:00:00+09:00", "2026-04-29"]

    done = run("reply", "-", "--json", input="\n".join(lines) + "\n")

    assert done.exit_code == 2
    assert [(said["given"], said["last_day"]) for said in objects(done)] == [
        ("2026-04-28T09:14:37+09:00", "2026-05-05"),
        ("2026-04-29", "2026-05-06"),
    ]
    named = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in named] == ["line 2", "line 3", "line 4", "line 5"]
    assert named[0] == "line 2: not an ISO 8601 timestamp: 'tomorrow'"


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.length], ids=lambda r: r.name)
def test_no_clock_falls_over_the_edge_of_the_calendar(run, rule):
    edge = ["9999-12-31", *(["9999"] if rule.given is Given.YEAR else []), "2026-04-08"]

    done = run(rule.name, "-", "--json", input="".join(f"{line}\n" for line in edge))

    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert (done.exit_code, len(objects(done)) >= 1) == (2, True)


def test_a_database_that_cannot_be_read_is_no_reason_to_guess(tmp_path):
    broken = tmp_path / "kigen.db"
    broken.mkdir()  # there, and no database
    app = create_app(make_settings(tmp_path))

    done = app.test_cli_runner().invoke(args=["clock", "reply", "2026-04-08", "--json"])

    assert done.exit_code == 1
    assert "The database cannot be read" in done.stderr
    assert done.stdout == ""


def test_asking_before_there_is_a_database_makes_none(tmp_path):
    app = create_app(make_settings(tmp_path))

    done = app.test_cli_runner().invoke(args=["clock", "reply", "2026-04-08", "--json"])

    assert done.exit_code == 0
    assert not (tmp_path / "kigen.db").exists()


def test_bytes_that_are_no_text_are_a_bad_line(run):
    done = run("reply", "-", "--json", input=b"\xff\xfe\x00\n2026-04-29\n")

    assert done.exit_code == 2
    assert [said["last_day"] for said in objects(done)] == ["2026-05-06"]
    assert done.stderr.startswith("line 1: not an ISO 8601 timestamp")


def test_a_filing_beyond_the_known_holidays_is_named_with_the_years_that_are_known(run):
    done = run("registration", "-", "--json", input="2050-01-05\n2026-11-30\n")

    assert done.exit_code == 2
    assert [said["last_day"] for said in objects(done)] == ["2027-03-01"]
    assert "holidays are known for 2020 to 2040 only" in done.stderr


def test_thousands_of_lines_are_answered_in_order(run):
    days = [date(2026, 1, 1) + timedelta(days=n % 700) for n in range(MANY)]

    done = run("criteria_notice", "-", "--json", input="".join(f"{day}T10:00:00+09:00\n" for day in days))

    assert done.exit_code == 0
    assert [said["steps"][0]["day"] for said in objects(done)] == [str(day) for day in days]


def test_an_edition_whose_text_nobody_confirmed_says_so(run):
    early, late = (objects(run("reply", day, "--json"))[0] for day in ("2026-07-16", "2026-07-17"))

    assert (early["edition"], early["confirmed"]) == ("r7-15", True)
    assert (late["edition"], late["confirmed"]) == ("r8-58", False)
    assert "text not confirmed" in run("reply", "2026-07-17").stdout


def test_an_unknown_clock_is_no_clock(run):
    done = run("replly", "2026-04-08")

    assert done.exit_code == 2
    assert "replly" in done.stderr
