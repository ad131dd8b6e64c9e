"""通信履歴の保存 through the doors: choose, read the letter, send; the custodian's page; what is open at the desk."""

import re
from uuid import uuid4

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, words
from tracker.casework import orders
from tracker.casework.orders import letter as order_letter
from tracker.models import Custodian, HoldOrder, Letter, Role

FORM = "multipart/form-data"
NOW = "2026-05-07T10:00:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(NOW)


@pytest.fixture
def custodian(database):
    """Two notices with their holds, and a custodian."""
    with database.writing() as session:
        service = make.make_service(session)
        for hour in (9, 10):
            make.make_notice(session, service, f"2026-05-01T{hour:02d}:00+09:00")
        return make.make_custodian(session, service)


@pytest.fixture
def order(database, custodian):
    """An order of both holds, as the desk would have placed it; its secret path."""
    with database.writing() as session:
        staff = make.make_staff(session)
        ids = [hold.id for hold in make.session_holds(session)]
        placed = orders.place(session, custodian, ids, by=staff.id, at=make.instant(NOW))
        return placed, order_letter.link(session, placed).removeprefix("http://127.0.0.1:8000")


def answers(page, *said: str) -> dict[str, str]:
    """The answers to the lines of a page, in their order."""
    fields = re.findall(r'name="(answer-[^"]+)"', page.text)
    return dict(zip(fields, said, strict=True))


def the_order(database) -> HoldOrder:
    with database.reading() as session:
        return session.exec(select(HoldOrder)).one()


def test_the_room_shows_what_nobody_was_asked_to_keep(app, custodian):
    page = member(app, Role.REVIEWER).get("/desk/holds")
    said = words(page)
    assert "TH-2026-000001" in said and "TH-2026-000002" in said
    assert "2026年8月1日(土)" in said and "望ましい" in said and "依頼していません" in said
    assert "残しておく情報（規則2条）" in said and "投稿のIPアドレスとポート番号" in said
    assert "消去を止めるものではありません" in said


def test_an_order_is_looked_at_before_it_is_sent(app, database, custodian):
    client = member(app, Role.REVIEWER)
    holds = boxes(client.get("/desk/holds"), "hold")
    looked = post(client, "/desk/holds/orders/new", hold=holds, do="look")
    assert looked.status_code == 200 and "つむぎ基盤部 御中" in words(looked)
    with database.reading() as session:
        assert session.exec(select(HoldOrder)).all() == []
    sent = post(client, "/desk/holds/orders/new", hold=holds, do="send", custodian=str(custodian.id))
    assert sent.status_code == 303 and sent.headers["Location"] == "/desk/holds/orders/TH-H-2026-0001"
    page = words(client.get(sent.headers["Location"]))
    assert "2026年5月8日(金) 10時00分（事務所の目標）" in page and "送信待ち" in page
    assert "依頼していない保存はありません" in words(client.get("/desk/holds"))


def test_an_open_order_stands_on_the_worklist_and_says_when_its_target_has_passed(app, order, freezer):
    client = member(app, Role.REVIEWER)
    assert "TH-H-2026-0001" in words(client.get("/desk/")) and "目標を過ぎた" not in words(client.get("/desk/"))
    freezer.move_to("2026-05-08T10:01:00+09:00")
    assert "目標を過ぎた" in words(member(app, Role.REVIEWER).get("/desk/"))


def test_nothing_ticked_is_answered_with_what_to_do(app, custodian):
    answer = post(member(app, Role.REVIEWER), "/desk/holds/orders/new", do="look")
    assert answer.status_code == 422 and "選んでください" in words(answer)


def test_sending_without_a_custodian_keeps_what_was_ticked(app, custodian):
    client = member(app, Role.REVIEWER)
    holds = boxes(client.get("/desk/holds"), "hold")
    answer = post(client, "/desk/holds/orders/new", hold=holds, do="send")
    assert answer.status_code == 422 and "保管者を選んでください" in words(answer)
    assert all(hold in answer.text for hold in holds)


def test_holds_of_two_services_do_not_go_into_one_order(app, database, custodian):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session, "つむぎ動画", "douga", "TD"), "2026-05-02T09:00+09:00")
    client = member(app, Role.REVIEWER)
    holds = boxes(client.get("/desk/holds"), "hold")
    answer = post(client, "/desk/holds/orders/new", hold=holds, do="look")
    assert answer.status_code == 422 and "1つのサービス" in words(answer)
    only = boxes(client.get("/desk/holds?service=douga"), "hold")
    assert len(only) == 1


def test_what_was_ordered_by_a_colleague_meanwhile_gives_409(app, order, custodian, database):
    client = member(app, Role.REVIEWER)
    with database.reading() as session:
        ids = [str(hold.id) for hold in make.session_holds(session)]
    answer = post(client, "/desk/holds/orders/new", hold=ids, do="send", custodian=str(custodian.id))
    assert answer.status_code == 409 and "すでに依頼した" in words(answer)


def test_the_custodian_sees_the_lines_and_looking_answers_nothing(app, order, database):
    _placed, path = order
    page = app.test_client().get(path)
    said = words(page)
    assert page.status_code == 200 and "@kaze_2198" in said and "https://tsumugi.example/p/1" in said
    assert "水原" not in said and "akari@mail.example" not in said and "勤務先" not in said
    assert the_order(database).answered_at is None


def test_the_custodian_answers_once(app, order, database):
    placed, path = order
    client = app.test_client()
    said = answers(client.get(path), "not_held", "held")
    answer = client.post(path, data=said | {"by": "基盤部 佐伯", "note": "整理番号 K-77"})
    assert answer.status_code == 303
    after = words(client.get(path))
    assert "回答を受け取りました" in after and "記録がない" in after and "保存した" in after
    again = client.post(path, data={"by": "だれか"})
    assert again.status_code == 409 and "すでに回答" in words(again)
    page = words(member(app, Role.REVIEWER).get(f"/desk/holds/orders/{placed.number}"))
    assert "基盤部 佐伯" in page and "整理番号 K-77" in page and "回答があった" in page


def test_an_answer_without_a_name_comes_back_with_what_was_typed(app, order, database):
    _placed, path = order
    client = app.test_client()
    answer = client.post(path, data={"by": " ", "note": "整理番号 K-77"})
    assert answer.status_code == 422 and "部署と名前" in words(answer) and "K-77" in answer.text
    assert the_order(database).answered_at is None


def test_too_much_in_an_answer_gets_the_page_of_its_error(app, order, database):
    _placed, path = order
    answer = app.test_client().post(path, data={"by": "佐伯", "note": "x" * 3_000_000}, content_type=FORM)
    assert answer.status_code == 413 and "大きすぎ" in words(answer)
    assert the_order(database).answered_at is None


def test_a_wrong_or_void_address_is_nobody_s_page(app, order, database):
    placed, path = order
    client = app.test_client()
    assert client.get(path[:-1] + "zz").status_code == 404
    assert client.get(path.replace(placed.number, "TH-H-2026-0009")).status_code == 404
    desk = member(app, Role.REVIEWER)
    assert post(desk, f"/desk/holds/orders/{placed.number}/again").status_code == 303
    assert client.get(path).status_code == 404
    with database.reading() as session:
        letters = session.exec(select(Letter).where(Letter.case_id == placed.case_id)).all()
    assert len(letters) == 2


def test_an_answer_by_telephone_is_written_down_with_who_and_how(app, order, database):
    placed, _path = order
    desk = member(app, Role.REVIEWER)
    path = f"/desk/holds/orders/{placed.number}"
    said = answers(desk.get(path), "held", "expired")
    empty = post(desk, f"{path}/answer", words="", **said)
    assert empty.status_code == 422 and "だれが答えたか" in words(empty)
    assert post(desk, f"{path}/answer", words="5/7 10時に電話で佐伯さん", **said).status_code == 303
    assert "依頼の前に消去されていた" in words(desk.get(path))
    assert "5/7 10時に電話で佐伯さん" in words(desk.get(path))
    assert the_order(database).answered_at is not None


def test_an_order_is_taken_back_with_a_reason(app, order):
    placed, secret_path = order
    desk = member(app, Role.REVIEWER)
    path = f"/desk/holds/orders/{placed.number}"
    assert post(desk, f"{path}/withdrawal", reason="").status_code == 422
    assert post(desk, f"{path}/withdrawal", reason="保管者を間違えた").status_code == 303
    assert "取り消されました" in words(app.test_client().get(secret_path))
    assert post(desk, f"{path}/withdrawal", reason="もう一度").status_code == 409
    assert "依頼していません" in words(desk.get("/desk/holds"))


def test_the_desk_does_not_show_the_custodian_s_secret(app, order):
    placed, secret_path = order
    page = member(app, Role.REVIEWER).get(f"/desk/holds/orders/{placed.number}")
    assert secret_path not in page.text and f"/orders/{placed.number}/…" in words(page)


@pytest.mark.parametrize("number", ["0", "-3", "x", "9" * 30])
def test_an_odd_page_number_is_no_fault(app, custodian, number):
    assert member(app, Role.REVIEWER).get(f"/desk/holds?page={number}").status_code == 200


def test_after_a_stale_form_the_way_back_leads_to_the_order(app, order):
    placed, _path = order
    client = member(app, Role.REVIEWER)
    stale = client.post(f"/desk/holds/orders/{placed.number}/withdrawal", data={"reason": "保管者を間違えた"})
    assert stale.status_code == 400 and f'href="/desk/holds/orders/{placed.number}"' in stale.text
    assert "保管者を間違えた" in stale.text
    chosen = client.post("/desk/holds/orders/new", data={"hold": ["a", "b"], "do": "look"})
    assert 'href="/desk/holds"' in chosen.text


def test_from_a_case_one_comes_to_its_own_holds_already_chosen(app, custodian):
    client = member(app, Role.REVIEWER)
    assert "/desk/holds?number=TH-2026-000001" in client.get("/desk/cases/TH-2026-000001?tab=holds").text
    page = client.get("/desk/holds?number=TH-2026-000001")
    assert "TH-2026-000002" not in words(page) and len(boxes(page, "hold")) == 1 and "checked" in page.text


def test_a_lead_registers_and_changes_a_custodian(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app, Role.LEAD)
    wrong = post(client, "/desk/holds/custodians", service="tsumugi", name="", email="だれか")
    assert wrong.status_code == 422 and "name@example.jp" in words(wrong) and "だれか" in wrong.text
    made = post(client, "/desk/holds/custodians", service="tsumugi", name="基盤部", email="logs@infra.example")
    assert made.status_code == 303
    with database.reading() as session:
        row = session.exec(select(Custodian)).one()
    path = f"/desk/holds/custodians/{row.id}"
    assert post(client, path, name="基盤部", email="").status_code == 422
    assert post(client, path, name="基盤部", email="keep@infra.example").status_code == 303  # not ticked: stopped
    assert "依頼を止めている" in words(client.get("/desk/holds/custodians"))


def test_a_custodian_or_order_that_is_not_there_gives_404(app, database, custodian):
    client = member(app, Role.LEAD)
    assert client.get(f"/desk/holds/custodians/{uuid4()}").status_code == 404
    assert client.get("/desk/holds/orders/TH-H-2026-0009").status_code == 404
    assert post(client, "/desk/holds/orders/new", hold=["x"], do="look").status_code == 400
