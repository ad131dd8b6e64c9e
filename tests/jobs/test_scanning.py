"""Evidence files and the virus scanner: looked at after filing, looked at again when it is back, never in the way."""

import base64
import os

import pytest
from pydantic import SecretStr
from sqlmodel import select

from tests import make, pictures
from tests.conftest import make_settings, open_database
from tests.relay import free_port
from tests.scanner import EICAR, NAME, running_scanner
from tests.web.claimant import PDF
from tracker.casework import evidence, journal
from tracker.casework.evidence import FileIn
from tracker.casework.evidence.clamd import Away, Said, Silent, ask
from tracker.casework.verify import verify
from tracker.jobs import JOBS, tasks
from tracker.law.facts import Fact
from tracker.models import Case, CaseKey, Event, Evidence, JobRun, Verdict

AT = "2026-05-05T09:00+09:00"
ILL = PDF + EICAR
[JOB] = [job for job in JOBS if job.name == "scan"]


def clock():
    return make.instant(AT)


@pytest.fixture
def case(database):
    """A notice with a photo and an ill PDF."""
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session))
        for name, body in (("写真.jpg", pictures.jpeg()), ("書面.pdf", ILL)):
            evidence.keep(session, "t", FileIn(name, body), at=clock())
        case = session.get_one(Case, notice.case_id)
        evidence.attach(session, case, evidence.kept(session, "t"), actor=journal.CLAIMANT, at=clock())
    return case


def scan(settings, address: str = "", at: str = AT, **more) -> bool:
    """One run of the job, as a worker with that scanner does it."""
    database = open_database(settings.model_copy(update={"clamd": address} | more))
    try:
        return tasks.run(database, JOB.name, JOB.work, lambda: make.instant(at))
    finally:
        database.dispose()


def verdicts(database) -> dict[str, tuple[Verdict | None, str]]:
    with database.reading() as session:
        return {e.kind: (e.verdict, e.virus) for e in session.exec(select(Evidence))}


def infections(database) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == Fact.EVIDENCE_INFECTED)))


@pytest.mark.parametrize("socket", [False, True], ids=["TCP", "unix socket"])
def test_every_file_is_looked_at_once_and_a_virus_enters_the_record(database, settings, case, tmp_path, socket):
    with running_scanner(tmp_path / "clamd.sock" if socket else None) as scanner:
        assert scan(settings, scanner.address) and scan(settings, scanner.address)
    assert sorted(scanner.bodies) == sorted([pictures.jpeg(), ILL])
    assert verdicts(database) == {"image/jpeg": (Verdict.CLEAN, ""), "application/pdf": (Verdict.INFECTED, NAME)}
    [event] = infections(database)
    with database.reading() as session:
        ill = session.exec(select(Evidence).where(Evidence.verdict == Verdict.INFECTED)).one()
        assert event.data["said"] == {"file": str(ill.id)} and event.actor == journal.SYSTEM
        assert list(verify(session)) == []


def test_without_a_scanner_nothing_is_looked_at_and_nothing_fails(database, settings, case):
    assert scan(settings)
    assert set(verdicts(database).values()) == {(None, "")}


def test_a_scanner_that_was_away_gets_the_files_when_it_is_back(database, settings, case, caplog):
    port = free_port()
    assert not scan(settings, f"127.0.0.1:{port}")
    with database.reading() as session:
        assert session.get_one(JobRun, "scan").failure == "Away"
    assert set(verdicts(database).values()) == {(None, "")}
    assert "写真" not in caplog.text and "書面" not in caplog.text
    with running_scanner(port=port) as scanner:
        assert scan(settings, scanner.address)
    assert None not in {verdict for verdict, _virus in verdicts(database).values()}


def test_three_silences_in_a_row_end_the_run(database, settings, case, monkeypatch):
    monkeypatch.setattr(tasks, "SILENT", 1)
    with running_scanner() as scanner:
        scanner.says = "\0"
        assert not scan(settings, scanner.address)
    assert scanner.asked == 1


def test_files_that_get_no_answer_stand_behind_the_others(database, settings, case, monkeypatch):
    monkeypatch.setattr(tasks, "SILENT", 1)
    with running_scanner() as scanner:
        scanner.says = "\0"
        assert not scan(settings, scanner.address) and not scan(settings, scanner.address)
        assert sorted(scanner.bodies) == sorted([pictures.jpeg(), ILL])
        scanner.says = ""
        assert scan(settings, scanner.address)  # they wait ten minutes
        assert set(verdicts(database).values()) == {(None, "")}
        assert scan(settings, scanner.address, "2026-05-05T09:10+09:00")
    assert None not in {verdict for verdict, _virus in verdicts(database).values()}


def test_a_file_that_the_scanner_cannot_look_at_stops_no_other_and_is_tried_again(
    database, settings, case, monkeypatch
):
    monkeypatch.setattr(tasks, "SILENT", 1)
    with running_scanner() as scanner:
        scanner.stumbles = PDF
        assert not scan(settings, scanner.address)
        assert verdicts(database) == {"image/jpeg": (Verdict.CLEAN, ""), "application/pdf": (None, "")}
        with database.reading() as session:
            assert session.get_one(JobRun, "scan").failure == "Unable"
        assert scan(settings, scanner.address, "2026-05-05T09:09+09:00") and scanner.asked == 2
        assert not scan(settings, scanner.address, "2026-05-05T09:10+09:00") and scanner.asked == 3
        scanner.stumbles = b""
        assert scan(settings, scanner.address, "2026-05-05T09:20+09:00")
    assert verdicts(database)["application/pdf"] == (Verdict.INFECTED, NAME)


def test_a_file_that_the_scanner_finds_too_long_is_not_sent_again_and_again(database, settings, case):
    with running_scanner(most=100) as scanner:
        assert scan(settings, scanner.address) and scan(settings, scanner.address)
    assert scanner.asked == 2
    assert {verdict for verdict, _virus in verdicts(database).values()} == {Verdict.TOO_BIG}


def test_a_long_file_whose_line_is_cut_while_it_is_sent_is_too_big(tmp_path):
    with running_scanner(most=1_000_000) as scanner:
        assert ask(scanner.address, b"0" * 20_000_000) == Said(Verdict.TOO_BIG)


def test_a_file_that_is_away_gets_no_verdict_and_is_scanned_when_it_is_back(database, settings, case):
    with database.reading() as session:
        first = session.exec(select(Evidence).order_by(Evidence.id)).first()
    path = settings.evidence_folder / first.stored
    path.rename(settings.data / "away")
    with running_scanner() as scanner:
        assert not scan(settings, scanner.address)
        assert len(scanner.bodies) == 1  # the other one
        assert verdicts(database)[first.kind] == (None, "")
        (settings.data / "away").rename(path)
        assert scan(settings, scanner.address)
    assert None not in {verdict for verdict, _virus in verdicts(database).values()}


def test_a_wrong_master_key_is_no_verdict(database, settings, case):
    with running_scanner() as scanner:
        assert not scan(settings, scanner.address, master_key=SecretStr(base64.b64encode(b"?" * 32).decode()))
        assert set(verdicts(database).values()) == {(None, "")} and scanner.asked == 0
        assert scan(settings, scanner.address)


def test_files_of_a_case_that_was_erased_are_not_read(database, settings, case):
    with database.writing() as session:
        session.get_one(CaseKey, case.id).wrapped = None
    with running_scanner() as scanner:
        assert scan(settings, scanner.address)
    assert scanner.asked == 0
    assert {verdict for verdict, _virus in verdicts(database).values()} == {Verdict.UNREADABLE}


def test_a_scanner_that_never_answers_is_not_waited_for_longer_than_said():
    with running_scanner() as scanner:
        scanner.mute = True
        with pytest.raises(Silent):
            ask(scanner.address, b"x", answer=0.2)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "no.such.host.invalid:3310", "[::1]:1"])
def test_a_scanner_that_is_not_there_is_silent(address):
    with pytest.raises(Away):
        ask(address, b"x")


@pytest.mark.parametrize("address", ["", "127.0.0.1:3310", "/run/clamav/clamd.ctl", "[::1]:3310"])
def test_addresses_of_a_scanner(tmp_path, address):
    assert make_settings(tmp_path, clamd=address).clamd == address


@pytest.mark.parametrize("address", ["clamd", "tcp://x", "127.0.0.1:"])
def test_what_is_no_address_of_a_scanner(tmp_path, address):
    with pytest.raises(ValueError):
        make_settings(tmp_path, clamd=address)


def test_the_sweep_goes_in_small_steps_and_takes_only_what_no_row_names(database, settings, case, monkeypatch):
    monkeypatch.setattr("tracker.casework.evidence.store.STEP", 2)
    monkeypatch.setattr("tracker.casework.evidence.store.NAMES", 2)
    then, lately = make.instant("2026-05-01T09:00+09:00"), make.instant("2026-05-05T08:00+09:00")
    with database.writing() as session:
        for n in range(5):
            evidence.keep(session, f"form{n}", FileIn("a.png", pictures.png()), at=then)
        late = evidence.keep(session, "late", FileIn("a.png", pictures.png()), at=lately)
        named = set(session.exec(select(Evidence.stored))) | {late.stored}
    old = then.timestamp()
    (settings.evidence_folder / "left-over").write_bytes(b"x")
    for path in settings.evidence_folder.iterdir():
        os.utime(path, (old, old))
    tasks.sweep_evidence(database, clock)
    assert {path.name for path in settings.evidence_folder.iterdir()} == named
