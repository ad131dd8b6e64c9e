"""GET /healthz and the sentences for the desk."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests import make
from tests.conftest import make_settings
from tracker.casework.watch import health, memos
from tracker.jobs import JOBS, tasks
from tracker.models import JobRun, MemoKind
from tracker.web.health import problems

AT = make.instant("2026-05-05T09:00+09:00")


@pytest.fixture
def database(app):
    """The database as the app has it: with its knock, and what the health page watches."""
    return app.extensions["database"]


@pytest.fixture
def well(app, database, freezer):
    """A house where every job has just succeeded."""
    freezer.move_to("2026-05-05T09:00:00+09:00")
    for job in JOBS:
        assert tasks.run(database, job.name, lambda database, clock: None, lambda: AT)
    return app


def test_all_is_well_after_every_job_has_succeeded(well):
    answer = well.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["reasons"] == []
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_house_where_no_job_ever_ran_is_not_well(app, freezer):
    freezer.move_to("2026-05-05T09:00:00+09:00")
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert {reason["job"] for reason in answer.json["reasons"]} == {job.name for job in JOBS}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_is_fresh_until_its_limit_and_not_longer(well, job, freezer):
    freezer.move_to(AT + job.fresh)
    stale = {reason["job"] for reason in well.test_client().get("/healthz").json["reasons"]}
    assert job.name not in stale
    freezer.move_to(AT + job.fresh + timedelta(seconds=1))
    answer = well.test_client().get("/healthz")
    assert answer.status_code == 503
    assert job.name in {reason["job"] for reason in answer.json["reasons"]}


def test_failures_make_it_unwell_once_the_last_success_is_old(well, database, freezer):
    later = AT + timedelta(minutes=11)
    freezer.move_to(later)

    def fail(database, clock):
        raise ConnectionError("akari@mail.example")

    tasks.run(database, "mail", fail, lambda: later)
    answer = well.test_client().get("/healthz")
    assert [(r["job"], r["failure"]) for r in answer.json["reasons"]] == [("mail", "ConnectionError")]
    assert "akari" not in answer.text


def test_a_database_that_is_away_is_a_reason(app, settings):
    database = app.extensions["database"]
    database.dispose()
    (settings.data / "kigen.db").write_bytes(b"this is no database at all, but a text of some length" * 100)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json["reasons"] == [{"part": "database", "failure": "DatabaseError"}]


def test_the_desk_is_told_nothing_while_all_is_well(well, database):
    with well.app_context(), database.reading() as session:
        assert problems(session, AT) == []


def test_the_desk_is_told_of_a_job_that_stands_still(well, database):
    with well.app_context(), database.reading() as session:
        [said] = problems(session, AT + timedelta(minutes=15))
    assert said == "「通知の送信」が5/5 9:00から成功していません。ワーカーが動いているか確かめてください。"


def test_the_desk_is_told_loudly_that_letters_wait_without_mail(well, database, tmp_path):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    database.info["settings"] = make_settings(tmp_path, mail="")
    with well.app_context(), database.reading() as session:
        [said] = problems(session, AT)
    assert "1通が送信待ち" in said
    assert "期限は進んでいます" in said


def test_the_desk_is_told_when_the_disk_is_too_full_for_files(well, database, tmp_path):
    database.info["settings"] = make_settings(tmp_path, disk_spare=10**18)
    with database.reading() as session:
        [said] = problems(session, AT)
    assert "空き容量が足りません" in said


def test_a_house_from_which_no_mail_leaves_is_not_well(well, database, tmp_path):
    database.info["settings"] = make_settings(tmp_path, mail="")
    assert well.test_client().get("/healthz").status_code == 200  # nothing is to be sent yet
    with database.writing() as session:
        memos.post(session, make.make_staff(session), MemoKind.TEST, "test:1", "件名", "本文", at=AT)
    answer = well.test_client().get("/healthz")
    assert answer.status_code == 503
    assert {"part": "mail", "failure": "NotSet"} in answer.json["reasons"]


def test_a_memo_that_waits_too_long_makes_it_unwell(well, database, freezer):
    with database.writing() as session:
        staff = make.make_staff(session)
        memos.post(session, staff, MemoKind.TEST, "test:1", "件名", "本文", at=AT - health.STUCK - timedelta(minutes=1))
    answer = well.test_client().get("/healthz")
    assert answer.status_code == 503
    assert {"part": "memos", "failure": "Stuck"} in answer.json["reasons"]


def test_several_jobs_that_stand_still_are_one_sentence_with_their_names(well, database):
    at = AT + timedelta(hours=2)  # the jobs of each minute are old, those of each night are not
    with database.reading() as session:
        said = problems(session, at)
        old = [state.label for state in health.states(session, at).values() if not state.fresh]
    assert 2 < len(old) < len(JOBS)
    [one] = said
    assert all(label in one for label in old)


def test_two_jobs_that_stand_still_each_say_since_when(well, database):
    with database.writing() as session:
        for row in session.exec(select(JobRun).where(col(JobRun.name).in_(["mail", "alerts"]))):
            row.succeeded_at = AT - timedelta(hours=3)
            session.add(row)
    with database.reading() as session:
        said = problems(session, AT)
    assert len(said) == 2 and all("6:00から成功していません" in one for one in said)
