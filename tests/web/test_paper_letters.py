"""To senders, about papers: what they say to a disclosure (法6条1項), and that an order came (同条2項)."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, post, sign_in, words
from tracker.casework import delivery
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.letters.transport import Answer
from tracker.models import Clock, Event, LegalPaper, Letter, Notice, Role, Service
from tracker.sealed import open_text

REQUEST = {
    "kind": "disclosure_request",
    "service": "tsumugi",
    "served": "2026-11-20 14:30",
    "issuer": "弁護士 佐伯 透",
    "asks": "発信者の氏名と住所の開示",
    "accounts": "@kaze_2198",
    "contents": "https://tsumugi.example/p/81f02c",
    "classes": ["2-1", "2-5"],
}
ORDER = REQUEST | {"kind": "disclosure_order", "issuer": "東京地方裁判所", "objected": "1"}
TOLD = {
    "account": "@kaze_2198",
    "content": "https://tsumugi.example/p/81f02c",
    "right": "名誉権",
    "reason": "事実でないことを書かれ、店の評判が下がった。",
    "asked": "発信者の氏名、住所",
    "claimant": "水原 あかり",
}


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to("2026-11-20T16:00:00+09:00")


@pytest.fixture
def lead(app, database):
    app.extensions["limits"].enabled = False
    with database.writing() as session:
        make.make_service(session)
        make_member(app, session, "lead@tsumugi.example", Role.LEAD, name="係 lead")
    return sign_in(app, "lead@tsumugi.example")[0]


def enter(client, **fields):
    answer = post(client, "/desk/papers/new", **fields)
    assert answer.status_code == 303, words(answer)
    return answer.headers["Location"]


def drafted(client, path, **said):
    """The subject and the text of the draft that the fields make."""
    page = post(client, path, do="draft", **said)
    assert page.status_code == 200, words(page)
    subject = re.search(r'id="f-subject" name="subject" type="text" value="([^"]*)"', page.text)[1]
    return {
        "subject": subject,
        "body": re.search(r"<textarea[^>]*id=\"f-body\"[^>]*>\n?(.*?)</textarea>", page.text, re.S)[1],
    }


def facts(database):
    with database.reading() as session:
        assert list(verify(session)) == []
        return [event.fact for event in session.exec(select(Event).order_by(Event.seq))]


def only_letter(database):
    with database.reading() as session:
        return session.exec(select(Letter)).one()


def test_the_inquiry_says_what_is_claimed_asks_for_the_reason_and_is_apart_from_that_of_a_measure(lead):
    path = f"{enter(lead, **REQUEST)}/letters/disclosure_inquiry"
    first = words(lead.get(path))
    assert "https://tsumugi.example/p/81f02c" in first and "【ここに書く】" in first
    text = drafted(lead, path, **TOLD)["body"]
    for part in (
        "@kaze_2198 様",
        "名誉権",
        "店の評判",
        "氏名、住所",
        "応じるべきでない",
        "法6条1項",
        "別のものです",
        "TH-L-2026-0001",
    ):
        assert part in text, part
    assert "同法3条2項2号" in text and "水原" not in text and "お伝えしていません" in text
    assert "水原 あかり" in drafted(lead, path, **TOLD, released="1")["body"]


def test_a_draft_made_anew_keeps_what_somebody_had_written_in_sight(lead):
    path = f"{enter(lead, **REQUEST)}/letters/disclosure_inquiry"
    own = post(lead, path, do="draft", **TOLD, body="自分で書いた文面", subject="照会", made="")
    assert "作り直す前の本文" in words(own) and "自分で書いた文面" in words(own)
    made = re.search(r'name="made" value="([0-9a-f]+)"', own.text)[1]
    text = drafted(lead, path, **TOLD)
    assert "作り直す前の本文" not in words(post(lead, path, do="draft", **TOLD, **text, made=made))


def test_an_inquiry_goes_by_mail_and_is_recorded_when_a_relay_accepts_it(lead, database):
    paper = enter(lead, **REQUEST)
    path = f"{paper}/letters/disclosure_inquiry"
    text = drafted(lead, path, **TOLD)
    bare = post(lead, path, do="send", **TOLD, **text)
    assert bare.status_code == 422 and "送り方を選んでください" in words(bare)
    wrong = post(lead, path, do="send", **TOLD, **text, channel="smtp", email="kaze")
    assert wrong.status_code == 422 and "name@example.jp" in words(wrong) and "店の評判" in wrong.text
    send = {"channel": "smtp", "email": "kaze@example.jp"}
    unwritten = post(lead, path, do="send", **TOLD, **send, subject="照会", body="理由: 【ここに書く】")
    assert unwritten.status_code == 422 and "まだ書いていないところ" in words(unwritten)
    assert post(lead, path, do="send", **TOLD, **send, **text).status_code == 303
    assert Fact.DISCLOSURE_ASKED not in facts(database)
    again = post(lead, path, do="send", **TOLD, **send, **text)
    assert again.status_code == 409 and "すでに送信待ち" in words(again)
    letter = only_letter(database)
    assert letter.article == "法6条1項"
    with database.writing() as session:
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=letter.queued_at)
        assert open_text(session, letter.case_id, "letter.to", letter.id, letter.to_sealed) == "kaze@example.jp"
    assert facts(database)[-1] is Fact.DISCLOSURE_ASKED
    with database.reading() as session:
        assert session.exec(select(Clock).where(Clock.rule == "disclosure_hearing")).one().stopped_at is None
    page = words(lead.get(paper))
    assert "開示についての意見の照会" in page and "中継サーバーが受理した" in page and "意見を照会した" in page


def test_the_name_of_whoever_asks_stays_out_unless_they_released_it(lead, database):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one(), "2026-11-01T09:00+09:00")
        number = session.exec(select(Notice.number)).one()
    path = f"{enter(lead, **(REQUEST | {'notice': number}))}/letters/disclosure_inquiry"
    send = {"do": "send", "channel": "handover", "subject": "照会", "account": "@kaze_2198"}
    named = post(lead, path, **send, body="申出者の水原 あかりさんが求めています。")  # who filed the notice, not typed
    assert named.status_code == 422 and "請求した人の名前があります" in words(named)
    typed = post(lead, path, **send, claimant="佐伯 透", body="佐伯 透さんが求めています。")
    assert typed.status_code == 422 and "請求した人の名前があります" in words(typed)
    assert (
        post(lead, path, **send, claimant="佐伯 透", released="1", body="佐伯 透さんが求めています。").status_code
        == 303
    )


def test_a_sender_is_told_of_an_order_by_hand_and_the_duty_stops_then(lead, database):
    paper = enter(lead, **ORDER)
    path = f"{paper}/letters/order_told"
    text = drafted(lead, path, account="@kaze_2198")
    assert "法6条2項" in text["body"] and "開示命令" in text["subject"]
    nobody = post(lead, path, do="send", channel="handover", **text)
    assert nobody.status_code == 422 and "宛先を入力してください" in words(nobody)
    assert post(lead, path, do="send", channel="handover", account="@kaze_2198", **text).status_code == 303
    letter = only_letter(database)
    given = f"{paper}/letters/{letter.id}/handover"
    bare = post(lead, given, when="2026-11-20T16:00:00", how="")
    assert bare.status_code == 422 and "どのように渡したか" in words(bare)
    assert post(lead, given, when="きのう", how="画面").status_code == 422
    assert post(lead, given, when="2026-11-20T16:00:00", how="サービス内の通知で表示した").status_code == 303
    assert facts(database)[-1] is Fact.SENDER_TOLD_OF_ORDER
    with database.reading() as session:
        assert session.exec(select(Clock).where(Clock.rule == "sender_told_of_order")).one().stopped_at is not None
    assert post(lead, f"{paper}/letters/{letter.id}/bounce", remark="アカウントがなかった").status_code == 303
    assert "別の方法で通知し直す" in words(lead.get(paper))
    assert facts(database)[-1] is Fact.ORDER_TELLING_LOST
    with database.reading() as session:
        clocks = session.exec(select(Clock).where(Clock.rule == "sender_told_of_order")).all()
    assert [clock.target_at for clock in clocks if clock.stopped_at is None] == [clocks[0].target_at]
    again = post(lead, path, do="send", channel="smtp", email="kaze@example.jp", **text)
    assert again.status_code == 303


def test_a_letter_belongs_to_the_kinds_of_paper_that_the_law_names_and_nobody_is_asked_after_the_end(lead):
    order, request = enter(lead, **ORDER), enter(lead, **REQUEST)
    assert lead.get(f"{order}/letters/disclosure_inquiry").status_code == 404
    assert lead.get(f"{request}/letters/order_told").status_code == 404
    assert lead.get(f"{request}/letters/receipt").status_code == 404
    assert (
        post(lead, f"{request}/end", ended="2026-11-20", ended_untimed="1", reason="取り下げられた").status_code == 303
    )
    assert post(lead, f"{order}/end", ended="2026-11-20", ended_untimed="1", reason="確定した").status_code == 303
    assert lead.get(f"{request}/letters/disclosure_inquiry").status_code == 404
    assert lead.get(f"{order}/letters/order_told").status_code == 200


def test_the_letters_of_a_paper_stand_in_the_mailroom_for_those_who_may_know_of_it(app, lead, database):
    with database.writing() as session:
        make_member(app, session, "other@tsumugi.example", Role.LEAD, name="係 other")
    other = sign_in(app, "other@tsumugi.example")[0]
    for confidential, number in (("", "TH-L-2026-0001"), ("1", "TH-LC-2026-0001")):
        paper = enter(lead, **(ORDER | {"confidential": confidential}))
        text = drafted(lead, f"{paper}/letters/order_told", account="@kaze_2198")
        sent = {"do": "send", "channel": "handover", "account": "@kaze_2198", **text}
        assert other.get(f"{paper}/letters/order_told").status_code == (404 if confidential else 200)
        tried = post(other, f"{paper}/letters/order_told", **(sent | {"channel": ""}))
        assert tried.status_code == (404 if confidential else 422)
        assert post(lead, f"{paper}/letters/order_told", **sent).status_code == 303
        assert (number in words(other.get("/desk/letters?view=handover"))) is not bool(confidential)
        assert number in words(lead.get("/desk/letters?view=handover"))
    with database.reading() as session:
        hidden = session.exec(
            select(Letter).join(LegalPaper, LegalPaper.case_id == Letter.case_id).where(LegalPaper.confidential)
        ).one()
    for act in ("handover", "bounce"):
        assert post(other, f"/desk/papers/TH-LC-2026-0001/letters/{hidden.id}/{act}").status_code == 404
        assert (
            post(
                lead, f"/desk/papers/TH-L-2026-0001/letters/{hidden.id}/{act}", when="2026-11-20T16:00:00", how="x"
            ).status_code
            == 404
        )


def test_an_inquiry_marks_what_it_must_say_and_names_what_is_not_written(lead):
    path = f"{enter(lead, **REQUEST)}/letters/disclosure_inquiry"
    page = words(lead.get(path))
    assert "まだ書いていないところ" in page and "手で直したところは失われます" in page
    for label in ("侵害されたとされる権利必須", "請求した人が述べる理由必須"):
        assert label in page.replace(" ", "")
    form = {"account": "@kaze_2198", "content": "https://tsumugi.example/p/81f02c", "asked": "氏名"}
    text = drafted(lead, path, **form)
    bare = words(post(lead, path, do="send", channel="smtp", email="kaze@example.jp", **form, **text))
    assert "侵害されたとされる権利を書いてください" in bare and "請求した人が述べる理由を書いてください" in bare
    assert "「【ここに書く】」が残っています" in bare


def test_no_letter_to_a_sender_takes_an_ip_address(lead):
    path = f"{enter(lead, **REQUEST)}/letters/disclosure_inquiry"
    text = drafted(lead, path, **(TOLD | {"reason": "203.0.113.9 から書かれた"}))
    sent = {"do": "send", "channel": "smtp", "email": "kaze@example.jp", **TOLD, **text}
    answer = post(lead, path, **sent)
    assert answer.status_code == 422 and "IPアドレスが書かれています" in words(answer)


def test_after_the_question_the_clock_still_runs_and_says_that_an_answer_is_awaited(lead):
    path = enter(lead, **REQUEST)
    assert "照会済み・回答待ち" not in words(lead.get(path))
    assert post(lead, f"{path}/facts", fact="disclosure_asked", occurred="2026-11-20 15:00").status_code == 303
    assert "照会済み・回答待ち" in words(lead.get(path))
    heard = {"fact": "disclosure_heard", "occurred": "2026-11-20 15:30", "answer": "agreed"}
    assert post(lead, f"{path}/facts", **heard).status_code == 303
    assert "照会済み・回答待ち" not in words(lead.get(path))


def test_a_letter_that_becomes_a_file_is_not_said_to_reach_a_relay(app, lead):
    path = enter(lead, **REQUEST)
    page = words(lead.get(f"{path}/letters/disclosure_inquiry"))
    assert "フォルダーに書き出した時に" in page and "中継サーバー" not in page
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"mail": "smtp"})
    page = words(lead.get(f"{path}/letters/disclosure_inquiry"))
    assert "中継サーバーが受理した時に" in page and "フォルダーに書き出した" not in page


def test_an_order_of_which_only_the_day_is_known_is_told_without_a_time(lead):
    paper = enter(lead, **(ORDER | {"served": "2026-11-20", "served_untimed": "1"}))
    body = drafted(lead, f"{paper}/letters/order_told", account="@kaze_2198")["body"]
    assert "開示命令を受けた日: 2026年11月20日(金)\n" in body.replace("\r\n", "\n")
