"""事案のページ: looking records nothing; what is put right on it is recorded and shown."""

import re
from html import unescape
from uuid import UUID

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import PDF, files, png
from tests.web.desk import boxes, hidden, make_member, member, post, token, words
from tracker.casework import delivery, evidence, folder, journal, receipts
from tracker.casework.evidence import FileIn
from tracker.law.grounds import Channel, Circumstance
from tracker.letters.transport import Answer
from tracker.models import Case, Claimant, Clock, Event, Evidence, JobRun, Letter, Notice, Sender
from tracker.sealed import open_text

AT = "2026-05-01T10:42:00+09:00"
CASE = "/desk/cases/TH-2026-000001"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def notice(database):
    """Received on 28 April: its seven days end on Children's Day."""
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        return make.make_notice(session, service, "2026-04-28T09:14:37+09:00", **make.urgent(Circumstance.INTIMATE))


def events(database) -> list[str]:
    """The facts of all cases, oldest first."""
    with database.reading() as session:
        return [e.fact.value for e in session.exec(select(Event).order_by(Event.case_id, Event.seq))]


def test_the_page_leads_with_the_day_and_how_it_was_counted(app, notice):
    text = words(member(app).get(CASE))

    assert "5月5日(火・祝)" in text
    assert "営業日は今日が最後です" in text
    assert "初日は数えない（民法140条）" in text
    assert "この日の終わりに満了（民法141条）" in text
    assert "5/7(木)―採らなかった読みB・Cでは、この日の終わりに満了" in text
    assert "計算書と、採らなかった読み" in text
    assert "連鎖は1から3まで一致" in text


def test_looking_at_every_part_of_a_case_records_nothing(app, database, notice):
    client, before = member(app), events(database)

    for tab in ("decide", "letters", "holds", "evidence", "origin", "procedure", "history", "nonsense"):
        assert client.get(f"{CASE}?tab={tab}").status_code == 200

    assert events(database) == before


def test_no_page_shows_the_insides_of_the_program(app, notice):
    client = member(app)
    pages = [
        f"{CASE}?tab={tab}" for tab in ("decide", "letters", "holds", "evidence", "origin", "procedure", "history")
    ]

    for path in (
        *pages,
        "/desk/",
        "/desk/?view=closed",
        "/desk/criteria",
        "/desk/criteria/tsumugi/draft",
        "/desk/new/tsumugi",
    ):
        text = words(client.get(path)) + unescape(client.get(path).text)
        assert "object at 0x" not in text, path
        assert "built-in" not in text, path
        assert "<bound method" not in text, path
    assert "すべての項目" in words(client.get(f"{CASE}?tab=holds"))


def test_a_watch_that_stands_still_is_announced_on_every_page_of_the_desk(app, database, notice):
    client = member(app)
    assert words(client.get(CASE)).count("成功していません") == 1
    at = make.instant("2026-05-01T08:10:00+09:00")
    with database.writing() as session:
        session.add(JobRun(name="send", started_at=at, succeeded_at=at))

    for path in (CASE, f"{CASE}/letters/sender/{UUID(int=0)}", "/desk/", "/desk/criteria", "/desk/team", "/desk/feeds"):
        text = words(client.get(path))
        assert "通知か期限のお知らせに、確かめることがあります" in text, path
        assert "見張り番: 止まっています（最後は8:10）" in text, path


def test_a_clock_that_was_stopped_says_when_and_not_as_if_on_its_last_day(app, notice):
    client = member(app)

    assert post(client, f"{CASE}/withdrawal", withdrawal="電話で取り下げた", sure="1").status_code == 303

    assert "5/1 済み（期限 5/5）" in words(client.get(CASE))


def test_an_unknown_number_is_not_found(app, notice):
    assert member(app).get("/desk/cases/TH-2026-999999").status_code == 404


def test_a_hold_says_how_strongly_and_on_what_it_rests(app, notice):
    text = words(member(app).get(f"{CASE}?tab=holds"))

    assert "目印" in text
    assert "望ましい" in text
    assert "改正案・適用日未確認" in text


def test_beginning_the_investigation_is_recorded_once(app, database, notice):
    client = member(app)
    assert "調査に着手する" in words(client.get(CASE))

    for _n in range(2):
        assert post(client, f"{CASE}/investigation").status_code == 303

    assert events(database).count("investigation_started") == 1
    assert f'action="{CASE}/investigation"' not in client.get(CASE).text


def test_a_case_is_given_to_somebody_and_shown_as_theirs(app, database, notice):
    client = member(app)
    with database.writing() as session:
        other = make_member(app, session, "saegusa@tsumugi.example", name="三枝 直")

    post(client, f"{CASE}/assignment", to=str(other.id))

    assert "担当 三枝 直" in words(client.get(CASE))
    assert post(client, f"{CASE}/assignment", to="nobody").status_code == 422


def test_what_stood_there_at_receipt_is_kept_and_asked_for(app, notice):
    client = member(app)

    refused = post(client, f"{CASE}/snapshot", no="9", text="画面の言葉")
    assert (refused.status_code, "画面の言葉" in refused.text) == (422, True)
    assert "その番号の項目はありません。" in words(refused)
    assert post(client, f"{CASE}/snapshot", no="2", text="画面の言葉").status_code == 303
    assert "受付時の内容: 画面の言葉" in words(client.get(f"{CASE}?tab=origin"))


def test_an_urgent_circumstance_is_confirmed_with_how_it_was_seen(app, database, notice):
    client = member(app)

    refused = post(client, f"{CASE}/circumstance", circumstance="intimate", how=" ")
    assert (refused.status_code, "どのように確かめたかを書いてください。" in words(refused)) == (422, True)
    assert post(client, f"{CASE}/circumstance", circumstance="child", how="見た").status_code == 422
    assert post(client, f"{CASE}/circumstance", circumstance="intimate", how="添付の画像を見た").status_code == 303
    assert "circumstance_confirmed" in events(database)
    assert "確かめた" in words(client.get(f"{CASE}?tab=procedure"))


def test_addresses_are_put_right_and_sealed(app, database, notice):
    client = member(app)
    with database.reading() as session:
        sender = session.exec(select(Sender)).one()

    assert post(client, f"{CASE}/claimant", claimant_email="ａkari@new.example").status_code == 303
    assert post(client, f"{CASE}/sender", sender=str(sender.id), email="kaze@mail.example").status_code == 303

    with database.reading() as session:
        claimant, sender = session.exec(select(Claimant)).one(), session.exec(select(Sender)).one()
        email = open_text(session, notice.case_id, "claimant.email", claimant.id, claimant.email_sealed)
        assert email == "akari@new.example"
        assert b"akari" not in claimant.email_sealed
        assert open_text(session, notice.case_id, "sender.email", sender.id, sender.email_sealed) == "kaze@mail.example"
    refused = post(client, f"{CASE}/claimant", claimant_email="akari new.example")
    assert (refused.status_code, "akari new.example" in refused.text) == (422, True)


def test_a_mistyped_receipt_time_of_a_fax_is_corrected_and_counted_anew(app, database, freezer):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    filed = file_paper(client, received_at="2026-04-30T09:00:00")
    assert filed.status_code == 303
    assert "5月7日(木)" in words(client.get(CASE))

    refused = post(client, f"{CASE}/receipt", received_at="2026-04-28T09:00", correction_reason="")
    assert (refused.status_code, "訂正の理由を書いてください。" in words(refused)) == (422, True)
    done = post(client, f"{CASE}/receipt", received_at="2026-04-28T09:00", correction_reason="受信票を読み違えた")

    assert done.status_code == 303
    text = words(client.get(f"{CASE}?tab=history"))
    assert "5月5日(火・祝)" in text
    assert "受信票を読み違えた" in text
    assert "1番を訂正" in text
    with database.reading() as session:
        assert {c.voided_at is None for c in session.exec(select(Clock).where(Clock.rule == "reply"))} == {True, False}


def test_the_time_of_a_filing_through_the_form_cannot_be_corrected(app, notice):
    refused = post(member(app), f"{CASE}/receipt", received_at="2026-04-27T09:00", correction_reason="早めたい")

    assert refused.status_code == 422
    assert "訂正できません" in words(refused)


def file_paper(client, slug="tsumugi", **changes):
    """Enter a fax."""
    fields = {
        "token": "f" * 32,
        "channel": "fax",
        "received_at": "2026-04-30T09:00:00",
        "by_published_method": "yes",
        "standing": "lawyer",
        "rights": ["honor"],
        "url": ["https://tsumugi.example/p/1"],
        "quote": [""],
        "account": [""],
        "posted": [""],
        "many": "https://tsumugi.example/p/2\nhttps://tsumugi.example/p/3",
        "reason": "別紙のとおり、虚偽の書き込みです。",
        "name": "弁護士 佐伯 透",
        "email": "",
    } | changes
    data = fields | {"csrf_token": token(client.get("/desk/").text)}
    return client.post(f"/desk/new/{slug}", data=data, content_type="multipart/form-data")


def test_a_fax_is_entered_with_the_time_of_its_arrival(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)

    answer = file_paper(client)
    again = file_paper(client)

    assert (answer.status_code, answer.headers["Location"]) == (303, CASE)
    assert again.headers["Location"] == CASE
    with database.reading() as session:
        found = session.exec(select(Notice)).one()
        assert (found.channel, found.received_at) == (Channel.FAX, make.instant("2026-04-30T09:00+09:00"))
        assert session.exec(select(Case)).one().statutory
        assert session.exec(select(Clock).where(Clock.rule == "receipt")).one().stopped_at is None
    assert "3項目" in words(client.get(CASE))


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": "電話で聞き直した理由です。"},
        {"received_at": "2026-04-30T09:30:00"},
        {"channel": "phone"},
        {"by_published_method": "no"},
        {"evidence": True},
    ],
    ids=["the reason", "the time", "the way", "the method", "a file"],
)
def test_a_form_put_right_after_it_was_entered_is_not_thrown_away(app, database, changed):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    file_paper(client, evidence=files(("画面.png", png())))
    again = file_paper(client, evidence=files(("画面.png", png())))
    assert (again.status_code, again.headers.get("Location")) == (303, CASE)  # nothing new: the same press twice

    if "evidence" in changed:
        changed = {"evidence": files(("続き.png", png("black")))}
    answer = file_paper(client, **changed)

    text = words(answer)
    assert answer.status_code == 409
    assert "この画面の申出は、すでに登録しています" in text and CASE in answer.text
    assert changed.get("reason", "") in answer.text and ("evidence" not in changed or "続き.png" in text)
    fresh = hidden(answer, "token")
    assert fresh != "f" * 32
    changed.pop("evidence", None)
    entered = file_paper(client, token=fresh, **changed)
    assert entered.status_code == 303 and entered.headers["Location"] != CASE
    with database.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 2


def test_the_same_form_at_another_service_is_entered_there(app, database):
    with database.writing() as session:
        make.make_service(session)
        make.make_service(session, name="つむぎ動画", slug="movie", prefix="MV")
    client = member(app)
    file_paper(client)

    answers = [file_paper(client, slug="movie", document=files(("申出書.pdf", PDF))) for _time in range(2)]

    assert [a.headers["Location"] for a in answers] == [
        f"/desk/cases/MV-{CASE.rsplit('/', 1)[1].partition('-')[2]}"
    ] * 2
    with database.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 2 and len(session.exec(select(Evidence)).all()) == 1


def test_a_letter_comes_with_its_scan_a_power_of_attorney_answers_and_no_address(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    sent = {
        "channel": "post",
        "rights": ["honor", "privacy"],
        "primary": "privacy",
        "circumstances": ["election"],
        "answer-honor_untrue": "盗んだという部分",
        "answer-election_which": "市長選挙",
        "answer-peace_since": "選ばれていない権利の答え",
        "mark": ["2枚目"],
        "withhold": "y",
        "caution": "家族も電話に出る",
        "document": files(("申出書.pdf", PDF)),
        "authority": files(("委任状.png", png())),
        "evidence": files(("画面.png", png("black")), ("だめ.exe", b"MZ")),
    }
    refused = file_paper(client, **sent)
    assert refused.status_code == 422
    page = words(refused)
    assert page.count("受け取った添付(1個)") == 3 and "だめ.exe" in page
    for kept in ("盗んだという部分", "2枚目", "家族も電話に出る", 'value="privacy" selected'):
        assert kept in refused.text
    again = {name: value for name, value in sent.items() if name not in ("document", "authority", "evidence")}
    assert file_paper(client, **again).status_code == 303

    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        assert notice.primary_right == "privacy" and notice.reason_withheld
        assert notice.answers == {"honor_untrue": "盗んだという部分", "election_which": "市長選挙"}
        marks = {(e.kind, e.authority, e.document) for e in session.exec(select(Evidence))}
        secret = receipts.status_secret(session, notice)
    assert marks == {
        ("application/pdf", False, True), ("image/png", True, False), ("image/png", False, False),
    }  # fmt: skip
    evidence = words(client.get(f"{CASE}?tab=evidence"))
    assert "申出書.pdf" in evidence and "届いた書面（原本）" in evidence and "発信者には見せません" in evidence
    for tab in ("talk", "origin", "procedure"):
        assert "家族も電話に出る" in words(client.get(f"{CASE}?tab={tab}"))
    letters = client.get(f"{CASE}?tab=letters")
    assert "郵送" in words(letters)
    place = re.search(r'href="([^"]*/letters/[^"]*)">1通だけ開く', letters.text)[1]
    paper = words(client.get(place))
    assert f"合言葉　　　　　{secret}" in paper or f"合言葉 {secret}" in paper
    assert "/s/tsumugi/status " in paper and f"/status/{notice.number}" not in paper


@pytest.mark.parametrize(
    ("received", "asked"),
    [("2026-04-24T00:00:01", False), ("2026-04-23T23:59:59", True), ("2025-04-24T09:00:00", True)],
)
def test_a_time_of_receipt_whose_days_are_over_is_asked_about_once(app, database, received, asked):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)

    answer = file_paper(client, received_at=received)

    assert answer.status_code == (422 if asked else 303)
    if asked:
        assert "もう過ぎています。日時が正しければ、印を付けてください" in words(answer)
        assert "別紙のとおり、虚偽の書き込みです。" in answer.text
        assert file_paper(client, received_at=received, long_ago="1").status_code == 303


def test_the_form_says_which_clocks_follow_and_why(app, database):
    with database.writing() as session:
        make.make_service(session)
        make.make_service(session, slug="soon", prefix="SN", registered_on=None)
    client = member(app)
    assert "法22条1項により公表しています" in words(client.get("/desk/new/tsumugi"))
    assert "第三者からの通報は、どの方法で届いても、期限は任意" in words(client.get("/desk/new/tsumugi"))
    assert "届出の前なので、どちらを選んでも期限は任意" in words(client.get("/desk/new/soon"))


def test_what_came_on_another_way_runs_under_a_voluntary_clock(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)

    file_paper(client, by_published_method="no")

    text = words(client.get(CASE))
    assert "この申出には法25条の義務はありません" in text
    assert "が自主的な目標日" in text
    assert "規則16条" not in text
    assert "clock--deadline" not in client.get(CASE).text


def test_a_form_that_lacks_something_comes_back_with_everything_typed(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)

    answer = file_paper(client, received_at="2026-05-02T09:00:00", channel="", name="")

    text = words(answer)
    assert answer.status_code == 422
    for sentence in ("届いた方法を選んでください。", "今より後になっています", "申出者の名前を入力してください"):
        assert sentence in text
    for typed in ("別紙のとおり、虚偽の書き込みです。", "https://tsumugi.example/p/3", 'value="2026-05-02T09:00:00"'):
        assert typed in answer.text


def test_evidence_leaves_as_an_attachment_with_its_name_in_a_sandbox(app, database, notice):
    body = png()
    with database.writing() as session:
        upload = evidence.keep(session, "t", FileIn("証拠画像 1.png", body), at=make.instant(AT))
        case = session.get_one(Case, notice.case_id)
        evidence.attach(session, case, [upload], actor=journal.CLAIMANT, at=make.instant(AT))
        id = session.exec(select(Evidence.id)).one()
    client = member(app)

    answer = client.get(f"/desk/evidence/{id}")

    assert answer.data == body
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E8%A8%BC%E6%8B%A0%E7%94%BB%E5%83%8F%201.png" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert f"PNG・{len(body)}バイト" in words(client.get(f"{CASE}?tab=evidence"))
    assert "証拠画像 1.png" in words(client.get(f"{CASE}?tab=evidence"))
    assert app.test_client().get(f"/desk/evidence/{id}").status_code == 303
    assert client.get("/desk/evidence/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_case_of_three_hundred_items_stays_one_usable_page(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_notice(session, service, items=300)
    client = member(app)

    page = client.get(f"{CASE}?pick=undecided")
    assert len(boxes(page, "item")) == 300
    fields = {"take": "no", "finding": "not_infringed", "reason": "理由" * 10_000}
    answer = post(client, f"{CASE}/decision", item=boxes(page, "item"), **fields)

    assert answer.status_code == 303
    with database.reading() as session:
        found = folder.open_folder(session, folder.find(session, "TH-2026-000001"), at=make.instant(AT))
        assert {v.version for v in found.items} == {1}


def test_after_the_key_is_destroyed_the_page_says_so_and_opens(app, database, notice):
    from tracker.models import CaseKey

    with database.writing() as session:
        key = session.get_one(CaseKey, notice.case_id)
        key.wrapped = None
        session.add(key)

    page = member(app).get(CASE)

    assert (page.status_code, "（消去済み）" in page.text) == (200, True)


def test_a_post_without_an_address_is_named_by_its_account_and_words(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    file_paper(client, url=[""], account=["@kaze_2198"], quote=["前の職場で金を盗んだ"], many="")

    for tab in ("decide", "letters"):
        page = client.get(f"{CASE}?tab={tab}").text
        assert '<span class="address">@kaze_2198 「前の職場で金を盗んだ」</span>' in page, tab


def test_the_form_for_paper_speaks_to_the_colleague_who_copies(app, database):
    with database.writing() as session:
        make.make_service(session)

    text = words(file_paper(member(app), standing="", rights=[], url=[""], many="", reason="", name=""))

    assert "か所を直すと登録できます" in text
    for sentence in (
        "申出者の立場を選んでください",
        "申出の理由を、書面や電話のとおりに",
        "URLを1つ以上入力してください",
    ):
        assert sentence in text
    assert "あなた" not in text


def test_a_letter_that_only_became_a_file_is_not_said_to_have_reached_a_relay(app, database):
    with database.writing() as session:
        notice = make.make_notice(
            session, make.make_service(session, "つむぎ日記", "nikki", "TD"), "2026-04-28T09:14+09:00"
        )
        letter = session.exec(select(Letter).where(Letter.case_id == notice.case_id)).one()
        delivery.settle(session, letter.id, Answer(True, 250, "folder"), at=make.instant("2026-04-28T09:15+09:00"))

    page = words(member(app).get(f"/desk/cases/{notice.number}?tab=history"))

    assert "フォルダーに書き出した" in page
    assert "中継サーバーが通知を受理した" not in page
