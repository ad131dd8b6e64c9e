"""通信履歴の保存 for somebody who sees it for the first time: rows that say what they are, answers that are chosen."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, words
from tests.web.test_papers import BAN, REQUEST
from tracker.casework import orders, retention
from tracker.casework.orders import letter as order_letter
from tracker.law.logs import LOG_RULES, LogKind, Provider
from tracker.models import HoldOrderLine, LineAnswer, OrderKind, Role, Service

NOW = "2026-11-20T16:00:00+09:00"
ADDRESS = "IPアドレスが書かれています。通信履歴の中身は、ここに書けません。消してから送ってください。"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(NOW)


@pytest.fixture
def custodian(database):
    with database.writing() as session:
        service = make.make_service(session)
        for hour in (9, 10):
            make.make_notice(session, service, f"2026-11-19T{hour:02d}:00+09:00", items=1)
        return make.make_custodian(session, service)


@pytest.fixture
def ban(app, custodian):
    """A paper of a court that names the first notice."""
    answer = post(member(app), "/desk/papers/new", **(BAN | {"notice": "TH-2026-000001"}))
    assert answer.status_code == 303, words(answer)


@pytest.fixture
def path(database, custodian):
    """The secret path of an order to keep two logs."""
    with database.writing() as session:
        ids = [hold.id for hold in make.session_holds(session)]
        placed = orders.place(session, custodian, ids, by=make.make_staff(session).id, at=make.instant(NOW))
        return order_letter.link(session, placed).removeprefix("http://127.0.0.1:8000")


def publish(session, at: str) -> None:
    """A table that keeps the records of posts for six months."""
    classes = LOG_RULES[LogKind.POST].classes
    line = retention.Line(LogKind.POST, Provider.CP, "投稿の記録", tuple(classes), "誹謗中傷への対応", 6)
    service, staff = session.exec(select(Service)).one(), make.make_staff(session)
    day = make.instant(at).date()
    retention.publish(session, service, [line], in_force=day, note="", seen=0, by=staff.id, at=make.instant(at))


def answers(database) -> list[LineAnswer | None]:
    with database.reading() as session:
        return [line.answer for line in session.exec(select(HoldOrderLine))]


def test_no_answer_is_chosen_before_the_custodian_chooses_it(app, database, path):
    page = app.test_client().get(path)
    assert "選んでください" in words(page) and not re.search(r'value="held" selected', page.text)
    answer = app.test_client().post(path, data={"by": "基盤部 佐伯"})
    assert answer.status_code == 422 and words(answer).count("番の回答を選んでください") >= 2
    assert answers(database) == [None, None]


def test_one_box_says_that_all_were_kept_and_a_row_of_its_own_says_otherwise(app, database, path):
    client = app.test_client()
    page = client.get(path)
    assert "すべて保存した" in words(page)
    first = re.findall(r'name="(answer-[^"]+)"', page.text)[0]
    sent = client.post(path, data={"by": "基盤部 佐伯", "every": "1", first: "not_held"})
    assert sent.status_code == 303
    assert sorted(answers(database)) == [LineAnswer.HELD, LineAnswer.NOT_HELD]


@pytest.mark.parametrize("field", ["by", "note", "reference"])
def test_an_address_of_the_internet_is_refused_and_what_was_typed_is_kept(app, database, path, field):
    client = app.test_client()
    name = re.findall(rf'name="({field}[^"]*)"', client.get(path).text)[0]
    answer = client.post(path, data={"by": "佐伯", "every": "1"} | {name: "203.0.113.7"})
    assert answer.status_code == 422 and ADDRESS in words(answer) and "203.0.113.7" in answer.text
    assert answers(database) == [None, None]


def test_a_reference_may_be_japanese(app, database, path):
    client = app.test_client()
    name = re.findall(r'name="(reference-[^"]+)"', client.get(path).text)[0]
    assert client.post(path, data={"by": "佐伯", "every": "1", name: "保全令8第12号"}).status_code == 303


def test_the_holds_of_a_paper_say_which_paper_and_whose_logs(app, custodian, ban):
    page = member(app).get("/desk/holds")
    said = words(page)
    assert "書面 TH-L-2026-0001" in said and "@kaze_2198" in said and "TH-L-2026-0001の保存を選ぶ" in said
    assert 'href="/desk/papers/TH-L-2026-0001"' in page.text and 'href="/desk/cases/?tab=holds"' not in page.text
    assert said.index("消去を止める保存") < said.index("TH-L-2026-0001") < said.index("目印（消去を止めない）")


def test_from_a_case_one_comes_to_the_papers_that_name_it_the_hardest_first(app, custodian, ban):
    page = member(app).get("/desk/holds?number=TH-2026-000001")
    said = words(page)
    assert len(boxes(page, "hold")) == 2 and "TH-2026-000002" not in said
    assert said.index("書面 TH-L-2026-0001") < said.index("TH-2026-000001の保存を選ぶ")


def test_from_a_case_what_one_order_can_name_is_ticked_and_what_only_named_people_may_know_is_not(app, custodian, ban):
    client = member(app)
    assert (
        post(client, "/desk/papers/new", **(REQUEST | {"notice": "TH-2026-000001", "confidential": "1"})).status_code
        == 303
    )
    page = client.get("/desk/holds?number=TH-2026-000001")
    ticked = re.findall(r'name="hold" value="([^"]+)" checked', page.text)
    assert len(boxes(page, "hold")) == 3 and len(ticked) == 2
    looked = post(client, "/desk/holds/orders/new", hold=ticked, kind="preserve", do="look", number="TH-2026-000001")
    assert looked.status_code == 200 and "この依頼を送る" in words(looked)


def test_the_first_screen_of_a_case_says_that_erasing_is_forbidden(app, custodian, ban):
    page = member(app).get("/desk/cases/TH-2026-000001")
    assert "消去禁止 1" in words(page)


def test_a_refused_erasure_names_what_stands_and_says_that_a_flag_does_not_stop_it(app, custodian, ban):
    client = member(app)
    holds = boxes(client.get("/desk/holds?number=TH-2026-000001"), "hold")
    answer = post(client, "/desk/holds/orders/new", hold=holds, kind="erase", do="look", number="TH-2026-000001")
    said = words(answer)
    assert answer.status_code == 422 and "消去を依頼できない記録" in said
    assert "法16条1項" in said and "書面 TH-L-2026-0001（消去禁止命令" in said and "目印は消去を止めません" in said


def test_before_an_erasure_one_reads_that_the_standard_period_is_not_over(app, database, custodian, freezer):
    with database.writing() as session:
        publish(session, NOW)
        hold = make.session_holds(session)[0]
        hold.released_at = make.instant(NOW)
        session.add(hold)
        id = str(hold.id)
    said = words(post(member(app, Role.REVIEWER), "/desk/holds/orders/new", hold=[id], kind="erase", do="look"))
    assert "標準の期間" in said and "標準の期間がまだ終わっていない記録が1件あります" in said


def test_the_time_of_an_erasure_before_the_order_is_refused_with_the_time_of_the_order(app, database, custodian):
    with database.writing() as session:
        hold = make.session_holds(session)[0]
        hold.released_at = make.instant("2026-11-20T15:00:00+09:00")
        session.add(hold)
        session.flush()
        placed = orders.place(
            session, custodian, [hold.id], by=make.make_staff(session).id, at=make.instant(NOW), kind=OrderKind.ERASE
        )
        path = order_letter.link(session, placed).removeprefix("http://127.0.0.1:8000")
        data = {f"answer-{hold.id}": "erased", f"gone-2-5-{hold.id}": "1", "by": "佐伯"}
    answer = app.test_client().post(path, data=data | {"erased_at": "2026-11-20 09:00"})
    assert answer.status_code == 422 and "依頼した2026年11月20日(金) 16時00分より前です" in words(answer)


def test_a_victim_reads_how_long_the_record_of_a_post_stays(app, database, custodian):
    with database.writing() as session:
        publish(session, "2026-01-01T00:00:00+09:00")
    client = app.test_client()
    page = words(client.get("/s/tsumugi/logs"))
    assert page.index("投稿された日") < page.index("改正案")
    assert "ごろまで残ります" in words(client.get("/s/tsumugi/logs?posted=2026-11-01"))
    wrong = words(client.get("/s/tsumugi/logs?posted=2027-01-01"))
    assert "きょうまでの日を入力してください" in wrong
    assert client.get("/s/tsumugi/logs?posted=x").status_code == 200
