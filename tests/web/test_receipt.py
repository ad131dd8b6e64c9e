"""The receipt: number, second of receipt, day of the answer and how it was counted (法22条2項3号)."""

import re
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.vectors import VECTORS
from tests.web.claimant import PDF, png, send, text
from tests.web.desk import member, words
from tracker.models import Letter
from tracker.sealed import open_text

# Midnight and the seconds around it, Golden Week, autumn and year-end holidays, the leap day, a month's end.
TEN = ("V001", "V002", "V003", "V009", "V010", "V013", "V014", "V016", "V020", "V026")


@pytest.fixture
def client(app, database):
    with database.writing() as session:
        make.make_service(session)
        make.make_service(session, "つむぎ日記", "nikki", "TD", registered_on=None)
    return app.test_client()


def due_on(page: str) -> str:
    """The large day of the receipt."""
    return re.search(r'class="due"><span class="nowrap">([^<]+)<', page).group(1)


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["id"] in TEN], ids=lambda v: v["id"])
def test_the_day_on_the_page_is_the_day_of_the_vector(client, freezer, vector):
    freezer.move_to(vector["input"]["received_at"])
    page = client.get(send(client).location).get_data(as_text=True)
    expected = date.fromisoformat(vector["expected"]["default"]["date"])
    week = "月火水木金土日"[expected.weekday()]
    assert re.fullmatch(rf"(\d{{4}}年)?{expected.month}月{expected.day}日\({week}(・祝)?\)", due_on(page))


def test_ten_vectors_were_there():
    assert len([v for v in VECTORS if v["id"] in TEN]) == 10


def test_the_receipt_says_number_second_and_how_the_day_was_counted(client, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    answer = send(client, attach=[("画面.png", png()), ("証明書.pdf", PDF)])
    page = client.get(answer.location)
    words = text(page)
    for said in (
        "TH-2026-000001",
        "2026年4月28日(火) 9時14分37秒",
        "1件の投稿、画像1点、PDF1点",
        "5月5日(火・祝)が終わるまで",
        "受け付けた日は数えず、翌日から7日です",
        "法25条1項・規則16条",
        "義務",
        "4/28(火)―初日は数えない（民法140条）",
        "5/3(日・祝)5憲法記念日",
        "5/5(火・祝)7こどもの日・この日の終わりに満了（民法141条）",
        "削除は、発信者情報の開示ではありません",
    ):
        assert said in words, said
    secret = answer.location.rsplit("/", 1)[1]
    assert secret in words and f"/s/tsumugi/status/TH-2026-000001/{secret}" in page.get_data(as_text=True)


def test_received_in_the_second_of_midnight_the_day_itself_counts(client, freezer):
    freezer.move_to("2026-05-02T00:00:00+09:00")
    words = text(client.get(send(client).location))
    assert "午前零時ちょうどに受け付けたため" in words and "民法140条ただし書" in words


def test_a_day_in_the_next_year_says_its_year(client, freezer):
    freezer.move_to("2026-12-25T18:00:00+09:00")
    assert due_on(client.get(send(client).location).get_data(as_text=True)) == "2027年1月1日(金・祝)"


@pytest.mark.parametrize(
    ("slug", "standing", "why"),
    [
        ("tsumugi", "third_party", "第三者からの通報"),
        ("nikki", "person", "法律の通知の対象になるサービスではありません"),
    ],
)
def test_what_the_act_does_not_bind_is_called_voluntary_and_cites_no_duty(client, freezer, slug, standing, why):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    words = text(client.get(send(client, slug=slug, standing=standing).location))
    assert why in words and "自主的な目標" in words and "任意" in words and "5月5日" in words
    assert "25条" not in words and "義務" not in words


def test_a_wrong_secret_or_number_is_not_found(client, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    address = send(client).location
    assert client.get(address[:-1] + "q").status_code == 404
    assert client.get(address.replace("000001", "000002")).status_code == 404
    assert client.get(address.replace("/tsumugi/", "/nikki/")).status_code == 404
    assert client.get("/s/tsumugi/receipt/%00/%00").status_code == 404


@pytest.mark.parametrize(
    "kept", ["/receipt", "/receipt/", "/receipt/TH-2026-00", "/status/TH-2026-000001", "/status/T/z"]
)
def test_a_link_that_was_cut_off_leads_on_by_number_and_secret(client, kept):
    answer = client.get(f"/s/tsumugi{kept}")
    assert answer.status_code == 404 and "番号と合言葉で状況を見る" in text(answer)
    assert 'class="button button--main" href="/s/tsumugi/status"' in answer.get_data(as_text=True)
    nowhere = client.get(f"/s/nowhere{kept}")
    assert nowhere.status_code == 404 and "合言葉" not in text(nowhere)


def test_the_mail_of_the_receipt_says_what_the_page_says(client, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    client.get(send(client).location)
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()
        body = open_text(session, letter.case_id, "letter.body", letter.id, letter.body_sealed)
    assert "5月5日(火)が終わるまでに、結果、または途中経過（法25条2項）をお知らせします。" in body


def test_a_receipt_is_never_kept_by_a_browser(client, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    address = send(client).location
    assert client.get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("hosts", ["tsumugi.example", "www.tsumugi.example cdn.example"])
def test_a_url_of_another_site_is_received_and_said_to_both_sides(app, database, freezer, hosts):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session).hosts = hosts
    urls = ["https://tsumugi.example/p/1", "https://hiroba.tsumugi.example/p/2", "https://other.example/p/3"]
    found = send(app.test_client(), url=urls, quote=["一", "二", "三"], account=[""] * 3, posted=[""] * 3)
    assert found.status_code == 303
    assert "3件目のURLは、ほかのサイトのものです" in text(app.test_client().get(found.location))
    number = found.location.split("/")[4]
    assert "別サイトのURL 項目3" in words(member(app).get(f"/desk/cases/{number}"))


def test_a_service_that_names_no_hosts_calls_no_url_another_sites(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
    found = send(app.test_client(), url=["https://other.example/p/3"])
    assert "ほかのサイトのもの" not in text(app.test_client().get(found.location))
