"""不服申立て at the desk: the list, the decision of somebody else, the answer, what is entered, and the figures."""

import io
import re
from dataclasses import replace

import pytest
from sqlmodel import select

from tests import make, pictures
from tests.web.desk import boxes, hidden, letter, make_member, member, post, sign_in, words
from tracker.casework import delivery, evidence, journal, measures, replies
from tracker.casework.appeals import deciding, filing
from tracker.casework.feeds.calendar import calendar
from tracker.casework.feeds.entries import entries
from tracker.casework.watch.places import clocks
from tracker.casework.watch.rungs import PASSED, Rung
from tracker.casework.watch.words import line
from tracker.law.clocks.measures import APPEAL
from tracker.law.facts import Fact
from tracker.letters.transport import Answer
from tracker.models import (
    Appeal,
    Case,
    Clock,
    Event,
    Feed,
    Item,
    Letter,
    LetterKind,
    Measure,
    Notice,
    Role,
    Sender,
    Service,
    Staff,
)  # fmt: skip

AT = "2026-05-07T10:00:00+09:00"
FILED = "2026-05-01T09:00:00+09:00"
CASE = "/desk/cases/TH-2026-000001"
WORDS = "投稿は事実を書いたものです。"
WHY = "投稿は公共の利害に関する事実を述べたものと認めました。"
BARRED = "あなたはこの措置の判断や実施に加わっているため"
REVERSED = {"result": "reverse", "reason": WHY, "reversed_at": "2026-05-07T09:30:00", "sure": "1"}


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def author(app, database):
    """A lead who decides first, signed in."""
    with database.writing() as session:
        make_member(app, session, "author@tsumugi.example", name="最初に判断した人")
    return sign_in(app, "author@tsumugi.example")[0]


@pytest.fixture
def removed(database, author):
    """Two posts of one account were removed with AI, and claimant and sender were told."""
    with database.writing() as session:
        clause = make.first_clause(session, make.make_criteria(session, make.make_service(session)))
        notice = make.make_notice(session, session.exec(select(Service)).one())
        by = session.exec(select(Staff).where(Staff.email == "author@tsumugi.example")).one()
        make.decide(session, notice, replace(make.remove(clause), ai_used=True), by, "2026-04-29T10:00+09:00")
        when, told = make.instant("2026-04-29T12:00+09:00"), make.instant("2026-04-29T13:00+09:00")
        ids = [m.id for m in session.exec(select(Measure))]
        measures.execute(session, notice, ids, executed_at=when, by=by.id, at=when)
        for draft in [replies.outcome_draft(session, notice), *replies.sender_drafts(session, notice)]:
            one = replies.send_draft(session, notice, draft, draft.digest, by=by.id, at=told)
            if one.kind is LetterKind.OUTCOME:
                delivery.settle(session, one.id, Answer(True, 250, "smtp"), at=told)
            else:
                delivery.hand_over(session, one.id, how="サービス内の通知", when=told, by=by.id, at=told)


@pytest.fixture
def appealed(database, removed):
    """The sender appealed against the first of them; its address."""
    with database.writing() as session:
        notice, sender = session.exec(select(Notice)).one(), session.exec(select(Sender)).one()
        first = filing.appealable(session, notice, sender.id)[0]
        at = make.instant(FILED)
        [row] = filing.file(session, notice, sender, [first.measure.id], WORDS, actor=journal.SENDER, at=at)
        return f"/desk/appeals/{row.id}"


def facts(database) -> list[Fact]:
    with database.reading() as session:
        events = select(Event).join(Notice, Notice.case_id == Event.case_id).order_by(Event.seq)
        return [e.fact for e in session.exec(events)]


def test_the_room_names_each_appeal_its_target_and_who_may_not_decide_it(author, appealed):
    text = words(author.get("/desk/appeals"))

    assert "TH-2026-000001 項目1" in text and "@kaze_2198" in text and "AIを使った判断" in text
    assert "最初に判断した人別の人が判断します" in text
    assert "目標" in text and "5/15(金) 9:00まで" in text and "任意" in text
    assert "日付は事務所の目標で、法の期限ではありません" in text


def test_a_room_without_appeals_says_how_one_gets_there(app, database):
    text = words(member(app).get("/desk/appeals"))

    assert "判断を待つ不服申立てはありません" in text and "事案のページから入力します" in text


def test_what_i_may_decide_is_what_i_took_no_part_in(app, author, appealed):
    lead = member(app)

    assert "TH-2026-000001" in words(lead.get("/desk/appeals?view=mine"))
    assert "あなたが判断できる不服申立てはありません" in words(author.get("/desk/appeals?view=mine"))
    assert "わたしが判断できるもの" not in words(member(app, Role.REVIEWER).get("/desk/appeals"))
    assert "不服申立てはありません" in words(lead.get("/desk/appeals?view=ended&after=nonsense"))


def test_who_took_part_is_told_so_before_they_write_and_refused_if_they_post(app, author, appealed, database):
    page = author.get(appealed)
    assert BARRED in words(page) and 'name="reason"' not in page.text and "取下げを記録する" not in words(page)

    refused = post(author, f"{appealed}/decision", **REVERSED)

    assert refused.status_code == 422
    assert "不服申立てを判断できません。別の人が判断します" in words(refused) and WHY in refused.text
    assert Fact.APPEAL_DECIDED not in facts(database)


def test_a_reviewer_reads_but_does_not_decide(app, appealed):
    reviewer = member(app, Role.REVIEWER)
    page = reviewer.get(appealed)

    assert WORDS in words(page) and "措置に加わっていない、主任以上の人" in words(page)
    assert post(reviewer, f"{appealed}/decision", **REVERSED).status_code == 403


def test_the_page_shows_the_original_with_reason_clause_and_the_mark_of_ai(app, appealed):
    text = words(member(app).get(appealed))

    for said in (
        WORDS, "虚偽の書き込み1", "https://tsumugi.example/p/1", "第1版 第4条1項 名誉毀損", "社会的評価を下げて",
        "判断に用いた", "判断の履歴", "最初に判断した人", "発信者への通知", "申出者には見えません",
    ):  # fmt: skip
        assert said in text, said
    assert "水原" not in text and "akari@" not in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"result": ""}, "維持するか、取り消すかを選んでください"),
        ({"reason": " "}, "理由を書いてください"),
        ({"reason": "あ" * 20_001}, "字までで書いてください"),
        ({"reason": "［＿どの点＿］を見直した。"}, "書き込んでいない欄"),
        ({"reversed_at": "昨日"}, "取り消した日時を入力してください"),
        ({"reversed_at": "2026-04-30T09:00:00"}, "不服申立てを受けた日時より前"),
        ({"reversed_at": "2027-04-30T09:00:00"}, "今より後"),
        ({"sure": ""}, "元に戻したことを確かめて"),
        ({"to_claimant": "［＿何＿］を見直した。"}, "書き込んでいない欄"),
    ],
)
def test_a_decision_that_lacks_something_comes_back_whole(app, appealed, changes, says, database):
    fields = REVERSED | {"to_claimant": "改めて見直したため。"} | changes

    refused = post(member(app), f"{appealed}/decision", **fields)

    assert refused.status_code == 422
    assert says in words(refused)
    assert fields["to_claimant"] in refused.text
    assert Fact.APPEAL_DECIDED not in facts(database) and Fact.MEASURE_REVERSED not in facts(database)


def test_removed_appealed_reversed_and_told_as_previewed(app, appealed, database):
    lead = member(app)
    assert post(lead, f"{appealed}/decision", **REVERSED).status_code == 303
    page = lead.get(appealed)
    assert "措置を取り消した" in words(page) and "任意" in words(page)
    assert f'href="{CASE}/letters/reversal"' in page.text  # the claimant may be told
    assert "結果を知らせていません" in words(lead.get("/desk/appeals?view=answer"))
    preview = lead.get(f"{appealed}/answer")
    assert WHY in letter(preview) and "水原" not in letter(preview)

    assert post(lead, f"{appealed}/answer", digest="of another text").status_code == 409
    assert post(lead, f"{appealed}/answer", digest=hidden(preview, "digest")).status_code == 303

    page = lead.get(appealed)
    assert "渡すのを待っている" in words(page) and "渡したことを記録する" in words(page)
    assert post(lead, f"{appealed}/answer", digest=hidden(preview, "digest")).status_code == 409  # it goes once
    with database.reading() as session:
        sent = session.exec(select(Letter).where(Letter.kind == LetterKind.APPEAL_ANSWER)).one()
    handed = post(lead, f"{CASE}/letters/{sent.id}/handover", when="2026-05-07T10:00:00", how="サービス内の通知")
    assert handed.status_code == 303
    assert "渡した" in words(lead.get(appealed)) and "結果を知らせました" in words(lead.get(f"{CASE}/appeals"))
    assert "不服申立ての結果の通知" in words(lead.get("/desk/letters?view=sent"))
    told = letter(lead.get(f"{CASE}/letters/reversal"))
    assert deciding.TO_CLAIMANT in told and WHY not in told and "不服" not in told


def test_a_measure_that_stands_is_answered_without_a_word_to_the_claimant(app, appealed, database):
    lead = member(app)

    assert post(lead, f"{appealed}/decision", result="keep", reason=WHY).status_code == 303

    page = lead.get(appealed)
    assert "措置を維持した" in words(page) and "申出者にも知らせる" not in words(page)
    assert "この措置を維持します" in letter(lead.get(f"{appealed}/answer"))
    assert Fact.MEASURE_REVERSED not in facts(database)


@pytest.mark.parametrize("first_said", [{"result": "keep", "reason": "維持します。"}, REVERSED])
def test_the_second_of_two_deciders_is_told_of_the_first_and_keeps_what_they_wrote(app, appealed, first_said):
    first, second = member(app), member(app)
    post(first, f"{appealed}/decision", **first_said)

    late = post(second, f"{appealed}/decision", **REVERSED)

    assert late.status_code == 409
    assert "すでに判断されたか" in words(late) and WHY in late.text


def take_back(author, database) -> None:
    """The measure is taken back for a reason of its own, by whoever ordered it."""
    with database.reading() as session:
        measure = session.exec(select(Appeal)).one().measure_id
    back = {"reversed_at": "2026-05-06T09:00:00", "reversal_reason": "誤りでした。", "sure": "1"}
    assert post(author, f"{CASE}/reversal", reversed=[str(measure)], **back).status_code == 303


def test_what_was_taken_back_while_somebody_wrote_is_not_decided_as_if_it_stood(app, author, appealed, database):
    lead = member(app)
    take_back(author, database)

    late = post(lead, f"{appealed}/decision", result="keep", reason=WHY)

    assert late.status_code == 409 and "画面を開いた後に取り消されました" in words(late)
    assert WHY in late.text and not re.search(r'name="result"[^>]* checked', late.text)
    assert post(lead, f"{appealed}/decision", **REVERSED).status_code == 409
    assert Fact.APPEAL_DECIDED not in facts(database)


@pytest.mark.parametrize(("result", "label", "n"), [("keep", "別の理由で取消し済み", 0), ("reverse", "取り消した", 1)])
def test_of_what_was_taken_back_before_a_person_says_whether_it_counts(
    app, author, appealed, database, freezer, result, label, n
):
    lead = member(app)
    take_back(author, database)
    page = lead.get(appealed)
    for said in (
        "2026年5月6日(水) 9時00分に取り消されています",
        "この不服申立てを受けて取り消したもの公表する件数（13号・17号）に数えます",
        "別の理由で取り消していたもの公表する件数（13号・17号）に数えません",
    ):
        assert said in words(page), said
    assert hidden(page, "undone") == "1" and 'name="reversed_at"' not in page.text
    none = post(lead, f"{appealed}/decision", undone="1", reason=WHY)
    assert none.status_code == 422 and "別の理由だったのかを選んでください" in words(none)

    assert post(lead, f"{appealed}/decision", undone="1", result=result, reason=WHY).status_code == 303

    freezer.tick(60)
    for path in (appealed, "/desk/appeals?view=answer", f"{CASE}/appeals"):
        assert label in words(lead.get(path)) and "維持した" not in words(lead.get(path)), path
    assert f"13号11号のうち、措置を取り消したもの{n}" in words(lead.get("/desk/appeals/figures"))
    assert facts(database).count(Fact.MEASURE_REVERSED) == 1


def test_a_withdrawal_that_was_recorded_by_mistake_is_taken_back_with_its_reason(app, appealed, database):
    lead, reviewer = member(app), member(app, Role.REVIEWER)
    path = f"{appealed}/reopening"
    assert post(lead, path, why="まだです").status_code == 409
    assert post(reviewer, f"{appealed}/withdrawal", remark="電話で聞いた。").status_code == 303
    assert f'action="{path}"' in lead.get(appealed).text and "主任以上の人です" in words(reviewer.get(appealed))
    assert post(reviewer, path, why="別の人の電話だった").status_code == 403

    bad = post(lead, path, why=" ")

    assert bad.status_code == 422 and 'href="#f-why"' in bad.text and "取り消す理由を書いてください" in words(bad)
    assert post(lead, path, why="別の人の電話だった").status_code == 303
    assert "判断を記録する" in words(lead.get(appealed)) and "5/15(金) 9:00まで" in words(lead.get(appealed))
    again = post(lead, path, why="別の人の電話だった")
    assert again.status_code == 409 and "取り下げられていません" in words(again)
    assert facts(database).count(Fact.APPEAL_REOPENED) == 1


def test_no_answer_goes_before_the_decision(app, appealed):
    lead = member(app)

    assert lead.get(f"{appealed}/answer").status_code == 409
    assert post(lead, f"{appealed}/answer", digest="x").status_code in {409, 422}


def test_a_withdrawal_is_written_down_by_somebody_else_with_how_it_is_known(app, author, appealed, database):
    lead = member(app, Role.REVIEWER)

    assert post(author, f"{appealed}/withdrawal", remark="電話").status_code == 422
    assert "どのように取り下げたか" in words(post(lead, f"{appealed}/withdrawal", remark=" "))
    assert post(lead, f"{appealed}/withdrawal", remark="電話で聞いた。").status_code == 303
    assert post(lead, f"{appealed}/withdrawal", remark="電話で聞いた。").status_code == 409

    assert "取り下げられました。受けた件数には残ります" in words(lead.get(appealed))
    assert facts(database).count(Fact.APPEAL_WITHDRAWN) == 1


def test_staff_enter_what_came_by_telephone(app, author, removed, database):
    path = f"{CASE}/appeals/new"
    assert "受けた不服申立てを入力する" in words(author.get(f"{CASE}/appeals"))
    assert f'href="{CASE}/appeals"' in author.get(CASE).text
    chosen = boxes(author.get(path), "measures")
    assert len(chosen) == 2

    lacking = post(author, path, text="電話で「事実だ」と言われた。", when="5月")
    assert lacking.status_code == 422 and "電話で「事実だ」と言われた。" in lacking.get_data(as_text=True).replace(
        "&#34;", '"'
    )
    assert "どの措置への不服かを選んでください" in words(lacking) and "受けた日時を入力" in words(lacking)
    known = {"measures": chosen, "text": "電話で「事実だ」と言われた。"}
    early = post(author, path, **known, when="2026-04-29T11:00:00")
    assert early.status_code == 422 and "措置を講じた日時より前" in words(early)
    assert post(author, path, **known, when="2026-05-06T11:00:00").status_code == 303

    assert post(author, path, **known, when="2026-05-06T11:00:00").status_code == 409
    assert "不服を申し立てられる措置はありません" in words(author.get(path))
    assert "項目1" in words(author.get(f"{CASE}/appeals")) and "担当者が入力" in words(author.get(f"{CASE}/appeals"))
    with database.reading() as session:
        assert {row.received_at for row in session.exec(select(Appeal))} == {make.instant("2026-05-06T11:00+09:00")}


def test_files_that_came_with_it_are_kept_while_the_form_is_put_right(app, author, removed, database):
    path = f"{CASE}/appeals/new"
    page = author.get(path)
    known = {"measures": boxes(page, "measures")[:1], "text": WORDS, "token": hidden(page, "token")}
    bad = post(
        author,
        path,
        **known,
        when="",
        **{"f-files": [(io.BytesIO(pictures.png()), "手紙の写し.png"), (io.BytesIO(b"x"), "x.exe")]},
    )
    assert bad.status_code == 422 and "x.exe" in words(bad) and 'href="#f-files"' in bad.text
    assert "手紙の写し.png" in words(bad) and WORDS in bad.text and "受けた日時を入力" in words(bad)
    [file] = re.findall(r'value="unfile:([^"]+)"', bad.text)
    out = post(author, path, **known, do=f"unfile:{file}")
    assert out.status_code == 200 and "手紙の写し.png" not in words(out) and WORDS in out.text
    kept = {"f-files": [(io.BytesIO(pictures.png()), "手紙の写し.png")]}
    assert post(author, path, **known, when="2026-05-06T11:00:00", **kept).status_code == 303
    with database.reading() as session:
        row = session.exec(select(Appeal)).one()
    assert len(row.files) == 1 and "手紙の写し.png" in words(author.get(f"/desk/appeals/{row.id}"))


def test_a_file_that_is_too_big_costs_nothing_that_was_typed(author, removed, database):
    path = f"{CASE}/appeals/new"
    big = {"f-files": (io.BytesIO(b"x" * (34 << 20)), "動画.png")}
    bad = post(
        author, path, measures=boxes(author.get(path), "measures"), text=WORDS, when="2026-05-06T11:00:00", **big
    )
    assert bad.status_code == 422 and "動画.png" in words(bad) and WORDS in bad.text
    with database.reading() as session:
        assert session.exec(select(Appeal)).all() == []


def test_a_measure_of_another_case_is_no_choice(app, author, removed, database):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one())
        measure = session.exec(select(Measure.id)).first()

    path = "/desk/cases/TH-2026-000002/appeals/new"
    refused = post(author, path, measures=[str(measure)], text=WORDS, when="2026-05-06T11:00:00")

    assert refused.status_code == 409
    with database.reading() as session:
        assert session.exec(select(Appeal)).all() == []


def test_the_files_of_a_sender_are_opened_as_other_files_are(app, removed, database):
    with database.writing() as session:
        notice, sender = session.exec(select(Notice)).one(), session.exec(select(Sender)).one()
        evidence.keep(session, "door", evidence.FileIn("証拠.png", pictures.png()), at=make.instant(FILED))
        first = filing.appealable(session, notice, sender.id)[0]
        [row] = filing.file(
            session,
            notice,
            sender,
            [first.measure.id],
            WORDS,
            actor=journal.SENDER,
            at=make.instant(FILED),
            token="door",
        )
        path, file = f"/desk/appeals/{row.id}", row.files[0]
    lead = member(app)

    assert "証拠.png" in words(lead.get(path)) and f'href="/desk/evidence/{file}"' in lead.get(path).text
    assert lead.get(f"/desk/evidence/{file}").status_code == 200


def test_the_figures_say_what_they_are_and_what_is_not_among_them(app, appealed, freezer):
    lead = member(app)
    post(lead, f"{appealed}/decision", **REVERSED)
    freezer.tick(60)

    text = words(lead.get("/desk/appeals/figures"))

    assert "申出者からの再検討の依頼は、発信者の不服申立てではないため、ここには入りません" in text
    assert "取り下げられた不服申立ても、受けた件数に残ります" in text
    for said in (
        "2026年度",
        "11号アカウントの停止でない措置への不服申立て1",
        "14号12号のうち、措置を取り消したもの1",
    ):
        assert said in text, said
    assert "15号アカウントの停止への不服申立て0" in text


def test_a_page_that_is_none_is_not_found(app, database):
    lead = member(app)

    for path in ("/desk/appeals/00000000-0000-0000-0000-000000000000", "/desk/cases/TH-2026-000009/appeals"):
        assert lead.get(path).status_code == 404


def test_the_worklist_and_the_case_lead_to_the_appeal(app, author, appealed):
    assert "不服申立てへの回答" in words(author.get("/desk/"))
    page = author.get(CASE)
    assert "発信者の不服申立てを見る" in words(page) and "までが事務所の目標" in words(page)


def test_a_memo_says_whose_target_it_is_and_that_somebody_else_decides(appealed, database):
    with database.reading() as session:
        columns = [
            Clock.id, Clock.rule, Clock.due_at, Clock.target_at, Clock.force, Clock.article, Case.fast,
        ]  # fmt: skip
        row = session.execute(clocks(*columns).where(Clock.rule == APPEAL.key)).one()
        said = line(row, APPEAL, Rung(f"{PASSED}:2026-05-18", row.target_at), row.target_at, row.target_at, session)

        assert said.text.startswith("TH-2026-000001　不服申立てへの回答（事務所の目標）　事務所の目標 5/15")
        assert said.text.endswith("判断は、措置に加わっていない人がします")
        assert WORDS not in said.text


def test_a_calendar_calls_it_a_target_and_says_that_somebody_else_decides(appealed, database):
    with database.reading() as session:
        service, staff, at = session.exec(select(Service)).one(), session.exec(select(Staff)).first(), make.instant(AT)
        shown = entries(session, Feed(staff_id=staff.id, service_id=service.id, made_at=at), at=at)
        made = calendar(shown, service, base_url="https://k.example", at=at)
        text = made.decode().replace("\r\n ", "")
        assert "目標 不服申立てへの回答 TH-2026-000001（任意・日時は事務所の目標）" in text
        assert "判断は、措置に加わっていない人がします。" in text


def test_an_appeal_never_outranks_a_reply_that_is_due(app, author, database, freezer):
    with database.writing() as session:
        clause = make.first_clause(session, make.make_criteria(session, make.make_service(session)))
        notice = make.make_notice(session, session.exec(select(Service)).one(), "2026-05-01T08:00+09:00")
        by = session.exec(select(Staff)).first()
        make.decide(session, notice, make.remove(clause), by, "2026-05-01T09:00+09:00", (1,))
        when = make.instant("2026-05-01T10:00+09:00")
        [measure] = session.exec(select(Measure.id)).all()
        measures.execute(session, notice, [measure], executed_at=when, by=by.id, at=when)
        sender = session.get_one(Sender, session.exec(select(Item.sender_id).where(Item.no == 1)).one())
        filing.file(session, notice, sender, [measure], WORDS, actor=journal.SENDER, at=when)
        case = session.get_one(Case, notice.case_id)
        duties = [c.due_at or c.target_at for c in session.exec(select(Clock)) if c.rule not in {"appeal"}]
        assert case.next_at in duties
