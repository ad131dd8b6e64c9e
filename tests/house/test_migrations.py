"""Migrations make exactly the models, on both databases, and what is chained cannot be edited afterwards."""

from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, col, select

from tests import make
from tests.conftest import make_settings, open_database
from tests.earlier import copy_what_fits
from tests.postgres import own_database, settings_of
from tracker.casework import decisions, editions, intake, investigation, messages, orders, replies, traces
from tracker.casework.intake import FiledItem
from tracker.casework.reasons import templates
from tracker.casework.reasons.templates import Wording
from tracker.casework.verify import verify
from tracker.casework.watch import answers
from tracker.casework.watch.sweep import sweep
from tracker.jobs.watching import raise_alerts
from tracker.law.grounds import MeasureKind
from tracker.migrations import migrate
from tracker.migrations.triggers import CHANGEABLE
from tracker.models import Alert, Clock, Item, Memo


@contextmanager
def migrated(settings):
    database = open_database(settings)
    try:
        migrate(database)
        yield database
    finally:
        database.dispose()


@contextmanager
def from_nothing(kind, folder):
    with settings_of(kind, folder) as settings, migrated(settings) as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    """A database brought up to date from nothing."""
    with from_nothing(request.param, tmp_path) as database:
        yield database


def work(database):
    """A case with a row in each append-only table."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        version = make.make_criteria(session, service)
        notice = make.make_notice(session, service)
        remove = make.remove(make.first_clause(session, version))
        assert make.decide(session, notice, remove, staff, "2026-04-30T16:20+09:00", (1,))
        assert make.decide(session, notice, make.KEEP, staff, "2026-04-30T16:20+09:00", (2,))
        suspend = replace(remove, kind=MeasureKind.SUSPEND)
        assert make.decide(session, make.make_notice(session, service), suspend, staff, "2026-04-30T16:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant("2026-04-30T17:00+09:00"))
        messages.receive(session, notice, "急いでいます。", at=make.instant("2026-04-30T17:00+09:00"))
        make.give_to_specialist(session, notice, staff, "2026-04-30T17:00+09:00")
        item = decisions.items_of(session, notice)[0]
        investigation.snapshot(session, item, "受付時の内容", by=staff.id, at=make.instant("2026-04-30T17:00+09:00"))
        holds = [hold.id for hold in make.holds_of(session, notice)]
        ordered_at = make.instant("2026-04-30T17:30+09:00")
        orders.place(session, make.make_custodian(session, service), holds, by=staff.id, at=ordered_at)
        at = make.instant("2026-05-05T09:00+09:00")
        templates.write(session, Wording(True, "題", "「［＿投稿の言葉＿］」は…"), by=staff.id, at=at)
        make.keep_register(session, service, staff, at)
        editions.confirm(session, "r8-58-2", source="官報", by=staff.id, at=at)
        make.make_channel(session, staff, at)
        make.keep_logs(session, service, staff, at)
        make.hear_sender(session, notice, staff, at)
        make.keep_year(session, service, staff, at)
        assert sweep(session, at=at).alerts
        running = session.exec(select(Clock.id).where(col(Clock.stopped_at).is_(None))).first()
        answers.take(session, running, by=staff.id, at=at)


@pytest.fixture
def worked(database):
    """The database after a case."""
    work(database)
    return database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def refusing(request, tmp_path_factory):
    """The same for all tests that change nothing, because they may not."""
    with from_nothing(request.param, tmp_path_factory.mktemp("worked")) as database:
        work(database)
        yield database


def test_the_models_equal_the_migrations(database):
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing(database):
    migrate(database)
    with database.writer.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


CHANGES = {
    "reportentry": "update reportentry set words = 'x'",
    "publication": "update publication set sha256 = 'y'",
    "publicationfile": "update publicationfile set sha256 = 'y'",
    "codemap": "update codemap set version = 9",
    "codeline": "update codeline set category = 'hide'",
    "sendermonth": "update sendermonth set senders = 2",
    "sendermethod": "update sendermethod set words = 'x'",
    "event": "update event set actor = 'somebody'",
    "decision": "update decision set ai_used = not ai_used",
    "clock": "update clock set due_at = started_at",
    "loghold": "update loghold set until_at = from_at",
    "inquiry": "update inquiry set shelter = not shelter",
    "senderanswer": "update senderanswer set received_at = null",
    "senderdoor": "update senderdoor set purpose = 'x'",
    "appeal": "update appeal set entered_by = decided_by, received_at = null",
    "alert": "update alert set level = 'other'",
    "memo": "update memo set subject = 'x'",
    "channel": "update channel set name = 'x'",
    "channelpost": "update channelpost set body = 'x'",
    "channelalert": "update channelalert set level = 'other'",
    "alertanswer": "update alertanswer set subject = 'x'",
    "remark": "update remark set words_sealed = null",
    "clause": "update clause set words = 'other'",
    "criteriaversion": "update criteriaversion set usable_from = published_at",
    "letter": "update letter set article = 'other'",
    "message": "update message set words_sealed = null",
    "approval": "update approval set ahead = not ahead",
    "letteritem": "update letteritem set decision_id = null where decision_id is not null",
    "calendarversion": "update calendarversion set note = 'x'",
    "editionconfirmation": "update editionconfirmation set confirmed = not confirmed",
    "holdorder": "update holdorder set number = 'x'",
    "holdorderline": "update holdorderline set no = 9",
    "erasureproof": "update erasureproof set digest = 'x'",
    "reconciliation": "update reconciliation set compared = 9",
    "retentiontable": "update retentiontable set note = 'x'",
    "retentionline": "update retentionline set months = 9",
    "safetycheck": "update safetycheck set note = 'x'",
    "legalpaper": "update legalpaper set number = 'x'",
    "paperreader": "update paperreader set named_at = ended_at",
    "signingkey": "update signingkey set kid = 'x'",
    "receipt": "update receipt set no = 9",
    "specialist": "update specialist set since = '2020-01-01'",
    "specialisttask": "update specialisttask set items = '[]'",
    "registerchange": "update registerchange set changed_on = '2020-01-01'",
    "registerfiling": "update registerfiling set filed_on = '2020-01-01'",
    "digestversion": "update digestversion set title = 'x'",
    "digestexample": "update digestexample set words = 'x'",
    "reasontemplate": "update reasontemplate set text = 'x'",
}


@pytest.mark.parametrize("table", sorted(CHANGEABLE))
def test_no_row_of_an_append_only_table_can_be_changed(refusing, table):
    with refusing.writer.connect() as connection:
        assert connection.execute(text(f"select count(*) from {table}")).scalar_one() > 0
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(CHANGES[table]))


@pytest.mark.parametrize("table", sorted(CHANGEABLE))
def test_no_row_of_an_append_only_table_can_be_deleted(refusing, table):
    with refusing.writer.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(f"delete from {table}"))


def test_a_clock_may_be_stopped_and_a_hold_released(worked):
    with worked.writer.begin() as connection:
        connection.execute(text("update clock set stopped_at = started_at, voided_at = started_at"))
        connection.execute(text("update loghold set released_at = from_at"))


URL = "https://tsumugi.example/p/1"
ODD = "https://xn--[-w7ta::1]/"  # a normal form that cannot be taken apart


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_filed_before_receipts_were_signed_is_whole_afterwards(kind, tmp_path):
    with ExitStack() as stack:
        url = stack.enter_context(own_database()) if kind == "postgresql" else f"sqlite:///{tmp_path}/before.db"
        today = stack.enter_context(migrated(make_settings(tmp_path)))
        with today.writing() as session:
            service = make.make_service(session)
            filing = replace(make.make_filing(), items=[FiledItem("https://ああ[::1]/", ODD), FiledItem(URL, URL)])
            intake.file(session, service, filing, at=make.instant("2026-04-30T10:00+09:00"))
        before = open_database(make_settings(tmp_path, database=url))
        stack.callback(before.dispose)
        migrate(before, "0005")
        copy_what_fits(today, before)
        migrate(before)
        with before.reading() as session:
            items = session.exec(select(Item).order_by(Item.no)).all()
            assert [item.url_key for item in items] == [traces.url_key(ODD), traces.url_key(URL)]
            assert all(item.url_key for item in items)
        with before.checking() as session:
            assert list(verify(session)) == []


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_late_before_there_was_a_night_watch_is_told_by_its_first_sweep(kind, tmp_path):
    with ExitStack() as stack:
        url = stack.enter_context(own_database()) if kind == "postgresql" else f"sqlite:///{tmp_path}/before.db"
        today = stack.enter_context(migrated(make_settings(tmp_path)))
        with today.writing() as session:
            service, lead = make.make_service(session), make.make_staff(session)
            late = {make.make_notice(session, service).number for _n in range(3)}  # due by the end of 5 May
        before = open_database(make_settings(tmp_path, database=url))
        stack.callback(before.dispose)
        migrate(before, "0022")
        copy_what_fits(today, before)
        migrate(before)
        at = make.instant("2026-05-12T09:30+09:00")
        raise_alerts(before, lambda: at)
        with before.reading() as session:
            [memo] = session.exec(select(Memo)).all()  # one for the only one there is, of everything
            levels = session.exec(select(Alert.level).where(Alert.recipient == lead.id)).all()
            waiting = session.exec(select(Clock.id).where(col(Clock.alert_at) <= at)).all()
        assert all(number in memo.body for number in late) and memo.subject.startswith("【期限超過】3件")
        assert levels.count("late:2026-05-12") == 3 and waiting == []
        raise_alerts(before, lambda: at)
        with before.reading() as session:
            assert len(session.exec(select(Memo)).all()) == 1


def test_sqlite_enforces_references_again_after_a_migration(tmp_path):
    with migrated(make_settings(tmp_path)) as database, database.writer.connect() as connection:
        assert connection.exec_driver_sql("pragma foreign_keys").scalar_one() == 1
