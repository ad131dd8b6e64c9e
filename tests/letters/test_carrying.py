"""Letters on their way to a real SMTP server: accepted, put off, refused, and a relay that is not there."""

import email
from email.policy import default

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.relay import free_port, running_relay
from tracker.casework import chain, folder, replies, worklist
from tracker.jobs.mail import carry_mail
from tracker.jobs.tasks import Incomplete
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.models import Event, Letter


def sweep(database, at: str) -> None:
    carry_mail(database, lambda: make.instant(at))


def facts(database) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).order_by(Event.seq)).all())


def said(database, fact: Fact) -> list[dict]:
    return [event.data["said"] for event in facts(database) if event.fact is fact]


def the_letter(database) -> Letter:
    with database.reading() as session:
        return session.exec(select(Letter)).one()


def folder_of(database, notice, at: str):
    with database.reading() as session:
        return folder.open_folder(session, folder.find(session, notice.number), at=make.instant(at))


def test_an_accepted_letter_is_in_the_mailbox_and_proves_its_fact(database, relay, notice):
    sweep(database, "2026-04-28T09:01+09:00")
    [mail] = relay.mailbox
    assert mail["To"] == "akari@mail.example"
    assert notice.number in mail["Subject"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert notice.number in mail.get_content()
    assert the_letter(database).given_at == make.instant("2026-04-28T09:01+09:00")
    [accepted] = said(database, Fact.LETTER_ACCEPTED)
    assert (accepted["transport"], accepted["again"]) == ("smtp", False)
    assert len(said(database, Fact.RECEIPT_GIVEN)) == 1


def test_an_accepted_letter_is_not_sent_again(database, relay, notice):
    for at in ("2026-04-28T09:01+09:00", "2026-04-28T09:02+09:00", "2026-04-29T09:00+09:00"):
        sweep(database, at)
    assert len(relay.mailbox) == 1


def test_a_temporary_refusal_is_tried_again_later_and_later(database, relay, notice):
    relay.rcpt = ["451 4.7.1 try later", "451 4.7.1 try later"]
    sweep(database, "2026-04-28T09:00+09:00")
    assert the_letter(database).try_at == make.instant("2026-04-28T09:01+09:00")
    sweep(database, "2026-04-28T09:00:30+09:00")  # too early: nothing happens
    assert the_letter(database).attempts == 1
    sweep(database, "2026-04-28T09:01+09:00")
    assert the_letter(database).try_at == make.instant("2026-04-28T09:03+09:00")
    sweep(database, "2026-04-28T09:03+09:00")
    assert len(relay.mailbox) == 1
    [accepted] = said(database, Fact.LETTER_ACCEPTED)
    assert accepted["again"] is False  # the relay had said that it did not take it


def test_a_refused_letter_is_recorded_and_its_case_comes_back(database, relay, notice):
    relay.rcpt = ["550 5.1.1 no such user akari@mail.example"]
    sweep(database, "2026-04-28T09:01+09:00")
    assert relay.mailbox == []
    [refused] = said(database, Fact.LETTER_REFUSED)
    assert (refused["code"], refused["status"]) == (550, "5.1.1")
    assert said(database, Fact.RECEIPT_GIVEN) == []
    assert "akari" not in str([event.data for event in facts(database)])
    found = folder_of(database, notice, "2026-04-28T10:00+09:00")
    assert [clock.rule.key for clock in found.clocks if clock.rule.key == "reply" and clock.running] == ["reply"]
    sweep(database, "2026-04-29T09:00+09:00")
    assert the_letter(database).attempts == 1


def test_a_refused_outcome_leaves_the_reply_clock_running_and_the_case_back(database, relay, notice):
    sweep(database, "2026-04-28T09:01+09:00")
    with database.writing() as session:
        staff = make.make_staff(session)
        make.decide(session, notice, make.KEEP, staff, "2026-04-30T16:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant("2026-04-30T17:00+09:00"))
    relay.rcpt = ["550 5.1.1 no such user"]
    sweep(database, "2026-04-30T17:01+09:00")
    found = folder_of(database, notice, "2026-04-30T17:02+09:00")
    assert any(clock.rule.key == "reply" and clock.running for clock in found.clocks)
    assert found.case.closed_at is None
    with database.reading() as session:
        page = worklist.worklist(session, worklist.Search(view="back"), at=make.instant("2026-04-30T17:02+09:00"))
    assert [row.notice.number for row in page.rows] == [notice.number]


def test_a_refusal_after_the_text_was_read_counts_as_a_refusal(database, relay, notice):
    relay.data = ["554 5.6.0 content rejected"]
    sweep(database, "2026-04-28T09:01+09:00")
    assert [(r["code"], r["status"]) for r in said(database, Fact.LETTER_REFUSED)] == [(554, "5.6.0")]


def test_a_relay_that_is_away_costs_nothing_but_time(database, relay, notice, settings, tmp_path):
    port = free_port()
    away = make_settings(tmp_path, mail="smtp", smtp_port=port, smtp_timeout=2)
    database.info["settings"] = away
    with pytest.raises(Incomplete, match="RelaySilent"):
        sweep(database, "2026-04-28T09:01+09:00")
    letter = the_letter(database)
    assert (letter.ended_at, letter.try_at) == (None, make.instant("2026-04-28T09:02+09:00"))
    with running_relay(port) as back:
        sweep(database, "2026-04-28T09:02+09:00")
        assert len(back.mailbox) == 1
    assert said(database, Fact.LETTER_ACCEPTED)[0]["again"] is False  # it was never reached


def test_a_relay_that_is_away_is_not_asked_for_every_letter(database, relay, tmp_path):
    with database.writing() as session:
        service = make.make_service(session)
        for _ in range(6):
            make.make_notice(session, service)
    database.info["settings"] = make_settings(tmp_path, mail="smtp", smtp_port=free_port(), smtp_timeout=2)
    with pytest.raises(Incomplete, match="RelaySilent"):
        sweep(database, "2026-04-28T09:20+09:00")
    with database.reading() as session:
        assert sum(letter.attempts for letter in session.exec(select(Letter))) == 3


def test_a_wrong_password_at_the_relay_refuses_no_letter(database, relay, notice, tmp_path):
    database.info["settings"] = make_settings(
        tmp_path, mail="smtp", smtp_port=relay.port, smtp_user="kigen", smtp_password="wrong"
    )
    with pytest.raises(Incomplete):
        sweep(database, "2026-04-28T09:01+09:00")
    assert the_letter(database).refused_at is None
    assert said(database, Fact.LETTER_REFUSED) == []


def test_without_a_transport_letters_wait(database, relay, notice, tmp_path):
    database.info["settings"] = make_settings(tmp_path, mail="")
    sweep(database, "2026-04-28T09:01+09:00")
    assert (the_letter(database).ended_at, the_letter(database).attempts) == (None, 0)


def test_the_folder_counts_as_sending_and_the_record_says_so(database, relay, notice, tmp_path):
    database.info["settings"] = settings = make_settings(tmp_path, mail="folder")
    sweep(database, "2026-04-28T09:01+09:00")
    [file] = settings.mail_folder.glob("*.eml")
    assert notice.number in email.message_from_bytes(file.read_bytes(), policy=default).get_content()
    assert said(database, Fact.LETTER_ACCEPTED)[0]["transport"] == "folder"


def test_a_letter_that_cannot_be_opened_holds_up_no_other(database, relay):
    with database.writing() as session:
        service = make.make_service(session)
        broken, whole = (make.make_notice(session, service, f"2026-04-28T09:0{n}:00+09:00") for n in (1, 2))
        letter = session.exec(select(Letter).where(Letter.case_id == broken.case_id)).one()
        session.execute(text("drop trigger if exists letter_fixed"))
        letter.body_sealed = letter.body_sealed[:-1] + bytes([letter.body_sealed[-1] ^ 1])
        session.add(letter)
    with pytest.raises(Incomplete, match="CannotOpen"):
        sweep(database, "2026-04-28T09:10+09:00")
    assert [whole.number in mail["Subject"] for mail in relay.mailbox] == [True]
    with database.reading() as session:
        assert outbox.due(session, make.instant("2026-04-28T09:10:30+09:00")) == []  # it waits its turn


def test_two_claims_of_one_letter_give_it_to_one(database, notice):
    at = make.instant("2026-04-28T09:01+09:00")
    id = the_letter(database).id
    with database.writing() as session:
        assert outbox.claim(session, id, at)
    with database.writing() as session:
        assert outbox.claim(session, id, at) is None
    with database.writing() as session:
        later = outbox.claim(session, id, at + outbox.CLAIM)
        assert later and later.again


def test_the_record_of_the_case_holds_after_all_this(database, relay, notice):
    relay.rcpt = ["451 4.0.0 later"]
    sweep(database, "2026-04-28T09:01+09:00")
    sweep(database, "2026-04-28T09:05+09:00")
    before = ""
    for event in facts(database):
        assert event.digest == chain.digest(event, before)
        before = event.digest
