"""続けての申出: a new filing names the one that it goes on from; nobody outside learns whether there is such a one."""

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import fields, send, text, value
from tests.web.desk import member, post, words
from tracker.casework import filed
from tracker.casework.verify import verify
from tracker.models import Event, Notice

MINE, THEIRS, NOBODYS = "TH-2026-000001", "TH-2026-000002", "TH-2026-000999"
LINE = "前の申出 {} に続く申出です"


@pytest.fixture
def client(app, database, freezer):
    """After a filing of akari@mail.example and one of somebody else."""
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_service(session, name="つむぎ動画", slug="movie", prefix="TV")
    client = app.test_client()
    assert send(client, token="a" * 32).status_code == 303
    assert send(client, token="b" * 32, name="佐伯 透", email="b@mail.example").status_code == 303
    return client


def last(database) -> Notice:
    with database.reading() as session:
        return session.exec(select(Notice).order_by(Notice.number.desc())).first()


def test_the_form_says_which_filing_it_goes_on_from_and_files_it(client, database):
    form = client.get(f"/s/tsumugi/?follows={MINE}")
    assert LINE.format(MINE) in text(form) and value(form, "follows") == MINE

    answer = send(client, token="c" * 32, url=["https://tsumugi.example/p/new"], follows=MINE)

    assert answer.status_code == 303
    notice = last(database)
    assert notice.follows == MINE
    with database.reading() as session:
        event = session.exec(select(Event).where(Event.case_id == notice.case_id, Event.seq == 1)).one()
        assert event.data["said"]["follows"] == MINE
        assert event.data["said"]["earlier"] == str(notice.follows_id)
        assert b'"follows":"TH-2026-000001"' in filed.copy_of(session, notice)
        assert list(verify(session)) == []


@pytest.mark.parametrize("typed", ["th2026-1", "ＴＨ－２０２６－０００００１", " TH-2026-000001 "])
def test_the_number_is_read_however_it_is_typed(client, typed):
    assert value(client.get("/s/tsumugi/", query_string={"follows": typed}), "follows") == MINE


@pytest.mark.parametrize("typed", ["", "x", "TV-2026-000001", "'\"><script>", "TH-2026-", "TH-2026-00000000000001"])
def test_what_is_no_number_of_the_service_is_left_out(client, database, typed):
    form = client.get("/s/tsumugi/", query_string={"follows": typed})
    assert "に続く申出です" not in text(form) and 'name="follows"' not in form.get_data(as_text=True)
    assert send(client, token="c" * 32, url=["https://tsumugi.example/p/9"], follows=typed).status_code == 303
    assert last(database).follows == ""


def test_a_form_that_comes_back_keeps_it_and_a_button_takes_it_out(client):
    for do in ("send", "add", "preview", "keep", "language:en"):
        back = send(client, token="c" * 32, reason="", follows=MINE, do=do)
        assert value(back, "follows") == MINE, do
    again = send(client, token="a" * 32, url=["https://tsumugi.example/p/1"], follows=MINE)
    assert again.status_code == 409 and value(again, "follows") == MINE

    without = send(client, token="c" * 32, follows=MINE, do="unfollow")
    assert without.status_code == 200
    assert "に続く申出です" not in text(without) and value(without, "follows") == ""
    assert "円満に退職しました" in text(without)


def test_the_same_form_with_another_number_is_not_the_same_filing(client):
    assert send(client, token="a" * 32).status_code == 303
    assert send(client, token="a" * 32, follows=THEIRS).status_code == 409


def test_the_public_cannot_tell_ones_own_a_strangers_and_an_unknown_number_apart(app, client, database):
    pages = []
    for n, number in enumerate((MINE, THEIRS, NOBODYS)):
        one = app.test_client()
        form = one.get(f"/s/tsumugi/?follows={number}")
        wrong = send(one, token=f"{n}" * 32, reason="", follows=number)
        sent = send(
            one,
            token=f"{n}" * 32,
            url=[f"https://tsumugi.example/p/new{n}"],
            email=f"c{n}@mail.example",
            follows=number,
        )
        receipt = one.get(sent.location)
        status = one.get(sent.location.replace("/receipt/", "/status/"))
        assert last(database).follows == number
        pages.append(
            [(a.status_code, sorted(dict(a.headers)), number in a.text) for a in (form, wrong, receipt, status)]
        )
        assert f"{number} に続く申出として出されたものです" in text(status)
    assert pages[0] == pages[1] == pages[2]


def test_the_earlier_claimant_sees_nothing_of_who_named_their_number(client, database):
    address = send(client, token="b" * 32, name="佐伯 透", email="b@mail.example").location.replace(
        "/receipt/", "/status/"
    )
    before = text(client.get(address))
    send(client, token="c" * 32, url=["https://tsumugi.example/p/new"], follows=THEIRS)
    assert text(client.get(address)) == before


@pytest.mark.parametrize(
    ("number", "tie"),
    [
        (MINE, "同じメールアドレスの申出者"),
        (THEIRS, "番号は申出者が書いたもので、確かめていません。メールアドレスが違います"),
        (NOBODYS, "番号は申出者が書いたものです。この番号の申出はありません"),
    ],
)
def test_the_desk_shows_the_link_on_both_cases_and_how_far_it_can_be_trusted(app, client, database, number, tie):
    send(client, token="c" * 32, url=["https://tsumugi.example/p/new"], follows=number)
    new, desk = last(database).number, member(app)

    page = words(desk.get(f"/desk/cases/{new}"))
    assert f"この申出は {number} に続くものです {tie}" in page
    if number != NOBODYS:
        assert f"続く申出: {new} {tie}" in words(desk.get(f"/desk/cases/{number}"))
        assert f'href="/desk/cases/{number}"' in desk.get(f"/desk/cases/{new}").text
    else:
        assert f'href="/desk/cases/{number}"' not in desk.get(f"/desk/cases/{new}").text


def test_a_number_given_out_later_is_not_taken_for_the_one_that_was_typed(app, client, database):
    send(client, token="c" * 32, url=["https://tsumugi.example/p/new"], follows="TH-2026-000004")
    send(client, token="d" * 32, url=["https://tsumugi.example/p/newer"], email="d@mail.example")
    assert last(database).number == "TH-2026-000004"
    assert "続く申出" not in words(member(app).get("/desk/cases/TH-2026-000004"))
    assert "この番号の申出はありません" in words(member(app).get("/desk/cases/TH-2026-000003"))


def test_many_that_name_one_number_are_counted(app, client):
    for n in range(12):
        send(
            client, token=f"{n:032x}", url=[f"https://tsumugi.example/p/n{n}"], email=f"n{n}@mail.example", follows=MINE
        )
    page = words(member(app).get(f"/desk/cases/{MINE}"))
    assert page.count("続く申出: ") == 10
    assert "続く申出は、ほかに2件あります" in page


def paper(**changes) -> dict:
    return (
        fields(token="e" * 32)
        | {
            "channel": "post",
            "received_at": "2026-04-28T09:00:00",
            "by_published_method": "no",
        }
        | changes
    )


def test_staff_name_the_earlier_filing_of_a_letter_and_are_told_of_a_wrong_number(app, client, database):
    desk = member(app)
    wrong = post(desk, "/desk/new/tsumugi", **paper(follows=NOBODYS))
    assert wrong.status_code == 422
    assert "この受付番号の申出は「つむぎ広場」にありません" in words(wrong)
    assert value(wrong, "follows") == NOBODYS
    assert value(desk.get(f"/desk/new/tsumugi?follows={MINE}"), "follows") == MINE

    assert post(desk, "/desk/new/tsumugi", **paper(follows="th2026-2", email="")).status_code == 303
    assert last(database).follows == THEIRS
    page = words(desk.get(f"/desk/cases/{last(database).number}"))
    assert "確かめていません。比べるメールアドレスがありません" in page


def test_a_changed_link_is_named_by_the_verifier(client, database):
    send(client, token="c" * 32, url=["https://tsumugi.example/p/new"], follows=MINE)
    with database.writing() as session:
        notice = session.get(Notice, last(database).id)
        notice.follows = THEIRS
        session.add(notice)
    with database.reading() as session:
        assert any("the earlier filing" in str(finding) for finding in verify(session))
