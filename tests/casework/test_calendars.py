"""Versions of the calendar and confirmations of editions, on both databases: a change moves no stored date."""

import subprocess
import sys
from collections import namedtuple
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise

import jpholiday
import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.earlier import copy_what_fits
from tests.postgres import settings_of
from tracker import closed_days
from tracker.casework import Conflict, NotAllowed, calendars, editions, intake
from tracker.casework.verify import verify
from tracker.casework.what_if import what_if
from tracker.closed_days import YEARS, shipped, working_calendar
from tracker.db import connect
from tracker.keys import Keyring
from tracker.law.calendars import Calendar
from tracker.law.editions import EDITIONS
from tracker.migrations import migrate
from tracker.models import CalendarVersion, Clock

AT = make.instant("2026-05-01T10:00+09:00")
NEW_DAY = date(2026, 5, 7)  # a Thursday in the period of what was received on 30 April


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def kind(request):
    return request.param


@pytest.fixture
def empty(kind, tmp_path):
    """Settings of an empty database, on both kinds."""
    with settings_of(kind, tmp_path) as settings:
        yield settings


@pytest.fixture
def place(kind, tmp_path):
    """Settings of a database brought up to date, on both kinds."""
    with settings_of(kind, tmp_path, migrated=True) as settings:
        yield settings


@pytest.fixture
def database(place):
    """A database brought up to date, with a notice whose clocks run."""
    database = open_database(place)
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_notice(session, service, "2026-04-30T10:00+09:00")
    yield database
    database.dispose()


def with_day(calendar: Calendar, day: date = NEW_DAY) -> Calendar:
    return calendars.corrected(calendar, day, "式典の日")


def accept(session, calendar, **more):
    return calendars.accept(session, calendar, **({"source": "官報", "by": None, "at": AT} | more))


def rows_of_clocks(database) -> list:
    """Every column of every clock but `alert_at`: when the watch looks again is no date of the law."""
    with database.reader.connect() as connection:
        found = connection.execute(text("select * from clock order by id")).mappings()
        names = [name for name in found.keys() if name != "alert_at"]  # noqa: SIM118 - keys of a result
        Row = namedtuple("Row", names)
        return [Row(*(row[name] for name in names)) for row in found]


def test_the_shipped_calendar_is_frozen_as_the_first_version(database):
    with database.reading() as session:
        [first] = calendars.versions(session)
        assert (first.number, first.version, first.accepted_by) == (1, working_calendar().version, None)
        assert session.info["calendar"] == working_calendar() == calendars.pinned(session, first.version)
        assert calendars.pinned(session, "0" * 12) is None
        assert calendars.not_offered_before(session) is None


@pytest.fixture(params=["as it is", "corrected"])
def holidays_known_now(request, monkeypatch):
    """What is shipped to a database that is upgraded late: the same, or with a line of OVERRIDES in its old years."""
    if request.param == "corrected":
        monkeypatch.setattr(closed_days, "OVERRIDES", {NEW_DAY: "式典の日", date(2025, 1, 1): None})
    working_calendar.cache_clear()
    yield
    monkeypatch.undo()
    working_calendar.cache_clear()


@contextmanager
def a_notice_of_today(folder, calendar):
    """A database of today's shape with a notice that was counted with `calendar`, and no receipt that is signed."""
    settings = make_settings(folder, database=f"sqlite:///{folder}/today.db")
    today = connect(settings, keys=Keyring(settings), calendar=lambda _session: calendar)
    migrate(today)
    with today.writing() as session:
        service = make.make_service(session)
        intake.file(session, service, make.make_filing(), at=make.instant("2026-04-30T10:00+09:00"))
    yield today
    today.dispose()


def test_clocks_counted_with_the_calendar_shipped_before_find_it_frozen(
    empty, tmp_path, monkeypatch, holidays_known_now
):
    with monkeypatch.context() as before_that:
        before_that.setattr(closed_days, "OVERRIDES", {})
        earlier = shipped(range(2024, 2033))
    assert earlier.version == "ea7cc1fd6ce5"  # the name that those clocks carry, written down in the migration too
    database = connect(empty, keys=Keyring(empty), calendar=lambda _session: earlier)
    migrate(database, "0003")
    with a_notice_of_today(tmp_path, earlier) as today:
        copy_what_fits(today, database)
    before = rows_of_clocks(database)
    assert {row.calendar for row in before} == {earlier.version}
    migrate(database, at=AT)
    assert rows_of_clocks(database) == before
    with database.reading() as session:
        newest, oldest = calendars.versions(session)
        assert (newest.version, oldest.version) == (working_calendar().version, earlier.version)
        assert newest.accepted_at == oldest.accepted_at == AT
        assert all(calendars.pinned(session, c.calendar) == earlier for c in session.exec(select(Clock)))
        assert list(what_if(session)) == [] and list(verify(session)) == []
    database.dispose()


def test_before_the_tables_are_there_the_shipped_calendar_is_used(empty):
    database = open_database(empty)
    with database.reading() as session:
        assert session.info["calendar"] == working_calendar()
    migrate(database)
    with database.reading() as session:
        assert session.info["calendar"] == working_calendar()
    database.dispose()


def test_an_accepted_calendar_moves_no_stored_date(database):
    before = rows_of_clocks(database)
    with database.writing() as session:
        accept(session, with_day(session.info["calendar"]))
    assert rows_of_clocks(database) == before
    with database.reading() as session:
        assert session.info["calendar"].holidays[NEW_DAY] == "式典の日"
        assert {c.calendar for c in session.exec(select(Clock))} == {working_calendar().version}
        assert list(verify(session)) == []


def test_what_starts_afterwards_is_counted_with_the_new_calendar(database):
    with database.writing() as session:
        accept(session, with_day(session.info["calendar"]))
        notice = make.make_notice(session, make.make_service(session, slug="b", prefix="B"), "2026-05-02T10:00+09:00")
        started = session.exec(select(Clock).where(Clock.case_id == notice.case_id)).all()
        assert {c.calendar for c in started} == {session.info["calendar"].version} != {working_calendar().version}


def test_another_process_uses_an_accepted_calendar_in_its_next_session(database, place):
    script = (
        "import sys\n"
        "from tests.conftest import open_database\n"
        "from tracker.settings import Settings\n"
        "database = open_database(Settings(_env_file=None))\n"
        "for line in sys.stdin:\n"
        "    print(database.calendar().version, flush=True)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], cwd=children.HOUSE, env=children.environment(place),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def asked() -> str:
        other.stdin.write("\n")
        other.stdin.flush()
        return other.stdout.readline().strip()

    try:
        assert asked() == working_calendar().version
        with database.writing() as session:
            row = accept(session, with_day(session.info["calendar"]))
        assert asked() == row.version
    finally:
        other.stdin.close()
        other.wait(20)
        other.stdout.close()


def test_the_difference_names_every_changed_day():
    old = Calendar({date(2027, 1, 1): "元日", date(2027, 3, 21): "春分の日", date(2027, 7, 19): "海の日"})
    new = Calendar({date(2027, 1, 1): "元日", date(2027, 3, 20): "春分の日", date(2027, 7, 19): "海の記念日"})
    assert calendars.diff(old, new) == [
        (date(2027, 3, 20), None, "春分の日"),
        (date(2027, 3, 21), "春分の日", None),
        (date(2027, 7, 19), "海の日", "海の記念日"),
    ]
    assert calendars.diff(new, new) == []


def test_a_version_needs_a_source_and_a_difference_and_the_calendar_that_was_looked_at(database):
    with database.writing() as session:
        in_use = session.info["calendar"]
        with pytest.raises(NotAllowed, match="今の暦と同じです"):
            accept(session, in_use)
        with pytest.raises(NotAllowed, match="出典"):
            accept(session, with_day(in_use), source=" ")
        accept(session, with_day(in_use), onto=in_use.version)
        with pytest.raises(Conflict, match="先に暦を変えました"):
            accept(session, with_day(in_use, date(2026, 6, 1)), onto=in_use.version)
        assert [row.number for row in calendars.versions(session)] == [2, 1]


def test_a_mistake_is_undone_by_a_further_version_with_the_same_content(database):
    with database.writing() as session:
        first = session.info["calendar"]
        accept(session, with_day(first))
        assert accept(session, first).number == 3
        assert session.info["calendar"] == first
    with database.reading() as session:
        assert session.info["calendar"] == first
        assert [row.version == first.version for row in calendars.versions(session)] == [True, False, True]


def test_a_correction_outside_the_years_of_the_calendar_is_refused():
    with pytest.raises(NotAllowed, match="2020年から2040年まで"):
        calendars.corrected(working_calendar(), date(2041, 1, 1), "元日")
    with pytest.raises(NotAllowed, match="休日の名前"):
        calendars.corrected(working_calendar(), NEW_DAY, "")


def test_running_clocks_are_counted_over_each_day(database):
    with database.reading() as session:
        days = [date(2026, 4, 29), date(2026, 4, 30), NEW_DAY, date(2026, 5, 8)]
        assert calendars.running_over(session, days) == dict(zip(days, [0, 1, 1, 0], strict=True))
        many = [date(2026, 1, 1) + timedelta(days=n) for n in range(50)]
        assert calendars.running_over(session, many) == dict.fromkeys(many, 0)


def test_what_if_says_which_last_working_day_would_differ_and_moves_nothing(database):
    before = rows_of_clocks(database)
    with database.reading() as session:
        other = with_day(session.info["calendar"])
        [found] = [d for d in what_if(session, calendar=other) if d.rule == "reply"]
        assert (found.number, found.due_at, found.moves) == ("TH-2026-000001", found.other_due_at, False)
        assert (found.last_working_day, found.other_last_working_day) == (NEW_DAY, date(2026, 5, 1))
        assert list(what_if(session)) == list(what_if(session, calendar=working_calendar())) == []
    assert rows_of_clocks(database) == before


def test_what_if_compares_with_the_calendar_that_a_clock_is_pinned_to(database):
    with database.writing() as session:
        first = session.info["calendar"]
        accept(session, with_day(first))
    with database.reading() as session:
        assert list(what_if(session, calendar=first)) == []
        assert [d.rule for d in what_if(session, calendar=session.info["calendar"])] == ["reply"]


def test_what_if_reads_running_clocks_under_another_edition(database):
    with database.reading() as session:
        rules = EDITIONS[0]
        reply = rules.clock("reply")
        longer = type(reply)(**{**vars(reply), "length": type(reply.length)(14)})
        [found] = what_if(session, edition=rules.amended("x", "x", date(2027, 1, 1), reply=longer))
        assert found.moves and (found.other_due_at - found.due_at).days == 7
        fewer = type(rules)(**{**vars(rules), "clocks": tuple(r for r in rules.clocks if r.key != "reply")})
        [found] = what_if(session, edition=fewer)
        assert found.gone and found.other_due_at is None


def test_an_edition_is_unconfirmed_until_somebody_read_it_and_again_when_that_is_taken_back(database):
    with database.writing() as session:
        assert not editions.unconfirmed(session, "r7-15") and editions.unconfirmed(session, "r8-58-2")
        with pytest.raises(NotAllowed, match="どこで条文を読んだか"):
            editions.confirm(session, "r8-58-2", source="", by=None, at=AT)
        editions.confirm(session, "r8-58-2", source="官報", by=None, at=AT)
        assert not editions.unconfirmed(session, "r8-58-2")
        for key in ("r8-58-2", "r7-15"):
            with pytest.raises(Conflict, match="もう確認されています"):
                editions.confirm(session, key, source="官報", by=None, at=AT)
        with pytest.raises(NotAllowed, match="取り消す理由"):
            editions.withdraw(session, "r8-58-2", reason=" ", by=None, at=AT)
        editions.withdraw(session, "r8-58-2", reason="施行前の条文だった", by=None, at=AT)
        assert editions.unconfirmed(session, "r8-58-2")
        with pytest.raises(Conflict):
            editions.withdraw(session, "r8-58-2", reason="もう一度", by=None, at=AT)
        [law] = [law for law in editions.seen(session) if law.edition.key == "r8-58-2"]
        assert [row.confirmed for row in law.history] == [False, True] and law.unconfirmed
        with pytest.raises(KeyError):
            editions.unconfirmed(session, "no such edition")


def test_every_clock_finds_the_calendar_that_it_names(database):
    with database.reading() as session:
        names = {clock.calendar for clock in session.exec(select(Clock))}
        assert names <= {row.version for row in session.exec(select(CalendarVersion))}


def test_the_shipped_calendar_agrees_with_a_second_source_for_every_year():
    ours = working_calendar().holidays
    theirs = {day: name for year in YEARS for day, name in jpholiday.year_holidays(year)}
    assert [day for day in ours.keys() ^ theirs.keys()] == []
    assert [day for day, name in theirs.items() if ours[day] != name and not name.endswith(ours[day])] == []
    assert working_calendar().years == YEARS
    assert all(later.year - earlier.year <= 1 for earlier, later in pairwise(sorted(ours)))
