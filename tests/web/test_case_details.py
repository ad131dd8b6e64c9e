"""What a case page shows in detail: sheets side by side, long notices drawn together, letters before the decision."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, items, member, post, words
from tracker.casework import decisions, delivery, replies
from tracker.law.grounds import DeferralGround
from tracker.letters.transport import Answer
from tracker.models import Decision, Event, Letter, LetterKind

CASE = "/desk/cases/TH-2026-000001"
NOW = "2026-05-01T10:42:00+09:00"
REASON = "投稿「虚偽の書き込み1」は申出者の社会的評価を下げ、添付の書面から真実とは認められず、基準にあたるため。"


@pytest.fixture(autouse=True)
def scene(database, freezer):
    """Two versions of the criteria, one waiting until 6 May, and a notice of 28 April with two items."""
    freezer.move_to(NOW)
    with database.writing() as session:
        service = make.make_service(session)
        first = make.make_criteria(session, service)
        make.make_criteria(session, service, "2026-04-21T10:00+09:00")
        notice = make.make_notice(session, service, "2026-04-28T09:14:37+09:00")
        return {
            "service": service,
            "notice": notice,
            "clause": make.first_clause(session, first),
            "staff": make.make_staff(session),
        }


def count(database, table) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return len(session.exec(select(table)).all())


def accept(database, kind: LetterKind) -> None:
    """The relay accepts every waiting letter of a kind."""
    with database.writing() as session:
        for letter in session.exec(select(Letter).where(Letter.kind == kind, Letter.ended_at.is_(None))):
            delivery.settle(session, letter.id, Answer(True, 250, "relay.example"), at=make.instant(NOW))


def test_the_sheet_shows_the_days_of_the_reading_that_was_not_chosen(app):
    page = member(app).get(f"{CASE}/calculation")

    text = words(page)
    assert "こどもの日・この日の終わりに満了（民法141条）" in text
    assert "5/6(水・祝)―振替休日・採らなかった読みAでは、この日の終わりに満了" in text
    assert "5/7(木)―採らなかった読みB・Cでは、この日の終わりに満了" in text
    assert "その慣習があるとはいえません" in text
    assert "法に日数の定めがない時計" in text


def test_every_clock_has_an_address_of_its_own_that_the_case_page_links_to(app):
    client = member(app)
    links = re.findall(rf'href="({CASE}/clocks/([0-9a-f]{{8}})[^"]+)"', client.get(CASE).text)
    whole = client.get(f"{CASE}/calculation").text

    assert links
    for href, short in links:
        assert f'id="clock-reply-{short}"' in client.get(href).text
        assert f'id="clock-reply-{short}"' in whole


def test_a_decision_is_previewed_with_what_is_not_known_yet_and_nothing_is_recorded(app, database, scene):
    client = member(app)
    before = count(database, Event)
    fields = {
        "item": [items(client.get(CASE))[1]],
        "take": "yes",
        "kind": "remove",
        "basis": f"clause:{scene['clause'].id}",
        "reason": REASON,
    }

    page = post(client, f"{CASE}/decision/preview", **fields)

    text = words(page)
    assert page.status_code == 200
    assert "結果: 実施を記録した日時に、送信防止措置（削除）を講じました（法25条1項1号）" in text
    assert "基準: 第1版 第4条1項 名誉毀損" in text
    assert "このほかの1件は、別にお知らせします。" in text
    assert "発信者に届く文を見る" in text
    assert "9999" not in text
    assert REASON in page.text
    assert count(database, Decision) == 0
    assert count(database, Event) == before


def test_a_preview_for_htmx_is_a_piece_of_the_page(app):
    client = member(app)
    fields = {
        "item": [items(client.get(CASE))[2]],
        "take": "no",
        "finding": "not_infringed",
        "reason": "意見の範囲にとどまるため。",
    }
    token = client.get("/desk/").text.split('name="csrf_token" value="')[1].split('"')[0]

    piece = client.post(f"{CASE}/decision/preview", data=fields | {"csrf_token": token}, headers={"HX-Request": "true"})

    assert piece.status_code == 200
    assert "<html" not in piece.text
    assert "送信防止措置を講じませんでした（法25条1項2号）" in words(piece)
    assert "ない: 侵害された権利" in words(piece)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "項目を選ぶと、届く文がここに出ます。"),
        ({"item": "each"}, "講ずるか講じないかを選ぶと、届く文がここに出ます。"),
        ({"item": "each", "take": "yes"}, "措置の種類を選ぶと、届く文がここに出ます。"),
        ({"item": "each", "take": "no"}, "理由がここに入ります"),
    ],
)
def test_a_preview_says_what_it_still_needs(app, fields, sentence):
    client = member(app)
    if fields.get("item"):
        fields = fields | {"item": list(items(client.get(CASE)).values())}

    assert sentence in words(post(client, f"{CASE}/decision/preview", **fields))


def test_a_conflict_shows_who_decided_what_beside_the_words_that_were_typed(app, database, scene):
    client = member(app)
    seen = items(client.get(CASE))
    with database.writing() as session:
        notice = session.merge(scene["notice"])
        make.decide(session, notice, make.KEEP, scene["staff"], "2026-05-01T10:40+09:00", (1,))

    late = post(client, f"{CASE}/decision", item=[seen[1]], take="no", finding="not_infringed", reason="わたしの理由")

    assert late.status_code == 409
    assert "項目1: 5/1 10:40に「講じない」と判断" in words(late)
    assert "受忍限度を超えるとは認められない" in words(late)
    assert "わたしの理由" in late.text


def test_a_long_notice_is_drawn_together_and_paged(app, database, scene):
    with database.writing() as session:
        notice = make.make_notice(session, session.merge(scene["service"]), items=120)
        make.decide(session, notice, make.KEEP, scene["staff"], NOW, tuple(range(1, 61)))
    client, case = member(app), f"/desk/cases/{notice.number}"

    top = client.get(case).text
    assert '<strong>項目1–60</strong><span class="note">60件</span>' in top
    assert '<strong>項目61–120</strong><span class="note">60件</span>' in top
    second = words(client.get(f"{case}?tab=origin&show=undecided&p=2"))
    assert "2 / 2ページ" in second
    assert "https://tsumugi.example/p/120" in second
    assert "https://tsumugi.example/p/61 " not in second
    only = client.get(f"{case}?tab=origin&item=7").text
    assert only.count('id="item-') == 1
    assert len(boxes(client.get(f"{case}?pick=undecided"), "item")) == 120


def test_an_interim_reply_leaves_only_the_rest_to_be_told_by_the_day(app, database, scene):
    with database.writing() as session:
        notice = session.merge(scene["notice"])
        make.decide(session, notice, make.KEEP, scene["staff"], "2026-04-30T10:00+09:00", (1,))
        second = decisions.items_of(session, notice)[1].id
        draft = replies.interim_draft(session, notice, [second], DeferralGround.SENDER_OPINION, "")
        replies.send_draft(session, notice, draft, draft.digest, by=scene["staff"].id, at=make.instant(NOW))
    accept(database, LetterKind.INTERIM)

    page = member(app).get(CASE)

    assert "項目2は途中経過を通知しました" in words(page)
    main = page.text.split("button--main")[1]
    assert "結果の通知を確かめて送る" in main.split("</a>")[0]


def test_a_sent_letter_opens_on_a_page_of_its_own(app, database):
    client = member(app)
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()

    page = client.get(f"{CASE}/letters/{letter.id}")

    assert page.status_code == 200
    assert "送ったままの文面です" not in words(page)  # it waits
    with database.writing() as session:
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=make.instant(NOW))
    page = client.get(f"{CASE}/letters/{letter.id}")
    assert "送ったままの文面です" in words(page)
    assert "受け付け" in words(page)
    assert client.get(f"{CASE}/letters/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_version_of_the_criteria_shows_its_clauses_its_changes_and_how_its_day_was_counted(app):
    client = member(app)

    text = words(client.get("/desk/criteria/tsumugi/2"))

    assert "事実を示して人の社会的評価を下げる投稿" in text
    assert "条項の変更はありません。" in text
    assert "5/5(火・祝)14こどもの日・この日の終わりに期間が過ぎる 採らなかった読みAでは、この日の0時から使える" in text
    assert "5/6(水・祝)可振替休日・この日の0時から使える" in text
    assert "大判昭和10年7月15日" in text
    assert client.get("/desk/criteria/tsumugi/9").status_code == 404
    assert "それまでは第1版を根拠に選べます。" in words(client.get("/desk/criteria"))
