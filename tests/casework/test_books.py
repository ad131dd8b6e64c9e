"""The books of calendars and editions prove themselves on both databases: damage is a finding, never a crash."""

import pytest
from sqlalchemy import text

from tests import make
from tests.conftest import open_database
from tests.postgres import settings_of
from tracker.casework import calendars, editions
from tracker.casework.verify import heads, verify
from tracker.closed_days import working_calendar

AT = make.instant("2026-05-01T10:00+09:00")
CHAINED = "its digest is not that of its content and the one before"
UNREADABLE = "it cannot be read"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path, monkeypatch):
    """A notice, a second version of the calendar that no clock names yet, an edition confirmed, and one taken back."""
    monkeypatch.setattr(calendars, "_parsed", {})  # as a process that has read no calendar yet
    with settings_of(request.param, tmp_path, migrated=True) as settings:
        database = open_database(settings)
        with database.writing() as session:
            make.make_notice(session, make.make_service(session), "2026-04-30T10:00+09:00")
            by = make.make_staff(session).id
            changed = calendars.corrected(
                session.info["calendar"], make.instant("2026-05-07T00:00+09:00").date(), "式典"
            )
            calendars.accept(session, changed, source="官報", note="覚え", by=by, at=AT)
            editions.confirm(session, "r8-58-2", source="官報", by=by, at=AT)
            editions.withdraw(session, "r8-58-2", reason="別の条文だった", by=by, at=AT)
            editions.confirm(session, "r8-58-2", source="官報 号外", note="覚え", by=by, at=AT)
        calendars._parsed.clear()
        yield database
        database.dispose()


def findings(database) -> list[tuple[str, str, str]]:
    with database.checking() as session:
        return [(found.table, found.row, found.says) for found in verify(session)]


def tamper(database, table: str, change: str) -> None:
    """Change a book behind everybody's back, as somebody with the database could: triggers first."""
    lite = database.writer.dialect.name == "sqlite"
    with database.writer.begin() as connection:
        for trigger in ("fixed", "kept"):
            connection.execute(text(f"drop trigger {table}_{trigger}" + ("" if lite else f" on {table}")))
        connection.execute(text(change))
    calendars._parsed.clear()


def test_whole_books_have_no_findings(database):
    assert findings(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "source = '別の出典'",
        "note = ''",
        "accepted_by = null",
        "accepted_at = '2026-01-01 00:00:00'",
        "number = 3",
        "digest = ''",
    ],
)
def test_whatever_is_edited_in_a_version_of_the_calendar_is_named(database, change):
    tamper(database, "calendarversion", f"update calendarversion set {change} where number = 2")
    assert CHAINED in {says for table, _row, says in findings(database) if table == "calendarversion"}


@pytest.mark.parametrize(
    "change",
    [
        "source = 'e-Gov'",
        "note = '別の覚え'",
        "confirmed = not confirmed",
        "edition = 'r8-58'",
        "confirmed_by = null",
        "confirmed_at = '2026-01-01 00:00:00'",
        "digest = ''",
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_whatever_is_edited_in_a_confirmation_of_an_edition_is_named(database, change, number):
    tamper(database, "editionconfirmation", f"update editionconfirmation set {change} where number = {number}")
    assert ("editionconfirmation", str(number), CHAINED) in findings(database)


def test_a_confirmation_put_in_by_hand_is_named(database):
    tamper(
        database,
        "editionconfirmation",
        "insert into editionconfirmation (id, number, edition, confirmed, source, note, confirmed_at, digest) "
        "select '00000000000000000000000000000001', 4, 'r8-58', confirmed, 'e-Gov', note, confirmed_at, digest "
        "from editionconfirmation where number = 3",
    )
    assert findings(database) == [("editionconfirmation", "4", CHAINED)]


def test_a_confirmation_taken_out_is_named(database):
    tamper(database, "editionconfirmation", "delete from editionconfirmation where number = 2")
    assert findings(database) == [
        ("editionconfirmation", "3", "its number is 3 where 2 is due"),
        ("editionconfirmation", "3", CHAINED),
    ]


@pytest.mark.parametrize("holidays", ['{"2026-13-01": "元日"}', "[]", "null", '{"2026-01-01": 7}', '{"元日": "元日"}'])
def test_holidays_that_are_no_days_are_a_finding_and_nothing_is_counted_with_them(database, holidays):
    stored = holidays.replace(":", "\\:")  # no name of a parameter
    tamper(database, "calendarversion", f"update calendarversion set holidays = '{stored}'")
    named = findings(database)
    for number in "12":
        assert ("calendarversion", number, "its holidays are not those that it is named by") in named
    with database.checking() as session:
        assert calendars.pinned(session, working_calendar().version) is None
        with pytest.raises(LookupError, match="verify-journal"):
            calendars.current(session)


def test_holidays_of_another_calendar_under_this_name_are_not_believed(database):
    tamper(
        database,
        "calendarversion",
        "update calendarversion set holidays = "
        "(select holidays from calendarversion where number = 2) where number = 1",
    )
    with database.checking() as session:
        assert calendars.pinned(session, working_calendar().version) is None
    assert ("calendarversion", "1", "its holidays are not those that it is named by") in findings(database)


@pytest.mark.parametrize("change", ["holidays = 'no json'", "accepted_at = 'never'", "id = 'none'", "source = x'ff'"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL keeps the types of its columns itself
def test_what_cannot_be_read_at_all_is_a_finding(database, change):
    tamper(database, "calendarversion", f"update calendarversion set {change} where number = 2")
    assert findings(database) == [("calendarversion", "2", UNREADABLE)]


def test_an_emptied_book_is_a_finding(database):
    version = working_calendar().version
    tamper(database, "calendarversion", "delete from calendarversion")
    assert findings(database) == [
        ("calendarversion", "1", "no calendar that can be read is there"),
        ("calendarversion", version, "clocks were counted with it, and it is not kept"),
    ]
    with database.checking() as session, pytest.raises(LookupError):
        calendars.current(session)


def test_what_is_cut_off_the_end_shows_against_a_head_kept_elsewhere(database):
    with database.checking() as session:
        kept = heads(session)
    assert [(head.table, head.rows, len(head.digest)) for head in kept] == [
        ("calendarversion", 2, 64),
        ("editionconfirmation", 3, 64),
    ]
    tamper(database, "calendarversion", "delete from calendarversion where number = 2")
    tamper(database, "editionconfirmation", "delete from editionconfirmation")
    assert findings(database) == []
    with database.checking() as session:
        calendar, edition = heads(session)
    assert (calendar.rows, edition) == (1, ("editionconfirmation", 0, "")) and calendar.digest != kept[0].digest
