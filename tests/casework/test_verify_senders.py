"""The journal proves the sender's side: an edited column, a row put in or taken out, of any of its tables is named."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all
from tests.casework.test_verify import findings, tamper
from tests.conftest import make_settings, open_database
from tests.web.claimant import PDF
from tracker.casework import decisions, evidence, journal
from tracker.casework.appeals import deciding, filing
from tracker.casework.evidence import FileIn
from tracker.casework.hearing import answering, asking, doors, theirs, waiting
from tracker.casework.hearing.answering import Words
from tracker.casework.hearing.system import connect
from tracker.law.inquiries import Regime
from tracker.models import Appeal, Case, DoorPurpose, Evidence, Notice, Position, Sender

ASKED, OPENED = make.instant("2026-06-01T10:00+09:00"), make.instant("2026-06-01T12:00+09:00")
OVER = make.instant("2026-06-09T00:00+09:00")
APPEALED, DECIDED = OVER + timedelta(days=2), OVER + timedelta(days=3)
FILE = "6" * 32


@pytest.fixture(scope="module")
def told(migrated, tmp_path_factory):
    """The folder of a house in which the story happened, written once: each test edits a copy of it."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copy(migrated, folder / "kigen.db")
    database = open_database(make_settings(folder))
    tell(database)
    database.dispose()
    return folder


@pytest.fixture
def settings(told, tmp_path):
    """Settings on a copy of that house."""
    shutil.copytree(told, tmp_path, dirs_exist_ok=True)
    return make_settings(tmp_path)


@pytest.fixture
def heard(database):
    """The notice of the story."""
    with database.reading() as session:
        return session.exec(select(Notice).join(Appeal, Appeal.case_id == Notice.case_id).distinct()).one()


def tell(database):
    """A sender who was asked, opened it, objected with a file to one post and was silent of the other, and appealed."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        make.make_service(session, "うみ", "umi", "UM")
        connect.connect(session, service, "", by=staff.id, at=ASKED)
        clause = make.first_clause(session, make.make_criteria(session, service))
        other, third = make.make_staff(session, "別の人"), make.make_staff(session, "さらに別の人")
        notice = make.make_notice(session, service, "2026-05-31T21:00+09:00")
        make.make_notice(session, service, "2026-05-31T22:00+09:00")
        case = session.get_one(Case, notice.case_id)
        sender = session.exec(select(Sender).where(Sender.case_id == case.id)).one()
        items = [item.id for item in decisions.items_of(session, notice)]
        draft = asking.draft(session, notice, sender.id, items, Regime.STANDARD, by_hand=True, at=ASKED)
        asking.ask(
            session, notice, sender.id, items, Regime.STANDARD, draft.digest, by_hand=True, by=staff.id, at=ASKED
        )
        entered = enter(session, sender, OPENED)
        theirs.open_all(session, entered, at=OPENED)
        evidence.keep(session, FILE, FileIn("出典.pdf", PDF), at=OPENED)
        said = Words(Position.OBJECTS, "事実を書いたものです。", FILE)
        answering.answer(session, case, sender, items[:1], said, actor=journal.SENDER, at=OPENED + timedelta(hours=1))
        waiting.end_waits(session, case, at=OVER)
        make.decide(session, notice, make.remove(clause), staff, (OVER + timedelta(hours=9)).isoformat())
        execute_all(session, notice, staff, (OVER + timedelta(hours=10)).isoformat())
        mine = [one.measure.id for one in filing.appealable(session, notice, sender.id)]
        rows = filing.file(session, notice, sender, mine, "私の店のことです。", actor=journal.SENDER, at=APPEALED)
        why = "事実だと確かめたため。"
        deciding.decide(session, notice, rows[0].id, reverse=True, reason=why, by=other.id, at=DECIDED)
        filing.withdraw(session, case, rows[1].id, actor=journal.SENDER, at=DECIDED)
        connect.renew(session, service, by=third.id, at=DECIDED)


def enter(session, sender, at, purpose=DoorPurpose.INQUIRY):
    """The door that the newest link of a sender opens."""
    secret = doors.link(session, sender.id, purpose).split("/")[-1]
    return doors.enter(session, sender.id, purpose, secret, at=at)


ANOTHER = '(select id from "{0}" where id is not {1}.{2} limit 1)'


def another(table: str, column: str, of: str) -> str:
    """A change that points a row to another row of a table."""
    return f"{column} = {ANOTHER.format(of, table, column)}"


MOMENT = "'2026-01-01 00:00:00.000000'"
COLUMNS = [
    ("inquiry", another("inquiry", "case_id", "case")),
    ("inquiry", another("inquiry", "sender_id", "sender")),
    ("inquiry", another("inquiry", "letter_id", "letter")),
    ("inquiry", "regime = 'av'"),
    ("inquiry", "shelter = 1 - shelter"),
    ("inquiry", f"asked_at = {MOMENT}"),
    ("inquiry", f"received_at = {MOMENT}"),
    ("inquiry", "received_at = null"),
    ("inquiry", "received_how = 'system'"),
    ("senderanswer", another("senderanswer", "case_id", "case")),
    ("senderanswer", another("senderanswer", "sender_id", "sender")),
    ("senderanswer", "position = 'agrees'"),
    ("senderanswer", "items = '[]'"),
    ("senderanswer", "files = '[]'"),
    ("senderanswer", "words_sealed = x'00'"),
    ("senderanswer", f"received_at = {MOMENT}"),
    ("senderanswer", "entered_by = (select id from staff limit 1)"),
    ("senderdoor", another("senderdoor", "case_id", "case")),
    ("senderdoor", another("senderdoor", "sender_id", "sender")),
    ("senderdoor", "purpose = 'notice'"),
    ("senderdoor", "version = 2"),
    ("senderdoor", f"made_at = {MOMENT}"),
    ("senderdoor", "expires_at = '2030-01-01 00:00:00.000000'"),
    ("senderdoor", "opened_at = null"),
    ("senderdoor", f"opened_at = {MOMENT}"),
    ("senderdoor", f"closed_at = {MOMENT}"),
    ("sendersystem", another("sendersystem", "service_id", "service")),
    ("sendersystem", "active = 0"),
    ("sendersystem", "target_sealed = x'00'"),
    ("sendersystem", "secret_sealed = x'00'"),
    ("sendersystem", f"changed_at = {MOMENT}"),
    ("letter", another("letter", "sender_id", "sender")),
    ("evidence", "sender_id = null"),
]
# Of the appeal that was decided, and of the one that was taken back.
APPEALS = [
    another("appeal", "case_id", "case"),
    another("appeal", "sender_id", "sender"),
    another("appeal", "item_id", "item"),
    another("appeal", "measure_id", "measure"),
    f"received_at = {MOMENT}",
    "entered_by = (select id from staff limit 1)",
    "files = '[\"x\"]'",
    "words_sealed = x'00'",
    f"decided_at = {MOMENT}",
    another("appeal", "decided_by", "staff"),
    "reversed = 1 - coalesce(reversed, 0)",
    "reason_sealed = x'00'",
    f"withdrawn_at = {MOMENT}",
]


def test_an_untouched_record_has_no_findings(database, heard):
    assert findings(database) == []


@pytest.mark.parametrize(("table", "change"), COLUMNS)
def test_one_edited_column_is_named(database, heard, table, change):
    tamper(database, table, change, "kind = 'inquiry' desc" if table == "letter" else "id")
    assert table in {finding.table for finding in findings(database)}


@pytest.mark.parametrize("order", ["decided_at is null", "decided_at is not null"])
@pytest.mark.parametrize("change", APPEALS)
def test_one_edited_column_of_an_appeal_is_named(database, heard, change, order):
    with database.writer.begin() as connection:  # two of one measure are what no edit can make: the other goes first
        if "measure_id" in change:
            connection.execute(text("drop trigger if exists appeal_kept"))
            connection.execute(text(f"delete from appeal where {order}"))
    tamper(database, "appeal", change, order)
    assert "appeal" in {finding.table for finding in findings(database)}


@pytest.mark.parametrize("table", ["inquiry", "senderanswer", "senderdoor", "sendersystem", "appeal"])
def test_a_row_that_was_taken_out_is_named(database, heard, table):
    with database.writer.begin() as connection:
        connection.execute(text(f"drop trigger if exists {table}_kept"))
        connection.execute(text(f"delete from {table}"))
    assert {(f.table, f.says) for f in findings(database)} == {(table, "the row is missing")}


COPIES = {
    "inquiry": {"letter_id": "(select id from letter where kind = 'receipt' limit 1)"},
    "senderanswer": {},
    "senderdoor": {"purpose": "'notice'"},
    "appeal": {"measure_id": "x'77'"},
    "sendersystem": {"service_id": "(select id from service where slug = 'umi')"},
}


@pytest.mark.parametrize("table", COPIES)
def test_a_row_that_was_put_in_is_named(database, heard, table):
    with database.writer.begin() as connection:
        connection.execute(text("pragma defer_foreign_keys = on"))
        names = [name for _no, name, *_more in connection.execute(text(f"pragma table_info({table})"))]
        own = {"id": "'77777777777777777777777777777777'"} | COPIES[table]
        if table == "appeal":
            chosen = "select id from measure limit 1"
            connection.execute(text("drop trigger if exists appeal_kept"))
            connection.execute(text(f"delete from appeal where measure_id <> ({chosen})"))
            own["measure_id"] = "(select id from measure where id not in (select measure_id from appeal) limit 1)"
        values = ", ".join(own.get(name, name) for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(text(f"insert into {table} ({listed}) select {values} from {table} limit 1"))
    new = "77777777-7777-7777-7777-777777777777"
    assert any(f.table == table and f.row.endswith(new) for f in findings(database))


def test_a_claimant_s_file_that_was_made_a_sender_s_is_named(database, heard):
    with database.writing() as session:
        notice = session.merge(heard)
        evidence.keep(session, "9" * 32, FileIn("委任状.pdf", PDF), at=DECIDED, authority=True)
        case = session.get_one(Case, notice.case_id)
        evidence.attach(session, case, evidence.kept(session, "9" * 32), actor=journal.CLAIMANT, at=DECIDED)
    assert findings(database) == []
    tamper(database, "evidence", "sender_id = (select id from sender limit 1)", "authority desc")
    assert "evidence" in {finding.table for finding in findings(database)}
    with database.reading() as session:
        assert session.exec(select(Evidence)).all()


def test_a_renewed_link_was_not_opened_and_a_door_that_shows_nothing_new_is_recorded_as_opened(database, heard):
    with database.writing() as session:
        sender = session.exec(select(Sender).where(Sender.case_id == heard.case_id)).one()
        case = session.get_one(Case, heard.case_id)
        lead = make.make_staff(session, "主任")
        doors.renew(session, case, sender.id, DoorPurpose.INQUIRY, by=lead.id, at=DECIDED)
        door = doors.of_sender(session, sender.id)[DoorPurpose.INQUIRY]
        assert door.opened_at is None
    assert findings(database) == []
    with database.writing() as session:
        sender = session.merge(sender)
        theirs.open_all(session, enter(session, sender, DECIDED), at=DECIDED)
        theirs.open_all(session, enter(session, sender, DECIDED), at=DECIDED + timedelta(minutes=1))
        door = doors.of_sender(session, sender.id)[DoorPurpose.INQUIRY]
        assert (door.version, door.opened_at) == (2, DECIDED)
    assert findings(database) == []


def test_words_that_were_erased_with_their_case_are_no_finding(database, heard):
    with database.writer.begin() as connection:
        connection.execute(text("update casekey set wrapped = null where case_id = :id"), {"id": heard.case_id.hex})
    tables = {finding.table for finding in findings(database)}
    assert not tables & {"inquiry", "senderanswer", "senderdoor", "appeal"}
    with database.reading() as session:
        assert all(filing.words(session, row) == {} for row in session.exec(select(Appeal)))
