"""The commands of an operator."""

import base64
import re
import stat

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import member, sign_in
from tracker.cli.setting_up import write_keys
from tracker.models import CriteriaVersion, Role, Service, Staff
from tracker.settings import Settings, from_environment

CRITERIA = "第4条1項｜名誉毀損｜事実を示して人の社会的評価を下げる投稿\n\n第5条2項|プライバシー|住所を示す投稿\n"


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=words, **more)


def one(database, kind):
    with database.reading() as session:
        return session.exec(select(kind)).one()


def test_a_member_of_the_team_is_added_with_a_hashed_password(run, database):
    done = run(
        "staff",
        "add",
        "haruka@tsumugi.example",
        "小野寺 遥",
        "--role",
        "lead",
        "--password-stdin",
        input="correct horse battery\n",
    )
    assert done.exit_code == 0, done.output
    staff = one(database, Staff)
    assert (staff.email, staff.name, staff.role) == ("haruka@tsumugi.example", "小野寺 遥", Role.LEAD)
    assert "correct horse" not in staff.password
    assert "correct horse" not in done.output
    assert "haruka@tsumugi.example\t小野寺 遥\tlead\tactive" in run("staff", "list").output


def test_a_new_password_lets_in_and_signs_the_old_sessions_out(app, run, database):
    client = member(app, Role.REVIEWER)
    with database.reading() as session:
        email = session.exec(select(Staff.email)).one()
    done = run("staff", "password", email.upper(), "--password-stdin", input="夜明け前の電車は青い色をしている\n")
    assert done.exit_code == 0, done.output
    assert client.get("/desk/").status_code == 303
    _client, answer = sign_in(app, email, "夜明け前の電車は青い色をしている")
    assert answer.status_code == 303
    assert sign_in(app, email)[1].status_code != 303


def test_a_new_password_for_nobody_or_too_short_is_refused(run, database):
    with database.writing() as session:
        make.make_staff(session, email="haruka@tsumugi.example")
    assert "not in the team" in run("staff", "password", "x@y.example", "--password-stdin", input="a" * 20).output
    assert "at least 12" in run("staff", "password", "haruka@tsumugi.example", "--password-stdin", input="a").output


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("HARUKA@tsumugi.example", "correct horse battery", "in the team already"),
        ("mina@tsumugi.example", "short", "at least 12"),
        ("mina", "correct horse battery", "not an e-mail address"),
    ],
)
def test_a_bad_account_is_refused_in_a_sentence(run, database, email, password, says):
    with database.writing() as session:
        make.make_staff(session, email="haruka@tsumugi.example")
    done = run("staff", "add", email, "水野", "--password-stdin", input=password + "\n")
    assert done.exit_code == 1
    assert says in done.output


def test_a_service_is_added_and_listed(run, database):
    done = run("service", "add", "tsumugi", "つむぎ広場", "--prefix", "TH", "--registered-on", "2025-07-30")
    assert done.exit_code == 0, done.output
    assert str(one(database, Service).registered_on) == "2025-07-30"
    assert "tsumugi\tつむぎ広場\tTH\t2025-07-30" in run("service", "list").output


@pytest.mark.parametrize(("slug", "prefix"), [("Tsu mugi", "TT"), ("other", "th"), ("tsumugi", "TT"), ("other", "TH")])
def test_a_malformed_or_taken_service_is_refused(run, database, slug, prefix):
    with database.writing() as session:
        make.make_service(session)
    done = run("service", "add", slug, "名", "--prefix", prefix)
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_criteria_are_entered_from_a_plain_text(run, database, tmp_path):
    with database.writing() as session:
        make.make_service(session)
    file = tmp_path / "criteria.txt"
    file.write_text(CRITERIA)
    done = run("criteria", "add", "tsumugi", str(file), "--published-at", "2025-07-15T09:00", "--proof", "公報の写し")
    assert done.exit_code == 0, done.output
    assert "2025年7月30日(水)" in done.output
    assert one(database, CriteriaVersion).published_at == make.instant("2025-07-15T09:00+09:00")


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("題だけの行\n", ["--published-at", "2025-07-15T09:00", "--proof", "写し"], "Line 1"),
        ("1｜a｜b\n1｜c｜d\n", ["--published-at", "2025-07-15T09:00", "--proof", "写し"], "stands twice"),
        (CRITERIA, ["--published-at", "2025-07-15T09:00"], "証拠"),
        (CRITERIA, ["--published-at", "いつか"], "is not a date and time"),
        (CRITERIA, ["--published-at", "2199-01-01T00:00", "--proof", "写し"], "今より後"),
    ],
)
def test_criteria_that_cannot_be_entered_say_why(run, database, tmp_path, text, options, says):
    with database.writing() as session:
        make.make_service(session)
    file = tmp_path / "criteria.txt"
    file.write_text(text)
    done = run("criteria", "add", "tsumugi", str(file), *options)
    assert done.exit_code == 1
    assert says in done.output


def test_setting_up_twice_changes_nothing(run, database, settings):
    first = run("setup")
    assert first.exit_code == 0, first.output
    sign_in = settings.data / "sign-in.txt"
    email, password = sign_in.read_text().split()
    assert stat.S_IMODE(sign_in.stat().st_mode) == 0o600
    assert email in first.output
    assert password in first.output
    assert "/s/tsumugi/" in first.output
    before = (one(database, Service).id, one(database, Staff).password, one(database, CriteriaVersion).id)
    assert run("setup").output == first.output
    assert (one(database, Service).id, one(database, Staff).password, one(database, CriteriaVersion).id) == before


def test_a_whole_journal_is_said_to_be_whole(run, database):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    done = run("verify-journal")
    assert done.exit_code == 0, done.output
    assert re.match(r"calendarversion: 1 rows, the last digest [0-9a-f]{64}\neditionconfirmation: 0 rows", done.output)


def test_an_altered_journal_is_named_and_the_command_fails(run, database):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    with database.writer.begin() as connection:
        connection.exec_driver_sql("drop trigger event_fixed")
        connection.exec_driver_sql("update event set actor = 'somebody' where seq = 1")
    done = run("verify-journal")
    assert done.exit_code == 1
    assert done.output.strip()


def test_a_first_start_names_the_provider_of_the_sample_and_says_where_to_change_it(tmp_path, monkeypatch, run):
    for name in ("TRACKER_SECRET_KEY", "TRACKER_MASTER_KEY", "TRACKER_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "fresh.env"
    assert write_keys(file)
    assert Settings(_env_file=file).provider == "株式会社つむぎネットワーク（見本）"
    assert "株式会社つむぎネットワーク (TRACKER_PROVIDER in .env)" in run("setup").output


def test_letters_of_a_house_without_the_demo_wait_until_somebody_says_how_mail_leaves(tmp_path, monkeypatch, run):
    for name in ("TRACKER_SECRET_KEY", "TRACKER_MASTER_KEY", "TRACKER_PROVIDER", "TRACKER_MAIL"):
        monkeypatch.delenv(name, raising=False)
    assert write_keys(tmp_path / "sample.env")
    assert Settings(_env_file=tmp_path / "sample.env").mail == "folder"
    assert write_keys(tmp_path / "earnest.env", sample=False)
    made = Settings(_env_file=tmp_path / "earnest.env")
    assert made.mail == "" and "未設定" in made.provider


def test_an_empty_house_has_an_account_and_no_service(run, database):
    assert run("setup", "--empty").exit_code == 0
    assert run("setup", "--demo").exit_code == 0  # a later start leaves it so
    with database.reading() as session:
        assert session.exec(select(Service)).all() == []
        assert len(session.exec(select(Staff)).all()) == 1


def test_fresh_keys_are_written_for_the_owner_only_and_never_again(tmp_path, monkeypatch):
    for name in ("TRACKER_SECRET_KEY", "TRACKER_MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / ".env"
    file.write_text("TRACKER_PROVIDER=つむぎ")  # without a line end
    assert write_keys(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = Settings(_env_file=file)
    assert made.provider == "つむぎ"
    assert len(base64.b64decode(made.master_key.get_secret_value())) == 32
    before = file.read_text()
    assert not write_keys(file)
    assert file.read_text() == before


def test_a_start_without_keys_names_what_is_missing_and_shows_no_value(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # no .env here
    monkeypatch.delenv("TRACKER_SECRET_KEY", raising=False)
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "s3cret")
    monkeypatch.setenv("TRACKER_SMTP_PORT", "s3cret")

    with pytest.raises(SystemExit) as stop:
        from_environment()

    assert "TRACKER_SECRET_KEY: Field required" in str(stop.value)
    assert "TRACKER_SMTP_PORT" in str(stop.value)
    assert "s3cret" not in str(stop.value)


def test_a_key_that_signs_receipts_is_changed_and_both_are_listed(run, database):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    first = run("signing-key", "list").output.split("\t")[0]
    said = run("signing-key", "rotate")
    assert said.exit_code == 0 and "signs from now on" in said.output
    lines = run("signing-key", "list").output.splitlines()
    assert [line.split("\t")[0] for line in lines] == [said.output.split()[0], first]
    assert lines[0].endswith("signs") and not lines[1].endswith("signs")
    assert run("verify-journal").exit_code == 0
