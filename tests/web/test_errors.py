"""Nine errors on either side: what happened, what was kept, what to do next, and a way back."""

import re

import pytest
from flask import abort
from sqlalchemy import event
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.web import desk
from tests.web.claimant import send, text
from tracker import create_app
from tracker.casework import Conflict, NotAllowed
from tracker.models import Notice, Role
from tracker.web.guards import TooLow

NINE = (400, 403, 404, 409, 413, 422, 429, 500, 503)
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(app, database, freezer):
    """The app with doors that fail as they are told."""
    freezer.move_to("2026-05-01T10:42:00+09:00")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with database.writing() as session:
        make.make_service(session)
    for place in ("/fail", "/desk/fail"):
        app.add_url_rule(f"{place}/<int:code>", f"{place}-code", abort, methods=["GET", "POST"])
    app.add_url_rule("/desk/conflict", "conflict", lambda: _raise(Conflict("先に佐藤さんが判断しました。")))
    app.add_url_rule("/desk/refused", "refused", lambda: _raise(NotAllowed("判断の後に取り下げることはできません。")))
    return app


def _raise(error: Exception):
    raise error


def _take_away(app, settings) -> None:
    """Put the database where it cannot be opened."""
    app.extensions["database"].dispose()
    stored = settings.data / "kigen.db"
    stored.rename(settings.data / "away")
    stored.mkdir()  # a folder where the file should be: it cannot be opened
    for more in ("-wal", "-shm"):
        (settings.data / f"kigen.db{more}").unlink(missing_ok=True)


def sentences(answer) -> list[str]:
    """What stands in the main part as paragraphs."""
    main = answer.get_data(as_text=True).split("<main")[1]
    return [re.sub(r"<[^>]+>", "", p).strip() for p in re.findall(r"<p[^>]*>(.*?)</p>", main, re.S)]


@pytest.mark.parametrize("code", NINE)
@pytest.mark.parametrize("place", ["/fail", "/desk/fail"])
def test_every_error_says_what_happened_what_was_kept_and_what_to_do(app, place, code):
    answer = app.test_client().get(f"{place}/{code}")
    body = answer.get_data(as_text=True)
    assert answer.status_code == code and answer.headers["Content-Security-Policy"]
    title = re.search(r'<h1 class="title">([^<]+)</h1>', body)[1]
    shown, kept, then, *_more = sentences(answer)
    assert shown == str(code) and len(title) > 8
    assert kept.endswith("。") and then.endswith("。") and len(then) > 12
    home = "/desk/" if place.startswith("/desk") else "/"
    assert (
        f'class="button button--main" href="{home}"' in body or f'class="button button--second" href="{home}"' in body
    )
    assert f"<title>{title} |" in body


@pytest.mark.parametrize("code", NINE)
def test_a_claimant_and_a_member_of_staff_read_different_advice(app, code):
    client = app.test_client()
    assert sentences(client.get(f"/fail/{code}"))[1:3] != sentences(client.get(f"/desk/fail/{code}"))[1:3] or code in (
        409,
        422,
    )  # where both can only go back and look again


@pytest.mark.parametrize(("code", "again"), [(404, False), (429, True), (500, True), (503, True)])
def test_only_a_page_that_was_read_and_may_open_next_time_is_offered_again(app, code, again):
    client = app.test_client()
    assert ("もう一度開く" in text(client.get(f"/fail/{code}?from=mail"))) == again
    assert "もう一度開く" not in text(client.post(f"/fail/{code}", headers=HERE))
    if again:
        assert f'href="/fail/{code}?from=mail"' in client.get(f"/fail/{code}?from=mail").get_data(as_text=True)


def test_what_casework_refused_is_said_in_its_own_words_first(app):
    client = app.test_client()
    conflict, refused = client.get("/desk/conflict"), client.get("/desk/refused")
    assert conflict.status_code == 409 and sentences(conflict)[1] == "先に佐藤さんが判断しました。"
    assert "いまの操作は、まだ記録されていません。" in text(conflict)
    assert refused.status_code == 422 and sentences(refused)[1] == "判断の後に取り下げることはできません。"


def test_a_form_of_another_site_gets_the_403_of_the_claimants(app):
    answer = app.test_client().post("/s/tsumugi/", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and "何も記録されていません" in text(answer)


def test_a_role_too_low_gets_the_403_of_the_desk(app):
    answer = desk.post(desk.member(app, Role.REVIEWER), "/desk/criteria/tsumugi/draft/publish")
    assert answer.status_code == 403 and "何も変わっていません" in text(answer)


def test_a_role_too_low_is_told_which_role_may_and_whom_to_ask(app, database):
    with database.writing() as session:
        desk.make_member(app, session, "chief@tsumugi.example", Role.MANAGER, "真鍋 修")
        make.make_staff(session, name="去った人").active = False
    reviewer = desk.member(app, Role.REVIEWER)
    said = sentences(reviewer.get("/desk/approvals"))
    assert said[1:4] == [
        "この画面や操作は、主任、管理者、システム管理者が使えます。あなたの役割は「担当者」です。",
        "何も変わっていません。",
        "必要なときは、真鍋 修さん（管理者）に頼んでください。",
    ]
    lead = desk.member(app, Role.LEAD)
    assert "主任" not in sentences(lead.get("/desk/calendars"))[1].split("使えます")[0]
    assert "小野寺 遥さん（主任）、真鍋 修さん（管理者）" in text(reviewer.get("/desk/approvals"))
    assert "真鍋" not in text(app.test_client().get("/desk/approvals", follow_redirects=True))


def test_a_role_too_low_is_told_so_while_the_database_is_away(app, settings):
    app.add_url_rule("/desk/higher", "higher", lambda: _raise(TooLow(Role.LEAD)))
    _take_away(app, settings)

    answer = app.test_client().get("/desk/higher")
    assert answer.status_code == 403
    assert sentences(answer)[1].startswith("この画面や操作は、主任、管理者、システム管理者が使えます。")
    assert "必要なときは、主任か管理者に頼んでください。" in text(answer)  # nobody by name


def test_only_a_few_names_and_nothing_else_of_the_team_are_read_for_whoever_may_not(app, database):
    with database.writing() as session:
        for n in range(5):
            make.make_staff(session, f"主任{n}", Role.LEAD)
        make.make_staff(session, "先頭の管理者", Role.MANAGER)
    reviewer, asked = desk.member(app, Role.REVIEWER), []
    event.listen(app.extensions["database"].reader, "before_cursor_execute", lambda *said: asked.append(said[2]))

    assert "主任0さん（主任）、主任1さん（主任）、主任2さん（主任）に頼んで" in text(reviewer.get("/desk/approvals"))
    [team] = [sql for sql in asked if "LIMIT" in sql and "staff.active" in sql]
    assert "password" not in team and "email" not in team


def test_an_address_that_is_none_gets_404_on_either_side(app):
    client = app.test_client()
    assert "申出の記録が消えたわけではありません" in text(client.get("/nowhere"))
    assert "作業一覧から開いてください" in text(client.get("/desk/nowhere"))


def test_too_many_sign_ins_say_when_to_try_again(app, freezer):
    freezer.move_to("2099-05-01T10:42:00+09:00")  # the counter of attempts forgets by the wall clock
    client = app.test_client()
    data = {"email": "x@tsumugi.example", "password": "x", "csrf_token": desk.token(client.get("/desk/sign-in").text)}
    for _n in range(5):
        client.post("/desk/sign-in", data=data)
    answer = client.post("/desk/sign-in", data=data)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert "2099年5月1日(金) 10時43分00秒を過ぎると、また試せます。" in text(answer)


def test_too_many_filings_say_when_to_try_again(tmp_path, migrated, freezer):
    freezer.move_to("2099-05-01T10:42:00+09:00")
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "kigen.db").write_bytes(migrated.read_bytes())
    strict = create_app(make_settings(folder, filing_limit="1 per hour"))
    with strict.extensions["database"].writing() as session:
        make.make_service(session)
    client = strict.test_client()
    assert send(client).status_code == 303
    answer = send(client, token="a" * 32, reason="別の理由")
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 3601
    assert "11時42分を過ぎてから" in text(answer) and "別の理由" in answer.get_data(as_text=True)
    strict.extensions["database"].dispose()


@pytest.mark.parametrize("path", ["/", "/s/tsumugi/", "/desk/"])
def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(app, settings, path):
    client = desk.member(app) if path.startswith("/desk") else app.test_client()
    _take_away(app, settings)

    answer = client.get(path)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    assert "ただいま混み合っています" in text(answer) and "問い合わせ番号 E-0501-" in text(answer)


@pytest.mark.parametrize("path", ["/", "/s/tsumugi/", "/desk/"])
def test_a_database_that_is_broken_is_a_500_without_details(app, settings, path):
    client = desk.member(app) if path.startswith("/desk") else app.test_client()
    app.extensions["database"].dispose()
    for more in ("-wal", "-shm"):
        (settings.data / f"kigen.db{more}").unlink(missing_ok=True)
    (settings.data / "kigen.db").write_bytes(b"this is no database" * 1000)

    answer = client.get(path)
    assert answer.status_code == 500
    assert "こちらの不具合で、処理できませんでした" in text(answer) and "問い合わせ番号 E-0501-" in text(answer)
    for inside in ("sqlite", "select", "database", "Traceback", "tracker/"):
        assert inside not in answer.get_data(as_text=True), inside


def test_a_500_is_said_even_when_the_page_cannot_be_written(app, caplog):
    @app.context_processor
    def broken():
        raise RuntimeError("水原 あかり")

    answer = app.test_client().get("/s/tsumugi/")
    assert answer.status_code == 500
    assert "こちらの不具合で、処理できませんでした" in text(answer) and "問い合わせ番号 E-0501-" in text(answer)
    assert "水原" not in caplog.text and "水原" not in answer.get_data(as_text=True)


def test_after_an_error_what_was_filed_before_is_still_there(app, database):
    receipt = send(app.test_client()).location
    for code in NINE:
        app.test_client().post(f"/fail/{code}", headers=HERE)
    assert app.test_client().get(receipt).status_code == 200
    with database.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 1
