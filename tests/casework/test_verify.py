"""The journal proves itself: one edited row of any chained table is named, and so is a removed event."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.web.claimant import PDF
from tracker.casework import (
    calendars,
    decisions,
    delivery,
    evidence,
    further,
    intake,
    investigation,
    measures,
    replies,
)
from tracker.casework.evidence import FileIn
from tracker.casework.verify import verify
from tracker.letters.transport import Answer
from tracker.models import Event, Letter

FOLDER = Answer(True, 250, "folder")


@pytest.fixture
def told(database):
    """A whole case: received, decided, executed, told, accepted."""
    with database.writing() as session:
        service = make.make_service(session)
        staff = make.make_staff(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        notice = make.make_notice(session, service)
        at = make.instant("2026-04-28T12:00+09:00")
        evidence.keep(session, "later", FileIn("委任状.pdf", PDF), at=at, authority=True)
        further.add_evidence(session, notice, "later", at=at)
        item = decisions.items_of(session, notice)[0]
        investigation.snapshot(
            session, item, "受付時にはこう書かれていた", by=staff.id, at=make.instant("2026-04-29T10:00+09:00")
        )
        make.decide(session, notice, make.remove(clause), staff, "2026-04-30T16:20+09:00", (1,))
        make.decide(session, notice, make.KEEP, staff, "2026-04-30T16:21+09:00", (2,))
        ordered = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
        measures.execute(
            session,
            notice,
            [m.id for m in ordered],
            executed_at=make.instant("2026-04-30T16:48+09:00"),
            by=staff.id,
            at=make.instant("2026-04-30T16:50+09:00"),
        )
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant("2026-04-30T17:00+09:00"))
        for letter in session.exec(select(Letter)).all():
            delivery.settle(session, letter.id, FOLDER, at=make.instant("2026-04-30T17:01+09:00"))
        return notice


# An item shows in the notice that states it, a clause in the version that was published.
SHOWS_IN = {"item": "notice", "clause": "criteriaversion"}


def findings(database) -> list:
    """What the verifier names."""
    with database.checking() as session:
        return list(verify(session))


def tamper(database, table: str, change: str, order: str = "id") -> None:
    """Edit one row behind the journal's back, as somebody with the database file could: triggers first."""
    with database.writer.begin() as connection:
        for trigger in ("fixed", "kept"):
            connection.execute(text(f"drop trigger if exists {table}_{trigger}"))
        row = f'select id from "{table}" order by {order} limit 1'
        connection.execute(text(f'update "{table}" set {change} where id = ({row})'))


def test_an_untouched_journal_has_no_findings(database, told):
    assert findings(database) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("event", "actor = 'staff:somebody'"),
        ("event", "occurred_at = '2026-04-01 00:00:00.000000'"),
        ("clock", "due_at = '2026-05-20 15:00:00.000000'"),
        ("clock", "stopped_at = '2026-04-28 15:00:00.000000'"),
        ("clock", "force = 'effort'"),
        ("loghold", "until_at = '2026-05-01 00:00:00.000000'"),
        ("decision", "take = 1 - take"),
        ("decision", "words_sealed = x'00'"),
        ("measure", "executed_at = '2026-04-20 00:00:00.000000'"),
        ("measure", "breach = '法26条1項'"),
        ("measure", "executed_by = null"),
        ("letter", "given_at = '2026-04-29 00:00:00.000000'"),
        ("letter", "ended_at = null"),
        ("letter", "kind = 'interim'"),
        ("letter", "article = '法25条2項'"),
        ("case", "statutory = 0"),
        ("notice", "standing = 'third_party'"),
        ("notice", "rights = '[\"honor\"]'"),
        ("notice", "primary_right = 'privacy'"),
        ("notice", "circumstances = '[\"danger\"]'"),
        ("notice", 'tell = \'["name", "contact", "evidence"]\''),
        ("notice", 'answers = \'{"honor_untrue": "すべて"}\''),
        ("notice", "reason_withheld = 1"),
        ("notice", "by_published_method = 0"),
        ("notice", "form_version = '2026-11'"),
        ("notice", "doubts = '[\"trap\"]'"),
        ("evidence", "sha256 = kind"),
        ("evidence", "authority = 0"),
        ("evidence", "document = 1"),
        ("evidence", "added_at = '2026-04-30 00:00:00.000000'"),
        ("clause", "words = '別の文言'"),
        ("criteriaversion", "published_at = '2025-07-01 00:00:00.000000'"),
        ("letter", "body_sealed = subject_sealed"),
        ("remark", "words_sealed = x'01'"),
        ("notice", "received_at = '2026-04-30 00:00:00.000000'"),
        ("notice", "reason = '別の理由'"),
        ("item", "url = 'https://tsumugi.example/other'"),
        ("calendarversion", "holidays = json_remove(holidays, '$.\"2026-05-05\"')"),
    ],
)
def test_one_edited_row_is_named(database, told, table, change):
    tamper(database, table, change)

    named = {finding.table for finding in findings(database)}

    assert SHOWS_IN.get(table, table) in named


def test_a_deleted_file_is_named(database, told):
    with database.writer.begin() as connection:
        connection.execute(text("delete from evidence"))
    assert [(f.table, f.says) for f in findings(database)] == [("evidence", "the row is missing")]


def test_filings_recorded_before_the_receipt_said_what_may_be_told_still_verify(database, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(intake, "declared", lambda _notice: {})
        with database.writing() as session:
            make.make_notice(session, make.make_service(session), tell=["name"])
    assert findings(database) == []


def test_the_deleted_last_event_is_named(database, told):
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger event_kept"))
        connection.execute(
            text("delete from event where case_id = :c and seq = (select max(seq) from event where case_id = :c)"),
            {"c": told.case_id.hex},
        )

    assert any("head" in finding.says for finding in findings(database))


def test_whichever_event_is_deleted_the_case_is_named_and_every_check_goes_on(database, told):
    with database.reading() as session:
        events = session.exec(select(Event.id).where(Event.case_id == told.case_id)).all()
    for event in events:
        with database.reading() as session:  # rolled back: each event is missing by itself
            session.connection().execute(text("pragma defer_foreign_keys = on"))
            session.connection().execute(text("drop trigger event_kept"))
            session.connection().execute(text("delete from event where id = :id"), {"id": event.hex})
            found = list(verify(session))
            session.rollback()
        assert told.case_id in {finding.case for finding in found}


@pytest.mark.parametrize("change", ["verdict = 'infected'", "stored = 'nowhere'", "name_sealed = x'00'"])
def test_a_verdict_a_place_or_a_name_of_a_file_that_was_edited_is_named(database, told, change):
    tamper(database, "evidence", change)
    assert "evidence" in {finding.table for finding in findings(database)}


def test_a_letter_that_claims_to_cover_another_item_is_named(database, told):
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger letteritem_kept"))
        connection.execute(text("delete from letteritem where item_id = (select min(item_id) from letteritem)"))

    assert "letter" in {finding.table for finding in findings(database)}


def test_a_deleted_clock_and_a_vanished_notice_are_named(database, told):
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger clock_kept"))
        connection.execute(text("delete from clock where rule = 'reply'"))
        connection.execute(text("update counter set last = last + 1"))

    says = {finding.says for finding in findings(database)}

    assert {"the row is missing", "the notice is missing"} <= says


def test_a_calendar_that_clocks_were_counted_with_and_that_is_gone_is_named(database, told):
    with database.writing() as session:
        changed = calendars.corrected(calendars.current(session), date(2026, 5, 7), "臨時の休日")
        calendars.accept(session, changed, source="官報", by=None, at=make.instant("2026-05-01T10:00+09:00"))
    assert findings(database) == []
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger calendarversion_kept"))
        connection.execute(text("delete from calendarversion where number = 1"))

    assert [f.says for f in findings(database)] == [
        "its number is 2 where 1 is due",
        "its digest is not that of its content and the one before",
        "clocks were counted with it, and it is not kept",
    ]


def test_criteria_that_claim_an_earlier_first_day_are_named(database, told):
    tamper(database, "criteriaversion", "usable_from = '2025-07-16 15:00:00.000000'")

    assert [f.table for f in findings(database)] == ["criteriaversion"]


def test_every_event_says_who_did_it_and_holds_no_words_of_the_claimant(database, told):
    with database.reading() as session:
        events = session.exec(select(Event)).all()
        written = " ".join(f"{e.actor} {e.data}" for e in events)

    assert all(e.actor for e in events)
    for private in ("水原", "akari@", "事実ではありません", "虚偽の書き込み", "受付時にはこう"):
        assert private not in written
