"""What each job does, once or twice, and what it says of itself."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tracker.casework import evidence, journal
from tracker.casework.verify import verify
from tracker.jobs import JOBS, mail, tasks, watching
from tracker.law.facts import Fact
from tracker.models import Alert, Case, CriteriaVersion, Event, JobRun, Letter, LogHold

AT = "2026-05-05T09:00+09:00"


def clock(text: str = AT):
    return lambda: make.instant(text)


def state(database, name: str) -> JobRun:
    with database.reading() as session:
        return session.get_one(JobRun, name)


def events(database, fact: Fact) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == fact)))


@pytest.fixture
def notice(database):
    with database.writing() as session:
        make.make_staff(session)
        return make.make_notice(session, make.make_service(session))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_each_job_can_run_twice_on_a_case_and_changes_nothing_the_second_time(database, notice, job):
    assert tasks.run(database, job.name, job.work, clock())
    with database.reading() as session:
        before = session.exec(select(Event.digest)).all()
        letters = session.exec(select(Letter.id)).all()
    assert tasks.run(database, job.name, job.work, clock())
    with database.reading() as session:
        assert session.exec(select(Event.digest)).all() == before
        assert session.exec(select(Letter.id)).all() == letters


def test_a_run_is_marked_as_started_and_succeeded(database):
    assert tasks.run(database, "mail", lambda database, clock: None, clock())
    marked = state(database, "mail")
    assert (marked.started_at, marked.succeeded_at, marked.failed_at) == (make.instant(AT), make.instant(AT), None)


def test_a_failure_is_kept_by_its_class_name_and_never_by_its_text(database, caplog):
    def fail(database, clock):
        raise RuntimeError("水原 あかり akari@mail.example")

    assert not tasks.run(database, "mail", fail, clock())
    assert state(database, "mail").failure == "RuntimeError"
    assert state(database, "mail").succeeded_at is None
    assert "akari" not in caplog.text


def test_a_job_whose_database_is_gone_does_not_raise(tmp_path):
    away = open_database(make_settings(tmp_path, database=f"sqlite:///{tmp_path}/none/kigen.db"))
    assert not tasks.run(away, "mail", mail.carry_mail, clock())


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_first_runs_of_a_job_in_many_workers_share_one_row(kind, tmp_path):
    with migrated_database(kind, tmp_path) as url:
        settings = make_settings(tmp_path, database=url)
        database = open_database(settings)
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda n: tasks.run(database, "holds", tasks.end_holds, clock()), range(8)))
        assert done == [True] * 8
        assert state(database, "holds").succeeded_at == make.instant(AT)
        database.dispose()


def test_an_alert_that_cannot_be_made_stops_no_other(database, caplog):
    with database.writing() as session:
        make.make_staff(session)
        service = make.make_service(session)
        broken, _whole = (make.make_notice(session, service) for _ in range(2))
    with database.writing() as session:
        session.connection().execute(text("drop trigger clock_fixed"))
        session.connection().execute(
            text("update clock set rule = 'unknown' where case_id = :case"), {"case": broken.case_id.hex}
        )
    assert not tasks.run(database, "alerts", watching.raise_alerts, clock("2026-05-01T10:00+09:00"))
    assert state(database, "alerts").failure
    with database.reading() as session:
        assert session.exec(select(Alert)).all()


def test_a_poisoned_record_is_named_by_class_and_id_only(database, notice, caplog):
    caplog.set_level(logging.INFO)
    with database.writing() as session:
        session.connection().execute(text("update casekey set wrapped = :wrong"), {"wrong": b"\x01" + b"x" * 60})
    assert not tasks.run(database, "mail", mail.carry_mail, clock())
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()
    assert f"letter {letter.id}: CannotOpen" in caplog.text
    assert "あかり" not in caplog.text


def test_the_wait_of_criteria_ends_on_the_day_they_may_be_used(database):
    with database.writing() as session:
        version = make.make_criteria(session, make.make_service(session), "2026-05-01T09:00+09:00")
    tasks.end_waits(database, clock("2026-05-15T23:59+09:00"))
    assert events(database, Fact.WAIT_OVER) == []
    for _ in range(2):
        tasks.end_waits(database, clock("2026-05-16T00:03+09:00"))
    [over] = events(database, Fact.WAIT_OVER)
    assert over.occurred_at == version.usable_from == make.instant("2026-05-16T00:00+09:00")
    with database.reading() as session:
        assert session.get_one(CriteriaVersion, version.id).usable_from == version.usable_from


def test_a_hold_ends_when_its_time_has_passed_and_the_case_says_so(database, notice):
    with database.reading() as session:
        [hold] = session.exec(select(LogHold)).all()
    early, late = hold.until_at - timedelta(seconds=1), hold.until_at
    tasks.end_holds(database, lambda: early)
    assert events(database, Fact.HOLD_RELEASED) == []
    for _ in range(2):
        tasks.end_holds(database, lambda: late)
    [released] = events(database, Fact.HOLD_RELEASED)
    assert released.data["said"]["holds"] == [str(hold.id)]
    assert (released.occurred_at, released.actor) == (late, journal.SYSTEM)
    with database.reading() as session:
        assert session.get_one(LogHold, hold.id).released_at == late
        assert list(verify(session)) == []


def test_files_of_a_form_that_was_never_sent_go_after_a_day(database, settings):
    image = BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    with database.writing() as session:
        upload = evidence.keep(
            session, "a-form", evidence.FileIn("証拠.png", image.getvalue()), at=make.instant("2026-05-04T08:59+09:00")
        )
    stored = settings.evidence_folder / upload.stored
    written = make.instant("2026-05-04T08:59+09:00").timestamp()
    os.utime(stored, (written, written))
    tasks.sweep_evidence(database, clock("2026-05-05T08:00+09:00"))
    assert stored.exists()
    tasks.sweep_evidence(database, clock("2026-05-05T09:00+09:00"))
    assert not stored.exists()


def test_the_sweep_minds_its_own_files_and_nothing_else_stops_it(database, settings):
    folder, old = settings.evidence_folder, make.instant("2026-05-01T09:00+09:00").timestamp()
    (folder / "lost+found").mkdir(parents=True)
    (folder / "nowhere").symlink_to(folder / "what-is-not-there")
    (folder / "left-over").write_bytes(b"x")
    for name in ("lost+found", "left-over"):
        os.utime(folder / name, (old, old))
    assert tasks.run(database, "evidence", tasks.sweep_evidence, clock("2026-05-05T09:00+09:00"))
    assert {path.name for path in folder.iterdir()} == {"lost+found", "nowhere"}


def test_the_nightly_check_finds_a_case_that_stands_elsewhere_than_its_record(database, notice, caplog):
    assert tasks.run(database, "positions", tasks.check_positions, clock())
    with database.writing() as session:
        case = session.get_one(Case, notice.case_id)
        case.next_at = make.instant("2027-01-01T00:00+09:00")
        session.add(case)
    assert not tasks.run(database, "positions", tasks.check_positions, clock())
    assert state(database, "positions").failure == "PositionDiffers"
    assert str(notice.case_id) in caplog.text


def test_the_nightly_check_finds_a_case_that_is_closed_too_early(database, notice):
    with database.writing() as session:
        case = session.get_one(Case, notice.case_id)
        case.closed_at = make.instant(AT)
        session.add(case)
    assert not tasks.run(database, "positions", tasks.check_positions, clock())


def test_the_nightly_check_goes_over_more_cases_than_one_page(database, monkeypatch):
    monkeypatch.setattr(tasks, "PAGE", 2)
    with database.writing() as session:
        service = make.make_service(session)
        for _ in range(5):
            make.make_notice(session, service)
    with database.writing() as session:
        last = session.exec(select(Case).order_by(Case.id.desc())).first()
        last.next_at = None
        session.add(last)
    assert tasks.run(database, "positions", tasks.check_positions, clock()) is False
