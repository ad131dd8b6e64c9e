"""Letters claimed and recorded together: what each shows of itself, of a slow relay, a fault, a kill, a wrong clock."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from sqlalchemy import make_url, text
from sqlmodel import col, select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database, server
from tracker.casework import delivery, replies
from tracker.casework.delivery import Carried
from tracker.casework.verify import verify
from tracker.jobs.mail import carry_mail
from tracker.jobs.tasks import Incomplete
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.models import Clock, Event, Letter, Notice

AT = make.instant("2026-04-28T10:00+09:00")
A_MINUTE = timedelta(minutes=1)
LATER = AT + outbox.CLAIM + A_MINUTE  # a claim of AT has run out
TAKEN, NO_WORD = Answer(True, 250, "smtp"), Answer(False, 0, "smtp")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, relay, tmp_path):
    """Settings on a fresh database of either kind, with mail to the relay."""
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url, mail="smtp", smtp_port=relay.port, smtp_timeout=5)


def file(database, many: int) -> list[Notice]:
    """Notices, each with a receipt in the outbox."""
    with database.writing() as session:
        service = make.make_service(session)
        return [make.make_notice(session, service, "2026-04-28T09:14:37+09:00", items=1) for _n in range(many)]


def letters(database) -> list[Letter]:
    with database.reading() as session:
        return list(session.exec(select(Letter).order_by(col(Letter.try_at), col(Letter.id))))


def sound(database) -> bool:
    with database.reading() as session:
        return list(verify(session)) == []


def change(database, statement: str, case_id) -> None:
    """Damage a row, as no code of ours can."""
    with database.writing() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("drop trigger if exists clock_fixed"))
            session.execute(text("drop trigger if exists letter_fixed"))
        else:
            session.execute(text("set session_replication_role = replica"))
        id = case_id.hex if session.get_bind().dialect.name == "sqlite" else case_id
        session.execute(text(statement), {"case": id})
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text("set session_replication_role = origin"))


def test_many_letters_leave_once_each_and_their_records_are_whole(database, relay):
    file(database, 9)
    carry_mail(database, lambda: AT)
    assert len(set(relay.message_ids())) == len(relay.mailbox) == 9
    assert relay.connections == 1
    assert all(letter.given_at == AT and letter.attempts == 1 for letter in letters(database))
    assert sound(database)


def test_two_letters_of_one_case_are_settled_together(database, relay):
    [notice] = file(database, 1)
    with database.writing() as session:
        staff = make.make_staff(session)
        make.decide(session, session.merge(notice), make.KEEP, staff, "2026-04-28T09:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=AT - A_MINUTE)
    with database.writing() as session:
        parcels = outbox.claim_some(session, AT, 10)
        assert len(parcels) == 2
    with database.writing() as session:
        delivery.settle_all(session, [Carried(parcel.id, TAKEN, AT) for parcel in parcels], at=AT)
    with database.reading() as session:
        facts = session.exec(select(Event.fact).order_by(col(Event.seq))).all()
    assert facts.count(Fact.LETTER_ACCEPTED) == 2
    assert facts.count(Fact.NOTICE_ANSWERED) == 1
    assert sound(database)


def test_a_relay_that_is_slow_is_given_few_at_once_and_the_rest_is_given_back(database, relay, caplog):
    file(database, 8)
    relay.slow = 0.4
    carry_mail(database, lambda: AT)
    assert len(set(relay.message_ids())) == len(relay.mailbox) == 8
    assert all(letter.given_at and letter.attempts == 1 for letter in letters(database))
    assert "goes again" not in caplog.text


def test_what_was_answered_before_midnight_was_given_before_midnight(database):
    [notice] = file(database, 1)
    then, at = make.instant("2026-05-05T23:59:59+09:00"), make.instant("2026-05-06T00:00:02+09:00")
    with database.writing() as session:
        staff = make.make_staff(session)
        make.decide(session, session.merge(notice), make.KEEP, staff, "2026-05-04T16:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant("2026-05-04T17:00+09:00"))
    with database.writing() as session:
        parcels = outbox.claim_some(session, then, 10)
        delivery.settle_all(session, [Carried(parcel.id, TAKEN, then) for parcel in parcels], at=at)
    with database.reading() as session:
        reply = session.exec(select(Clock).where(Clock.rule == "reply")).one()
        assert reply.stopped_at == then
        assert session.exec(select(Event).where(Event.fact == Fact.BREACH_RECORDED)).all() == []
    assert sound(database)


def test_a_letter_whose_case_cannot_be_recorded_never_leaves_and_holds_up_no_other(database, relay, caplog):
    notices = file(database, 5)
    change(database, "update clock set force = 'nonsense' where case_id = :case", notices[0].case_id)
    for minutes in (0, 1, 3, 8, 23, 53, 113, 173):
        with pytest.raises(Incomplete, match="Error"):
            carry_mail(database, lambda at=AT + minutes * A_MINUTE: at)
    assert len(relay.mailbox) == 4
    assert sum(letter.given_at is not None for letter in letters(database)) == 4
    assert "LookupError" in caplog.text
    assert "akari" not in caplog.text


def test_a_hundred_damaged_letters_do_not_hide_the_good_one_behind_them(database, relay):
    notices = file(database, 103)
    with database.reading() as session:
        last = session.exec(select(Letter.case_id).order_by(col(Letter.try_at).desc(), col(Letter.id).desc())).first()
    good = next(notice for notice in notices if notice.case_id == last)
    change(database, "update letter set body_sealed = to_sealed where case_id <> :case", good.case_id)
    with pytest.raises(Incomplete, match="CannotOpen"):
        carry_mail(database, lambda: AT)
    assert [good.number in mail["Subject"] for mail in relay.mailbox] == [True]


def test_that_a_relay_may_have_a_letter_is_not_forgotten_when_it_cannot_be_claimed(database, relay, caplog):
    [notice] = file(database, 1)
    relay.data = ["drop"]
    with pytest.raises(Incomplete):
        carry_mail(database, lambda: AT)
    change(database, "update letter set subject_sealed = to_sealed, to_sealed = subject_sealed", notice.case_id)
    with pytest.raises(Incomplete, match="CannotOpen"):
        carry_mail(database, lambda: AT + 5 * A_MINUTE)
    change(database, "update letter set subject_sealed = to_sealed, to_sealed = subject_sealed", notice.case_id)
    carry_mail(database, lambda: AT + 30 * A_MINUTE)
    assert len(relay.mailbox) == 2
    assert len(set(relay.message_ids())) == 1
    assert "goes again" in caplog.text
    with database.reading() as session:
        [accepted] = session.exec(select(Event).where(Event.fact == Fact.LETTER_ACCEPTED))
    assert accepted.data["said"]["again"] is True


def test_a_worker_that_slept_through_its_claim_takes_nothing_from_the_next(database):
    file(database, 1)
    with database.writing() as session:
        [first] = outbox.claim_some(session, AT, 5)
    with database.writing() as session:
        [second] = outbox.claim_some(session, LATER, 5)
    for answer in (None, NO_WORD):
        with database.writing() as session:
            late = Carried(first.id, answer, LATER, first.again, first.claimed_until)
            delivery.settle_all(session, [late], at=LATER)
            assert outbox.claim_some(session, LATER, 5) == []
    [letter] = letters(database)
    assert (letter.claimed_until, letter.attempts) == (second.claimed_until, 2)


def test_what_a_fast_clock_wrote_leaves_once_the_clock_is_right(database, relay, caplog):
    two_days = timedelta(days=2)
    with database.writing() as session:
        make.make_notice(session, make.make_service(session), "2026-04-30T10:00+09:00")
        outbox.claim_some(session, AT + two_days, 1)
    carry_mail(database, lambda: AT)
    assert len(relay.mailbox) == 1
    assert "goes again" in caplog.text  # it was claimed when the clock was fast


def test_a_kill_in_the_middle_of_many_repeats_the_same_mails_and_says_so(database, settings, relay):
    file(database, 16)
    child = children.start("sweep.py", settings, AT.isoformat())
    relay.victim, relay.kill_at, relay.spared = child.pid, "DATA", 5
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    assert len(relay.mailbox) == 6

    for at in (AT, LATER):
        two = [children.start("sweep.py", settings, at.isoformat()) for _n in range(2)]
        children.go(*two)
        assert [one.wait(60) for one in two] == [0, 0]
    assert len(set(relay.message_ids())) == len(set(relay.contents)) == 16
    assert all(letter.given_at for letter in letters(database))
    with database.reading() as session:
        accepted = session.exec(select(Event).where(Event.fact == Fact.LETTER_ACCEPTED)).all()
    repeated = len(relay.mailbox) - 16
    assert repeated <= sum(event.data["said"]["again"] for event in accepted)
    assert sound(database)


@pytest.mark.postgres
def test_an_answer_is_kept_while_the_database_is_away(tmp_path, relay):
    with migrated_database("postgresql", tmp_path) as url:
        database = open_database(
            make_settings(tmp_path, database=url, mail="smtp", smtp_port=relay.port, smtp_timeout=5)
        )
        file(database, 3)
        name = make_url(url).database
        admin = server(os.environ["TEST_DATABASE_URL"])

        def allow(yes: bool) -> None:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"alter database {name} allow_connections {'true' if yes else 'false'}")

        def away() -> None:
            allow(False)
            with admin.connect() as connection:
                connection.exec_driver_sql(
                    f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
                )
            threading.Timer(0.6, allow, [True]).start()

        relay.meanwhile = away
        carry_mail(database, lambda: AT)
        assert len(set(relay.message_ids())) == len(relay.mailbox) == 3
        assert all(letter.given_at for letter in letters(database))
        assert sound(database)
        database.dispose()
