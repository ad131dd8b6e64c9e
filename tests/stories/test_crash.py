"""A worker is killed at the worst moments. No letter is lost; one that went out twice is the same, and says so."""

import signal
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import own_database
from tests.relay import running_relay
from tracker.casework.verify import verify
from tracker.jobs.tasks import carry_mail
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.migrations import migrate
from tracker.models import Event, Letter

AT = make.instant("2026-04-28T09:15:00+09:00")
LATER = AT + outbox.CLAIM + timedelta(minutes=1)  # the claim of AT has run out


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, relay, tmp_path):
    """Settings on an empty database of either kind, with mail to the relay."""
    with own_database() if request.param == "postgresql" else nullcontext(f"sqlite:///{tmp_path}/kigen.db") as url:
        yield make_settings(tmp_path, database=url, mail="smtp", smtp_port=relay.port, smtp_timeout=10)


@pytest.fixture
def database(settings):
    database = open_database(settings)
    migrate(database)
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    yield database
    database.dispose()


def kill(relay, settings, moment: str, *arguments: str) -> None:
    """Run a sweep that is killed at `moment`."""
    child = children.start("sweep.py", settings, AT.isoformat(), *arguments)
    relay.victim, relay.kill_at = child.pid, moment
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL


def letter(database) -> Letter:
    with database.reading() as session:
        return session.exec(select(Letter)).one()


def accepted(database) -> list[dict]:
    with database.reading() as session:
        return [e.data["said"] for e in session.exec(select(Event).where(Event.fact == Fact.LETTER_ACCEPTED))]


def chain_holds(database) -> bool:
    with database.reading() as session:
        return list(verify(session)) == []


def test_killed_after_the_claim_and_before_the_relay_was_told_anything(relay, settings, database):
    kill(relay, settings, "EHLO")
    assert relay.mailbox == []
    assert letter(database).claimed_until == AT + outbox.CLAIM
    carry_mail(database, lambda: AT)  # the claim still stands
    assert relay.mailbox == []
    carry_mail(database, lambda: LATER)
    assert len(relay.mailbox) == 1
    assert [a["again"] for a in accepted(database)] == [True]  # the ledger cannot know how far it came
    assert chain_holds(database)


def test_killed_between_data_and_250(relay, settings, database):
    kill(relay, settings, "DATA")
    assert len(relay.mailbox) == 1
    assert accepted(database) == []
    carry_mail(database, lambda: LATER)
    first, second = relay.message_ids()
    assert first == second
    assert relay.mailbox[0].as_bytes() == relay.mailbox[1].as_bytes()
    assert [a["again"] for a in accepted(database)] == [True]
    assert letter(database).given_at == LATER
    assert chain_holds(database)


def test_killed_between_250_and_commit(relay, settings, database):
    kill(relay, settings, "", "die-at-settle")
    assert len(relay.mailbox) == 1
    assert accepted(database) == []
    assert letter(database).given_at is None
    carry_mail(database, lambda: LATER)
    first, second = relay.message_ids()
    assert first == second
    assert [a["again"] for a in accepted(database)] == [True]
    assert chain_holds(database)


def test_two_sweepers_at_once_send_each_letter_once(relay, settings, database):
    with database.writing() as session:
        service = make.make_service(session, "つむぎ日記", "diary", "TD")
        for _ in range(15):
            make.make_notice(session, service)
    sweepers = [children.start("sweep.py", settings, AT.isoformat()) for _ in range(2)]
    children.go(*sweepers)
    assert [child.wait(60) for child in sweepers] == [0, 0]
    assert len(relay.mailbox) == 16
    assert len(set(relay.message_ids())) == 16
    assert [a["again"] for a in accepted(database)] == [False] * 16
