"""The status page as a door both ways: what a claimant writes, what staff ask, what never crosses over."""

import io
import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import PDF, files, png, send, text, value
from tests.web.desk import member, post, words
from tracker.casework import (
    afterwards,
    contact,
    corrections,
    decisions,
    delivery,
    evidence,
    folder,
    investigation,
    measures,
    messages,
    replies,
)
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.letters.transport import Answer
from tracker.models import Case, Claimant, Event, Evidence, Letter, LetterKind, Message, Notice, Service
from tracker.sealed import open_text

HERE = {"Sec-Fetch-Site": "same-origin"}
NUMBER = "TH-2026-000001"
CASE = f"/desk/cases/{NUMBER}"
AT = make.instant("2026-04-28T12:00+09:00")
UNREAD = '<span class="tag tag--warn">未読の連絡</span>'


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


@pytest.fixture
def address(client):
    """The status page of a filing with two items."""
    found = send(client, url=["https://tsumugi.example/p/1", "https://tsumugi.example/p/2"], quote=["一つ目", "二つ目"])
    return found.location.replace("/receipt/", "/status/")


@pytest.fixture
def staff(database, address):
    with database.writing() as session:
        return make.make_staff(session, name="小野寺 遥")


@pytest.fixture
def asked(database, staff):
    """A 補正依頼."""
    with database.writing() as session:
        notice = folder.find(session, NUMBER)
        return corrections.ask(session, notice, "2件目のURLが開けません。", by=staff.id, at=AT).id


def tell(client, path: str, attach=(), headers=HERE, **fields):
    """Send a form of the status page as a browser does."""
    data = dict(fields)
    if attach:
        data["evidence"] = files(*attach)
    return client.post(path, data=data, content_type="multipart/form-data", headers=headers)


def seen(page) -> list[str]:
    """The unread messages that a page of the desk shows, as its forms send them."""
    return re.findall(r'name="seen" value="([^"]*)"', page.get_data(as_text=True).partition('id="write"')[2])


def facts(database) -> list[Fact]:
    with database.reading() as session:
        return [e.fact for e in session.exec(select(Event).order_by(Event.seq))]


def letters(database, kind: LetterKind) -> list[str]:
    """The recipients of letters of a kind."""
    with database.reading() as session:
        found = session.exec(select(Letter).where(Letter.kind == kind).order_by(Letter.queued_at))
        return [open_text(session, x.case_id, "letter.to", x.id, x.to_sealed) for x in found]


def give_outcome(database, staff, nos: tuple[int, ...] = ()) -> None:
    with database.writing() as session:
        notice = folder.find(session, NUMBER)
        make.decide(session, notice, make.KEEP, staff, "2026-04-28T12:00+09:00", nos)
        draft = replies.outcome_draft(session, notice)
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=AT)
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=AT)


# ---- messages


def test_what_a_claimant_writes_is_read_and_answered_at_the_desk(app, client, address, database):
    answer = tell(client, f"{address}/messages", text="  会社にも知られました。\r\n急いでください。 ")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "送りました。担当者が読みます。" in text(page)
    assert "会社にも知られました。" in text(page)
    assert "あなたが窓口に書きました" in text(page)

    desk = member(app)
    assert UNREAD in desk.get("/desk/").text
    case = desk.get(f"{CASE}?tab=talk")
    assert "未読の連絡 1" in words(case)
    assert "会社にも知られました。 急いでください。" in words(case)
    sent = post(desk, f"{CASE}/messages", words="今日中に確かめます。", seen=seen(case))
    assert sent.status_code == 303

    page = text(client.get(address))
    assert "担当者が読みました" in page
    assert "窓口から" in page
    assert "今日中に確かめます。" in page
    assert "窓口があなたに書きました" in page
    assert letters(database, LetterKind.NEWS) == ["akari@mail.example"]
    assert UNREAD not in desk.get("/desk/").text


def test_a_message_can_be_marked_as_read_without_an_answer(app, client, address):
    tell(client, f"{address}/messages", text="返事はいりません。")
    desk = member(app)
    assert post(desk, f"{CASE}/messages/read", seen=seen(desk.get(f"{CASE}?tab=talk"))).status_code == 303
    assert "担当者が読みました" in text(client.get(address))
    assert "未読の連絡" not in words(desk.get(f"{CASE}?tab=talk"))


def test_what_came_while_staff_wrote_stays_unread(app, client, address):
    tell(client, f"{address}/messages", text="急いでいます。")
    desk = member(app)
    opened = seen(desk.get(f"{CASE}?tab=talk"))
    tell(client, f"{address}/messages", text="家に人が来ています。")
    assert post(desk, f"{CASE}/messages", words="今日中に確かめます。", seen=opened).status_code == 303
    assert text(client.get(address)).count("担当者が読みました") == 1
    assert UNREAD in desk.get("/desk/").text
    assert post(desk, f"{CASE}/messages/read", seen=opened).status_code == 303
    assert post(desk, f"{CASE}/requests", wanted="いつからですか。", seen=[*opened, "no-id"]).status_code == 303
    assert UNREAD in desk.get("/desk/").text
    assert post(desk, f"{CASE}/messages/read", seen=seen(desk.get(f"{CASE}?tab=talk"))).status_code == 303
    assert UNREAD not in desk.get("/desk/").text


@pytest.mark.parametrize("typed", ["", "  \n ", "あ" * 20_001])
def test_a_message_that_cannot_be_taken_comes_back_with_its_words(client, address, typed, database):
    answer = tell(client, f"{address}/messages", text=typed)
    assert answer.status_code == 422
    assert typed.strip() in answer.get_data(as_text=True)
    assert "まだ送っていません" in text(answer)
    assert Fact.MESSAGE_RECEIVED not in facts(database)


def test_the_desk_gets_its_words_back_too(app, client, address):
    answer = post(member(app), f"{CASE}/messages", words="  ")
    assert answer.status_code == 422
    assert "伝えたいことを書いてください" in words(answer)


def test_a_message_from_another_site_is_refused(client, address, database):
    assert tell(client, f"{address}/messages", headers={"Sec-Fetch-Site": "cross-site"}, text="x").status_code == 403
    assert Fact.MESSAGE_RECEIVED not in facts(database)


# ---- 補正依頼


def test_a_correction_is_asked_at_the_desk_and_answered_with_a_file(app, client, address, database):
    desk = member(app)
    page = desk.get(f"{CASE}?tab=talk")
    assert "依頼しても、通知の期限は止まりません" in words(page)
    assert post(desk, f"{CASE}/requests", wanted="2件目のURLが開けません。").status_code == 303
    assert "補正待ち" in words(desk.get("/desk/"))

    status = client.get(address)
    assert "2件目のURLが開けません。" in text(status)
    assert "答えを待つ間も、お知らせの期限は止まりません。5月5日(火・祝)のままです。" in text(status)
    assert "いま、あなたにしていただくことはありません" not in text(status)
    place = re.search(r'href="([^"]*/requests/[^"]*)"', status.get_data(as_text=True))[1]
    form = client.get(place)
    assert "2件目のURLが開けません。" in text(form)
    answer = tell(client, place, text="こちらです", token=value(form, "token"), attach=[("画面.png", png())])
    assert answer.status_code == 303
    assert "答えを送りました" in text(client.get(answer.location))
    assert "添付: 画面.png" in text(client.get(address))
    assert facts(database)[-2:] == [Fact.EVIDENCE_ADDED, Fact.CORRECTION_ANSWERED]

    case = words(desk.get(f"{CASE}?tab=talk"))
    assert "補正依頼への答え" in case
    assert "添付: 画面.png" in case
    assert "補正待ち" not in words(desk.get("/desk/"))
    assert "答える必要はありません" in text(client.get(place))
    again = tell(client, place, text="もう一度", token=value(form, "token"))
    assert again.status_code == 409
    assert "もう一度" not in text(client.get(address))


def test_an_answer_without_words_or_files_comes_back(client, address, asked, database):
    answer = tell(client, f"{address}/requests/{asked}", text=" ")
    assert answer.status_code == 422
    assert "答えを書くか、ファイルを選んでください" in text(answer)
    assert Fact.CORRECTION_ANSWERED not in facts(database)


def test_a_bad_file_costs_neither_the_words_nor_the_good_file(client, address, asked, database):
    place = f"{address}/requests/{asked}"
    token = value(client.get(place), "token")
    answer = tell(client, place, text="二つ送ります", token=token, attach=[("よい.pdf", PDF), ("だめ.exe", b"MZ...")])
    assert answer.status_code == 422
    page = text(answer)
    assert "だめ.exe" in page
    assert "よい.pdf" in page
    assert "二つ送ります" in answer.get_data(as_text=True)
    done = tell(client, place, text="二つ送ります", token=value(answer, "token"), kept="1")
    assert done.status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(Evidence)).all()) == 1


def test_a_dropped_correction_is_not_asked_any_more(app, client, address, asked):
    desk = member(app)
    assert post(desk, f"{CASE}/requests/{asked}/drop").status_code == 303
    assert "2件目のURLが開けません。" in text(client.get(address))  # what was asked stays readable
    assert "いま、あなたにしていただくことはありません" in text(client.get(address))
    assert post(desk, f"{CASE}/requests/{asked}/drop").status_code == 409


def test_a_correction_of_another_notice_is_not_found(client, address, asked):
    other = send(client, token="f" * 32, name="別の人", email="b@mail.example").location.replace(
        "/receipt/", "/status/"
    )
    assert client.get(f"{other}/requests/{asked}").status_code == 404
    assert tell(client, f"{other}/requests/{asked}", text="x").status_code == 404


# ---- more evidence


def test_more_evidence_is_added_to_the_same_notice(app, client, address, database):
    form = client.get(f"{address}/evidence")
    assert "別のURLの投稿や、別の権利については、新しい申出" in text(form)
    assert f"follows={NUMBER}" in form.get_data(as_text=True)
    answer = tell(
        client, f"{address}/evidence", token=value(form, "token"), text="2件目の画面", attach=[("b.pdf", PDF)]
    )
    assert answer.status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(Evidence)).all()) == 1
    assert "証拠を加えました" in text(client.get(address))
    assert "2件目の画面" in words(member(app).get(f"{CASE}?tab=talk"))


def test_the_same_form_with_files_sent_twice_adds_them_once(client, address, database, freezer):
    for minute in (20, 21):
        freezer.move_to(f"2026-04-28T09:{minute}:00+09:00")
        sent = tell(client, f"{address}/evidence", attach=[("後で.png", png())], text="これも見てください")
        assert sent.status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(Evidence)).all()) == 1
        assert len(session.exec(select(Message)).all()) == 1
        assert list(verify(session)) == []


def test_a_file_that_comes_later_without_a_word_is_unread_like_a_message(app, client, address):
    token = value(client.get(f"{address}/evidence"), "token")
    assert tell(client, f"{address}/evidence", token=token, attach=[("b.pdf", PDF)]).status_code == 303
    desk = member(app)
    assert "未読の連絡" in text(desk.get(CASE)) and "添付: b.pdf" in words(desk.get(f"{CASE}?tab=talk"))


def test_each_file_keeps_its_note_even_where_the_note_is_the_same(client, address, database):
    for name, colour in (("赤.png", "red"), ("青.png", "blue")):
        token = value(client.get(f"{address}/evidence"), "token")
        done = tell(client, f"{address}/evidence", token=token, text="投稿の画面です", attach=[(name, png(colour))])
        assert done.status_code == 303
    page = text(client.get(address))
    assert page.count("投稿の画面です") == 2
    assert "添付: 赤.png" in page and "添付: 青.png" in page
    with database.reading() as session:
        assert list(verify(session)) == []


def test_the_status_page_lists_every_file_that_was_received_with_its_day(client, freezer):
    filed = send(client, standing="lawyer", attach=[("shot.png", png()), ("a.png", png("red"))])
    mine = filed.location.replace("/receipt/", "/status/")
    freezer.move_to("2026-04-30T10:00:00+09:00")
    token = value(client.get(f"{mine}/evidence"), "token")
    tell(client, f"{mine}/evidence", token=token, what="authority", attach=[("委任状.pdf", PDF)])
    page = text(client.get(mine))
    received = page.partition("受け取ったファイル")[2].partition("これまでと、これから")[0]
    assert re.search(r"a\.png.*4月28日.*shot\.png.*4月28日.*委任状\.pdf.*立場を示す書類.*4月30日", received)
    receipt = filed.location
    for public in (receipt, receipt.rpartition("/")[0], "/s/tsumugi/"):
        assert "shot.png" not in client.get(public).get_data(as_text=True)


def test_a_status_page_that_was_only_opened_says_nothing_was_taken(client, address):
    assert "banner--good" not in client.get(address).get_data(as_text=True)


def test_a_notice_without_files_has_no_list_of_them(client, address):
    assert "受け取ったファイル" not in text(client.get(address))


def test_what_staff_named_and_attached_is_not_on_the_status_page(client, address, database, staff):
    with database.writing() as session:
        case = session.get_one(Case, folder.find(session, NUMBER).case_id)
        upload = evidence.keep(session, "desk", evidence.FileIn("佐藤の控え.pdf", PDF), at=AT)
        evidence.attach(session, case, [upload], actor=f"staff:{staff.id}", at=AT)
    assert "佐藤の控え" not in client.get(address).get_data(as_text=True)


def test_a_power_of_attorney_comes_later_and_is_told_from_evidence(app, client, database):
    lawyer = send(client, standing="lawyer", attach=[("画面.png", png())]).location.replace("/receipt/", "/status/")
    assert "立場を示す書類を加える" in text(client.get(lawyer))
    form = client.get(f"{lawyer}/evidence?what=authority")
    assert re.search(r'value="authority" checked', form.text) and "投稿した人には見せません" in text(form)
    token = value(form, "token")
    attach = [("委任状.pdf", PDF), ("x.exe", b"MZ")]
    bad = tell(client, f"{lawyer}/evidence", token=token, what="authority", attach=attach)
    assert bad.status_code == 422 and re.search(r'value="authority" checked', bad.text)
    assert "委任状.pdf" in text(bad) and text(bad).count("立場を示す書類") >= 2
    done = tell(client, f"{lawyer}/evidence", token=token, what="authority", kept="1")
    assert done.status_code == 303
    page = text(client.get(done.location))
    assert "立場を示す書類を受け取りました" in page and "立場を示す書類を加えました" in page
    with database.reading() as session:
        assert {e.kind: e.authority for e in session.exec(select(Evidence))} == {
            "image/png": False,
            "application/pdf": True,
        }
        said = [e.data["said"] for e in session.exec(select(Event)) if e.fact is Fact.EVIDENCE_ADDED]
        assert sorted(one["files"][0]["authority"] for one in said) == [False, True]
    shown = words(member(app).get(f"{CASE}?tab=evidence"))
    assert "立場を示す書類" in shown and "発信者には見せません" in shown


def test_a_person_who_acts_for_themselves_is_not_asked_for_authority(client, address):
    assert "立場を示す書類" not in text(client.get(address))
    assert "立場を示す書類" not in text(client.get(f"{address}/evidence"))


def test_nothing_withheld_is_in_a_letter_to_the_poster(client, database):
    """Evidence, authority, answers and who filed: none of it is in what goes to the sender, whatever was ticked."""
    private = {"name": "水原 あかり", "phone": "090-0000-1111", "caution": "夜だけ"}
    typed = {"standing": "lawyer", "answer-honor_untrue": "盗んだという部分", "account": ["@kaze"], **private}
    told = send(client, tell=[], attach=[("画面.png", png())], **typed)
    place = told.location.replace("/receipt/", "/status/")
    token = value(client.get(f"{place}/evidence"), "token")
    tell(client, f"{place}/evidence", token=token, what="authority", attach=[("委任状.pdf", PDF)])
    with database.writing() as session:
        staff, notice = make.make_staff(session), folder.find(session, NUMBER)
        service = session.get_one(Service, session.get_one(Case, notice.case_id).service_id)
        clause = make.first_clause(session, make.make_criteria(session, service))
        make.decide(session, notice, make.remove(clause), staff, "2026-04-28T12:00+09:00")
        found = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
        measures.execute(session, notice, [m.id for m in found], executed_at=AT, by=staff.id, at=AT)
        drafts = replies.sender_drafts(session, notice)
        assert drafts
        letters = " ".join(f"{draft.to} {draft.subject} {draft.body}" for draft in drafts)
    for secret in (*private.values(), "akari@mail.example", "盗んだという部分", "画面.png", "委任状", "代理人"):
        assert secret not in letters


def test_evidence_without_a_file_comes_back(client, address, database):
    answer = tell(client, f"{address}/evidence", text="画像の説明", attach=[])
    assert answer.status_code == 422
    assert "画像の説明" in answer.get_data(as_text=True)
    assert Fact.MESSAGE_RECEIVED not in facts(database)


def test_a_file_that_was_kept_can_be_taken_out(client, address):
    place = f"{address}/evidence"
    token = value(client.get(place), "token")
    kept = tell(client, place, token=token, attach=[("a.png", png()), ("c.txt", b"text")])
    assert kept.status_code == 422
    [id] = re.findall(r'value="unfile:([^"]*)"', kept.get_data(as_text=True))
    out = tell(client, place, token=token, do=f"unfile:{id}", kept="1")
    assert out.status_code == 200
    assert "a.png" not in text(out)


def test_a_notice_takes_so_many_files_and_no_more(client, address, settings, database):
    with database.writing() as session:
        case = folder.find(session, NUMBER).case_id
        session.add_all(
            Evidence(case_id=case, name_sealed=b"", kind="image/png", size=1, sha256="", stored=f"x{n}", added_at=AT)
            for n in range(5 * settings.evidence_files)
        )
    place = f"{address}/evidence"
    answer = tell(client, place, token=value(client.get(place), "token"), attach=[("a.png", png())])
    assert answer.status_code == 422
    assert "合わせて100個まで" in text(answer)


# ---- withdrawal, what is gone, looking again


def test_a_withdrawal_asks_once_more_and_says_what_it_means(app, client, address, database):
    form = text(client.get(f"{address}/withdrawal"))
    assert "元には戻せません" in form
    assert "記録は残り、取り下げられた申出として数えます" in form
    unsure = tell(client, f"{address}/withdrawal", text="もう大丈夫です")
    assert unsure.status_code == 422
    assert "もう大丈夫です" in unsure.get_data(as_text=True)
    assert Fact.NOTICE_WITHDRAWN not in facts(database)

    done = tell(client, f"{address}/withdrawal", text="もう大丈夫です", sure="1")
    assert done.status_code == 303
    page = text(client.get(done.location))
    assert "取下げを記録しました" in page
    assert "取り下げられました" in page
    assert "受け付けた記録は残っています" in page
    assert "申出を取り下げる" not in page
    assert "申出が取り下げられました" in page
    again = tell(client, f"{address}/withdrawal", sure="1")
    assert again.status_code == 409
    with database.reading() as session:  # who did not do it themselves learns of it
        assert len(session.exec(select(Letter).where(Letter.kind == LetterKind.NEWS)).all()) == 1
    history = words(member(app).get(f"{CASE}?tab=history"))
    assert "もう大丈夫です" in history
    with database.reading() as session:
        assert session.exec(select(Notice)).one().number == NUMBER


def test_nothing_is_added_after_a_withdrawal(client, address):
    tell(client, f"{address}/withdrawal", sure="1")
    place = f"{address}/evidence"
    answer = tell(client, place, token=value(client.get(place), "token"), attach=[("a.png", png())])
    assert answer.status_code == 422
    assert "取り下げられているため" in text(answer)


def test_a_post_that_is_gone_is_said_and_no_duty_ends(app, client, address, database):
    form = client.get(f"{address}/gone")
    first, _second = re.findall(r'name="item" value="([^"]*)"', form.get_data(as_text=True))
    assert tell(client, f"{address}/gone").status_code == 422
    assert tell(client, f"{address}/gone", item="not-an-id").status_code == 422
    done = tell(client, f"{address}/gone", item=first)
    assert done.status_code == 303
    assert "もう見えないと知らせました" in text(client.get(address))
    assert "これから調べます" in text(client.get(address))
    assert "申出者「もう見えない」 項目1" in words(member(app).get(CASE))
    assert facts(database)[-1] is Fact.CONTENT_GONE


def test_in_a_long_filing_too_the_posts_that_are_gone_are_marked(client):
    many = "\n".join(f"https://tsumugi.example/p/{n}" for n in range(25))
    long = send(client, url=[], quote=[], many=many).location.replace("/receipt/", "/status/")
    ids = re.findall(r'name="item" value="([^"]*)"', client.get(f"{long}/gone").get_data(as_text=True))
    assert tell(client, f"{long}/gone", item=ids[:5]).status_code == 303
    assert text(client.get(long)).count("もう見えないと知らせました") == 5


def test_looking_again_is_offered_after_an_outcome_and_reaches_the_desk(app, client, address, staff, database):
    assert "再検討を依頼する" not in text(client.get(address))
    assert tell(client, f"{address}/reconsideration", text="まだです").status_code == 422
    give_outcome(database, staff)
    assert "再検討を依頼する" in text(client.get(address))
    form = text(client.get(f"{address}/reconsideration"))
    assert "法律の期限はありません" in form and "いまは依頼できません" not in form
    assert tell(client, f"{address}/reconsideration", text="").status_code == 422
    assert tell(client, f"{address}/reconsideration", text="背景に住所があります").status_code == 303
    desk = member(app)
    tab = desk.get(f"{CASE}?tab=talk")
    assert "背景に住所があります" in words(tab)
    assert NUMBER in words(desk.get("/desk/?view=wrote"))  # the case is closed, and still found
    post(desk, f"{CASE}/messages/read", seen=seen(tab))
    assert NUMBER in words(desk.get("/desk/?view=wrote"))  # read is not answered


def test_words_that_come_after_the_end_stand_among_what_has_ended_and_ask_to_be_read(
    app, client, address, staff, database
):
    give_outcome(database, staff)
    tell(client, f"{address}/messages", text="ありがとうございました。")
    listed = words(member(app).get("/desk/?view=wrote"))
    assert "連絡を読む" in listed and "終わったもの1件" in listed.replace(" ", "")
    assert "動いている期限なし" not in listed and "することはありません" not in listed


def test_to_look_again_stays_open_on_both_sides_until_it_is_answered(app, client, address, staff, database):
    give_outcome(database, staff)
    tell(client, f"{address}/reconsideration", text="背景に住所があります")
    assert "再検討の依頼を受け取っています" in text(client.get(address))
    desk = member(app)
    case = desk.get(CASE)
    assert "再検討の依頼に答えていません" in words(case) and "することは終わりました" not in words(case)
    listed = words(desk.get("/desk/?view=wrote"))
    assert "再検討の依頼に答える" in listed and "終わったもの1件" in listed.replace(" ", "")
    assert "動いている期限なし" not in listed and "することはありません" not in listed
    with database.reading() as session:
        asked = session.exec(select(Message)).one().id

    empty = post(desk, f"{CASE}/reconsiderations/{asked}/answer")
    assert empty.status_code == 422 and "見直した結果と、その理由を書いてください。" in words(empty)
    answer = {f"again-{asked}": "写真を見直しました。住所は写っていません。"}
    assert post(desk, f"{CASE}/reconsiderations/{asked}/answer", **answer).status_code == 303

    page = text(client.get(address))
    assert "写真を見直しました。住所は写っていません。" in page
    assert "窓口から、再検討の答え" in page and "窓口が、再検討の依頼に答えました" in page
    assert "再検討の依頼への答え" in words(desk.get(f"{CASE}?tab=talk"))
    assert "再検討の依頼を受け取っています" not in text(client.get(address))
    assert "することは終わりました" in words(desk.get(CASE))
    assert NUMBER not in words(desk.get("/desk/?view=wrote"))
    late = post(desk, f"{CASE}/reconsiderations/{asked}/answer", **answer)
    assert late.status_code == 409 and "写真を見直しました" in late.text
    with database.reading() as session:
        assert list(verify(session)) == []


def test_one_request_to_look_again_is_looked_at_at_a_time(client, address, staff, database):
    place = f"{address}/reconsideration"
    too_early = "再検討は、結果のお知らせの後に依頼できます"
    assert too_early in text(client.get(place)) and "<textarea" not in client.get(place).text
    assert too_early in text(tell(client, place, text="まだです"))
    give_outcome(database, staff)
    for _twice in range(2):  # the same form, sent twice
        assert tell(client, place, text="背景に住所があります").status_code == 303
    assert "再検討を依頼する" not in text(client.get(address))
    second = tell(client, place, text="2件目もです")
    looked_at = "前に受け取った再検討の依頼を、いま見直しています"
    assert second.status_code == 422 and looked_at in text(second) and "2件目もです" in second.text
    assert looked_at in text(client.get(place)) and "<textarea" not in client.get(place).text
    with database.reading() as session:
        assert len(session.exec(select(Message)).all()) == 1


def test_words_nobody_has_read_are_pointed_out_before_an_outcome_goes(app, client, address, staff, database):
    with database.writing() as session:
        make.decide(session, folder.find(session, NUMBER), make.KEEP, staff, "2026-04-28T12:00+09:00")
    desk = member(app)
    outcome = f"{CASE}/letters/outcome"
    assert "申出者の連絡をまだ読んでいません" not in words(desk.get(outcome))
    tell(client, f"{address}/messages", text="新しくわかったことがあります。")
    page = desk.get(outcome)
    assert "申出者の連絡をまだ読んでいません" in words(page) and f"{CASE}?tab=talk#talk" in page.text
    digest = re.search(r'name="digest" value="([^"]*)"', page.text)[1]
    assert post(desk, outcome, digest=digest).status_code == 303  # pointed out, never in the way


@pytest.mark.parametrize(
    ("standing", "said"), [("guardian", True), ("bereaved", True), ("lawyer", True), ("person", False)]
)
def test_that_a_filing_for_another_names_nobody_stands_with_its_words(app, client, standing, said):
    send(client, standing=standing)
    page = words(member(app).get(f"{CASE}?tab=origin")).replace(" ", "")
    assert ("権利を侵害された人書かれていない" in page) is said


def test_a_decision_that_is_not_told_yet_changes_nothing_on_the_status_page(client, address, staff, database):
    give_outcome(database, staff, (1,))
    before = client.get(address).get_data(as_text=True)
    with database.writing() as session:
        make.decide(session, folder.find(session, NUMBER), make.KEEP, staff, "2026-04-28T12:30+09:00", (2,))
    assert client.get(address).get_data(as_text=True) == before
    assert tell(client, f"{address}/reconsideration", text="1件目をもう一度").status_code == 303


# ---- the lost secret


def lost(client, number: str = NUMBER, email: str = "akari@mail.example"):
    return client.post("/s/tsumugi/status/lost", data={"number": number, "email": email}, headers=HERE)


def test_a_lost_secret_is_mailed_to_the_address_on_file(client, address, database):
    answer = lost(client, "th 2026 1", "AKARI@mail.example ")
    assert answer.status_code == 303
    assert "組み合わせが合っていれば" in text(client.get(answer.location))
    assert letters(database, LetterKind.WAY_IN) == ["akari@mail.example"]
    assert Fact.SECRET_SENT in facts(database)


def test_the_answer_to_a_lost_secret_never_says_whether_the_number_exists(client, address, database):
    answers = [lost(client), lost(client, "TH-2026-000099"), lost(client, email="someone@mail.example")]
    assert len({(a.status_code, a.location, a.get_data()) for a in answers}) == 1
    assert len({client.get(a.location).get_data() for a in answers}) == 1
    assert len(letters(database, LetterKind.WAY_IN)) == 1


@pytest.mark.parametrize(("number", "email"), [("", "a@b.example"), (NUMBER, "nothing"), (NUMBER, "")])
def test_a_half_filled_form_for_a_lost_secret_comes_back(client, address, number, email):
    answer = lost(client, number, email)
    assert answer.status_code == 422
    assert value(answer, "number") == "" or number in answer.get_data(as_text=True)


# ---- a new address


def code_in_mail(database) -> str:
    with database.reading() as session:
        mail = session.exec(
            select(Letter).where(Letter.kind == LetterKind.ADDRESS_CODE).order_by(Letter.queued_at.desc())
        ).first()
        return open_text(session, mail.case_id, "letter.body", mail.id, mail.body_sealed).splitlines()[0][-9:]


def test_a_new_address_is_proved_by_the_code_that_was_sent_to_it(client, address, database):
    form = text(client.get(f"{address}/address"))
    assert "a…i@mail.example" in form
    assert "akari@" not in form
    asked = tell(client, f"{address}/address", email="new@mail.example")
    assert asked.status_code == 303
    assert "n…@mail.exampleに、8桁の番号を書いたメールを送りました" in text(client.get(asked.location))
    wrong = tell(client, f"{address}/address/code", code="0000 0000")
    assert wrong.status_code == 422
    assert "番号が違います" in text(wrong)
    done = tell(client, f"{address}/address/code", code=code_in_mail(database))
    assert done.status_code == 303
    assert "お知らせの送り先を変えました" in text(client.get(done.location))
    assert letters(database, LetterKind.ADDRESS_MOVED) == ["akari@mail.example"]
    moved = done.location.partition("?")[0]
    assert "n…@mail.example" in text(client.get(f"{moved}/address"))


def moved_to(client, database, address: str, email: str = "new@mail.example"):
    """The status page as the claimant sees it after the code of a new address came back."""
    tell(client, f"{address}/address", email=email)
    return tell(client, f"{address}/address/code", code=code_in_mail(database))


def test_a_new_address_makes_a_new_secret_and_who_wrote_the_code_is_told_to_keep_it(client, address, database):
    assert "これまでのメールや印刷した受付票にあるものは、使えなくなります" in text(client.get(f"{address}/address"))
    done = moved_to(client, database, address)
    moved = done.location.partition("?")[0]
    assert moved != address
    page = client.get(done.location)
    assert "アドレスと合言葉も、新しくなりました。前のものは、もう使えません" in text(page)
    paper = moved.replace("/status/", "/receipt/")
    assert page.text.count(f'href="{paper}"') >= 2  # also in the words that say so
    assert moved.rsplit("/", 1)[1] in text(client.get(paper))
    assert letters(database, LetterKind.RECEIPT)[-1] == "new@mail.example"


def test_an_old_address_is_answered_like_a_wrong_secret(client, address, database):
    moved_to(client, database, address)
    old, wrong = client.get(address), client.get(address[:-2])
    assert (old.status_code, text(old)) == (404, text(wrong))
    assert "新しい送り先に届いたメールから開いてください" in text(old)
    for place in (address.replace("/status/", "/receipt/"), f"{address}/evidence", f"{address}/address"):
        assert client.get(place).status_code == 404
    typed = {"number": NUMBER, "secret": address.rsplit("/", 1)[1]}
    assert client.post("/s/tsumugi/status", data=typed, headers=HERE).status_code == 422


def test_a_letter_of_before_says_that_its_address_is_the_old_one(client, address, database):
    with database.writing() as session:
        mail = session.exec(select(Letter).where(Letter.kind == LetterKind.RECEIPT)).one()
        delivery.settle(session, mail.id, Answer(True, 250, "smtp"), at=AT)
        place = f"/letters/{mail.id}"
    tell(client, f"{address}{place}")
    assert "前のものです" not in text(client.get(f"{address}{place}"))
    moved = moved_to(client, database, address).location.partition("?")[0]
    assert "ここにあるアドレスと合言葉は、前のものです" in text(client.get(f"{moved}{place}"))


def test_nothing_that_is_made_to_be_shown_holds_the_secret(client, address):
    secret, paper = address.rsplit("/", 1)[1].encode(), address.replace("/status/", "/receipt/")
    for name in ("receipt-1.json", "filing.json"):  # the PDF is made of the first alone
        saved = client.get(f"{paper}/{name}")
        assert saved.status_code == 200 and secret not in saved.get_data(), name


@pytest.mark.parametrize("typed", ["", "nothing", "a b@c.example", "akari@mail.example"])
def test_an_address_that_cannot_be_taken_comes_back(client, address, database, typed):
    answer = tell(client, f"{address}/address", email=typed)
    assert answer.status_code == 422
    assert value(answer, "email") == typed
    assert letters(database, LetterKind.ADDRESS_CODE) == []


# ---- what never crosses over


def test_nothing_of_the_house_is_ever_on_a_claimants_page(app, client, address, staff, database):
    inner = {
        "受付時の画面の記録": "snapshot",
        "発信者は以前にも": "remark",
        "kaze_2198": "sender",
        "sender@kaze.example": "address",
        "小野寺": "staff",
    }
    desk = member(app)
    with database.writing() as session:
        notice = folder.find(session, NUMBER)
        found = folder.open_folder(session, notice, at=AT)
        sender = found.items[0].sender
        sender.account = "kaze_2198"
        session.add(sender)
        investigation.snapshot(session, found.items[0].item, "受付時の画面の記録", by=staff.id, at=AT)
        replies.set_sender_email(session, sender, "sender@kaze.example", by=staff.id, at=AT)
        messages.send(session, notice, "確かめています。", by=staff.id, at=AT)
        corrections.ask(session, notice, "名前の漢字を教えてください。", by=staff.id, at=AT)
        messages.receive(session, notice, "はい。", at=AT)
        afterwards.gone(session, notice, [found.items[0].item.id], at=AT)
        contact.ask_to_change(session, notice, "n@mail.example", at=AT)
    post(desk, f"{CASE}/excuse", excuse="other_just", excuse_text="発信者は以前にも同じことをした", sure="1")
    pages = ["", "/evidence", "/withdrawal", "/gone", "/reconsideration", "/address"]
    for page in pages:
        shown = client.get(f"{address}{page}").get_data(as_text=True)
        assert [words for words in inner if words in shown] == [], page


def test_the_record_holds_no_word_and_no_address(client, address, database):
    tell(client, f"{address}/messages", text="ひみつの言葉")
    tell(client, f"{address}/address", email="himitsu@mail.example")
    tell(client, f"{address}/withdrawal", text="ひみつの理由", sure="1")
    with database.reading() as session:
        record = str([(e.data, e.actor, e.items) for e in session.exec(select(Event))])
        sealed = b"".join(m.words_sealed for m in session.exec(select(Message)))
        assert session.exec(select(Claimant)).one().new_email_sealed
    assert "ひみつ" not in record
    assert "himitsu" not in record
    assert "ひみつ".encode() not in sealed


def test_the_status_page_of_a_wrong_secret_opens_none_of_its_doors(client, address):
    wrong = address[:-2]
    for page in ("", "/evidence", "/withdrawal", "/gone", "/reconsideration", "/address"):
        assert client.get(f"{wrong}{page}").status_code == 404
    for page in ("/messages", "/evidence", "/withdrawal", "/gone", "/reconsideration", "/address", "/address/code"):
        assert tell(client, f"{wrong}{page}", text="x", sure="1").status_code == 404


def test_who_saw_the_status_page_recorded_nothing(client, address, database):
    before = facts(database)
    for page in ("", "/evidence", "/withdrawal", "/gone", "/reconsideration", "/address"):
        client.get(f"{address}{page}")
    assert facts(database) == before


def test_an_empty_file_field_is_no_file(client, address, asked):
    place = f"{address}/requests/{asked}"
    data = {"text": "言葉だけ", "token": value(client.get(place), "token"), "evidence": (io.BytesIO(b""), "")}
    assert client.post(place, data=data, content_type="multipart/form-data", headers=HERE).status_code == 303
