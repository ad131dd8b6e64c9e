"""The yearly publication in the demo: two years of a ledger, texts, versions; what was true on any day of the year."""

import json
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tracker.casework import journal
from tracker.casework.register import standing_register
from tracker.casework.verify import verify
from tracker.cli.demo import agenda, publication
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.house import furnish, staff_up
from tracker.law.ledger import Family, Outcome, Vocabulary
from tracker.law.period import JST
from tracker.law.publication import ITEMS, Source
from tracker.migrations import migrate
from tracker.models import Event, LedgerCell, ReportEntry, Service
from tracker.report import doubts, entries, package, publishing, senders
from tracker.report.build import build
from tracker.report.ledger import codes, imports, store, tokens
from tracker.report.package import nested
from tracker.report.years import years_of

NOW = make.instant("2026-11-22T13:30:00+09:00")
DAYS = ["2026-04-02T10:00:00+09:00", "2026-05-13T09:00:00+09:00", "2026-06-15T10:00:00+09:00", "2027-01-10T22:00+09:00"]


def written(path, now):
    """A house without notices, of which the publications are as the demo has them."""
    database = open_database(make_settings(path))
    migrate(database)
    with database.writing() as session:
        diary = Diary(now, session.info["calendar"], Random(1))
        services, team = furnish(session, diary), staff_up(session, "!")
        agenda.play(publication.plan(session, diary, services["TH"], team))
    return database


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    database = written(tmp_path_factory.mktemp("publication"), NOW)
    yield database
    database.dispose()


@pytest.fixture
def reading(demo):
    with demo.reading() as session:
        yield session


@pytest.fixture
def service(reading):
    return ours(reading)


def ours(session) -> Service:
    return session.exec(select(Service).where(Service.slug == "tsumugi")).one()


def test_the_ledger_of_both_years_came_by_hand_and_by_a_token(reading, service):
    rows = imports.imports_of(reading, service)
    running, ended = years_of(service, NOW)
    assert {row.family for row in rows} == set(Family)
    assert {row.began_by.partition(":")[0] for row in rows} == {"staff", "token"}
    assert 200 < sum(row.rows for row in rows) < 1000
    assert not imports.unfinished(reading, service)
    cells = reading.exec(select(LedgerCell).where(LedgerCell.n > 0)).all()
    for year in (running, ended):
        assert {cell.family for cell in cells if year.first <= cell.day <= year.last} == set(Family)
    assert any(cell.n > 10_000 for cell in cells) and any(cell.n == 1 for cell in cells)
    assert {cell.family for cell in cells if cell.outcome is Outcome.PENDING} >= {Family.REQUESTS, Family.APPEALS}
    (token,) = tokens.tokens_of(reading, service)
    assert token.used_at and not token.revoked_at


def test_a_row_was_refused_a_file_taken_back_and_what_was_open_said_again(reading, service):
    rows = imports.imports_of(reading, service)
    assert [(row.refused, len(row.errors)) for row in rows if row.refused] == [(1, 1)]
    assert [(row.name, row.rows) for row in rows if row.withdrawn_at] == [("つむぎ動画_通報.csv", 12)]
    assert sum(row.changed for row in rows) > 5
    assert not list(store.folder_of(reading.info["settings"]).glob("*"))


def test_codes_are_verified_by_another_and_the_next_table_lacks_one_of_the_running_year(reading, service):
    standing, draft = codes.standing(reading, service), codes.draft(reading, service)
    assert (standing.version, draft.version) == (1, 2)
    assert standing.made_by != standing.verified_by
    running, ended = years_of(service, NOW)
    assert not codes.unmapped(reading, service, ended.first, ended.last)
    new = {one.code for one in codes.unmapped(reading, service, running.first, running.last)}
    drafted = {code for vocabulary, code in codes.lines(reading, draft) if vocabulary is Vocabulary.REASON}
    assert len(new) == 2 and len(new - drafted) == 1


def test_two_versions_stand_and_the_second_corrects_what_came_late(reading, service):
    ended = years_of(service, NOW)[1]
    second, first = publishing.versions(reading, service, ended.year)
    for version in (first, second):
        assert version.frozen_by != version.published_by and version.frozen_at < version.published_at
        assert package.faults(publishing.files_of(reading, version)) == []
    assert first.published_at.astimezone(JST).month == 5 and not first.why
    files = publishing.files_of(reading, second)
    changed = nested.read(files)[2]
    assert {one.code for one in changed} == {"18-4-1", "18-5-3", "routes"}
    assert {one.why for one in changed} == {second.why} and "214件" in second.why
    was, now = (json.loads(publishing.files_of(reading, one)[nested.NAME]) for one in (first, second))
    assert was["version"] == 1 and now["version"] == 2


def test_every_text_of_the_ended_year_is_there_and_names_nobody(reading, service):
    running, ended = years_of(service, NOW)
    there = entries.standing(reading, service, ended.year)
    assert {code for code, _part in there} >= {item.code for item in ITEMS if item.source is Source.ENTERED}
    assert {part for code, part in there if code == "18-7"} == set(entries.POINTS)
    assert len(entries.history(reading, service, ended.year, "18-6-1")) == 2
    months = senders.month_rows(reading, service, ended.months[0], ended.months[-1]).values()
    assert there["18-5-1", "senders"].number == sum(month.times for month in months)
    for entry in reading.exec(select(ReportEntry)):
        assert doubts.warnings(entry.words) == [], entry.words
    report = build(reading, service, running, at=NOW)
    assert 0 < len(entries.standing(reading, service, running.year)) < len(there)
    assert len(report.missing) > 5 and report.failed


def test_senders_are_counted_each_month_close_to_the_number_that_obliges_to_report(reading, service):
    running, ended = years_of(service, NOW)
    whole = senders.yearly(reading, service, ended.year)
    assert whole.must_report and 8_900_000 < whole.mean_senders < 9_100_000
    assert not senders.fewer_times(whole) and not senders.odd(whole)
    assert senders.yearly(reading, service, running.year).months_known == 7
    assert [one.row.version for one in senders.history(reading, service) if one.why] == [2]


@pytest.mark.parametrize("now", DAYS, ids=[day[:10] for day in DAYS])
def test_on_any_day_of_the_year_only_what_is_past_stands_there(now, tmp_path):
    now = make.instant(now)
    database = written(tmp_path, now)
    with database.reading() as session:
        assert list(verify(session)) == []
        _running, ended = years_of(ours(session), now)
        events = session.exec(select(Event)).all()
        assert max(event.recorded_at for event in events) <= now
        rows = publishing.versions(session, ours(session), ended.year)
        assert len(rows) == 0 if now < make.instant("2026-05-12T09:00+09:00") else rows
        assert [one for one in rows if not one.published_at] == (rows if now.month == 5 else [])
        report = build(session, ours(session), ended, at=now)
        assert not report.failed and bool(report.missing) == (rows == [])
        assert not imports.unfinished(session, ours(session))
    database.dispose()


def test_people_worked_at_it_on_working_days_and_one_after_the_other(reading):
    calendar = reading.info["calendar"]
    for event in reading.exec(select(Event)):
        at = event.recorded_at.astimezone(JST)
        if event.actor.startswith("staff:"):
            assert 9 <= at.hour < 19 and not calendar.closed(at.date()), (event.fact, at)
    register = standing_register(reading, ours(reading))
    told = [event.recorded_at for event in journal.history(reading, register)]
    assert told == sorted(told)
    assert max(told) - min(told) > timedelta(days=300)
