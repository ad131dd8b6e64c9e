"""Every kind of order by mail: the page takes the answers that fit it, to erase with a proof; the desk shows them."""

import json
import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.web.desk import boxes, member, post, words
from tracker import create_app
from tracker.casework import journal, orders, retention
from tracker.casework.custody import reach
from tracker.casework.holding.ending import due_cases, end_due
from tracker.casework.orders import letter as order_letter
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.logs import LOG_RULES, LogKind, Provider
from tracker.letters.webhook import signed
from tracker.models import (
    Adapter,
    Case,
    Custodian,
    ErasureProof,
    HoldOrder,
    LineAnswer,
    OrderKind,
    Reconciliation,
    Role,
    Service,
)

NOW = "2026-08-03T10:00:00+09:00"  # the flags of 1 May are over
AT = make.instant(NOW)


@pytest.fixture
def app(settings, tmp_path):
    app = create_app(make_settings(tmp_path))
    app.config["TESTING"] = True
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def world(app, freezer):
    """Two holds that are over, and a custodian who has only mail."""
    freezer.move_to(NOW)
    database = app.extensions["database"]
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        for hour in (9, 10):
            make.make_notice(session, service, f"2026-05-01T{hour:02d}:00+09:00", items=1)
        for case in due_cases(session, at=AT):
            end_due(session, case, at=AT)
        custodian = make.make_custodian(session, service)
        return SimpleNamespace(app=app, database=database, custodian=custodian.id, staff=staff.id)


def place(world, kind):
    """Order both holds; the secret path of the custodian's page."""
    with world.database.writing() as session:
        holds = [hold.id for hold in make.session_holds(session)]
        order = orders.place(
            session, session.get_one(Custodian, world.custodian), holds, by=world.staff, at=AT, kind=kind
        )
        return order.number, order_letter.link(session, order).removeprefix("http://127.0.0.1:8000")


def fields(page) -> list[str]:
    return re.findall(r'<(?:select|input)[^>]* name="((?:answer|reference|gone|plain)-[^"]+)"', page.text)


def lines_of(world) -> list[LineAnswer | None]:
    with world.database.reading() as session:
        return [line.answer for line in orders.order_lines(session, session.exec(select(HoldOrder)).one())]


def erased(page, **more) -> dict[str, str]:
    """An answer that both lines were erased: one row of the address and two of the moment, one person taken out."""
    said = {"by": "基盤部 佐伯", "erased_at": "2026-08-03 09:30"}
    for name in fields(page):
        if name.startswith("answer-"):
            said[name] = "erased"
        elif name.startswith("reference-"):
            said[name] = "K-77"
        elif name.startswith(("gone-2-5-", "gone-2-8-")):
            said[name] = "１" if name.startswith("gone-2-5-") else "1,002"
        elif name.startswith("plain-2-3-"):
            said[name] = "1"
    return said | more


def test_the_page_offers_the_answers_that_fit_the_kind(world):
    _number, path = place(world, OrderKind.RELEASE)
    page = world.app.test_client().get(path)
    assert "通信履歴の保存の解除の依頼" in words(page) and "通常の保存期間に戻してください" in words(page)
    assert 'value="released"' in page.text and 'value="erased"' not in page.text
    assert 'value="" selected' in page.text or "selected" not in page.text
    said = {name: "released" for name in fields(page) if name.startswith("answer-")}
    assert world.app.test_client().post(path, data=said | {"by": "基盤部 佐伯"}).status_code == 303
    assert lines_of(world) == [LineAnswer.RELEASED] * 2


def test_an_erasure_is_answered_with_counts_and_becomes_a_certificate(world, freezer):
    freezer.move_to("2026-08-03T09:20:00+09:00")
    number, path = place(world, OrderKind.ERASE)
    freezer.move_to("2026-08-03T10:10:00+09:00")
    client = world.app.test_client()
    page = client.get(path)
    assert "消去の証明" in words(page) and "SHA-256" in words(page)
    with world.database.writing() as session:  # placed before it was erased
        order = session.exec(select(HoldOrder)).one()
    moment = "2026-08-03 10:05"
    answer = client.post(path, data=erased(page, erased_at=moment))
    assert answer.status_code == 303, words(answer)
    with world.database.reading() as session:
        proofs = session.exec(select(ErasureProof)).all()
        assert {tuple(sorted(one.counts.items())) for one in proofs} == {(("2-5", 1), ("2-8", 1002))}
        assert all(one.deidentified == {"2-3": 1} and one.reference == "K-77" for one in proofs)
        assert list(verify(session)) == [] and order.kind is OrderKind.ERASE
    desk = member(world.app, Role.REVIEWER)
    assert "消去の証明を見る（2件）" in words(desk.get(f"/desk/holds/orders/{number}"))
    shown = desk.get(f"/desk/holds/orders/{number}/certificate")
    assert "2件のうち2件" in words(shown) and "1002" in words(shown) and "こちらで計算した値" in words(shown)
    assert proofs[0].digest in shown.text and "こちらで計算した値" in words(client.get(path))


def test_an_erasure_without_its_proof_comes_back_with_everything_typed(world):
    _number, path = place(world, OrderKind.ERASE)
    client = world.app.test_client()
    page = client.get(path)
    nothing = client.post(path, data={"by": "佐伯"})
    assert nothing.status_code == 422 and words(nothing).count("番の回答を選んでください") == 4
    bare = {name: "erased" for name in fields(page) if name.startswith("answer-")}
    no_count = client.post(path, data=bare | {"by": "佐伯", "erased_at": "2026-08-03 10:00"})
    assert no_count.status_code == 422 and "1番の消去した件数を、種類ごとに書いてください" in words(no_count)
    no_time = client.post(path, data=erased(page, erased_at="2026-08-03"))
    assert no_time.status_code == 422 and "時刻も書いてください" in words(no_time)
    assert 'value="K-77"' in no_time.text and 'value="1,002"' in no_time.text
    future = client.post(path, data=erased(page, erased_at="2026-08-04 10:00"))
    assert future.status_code == 422 and "これから先" in words(future)
    odd = client.post(path, data=erased(page) | {fields(page)[1]: "水野 090-0000-0000"})
    assert odd.status_code == 422 and "整理番号は、英数字" in words(odd)
    minus = {name: "-1" for name in fields(page) if name.startswith("gone-2-5-")}
    assert "0以上の整数" in words(client.post(path, data=erased(page) | minus))
    assert lines_of(world) == [None, None]


def test_when_a_hold_came_the_page_says_not_to_erase(world):
    _number, path = place(world, OrderKind.ERASE)
    with world.database.writing() as session:
        hold = make.session_holds(session)[0]
        journal.record(
            session, session.get_one(Case, hold.case_id), Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM, at=AT,
            erasure_ban=True,
        )  # fmt: skip
    assert "消去しないでください" in words(world.app.test_client().get(path))


def test_an_order_to_erase_is_sent_only_with_its_tick(world):
    client = member(world.app, Role.REVIEWER)
    page = client.get("/desk/holds?view=ended")
    holds = boxes(page, "hold")
    assert len(holds) == 2 and 'value="release" checked' in page.text
    looked = post(client, "/desk/holds/orders/new", hold=holds, kind="erase", do="look")
    assert "2件の消去を依頼する" in words(looked) and "元に戻せません" in words(looked)
    chosen = {"hold": holds, "kind": "erase", "do": "send", "custodian": str(world.custodian)}
    refused = post(client, "/desk/holds/orders/new", **chosen)
    assert refused.status_code == 422 and "印を付けてください" in words(refused)
    assert post(client, "/desk/holds/orders/new", **chosen, sure="1").status_code == 303
    again = post(client, "/desk/holds/orders/new", **chosen, sure="1")
    assert again.status_code == 409 and "2件のうち2件" in words(again)


def test_what_cannot_be_ordered_together_says_why(world):
    with world.database.writing() as session:
        service = session.get_one(Custodian, world.custodian).service_id
        make.make_notice(session, session.get_one(Service, service), "2026-08-01T09:00+09:00", items=1)
        holds = [str(hold.id) for hold in make.session_holds(session)]
    client = member(world.app, Role.REVIEWER)
    keep = post(client, "/desk/holds/orders/new", hold=holds, kind="preserve", do="look")
    assert keep.status_code == 422 and "3件のうち2件" in words(keep) and "解除か消去を依頼できます" in words(keep)
    erase = post(client, "/desk/holds/orders/new", hold=holds, kind="erase", do="look")
    assert erase.status_code == 422 and "3件のうち1件" in words(erase)
    assert post(client, "/desk/holds/orders/new", hold=holds, kind="analyse", do="look").status_code == 422


def test_the_answers_are_counted_by_year_for_the_review_of_effects(world):
    number, path = place(world, OrderKind.RELEASE)
    page = world.app.test_client().get(path)
    said = {name: "expired" for name in fields(page) if name.startswith("answer-")}
    world.app.test_client().post(path, data=said | {"by": "佐伯"})
    room = words(member(world.app, Role.REVIEWER).get("/desk/holds"))
    assert "効果検証" in room and "2026年" in room and "依頼の前に消去されていた" in room
    assert "TH-2026-000001" in words(member(world.app, Role.REVIEWER).get("/desk/holds?view=expired"))
    assert number


def test_a_custodian_is_connected_and_its_secret_shown_once(world):
    client = member(world.app, Role.LEAD)
    path = f"/desk/holds/custodians/{world.custodian}"
    for url, why in (
        ("http://logs.example.jp/orders", "https:// で始まる"),
        ("https://127.0.0.1/orders", "この送り先には送れません"),
        ("", "読み取れません"),
    ):
        wrong = post(client, f"{path}/reach", adapter="webhook", url=url)
        assert wrong.status_code == 422 and why in words(wrong) and 'id="f-url-error"' in wrong.text
    assert post(client, f"{path}/reach", adapter="pigeon").status_code == 422
    folder = post(client, f"{path}/reach", adapter="folder", folder="../etc")
    assert folder.status_code == 422 and 'id="f-folder-error"' in folder.text and "../etc" in folder.text
    assert post(client, f"{path}/reach", adapter="webhook", url="https://logs.example.jp/o").status_code == 303
    shown = client.get(path)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.text)[0]
    assert "一度だけ" in words(shown) and "logs.example.jp" in words(shown) and "logs.example.jp/o" not in shown.text
    assert "whsec_" not in client.get(path).text
    with world.database.reading() as session:
        assert reach.reach(session, session.get_one(Custodian, world.custodian)).secret == secret
    assert post(client, f"{path}/secret").status_code == 422
    assert post(client, f"{path}/secret", sure="1").status_code == 303
    renewed = re.search(r"whsec_[A-Za-z0-9+/=]+", client.get(path).text)[0]
    assert renewed != secret
    assert post(client, f"{path}/reach", adapter="mail").status_code == 303
    assert "whsec_" not in client.get(path).text
    assert member(world.app, Role.REVIEWER).get(path).status_code == 403


def test_a_signed_state_is_compared_and_what_differs_is_marked(world):
    with world.database.writing() as session:
        secret = reach.connect(session, session.get_one(Custodian, world.custodian), Adapter.FOLDER, "kiban")
        holds = [hold.id for hold in make.session_holds(session)]
    place(world, OrderKind.RELEASE)
    with world.database.writing() as session:
        order = session.exec(select(HoldOrder)).one()
        orders.answer(session, order, missing=(), words="電話で佐伯さん", actor="system", at=AT)
    body = json.dumps({"counted_at": AT.isoformat(), "holds": [str(holds[0]), str(uuid4())]}).encode()
    headers = signed(secret, uuid4(), body, at=AT)
    client = world.app.test_client()
    came = client.post("/custodian/state", data=body, headers=headers, content_type="application/json")
    assert came.status_code == 200
    assert came.json == {"again": False, "compared": 2, "missing": [], "overkept": [str(holds[0])], "unknown": 1}
    assert client.post("/custodian/state", data=body, headers=headers).json["again"] is True
    assert client.post("/custodian/state", data=body).status_code == 401
    with world.database.reading() as session:
        assert len(session.exec(select(Reconciliation)).all()) == 1
    page = words(member(world.app, Role.LEAD).get(f"/desk/holds/custodians/{world.custodian}"))
    assert (
        "解いたか消去したはずなのに、ある: 1件" in page and str(holds[0]) in page and "依頼した覚えがない: 1件" in page
    )


def test_an_order_to_a_system_is_shown_as_a_table_with_the_message_behind_it(world):
    with world.database.writing() as session:
        reach.connect(session, session.get_one(Custodian, world.custodian), Adapter.FOLDER, "kiban")
    client = member(world.app, Role.REVIEWER)
    holds = boxes(client.get("/desk/holds?view=ended"), "hold")
    looked = post(client, "/desk/holds/orders/new", hold=holds, kind="release", do="look")
    assert "送る内容そのもの（JSON）" in words(looked) and "@kaze_2198" in words(looked)
    number, _path = place(world, OrderKind.RELEASE)
    page = client.get(f"/desk/holds/orders/{number}")
    assert "投稿のIPアドレスとポート番号" in words(page) and '<pre class="raw"' in page.text
    assert 'class="letter__body"' not in page.text


@pytest.fixture
def by_itself(world):
    """An order of the night: the table has a period for posts, and what is registered of an account stays."""
    with world.database.writing() as session:
        service = session.exec(select(Service)).one()
        post_line = retention.Line(LogKind.POST, Provider.CP, "投稿", LOG_RULES[LogKind.POST].classes, "対応", 3)
        day = make.instant("2026-01-01T00:00+09:00")
        retention.publish(session, service, [post_line], in_force=day.date(), note="", seen=0, by=world.staff, at=day)
        custodian = session.get_one(Custodian, world.custodian)
        holds = [hold.id for hold in make.session_holds(session)]
        order = orders.place(session, custodian, holds, by=world.staff, at=AT, kind=OrderKind.ERASE, itself=True)
        return order.number, order_letter.link(session, order).removeprefix("http://127.0.0.1:8000")


def test_the_page_shows_what_the_order_takes_and_asks_counts_of_that_only(world, by_itself, freezer):
    number, path = by_itself
    client = world.app.test_client()
    page = client.get(path)
    said = words(page)
    assert said.count("消去するのは2026年5月2日(土)までの記録") == 2
    assert "その後の記録は、ふだんの期間で消去されます。" in said and "電話番号、" not in said
    asked = {name.split("-")[1] + "-" + name.split("-")[2] for name in fields(page) if name.startswith("gone-")}
    assert {"2-5", "2-8"} <= asked and not asked & {"2-3", "2-4"}
    shown = words(member(world.app).get(f"/desk/holds/orders/{number}"))
    assert shown.count("消去するのは2026年5月2日(土)までの記録") >= 2
    freezer.move_to("2026-08-03T10:10:00+09:00")
    answer = client.post(path, data=erased(page, erased_at="2026-08-03 10:05"))
    assert answer.status_code == 303, words(answer)
    with world.database.reading() as session:
        for proof in session.exec(select(ErasureProof)):
            assert set(proof.classes) == asked


def test_before_it_is_sent_one_reads_what_an_order_takes(world):
    with world.database.reading() as session:
        holds = [str(hold.id) for hold in make.session_holds(session)]
    looked = words(post(member(world.app), "/desk/holds/orders/new", hold=holds, kind="erase", do="look"))
    assert looked.count("消去するのは2026年5月1日(金)までの記録") == 3  # each line, and the letter
    assert "その後の記録は、ふだんの期間で消去されます。" in looked
