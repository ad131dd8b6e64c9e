"""発信者 on a case of the desk: asked in the words that were previewed, proved, answered, and never told a claimant."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests import make
from tests.web.claimant import png
from tests.web.desk import boxes, hidden, letter, member, post, words
from tracker.casework import decisions, delivery, evidence, further, intake, journal, receipts, replies
from tracker.casework.hearing import doors, rows
from tracker.casework.intake import FiledItem
from tracker.casework.replies import set_sender_email
from tracker.law.grounds import Channel, Circumstance, DeferralGround, Standing
from tracker.letters.transport import Answer
from tracker.models import (
    Case,
    DoorPurpose,
    Evidence,
    Inquiry,
    Letter,
    LetterKind,
    Notice,
    Role,
    Sender,
    SenderAnswer,
    SenderDoor,
)
from tracker.now import now
from tracker.sealed import open_text

AT = "2026-06-01T10:00:00+09:00"  # 月曜
ELECTION = ("campaign", "document", "candidate", "shown")
FREE = ("campaign", "document", "candidate", "claimed", "checked", "limit")


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        return service


def file(database, service, received="2026-06-01T09:00:00+09:00", **changes):
    """A notice, the one sender of its posts, and the address of its tab."""
    with database.writing() as session:
        notice = make.make_notice(session, service, received, **changes)
        sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
        return notice, sender, f"/desk/cases/{notice.number}"


def tab(client, case):
    return client.get(f"{case}?tab=senders")


def ask(client, case, sender, *, items=("1", "2"), regime="standard", way="hand", **more):
    """Preview an inquiry and send what was seen."""
    form = {"items": list(items), "regime": regime, "way": way} | more
    path = f"{case}/senders/{sender.id}/inquiry"
    preview = post(client, path, **form)
    assert preview.status_code == 200, words(preview)
    return preview, post(client, path, **form, digest=hidden(preview, "digest"))


def the(database, table):
    with database.reading() as session:
        return session.exec(select(table)).one()


def prove(client, case, inquiry, when="2026-06-01T12:00:00", how="サービス内の既読の表示（画面の写しを保存）", **more):
    return post(client, f"{case}/inquiries/{inquiry.id}/receipt", when=when, how=how, **more)


def test_the_tab_says_before_anybody_was_asked_whether_an_outcome_can_still_go_out_in_time(database, service, app):
    _notice, sender, case = file(database, service)
    page = tab(member(app, Role.REVIEWER), case)
    text = words(page)
    assert "発信者「@kaze_2198」" in text
    # received on Monday the 1st: reply by Monday the 8th; asked on the 1st, the wait is over at the end of the 8th
    assert "いま照会が届いても、待機が終わるのは6/9(火)の0:00で" in text
    assert "申出者への通知の期限（6/8(月)、法25条1項）に間に合いません。" in text
    assert (
        "回答を待つなら、途中経過（法25条2項1号）を通知してください。1号・基準による措置は、待たずに講じられます。"
        in text
    )
    assert f'{case}?tab=letters#interim"' in page.text
    assert "申出者に通知する7日の期限とは別に数え、期限を止めません" in text
    assert str(sender.id) in page.text


def test_the_letter_is_seen_before_it_is_sent_with_what_it_withholds(database, service, app):
    notice, sender, case = file(database, service)
    reviewer = member(app, Role.REVIEWER)
    preview, sent = ask(reviewer, case, sender)
    assert "発信者に見せないもの: 申出者の名前、連絡先、証拠。" in words(preview)
    assert "法3条2項2号" in letter(preview) and "水原" not in letter(preview) and "akari" not in letter(preview)
    with database.reading() as session:
        link = doors.link(session, sender.id, DoorPurpose.INQUIRY)
    assert link in letter(preview)
    assert sent.status_code == 303
    assert f"of={sender.id}#sender-{sender.id}" in sent.headers["Location"]
    row, text = the(database, Inquiry), words(tab(reviewer, case))
    assert row.shelter and row.received_at is None
    assert "届いたことが、まだ確かめられていません。待機は始まっていません" in text
    assert link in text
    assert "発信者への照会: 項目1–2: 照会したが、届いたことは未確認" in words(reviewer.get(case))
    assert notice.number in text


def test_a_letter_that_changed_since_it_was_seen_is_shown_anew_and_not_sent(database, service, app):
    _notice, sender, case = file(database, service)
    lead = member(app)
    form = {"items": ["1"], "regime": "standard", "way": "hand"}
    stale = post(lead, f"{case}/senders/{sender.id}/inquiry", **form, digest="0" * 64)
    assert stale.status_code == 409
    assert "まだ照会していません" in words(stale) and "この文面で渡す照会を作る" in words(stale)
    with database.reading() as session:
        assert session.exec(select(Inquiry)).all() == []


def test_what_the_relay_accepted_is_not_said_to_have_arrived_and_starts_no_wait(database, service, app):
    _notice, sender, case = file(database, service)
    with database.writing() as session:
        row = session.get_one(Sender, sender.id)
        set_sender_email(session, row, "kaze@mail.example", by=make.make_staff(session).id, at=now())
    lead = member(app)
    ask(lead, case, sender, way="mail")
    with database.writing() as session:
        out = session.exec(select(Letter).where(Letter.sender_id == sender.id)).one()
        delivery.settle(session, out.id, Answer(True, 250, "smtp"), at=now())
    text = words(tab(lead, case))
    assert "中継サーバーが受理した 6/1 10:00" in text
    assert "中継サーバーが受理しただけでは、届いたことになりません" in text
    with database.reading() as session:
        assert rows.waits(session, sender.case_id) == {}


def test_a_proof_of_receipt_starts_a_wait_that_looks_like_no_deadline(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-01T13:00:00+09:00")
    inquiry = the(database, Inquiry)
    for wrong, said in (
        ({"when": ""}, "届いた日時を入力してください。"),
        ({"how": " "}, "何によって、届いたことがわかるかを書いてください。"),
        ({"when": "2026-06-02T09:00"}, "届いた日時が、今より後になっています。"),
    ):
        answer = prove(lead, case, inquiry, **wrong, of=str(sender.id))
        assert answer.status_code == 422 and said in words(answer)
    assert "サービス内の既読" in answer.text  # what was typed is still there
    assert prove(lead, case, inquiry, of=str(sender.id)).status_code == 303
    page = tab(lead, case)
    text = words(page)
    assert 'class="clock clock--wait' in page.text and ">任意</span>" in page.text
    assert "6/9(火) 0:00から" in text
    assert "この日以降、回答がなければ免責されます。1号・基準による措置はいつでも講じられます" in text
    assert "届いた: 2026年6月1日(月) 12時00分00秒（担当者が証拠を記録した）" in text
    assert "待機が終わるのは6/9(火)の0:00で" in text
    assert "項目1–2: 6/9(火)から免責（待機の間）" in words(lead.get(case))
    assert prove(lead, case, inquiry, of=str(sender.id)).status_code == 409


def test_a_receipt_that_was_wrong_is_mended_with_its_reason_and_the_wait_begins_anew(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-03T13:00:00+09:00")
    inquiry = the(database, Inquiry)
    prove(lead, case, inquiry, of=str(sender.id))
    path = f"{case}/inquiries/{inquiry.id}/correction"
    refused = post(lead, path, when="2026-06-02T09:00", why="", of=str(sender.id))
    assert refused.status_code == 422 and "訂正する理由を書いてください。" in words(refused)
    assert post(lead, path, when="", why="見間違い", of=str(sender.id)).status_code == 422
    assert post(lead, path, when="2026-06-02T09:00", why="日付の見間違い", of=str(sender.id)).status_code == 303
    text = words(tab(lead, case))
    assert "6/10(水) 0:00から" in text and "理由: 日付の見間違い" in text
    assert post(lead, path, when="", lost="1", why="別の人の表示だった", of=str(sender.id)).status_code == 303
    assert "待機は始まっていません" in words(tab(lead, case))
    with database.reading() as session:
        assert rows.waits(session, sender.case_id) == {}


def test_a_withheld_reason_and_a_report_give_no_shelter_and_the_desk_says_so(database, service, app):
    _notice, sender, case = file(database, service, reason_withheld=True)
    lead = member(app)
    text = words(tab(lead, case))
    assert "申出者が、理由を発信者に伏せています" in text and "法3条2項2号の免責はありません" in text
    assert "考えを尋ねる（免責なし）" in text and "2日の特例" not in text
    preview, sent = ask(lead, case, sender)
    assert "この問い合わせに回答がなくても" in words(preview) and "法3条2項2号" not in letter(preview)
    assert sent.status_code == 303 and not the(database, Inquiry).shelter
    assert "意見の問い合わせ（免責なし）" in words(tab(lead, case))
    _other, _sender, report = file(database, service, standing=Standing.THIRD_PARTY, reason="別の理由です。")
    assert "第三者の通報のため" in words(tab(lead, report))


def test_a_short_wait_is_suggested_by_a_tick_never_preset_and_needs_every_element(database, service, app):
    _notice, sender, case = file(database, service, **make.urgent(Circumstance.ELECTION))
    lead = member(app)
    page = tab(lead, case)
    assert "要件は、人が1つずつ確かめます" in words(page)
    assert "要件を確かめて「選挙の特例（2日）」によるときは、6/4(木)の0:00に終わります。" in words(page)
    assert {f"election.{one}" for one in ELECTION} <= set(boxes(page, "elements"))
    assert not re.search(r'<input[^>]*name="elements"[^>]* checked>', page.text)
    some = [f"election.{one}" for one in ELECTION[:3]]
    lacking = post(
        lead, f"{case}/senders/{sender.id}/inquiry", items=["1"], regime="election", way="hand", elements=some
    )
    assert lacking.status_code == 422 and "印のない要件があります" in words(lacking)
    assert len(re.findall(r'<input[^>]*name="elements"[^>]* checked>', lacking.text)) == 3
    every = [f"election.{one}" for one in ELECTION]
    preview, sent = ask(lead, case, sender, regime="election", elements=every)
    assert "法4条1号" in letter(preview) and "2日を経過" in letter(preview)
    assert sent.status_code == 303 and the(database, Inquiry).regime == "election"


def test_elements_of_article_4_2_are_confirmed_one_by_one_for_chosen_items(database, service, app):
    _notice, sender, case = file(database, service, **make.urgent(Circumstance.ELECTION))
    lead, path = member(app), f"{case}/senders/{sender.id}/no-wait"
    few = post(lead, path, items=["1"], elements=["no_wait.campaign"])
    assert few.status_code == 422 and "印のない要件があります" in words(few)
    none = post(lead, path, elements=[f"no_wait.{one}" for one in FREE])
    assert none.status_code == 422 and "項目を選んでください。" in words(none)
    assert post(lead, path, items=["1"], elements=[f"no_wait.{one}" for one in FREE]).status_code == 303
    assert "要件を確かめたため、照会も待機もなく免責されます" in words(tab(lead, case))


def test_staff_enter_an_answer_with_its_files_and_the_claimant_sees_nothing_of_it(database, service, app, freezer):
    notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-03T13:00:00+09:00")
    path = f"{case}/senders/{sender.id}/answer"
    form = {"items": ["1", "2"], "text": "見たままを書いた投稿です。", "when": "2026-06-03T12:00", "position": ""}
    bad = post(lead, path, **form, **{f"f-say-files-{sender.id}": (io.BytesIO(png()), "送信者メモ.png")})
    assert bad.status_code == 422
    assert "発信者が同意したかどうかを選んでください。" in words(bad) and "送信者メモ.png" in bad.text
    kept = hidden(bad, "token")
    assert post(lead, path, **form | {"position": "objects"}, token=kept).status_code == 303
    text = words(tab(lead, case))
    assert "措置に同意しない" in text and "見たままを書いた投稿です。" in text and "小野寺 遥が入力しました" in text
    assert "発信者は、期間内に同意しないと回答しました" in text
    assert "発信者の資料" in words(lead.get(f"{case}?tab=evidence"))
    with database.reading() as session:
        row = session.exec(select(Evidence)).one()
        assert (row.sender_id, the(database, SenderAnswer).files) == (sender.id, [str(row.id)])
        secret = receipts.status_secret(session, notice)
    status = app.test_client().get(f"/s/tsumugi/status/{notice.number}/{secret}")
    assert status.status_code == 200
    for gone in ("送信者メモ", "見たままを", "証拠を加えました", "同意しない"):
        assert gone not in status.text
    assert lead.get(f"/desk/evidence/{row.id}").status_code == 200


def test_files_of_an_answer_that_are_too_big_cost_none_of_its_words(database, service, app):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    form = {"items": ["1"], "text": "見たままを書いた投稿です。", "when": "2026-06-01T10:00", "position": "objects"}
    big = {f"f-say-files-{sender.id}": (io.BytesIO(b"x" * (34 << 20)), "動画.png")}
    answer = post(lead, f"{case}/senders/{sender.id}/answer", **form, **big)
    assert answer.status_code == 422
    assert "動画.png" in answer.text and "見たままを書いた投稿です。" in answer.text
    with database.reading() as session:
        assert session.exec(select(SenderAnswer)).all() == []


def test_an_answer_after_the_wait_is_kept_and_marked_late(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-10T13:00:00+09:00")
    prove(lead, case, the(database, Inquiry), of=str(sender.id))
    form = {"items": ["1"], "text": "遅くなりました。", "when": "2026-06-10T12:00", "position": "objects"}
    assert post(member(app), f"{case}/senders/{sender.id}/answer", **form).status_code == 303
    assert "待機の後に届いた" in words(tab(member(app), case))


def answered(database, service, app):
    """An inquiry that a sender objected to, as staff entered it: the lead, the sender, the address, the answer."""
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    prove(lead, case, the(database, Inquiry), when="2026-06-01T10:00:00", of=str(sender.id))
    form = {"items": ["1"], "text": "取り違えた回答です。", "when": "2026-06-01T10:00", "position": "objects"}
    kept = {f"f-say-files-{sender.id}": (io.BytesIO(png()), "取り違え.png")}
    assert post(lead, f"{case}/senders/{sender.id}/answer", **form, **kept).status_code == 303
    return lead, sender, case, the(database, SenderAnswer)


def test_an_answer_that_was_another_senders_is_taken_back_and_still_shown_to_staff(database, service, app):
    lead, sender, case, row = answered(database, service, app)
    path = f"{case}/answers/{row.id}/void"
    assert f'action="{path}"' in tab(lead, case).text
    assert "待機は、この回答がなかったものとして数え直します" in words(tab(lead, case))
    reviewer = member(app, Role.REVIEWER)
    assert post(reviewer, path, why="別の人の回答だった", of=str(sender.id)).status_code == 403
    assert f'action="{path}"' not in tab(reviewer, case).text
    bad = post(lead, path, why=" ", of=str(sender.id))
    assert bad.status_code == 422 and f'href="#f-void-why-{row.id}"' in bad.text
    assert "取り消す理由を書いてください。" in words(bad)
    assert post(lead, path, why="別の人の回答だった", of=str(sender.id)).status_code == 303
    page = tab(reviewer, case)
    shown = words(page)
    assert "取り消した回答" in shown and "<del>取り違えた回答です。</del>" in page.text and "取り違え.png" in shown
    assert "取り消しました（小野寺 遥）。理由: 別の人の回答だった" in shown
    assert "期間内に同意しないと回答しました" not in shown and "待機の間です" in shown
    assert f'action="{path}"' not in tab(lead, case).text
    again = post(lead, path, why="もう一度", of=str(sender.id))
    assert again.status_code == 409 and "すでに取り消されています" in words(again)


def test_an_answer_of_another_case_is_not_taken_back_through_this_one(database, service, app):
    lead, _sender, _case, row = answered(database, service, app)
    _other, other, elsewhere = file(database, service, reason="別の理由です。")
    refused = post(lead, f"{elsewhere}/answers/{row.id}/void", why="誤り", of=str(other.id))
    assert refused.status_code == 422 and the(database, SenderAnswer).voided_at is None


def test_a_confirmation_of_article_4_2_is_taken_back_by_a_lead_with_a_reason(database, service, app):
    _notice, sender, case = file(database, service, **make.urgent(Circumstance.ELECTION))
    lead, path = member(app), f"{case}/senders/{sender.id}/no-wait"
    back = f"{path}/void"
    assert f'action="{back}"' not in tab(lead, case).text
    elements = [f"no_wait.{one}" for one in FREE]
    assert post(lead, path, items=["1"], elements=elements).status_code == 303
    page = tab(lead, case)
    assert f'action="{back}"' in page.text and "照会も待機も要らないとした確認を取り消す" in words(page)
    assert post(member(app, Role.REVIEWER), back, items=["1"], why="表示があった").status_code == 403
    silent = post(lead, back, items=["1"], why="")
    assert silent.status_code == 422 and f'href="#f-unfree-why-{sender.id}"' in silent.text
    none = post(lead, back, why="表示があった")
    assert none.status_code == 422 and f'href="#f-unfree-items-{sender.id}"' in none.text
    assert ">\n表示があった</textarea>" in none.text
    assert post(lead, back, items=["2"], why="表示があった").status_code == 409
    assert post(lead, back, items=["1"], why="表示があった").status_code == 303
    assert "要件を確かめたため、照会も待機もなく免責されます" not in words(tab(lead, case))
    assert post(lead, back, items=["1"], why="表示があった").status_code == 409


def test_where_no_reply_is_due_the_tab_says_that_it_was_given_or_is_not_owed(database, service, app):
    notice, _sender, case = file(database, service)
    with database.writing() as session:
        row, by = session.get_one(Notice, notice.id), make.make_staff(session)
        items = [item.id for item in decisions.items_of(session, row)]
        draft = replies.interim_draft(session, row, items, DeferralGround.SENDER_OPINION, "")
        sent = replies.send_draft(session, row, draft, draft.digest, by=by.id, at=now())
        delivery.settle(session, sent.id, Answer(True, 250, "smtp"), at=now())
    text = words(tab(member(app), case))
    assert "申出者への通知の期限は動いていません。期限までの通知は済んでいるか、求められていません。" in text
    assert "遅れることはありません" not in text


def test_a_page_is_renewed_and_shut_only_by_a_tick(database, service, app):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    at = f"{case}/senders/{sender.id}/pages/inquiry"
    with database.reading() as session:
        before = doors.link(session, sender.id, DoorPurpose.INQUIRY)
    assert post(lead, f"{at}/renew").status_code == 422
    assert post(lead, f"{at}/renew", sure="1").status_code == 303
    assert before not in tab(lead, case).text and the(database, SenderDoor).version == 2
    assert post(lead, f"{at}/close").status_code == 422
    assert post(lead, f"{at}/close", sure="1").status_code == 303
    assert post(lead, f"{at}/close", sure="1").status_code == 409
    assert "に閉じた" in words(tab(lead, case))
    assert post(lead, f"{case}/senders/{sender.id}/pages/notice/renew", sure="1").status_code == 422
    assert post(lead, f"{case}/senders/{sender.id}/pages/other/renew", sure="1").status_code == 404


def test_a_sender_of_another_case_is_not_reached_through_this_one(database, service, app):
    _notice, mine, case = file(database, service)
    _other, other, elsewhere = file(database, service, reason="別の理由です。")
    lead = member(app)
    form = {"items": ["1"], "regime": "standard", "way": "hand"}
    assert post(lead, f"{case}/senders/{other.id}/inquiry", **form).status_code == 422
    ask(lead, elsewhere, other)
    inquiry = the(database, Inquiry)
    assert prove(lead, case, inquiry, of=str(mine.id)).status_code == 422
    assert post(lead, f"{case}/senders/{other.id}/pages/inquiry/close", sure="1").status_code == 422
    answer = {"items": ["1"], "text": "x", "when": "2026-06-01T10:00", "position": "objects"}
    assert post(lead, f"{case}/senders/{other.id}/answer", **answer).status_code == 404


def test_many_senders_come_a_page_at_a_time_and_a_form_that_came_back_is_on_its_page(database, service, app):
    posts = [
        FiledItem(url=f"https://tsumugi.example/p/{n}", url_normal=f"https://tsumugi.example/p/{n}", account=f"@a{n}")
        for n in range(1, 46)
    ]
    with database.writing() as session:
        notice = intake.file(session, service, replace(make.make_filing(), items=posts), at=now())
        receipts.acknowledge(session, service, notice, at=now())
        senders = {s.account: s for s in session.exec(select(Sender).where(Sender.case_id == notice.case_id))}
    case, lead = f"/desk/cases/{notice.number}", member(app)
    first = tab(lead, case).text
    assert "「@a1」" in first and "「@a45」" not in first
    assert "「@a45」" in lead.get(f"{case}?tab=senders&sp=3").text
    back = post(lead, f"{case}/senders/{senders['@a45'].id}/inquiry", items=["45"], regime="", way="hand")
    assert back.status_code == 422 and "「@a45」" in back.text
    assert "どの定めによって照会するかを選んでください。" in words(back)


def test_a_file_of_a_sender_is_no_evidence_of_the_claimant_in_any_count(session):
    service = make.make_service(session)
    make.make_criteria(session, service)
    notice = intake.file(session, service, make.make_filing(), at=make.instant(AT), channel=Channel.PHONE)
    receipts.acknowledge(session, service, notice, at=make.instant(AT))
    sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
    case, at = session.get_one(Case, notice.case_id), make.instant(AT) + timedelta(hours=1)
    mine = evidence.FileIn("画面.png", png())
    evidence.keep(session, "a" * 32, mine, at=at)
    [his] = evidence.attach(
        session, case, evidence.kept(session, "a" * 32), actor=journal.SENDER, at=at, sender=sender.id
    )
    # the claimant adds the very same picture minutes later: it is theirs, and not the sender's
    evidence.keep(session, "b" * 32, mine, at=at)
    [added] = further.add_evidence(session, notice, "b" * 32, at=at + timedelta(minutes=1))
    assert added != his
    receipts.correct_receipt(
        session,
        notice,
        make.instant("2026-06-01T09:30:00+09:00"),
        reason="聞き違い",
        by=make.make_staff(session).id,
        at=at + timedelta(hours=1),
    )
    receipt = session.exec(select(Letter).where(Letter.kind == LetterKind.RECEIPT, col(Letter.cancelled_at).is_(None)))
    body = open_text(session, case.id, "letter.body", (row := receipt.one()).id, row.body_sealed)
    assert "添付1点" in body
