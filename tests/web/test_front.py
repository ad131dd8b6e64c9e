"""The front page: what can be filed here, what happens next, and which criteria may be used from which day."""

import re

import pytest

from tests import make
from tests.web.claimant import text
from tracker.casework.criteria import ClauseText, publish


@pytest.fixture
def client(app, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    return app.test_client()


def published(session, service, at: str, url: str = "", title: str = "投稿の削除などの基準"):
    """A version published at an instant, entered at that instant."""
    when = make.instant(at)
    clause = ClauseText("第4条1項", "名誉毀損", "事実を示して人の社会的評価を下げる投稿")
    return publish(session, service, title=title, clauses=[clause], published_at=when, actor="system", at=when, url=url)


def test_without_a_service_the_visitor_reads_that_it_is_not_open_and_the_installer_what_to_do(client):
    words = text(client.get("/"))
    assert "窓口は、まだ開いていません" in words and "いまは申出を受け付けていません" in words
    assert "flask service add" in words and "flask criteria add" in words
    assert "申し出ると、どうなるか" not in words


def test_without_criteria_filings_are_taken_and_the_installer_reads_what_is_missing(client, database):
    with database.writing() as session:
        make.make_service(session)
    words = text(client.get("/"))
    assert "「つむぎ広場」の基準は、まだここに載っていません。申出は、いまも受け付けています。" in words
    assert "flask criteria add" in words and "flask service add" not in words


def test_criteria_that_stand_elsewhere_are_linked(client, database):
    with database.writing() as session:
        make.make_service(session, criteria_url="https://tsumugi.example/rules")
        make.make_service(session, "つむぎ日記", "nikki", "TN", criteria_url="javascript:alert(1)")
    body = client.get("/").get_data(as_text=True)
    assert 'href="https://tsumugi.example/rules"' in body and "javascript:" not in body


def test_one_service_stands_for_itself_with_its_form_and_its_look_up(client, database):
    with database.writing() as session:
        make.make_criteria(session, make.make_service(session))
    page = client.get("/")
    body, words = page.get_data(as_text=True), text(page)
    assert 'href="/s/tsumugi/"' in body and 'href="/s/tsumugi/status"' in body
    assert "どのサービスの投稿ですか" not in words and "5分ほど" in words
    assert "flask" not in words
    assert text(client.get("/s/tsumugi/about")).count("「つむぎ広場」の投稿") == words.count("「つむぎ広場」の投稿")


def test_several_services_each_have_their_form_their_look_up_and_their_criteria(client, database):
    with database.writing() as session:
        for name, slug, prefix in (("つむぎ広場", "tsumugi", "TH"), ("つむぎ動画", "douga", "TD")):
            published(session, make.make_service(session, name, slug, prefix), "2025-07-15T09:00+09:00")
    page = client.get("/")
    body, words = page.get_data(as_text=True), text(page)
    for slug in ("tsumugi", "douga"):
        assert f'href="/s/{slug}/"' in body and f'href="/s/{slug}/status"' in body
    assert "どのサービスの投稿ですか" in words and words.count("いま使っている") == 2
    assert body.count("button--main") == 0  # no service is more important than the other


def test_what_happens_next_has_four_stations_and_the_seven_days_as_a_receipt_would_count_them(client, database):
    with database.writing() as session:
        make.make_service(session)
    page = client.get("/")
    body, words = page.get_data(as_text=True), text(page)
    assert re.findall(r'path__name">([^<]+)', body) == ["申出", "受付", "調査・判断", "通知"]
    for said in ("5月5日(火・祝)", "受付の翌日から7日以内", "法25条1項・規則16条", "義務", "計算書を見る"):
        assert said in words, said
    assert "目標" not in words


def test_what_the_act_does_not_bind_is_promised_as_a_target_only(client, database):
    with database.writing() as session:
        make.make_service(session, "つむぎ日記", "nikki", "TN", registered_on=None)
    words = text(client.get("/s/nikki/about"))
    assert "7日以内が目標" in words and "自主的に守る日です" in words
    assert "法25条1項" not in words and "義務" not in words


def test_beside_a_bound_service_the_unbound_one_is_named(client, database):
    with database.writing() as session:
        make.make_service(session)
        make.make_service(session, "つむぎ日記", "nikki", "TN", registered_on=None)
    assert "「つむぎ日記」は、法律の7日の通知の対象になるサービスではありません" in text(client.get("/"))


def test_it_says_who_may_file_and_what_a_removal_is_not(client, database):
    with database.writing() as session:
        make.make_service(session)
    words = text(client.get("/"))
    for said in (
        "本人",
        "代理人",
        "名誉権",
        "その他",
        "削除は、発信者情報の開示ではありません",
        "通報として扱い",
        "300件まで",
    ):
        assert said in words, said


def test_each_version_has_the_day_from_which_it_may_be_used(client, database):
    with database.writing() as session:
        service = make.make_service(session)
        published(session, service, "2025-07-15T09:00+09:00", "https://tsumugi.example/1")
        published(session, service, "2026-01-10T09:00+09:00", "https://tsumugi.example/2")
        published(session, service, "2026-04-21T09:00+09:00", "javascript:alert(1)")
    page = client.get("/s/tsumugi/about")
    body, words = page.get_data(as_text=True), text(page)
    used, waits, before = (words.index(said) for said in ("いま使っている", "5月6日(水・祝)から使えます", "前の版(1)"))
    assert used < waits < before  # what counts today stands first
    assert "2025年7月15日(火)に公表し、2025年7月30日(水)から使えるようになりました" in words
    assert "それまでは、この版を理由に削除することはできません" in words
    assert "法26条1項・規則17条" in words and "事実を示して人の社会的評価を下げる投稿" in words
    assert 'href="https://tsumugi.example/2"' in body and "javascript:" not in body


def test_a_service_that_is_not_there_has_no_page(client):
    assert client.get("/s/nowhere/about").status_code == 404


def test_form_and_front_lead_to_each_other(client, database):
    with database.writing() as session:
        make.make_service(session)
    assert 'href="/s/tsumugi/about"' in client.get("/s/tsumugi/").get_data(as_text=True)
    assert 'href="/s/tsumugi/"' in client.get("/s/tsumugi/about").get_data(as_text=True)
