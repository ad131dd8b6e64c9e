"""A process is killed at the worst moments. No letter and no file is lost; a letter that went twice is the same."""

import os
import signal
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import children, make, pictures
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.relay import running_relay
from tracker.casework import evidence, journal
from tracker.casework.evidence import FileIn
from tracker.casework.verify import verify
from tracker.jobs import tasks
from tracker.jobs.mail import carry_mail
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.models import Case, Event, Evidence, Letter
from tracker.now import now

AT = make.instant("2026-04-28T09:15:00+09:00")
LATER = AT + outbox.CLAIM + timedelta(minutes=1)  # the claim of AT has run out


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, relay, tmp_path):
    """Settings on a fresh database of either kind, with mail to the relay."""
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url, mail="smtp", smtp_port=relay.port, smtp_timeout=10)


@pytest.fixture
def database(settings):
    database = open_database(settings)
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


def files(settings) -> set[str]:
    return {path.name for path in settings.evidence_folder.iterdir()}


@pytest.mark.parametrize("verb", ["drop", "sweep", "attach"])
def test_killed_before_the_commit_a_kept_file_is_still_there_for_its_filing(settings, database, verb):
    with database.writing() as session:
        evidence.keep(session, "a-form", FileIn("画面.png", pictures.png()), at=AT)
    child = children.start("files.py", settings, verb, "before_commit", "a-form")
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    with database.writing() as session:
        case = session.exec(select(Case)).one()
        [id] = evidence.attach(session, case, evidence.kept(session, "a-form"), actor=journal.CLAIMANT, at=AT)
        assert evidence.read(session, session.get_one(Evidence, id)) == pictures.png()
    assert chain_holds(database)


@pytest.mark.parametrize("verb", ["drop", "sweep", "attach"])
def test_killed_after_the_commit_a_file_that_nobody_names_is_swept(settings, database, verb):
    with database.writing() as session:
        kept = evidence.keep(session, "a-form", FileIn("画面.png", pictures.png()), at=AT).stored
    child = children.start("files.py", settings, verb, "after_commit", "a-form")
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    assert kept in files(settings)
    with database.reading() as session:
        assert evidence.kept(session, "a-form") == []
        named = set(session.exec(select(Evidence.stored)))
    tasks.sweep_evidence(database, lambda: now() + 2 * evidence.KEPT)
    assert files(settings) == named
    assert chain_holds(database)


def test_a_file_and_its_name_are_on_the_disk_before_a_row_names_it(database, settings, monkeypatch):
    kept, sync = [], os.fsync

    def remembering(held: int) -> None:
        sync(held)
        kept.append(os.readlink(f"/proc/self/fd/{held}"))

    monkeypatch.setattr(os, "fsync", remembering)
    with database.writing() as session:
        stored = evidence.keep(session, "a-form", FileIn("画面.png", pictures.png()), at=AT).stored
    folder = settings.evidence_folder
    assert kept == [str(folder.parent), str(folder / stored), str(folder)]
