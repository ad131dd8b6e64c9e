"""Signing in and out: through the page, with a limit, and never for those who left."""

import unicodedata

import pytest

from tests.web.desk import PASSWORD, make_member, member, sign_in, token, words
from tracker.models import Staff

AT = "2026-05-01T10:42:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def somebody(app, database):
    """Somebody with an account."""
    with database.writing() as session:
        return make_member(app, session, "onodera@tsumugi.example")


def test_the_right_password_leads_to_the_worklist(app, somebody):
    client, answer = sign_in(app, "onodera@tsumugi.example")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert "小野寺 遥" in words(client.get("/desk/"))


def test_an_address_in_capitals_or_full_width_is_the_same_address(app, somebody):
    assert sign_in(app, " Ｏnodera@Tsumugi.example ")[1].status_code == 303


def test_a_japanese_password_composed_in_another_way_is_the_same_password(app, somebody):
    assert sign_in(app, "onodera@tsumugi.example", unicodedata.normalize("NFD", PASSWORD))[1].status_code == 303


@pytest.mark.parametrize(("email", "password"), [("onodera@tsumugi.example", "wrong"), ("nobody@x.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_look_the_same(app, somebody, email, password):
    _client, answer = sign_in(app, email, password)

    assert answer.status_code == 422
    assert "メールアドレスかパスワードが違います。" in words(answer)
    assert "サインインできませんでした" in words(answer)
    assert "送れます" not in words(answer)
    assert email in answer.text
    assert password not in answer.text


def test_whoever_left_can_neither_sign_in_nor_stay(app, database, somebody):
    client, _answer = sign_in(app, "onodera@tsumugi.example")
    with database.writing() as session:
        row = session.get_one(Staff, somebody.id)
        row.active = False
        session.add(row)

    assert client.get("/desk/").status_code == 303
    assert sign_in(app, "onodera@tsumugi.example")[1].status_code == 422


def test_one_comes_back_to_the_page_one_wanted(app, somebody):
    client = app.test_client()
    sent = client.get("/desk/criteria?x=1").headers["Location"]
    form = client.get(sent)

    assert sent == "/desk/sign-in?next=/desk/criteria%3Fx%3D1"
    assert 'value="/desk/criteria?x=1"' in form.text


def test_nobody_is_sent_to_a_stranger_after_signing_in(app, somebody):
    _client, answer = sign_in(app, "onodera@tsumugi.example", next="https://evil.example/")

    assert "evil.example" not in answer.headers["Location"]


def test_the_sixth_attempt_in_a_minute_has_to_wait(app, somebody, freezer):
    freezer.move_to("2099-05-01T10:42:00+09:00")  # the counter is emptied by a thread that knows the real time
    client = app.test_client()
    data = {
        "email": "onodera@tsumugi.example",
        "password": "wrong",
        "csrf_token": token(client.get("/desk/sign-in").text),
    }

    assert [client.post("/desk/sign-in", data=data).status_code for _n in range(6)] == [422] * 5 + [429]
    refused = client.post("/desk/sign-in", data=data | {"password": PASSWORD})
    assert "1分ほど待ってから" in words(refused)
    assert 'href="/desk/sign-in">サインインへ</a>' in refused.text
    assert int(refused.headers["Retry-After"]) <= 60
    freezer.move_to("2099-05-01T10:43:01+09:00")
    assert client.post("/desk/sign-in", data=data | {"password": PASSWORD}).status_code == 303


def test_a_form_without_its_token_is_refused(app, somebody):
    client = app.test_client()
    data = {"email": "onodera@tsumugi.example", "password": PASSWORD}

    refused = client.post("/desk/sign-in", data=data)
    assert (refused.status_code, "画面が古くなっていました" in words(refused)) == (400, True)
    assert PASSWORD not in refused.text
    assert member(app).post("/desk/sign-out").status_code == 400


def test_signing_out_takes_a_post_and_ends_the_session(app, somebody):
    client = member(app)

    assert client.get("/desk/sign-out").status_code == 405
    answer = client.post("/desk/sign-out", data={"csrf_token": token(client.get("/desk/").text)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in")
    assert client.get("/desk/").status_code == 303


def test_public_pages_set_no_cookie(app, somebody):
    client = app.test_client()

    for path in ("/", "/s/none/", "/healthz", "/nowhere"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_failure_shows_a_number_to_ask_with_and_logs_nothing_that_was_written(app, somebody, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken")
    def broken():
        raise ValueError("水原 あかり")

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "問い合わせ番号 E-0501-" in words(answer)
    assert "ValueError" in caplog.text
    assert "水原" not in caplog.text
    assert caplog.records[0].getMessage().split()[0] in answer.text
