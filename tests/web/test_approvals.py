"""承認・取消し・違反 at the desk: through the door as well as below it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.report import made
from tests.web.desk import boxes, hidden, letter, make_member, member, post, sign_in, words
from tracker.casework import decisions, delivery, measures, replies
from tracker.casework.register import register_of
from tracker.casework.watch.digests.versions import PUBLISHING
from tracker.law.facts import Fact
from tracker.law.grounds import MeasureKind
from tracker.letters.transport import Answer
from tracker.models import (
    Approval,
    Clause,
    Event,
    Letter,
    LetterKind,
    Measure,
    Notice,
    Publication,
    Role,
    Service,
    Staff,
)
from tracker.web.guards import ORDER
from tracker.web.staff.report.version import publish_report

AT = "2026-04-30T10:42:00+09:00"
CASE = "/desk/cases/TH-2026-000001"
WHY = "投稿は真実で、公共の利害に関するものと分かったため。"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def author(app, database):
    """A lead who decides, signed in."""
    with database.writing() as session:
        make_member(app, session, "author@tsumugi.example", name="判断した人")
    return sign_in(app, "author@tsumugi.example")[0]


def staff(session) -> Staff:
    return session.exec(select(Staff).where(Staff.email == "author@tsumugi.example")).one()


@pytest.fixture
def suspended(database, author):
    """An account is to be suspended: decided by the author, waiting for somebody else."""
    with database.writing() as session:
        clause = make.first_clause(session, make.make_criteria(session, make.make_service(session)))
        notice = make.make_notice(session, session.exec(select(Service)).one(), items=1)
        suspend = replace(make.remove(clause), kind=MeasureKind.SUSPEND)
        make.decide(session, notice, suspend, staff(session), "2026-04-29T10:00+09:00")
        return session.exec(select(Approval)).one()


@pytest.fixture
def removed(database, author):
    """Two items were removed at noon, and claimant and sender were told."""
    with database.writing() as session:
        clause = make.first_clause(session, make.make_criteria(session, make.make_service(session)))
        notice = make.make_notice(session, session.exec(select(Service)).one())
        by = staff(session)
        make.decide(session, notice, make.remove(clause), by, "2026-04-29T10:00+09:00")
        when, told = make.instant("2026-04-29T12:00+09:00"), make.instant("2026-04-29T13:00+09:00")
        ids = [m.id for m in session.exec(select(Measure))]
        measures.execute(session, notice, ids, executed_at=when, by=by.id, at=when)
        for draft in [replies.outcome_draft(session, notice), *replies.sender_drafts(session, notice)]:
            one = replies.send_draft(session, notice, draft, draft.digest, by=by.id, at=told)
            if one.kind is LetterKind.OUTCOME:
                delivery.settle(session, one.id, Answer(True, 250, "smtp"), at=told)
            else:
                delivery.hand_over(session, one.id, how="サービス内の通知", when=told, by=by.id, at=told)
        return ids


def facts(database) -> list[Fact]:
    with database.reading() as session:
        events = select(Event).join(Notice, Notice.case_id == Event.case_id).order_by(Event.seq)
        return [e.fact for e in session.exec(events)]


def answer(client, approval, **fields):
    return post(client, f"{CASE}/approvals/{approval.id}", **fields)


def test_the_page_says_that_a_decision_waits_and_that_the_days_run_on(app, author, suspended):
    text = words(author.get(CASE))

    assert "別の人の承認を待っています" in text
    assert "待つ間も期限は進みます" in text
    assert "5月5日(火・祝)" in text
    assert "あなたはこの判断に加わっているため、承認できません" in text
    assert boxes(author.get(CASE), "measures") == []  # nothing to be recorded as carried out yet


def test_another_lead_approves_and_it_can_be_carried_out(app, author, suspended, database):
    lead = member(app)
    assert "この判断を" in words(lead.get(CASE))

    assert answer(lead, suspended, answer="yes", remark="条項を確かめた").status_code == 303

    assert facts(database)[-1] is Fact.APPROVED
    assert len(boxes(author.get(CASE), "measures")) == 1


def test_the_author_cannot_approve_by_any_door(app, author, suspended, database):
    refused = answer(author, suspended, answer="yes", remark="よいと思う")

    assert refused.status_code == 422
    assert "自分の判断と、自分が加わった判断は承認できません" in words(refused)
    assert Fact.APPROVED not in facts(database)


def test_a_reviewer_is_not_let_in(app, author, suspended):
    reviewer = member(app, Role.REVIEWER)

    assert answer(reviewer, suspended, answer="yes").status_code == 403
    assert "主任以上の、判断に加わっていない人が確かめます" in words(reviewer.get(CASE))
    assert reviewer.get("/desk/approvals").status_code == 403


def test_what_is_not_yet_approved_cannot_be_carried_out_by_a_form_of_before(app, author, suspended, database):
    with database.reading() as session:
        ordered = session.exec(select(Measure)).one()

    refused = post(author, f"{CASE}/execution", measures=[str(ordered.id)], executed_at="2026-04-30T10:00:00")

    assert refused.status_code == 422
    assert "この判断は、別の人の承認を待っています" in words(refused)
    assert Fact.MEASURE_EXECUTED not in facts(database)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "承認するか、しないかを選んでください"),
        ({"answer": "maybe", "remark": "迷う"}, "承認するか、しないかを選んでください"),
        ({"answer": "no", "remark": " "}, "承認しない理由を書いてください"),
    ],
)
def test_an_answer_that_lacks_something_comes_back_with_what_was_typed(app, author, suspended, fields, says):
    refused = answer(member(app), suspended, **fields)

    assert refused.status_code == 422
    assert says in words(refused)
    if "迷う" in fields.get("remark", ""):
        assert "迷う" in refused.text


def test_a_denial_sends_the_decision_back_with_its_reason(app, author, suspended):
    assert answer(member(app), suspended, answer="no", remark="条項が違います。").status_code == 303

    text = words(author.get(CASE))
    assert "承認されませんでした" in text
    assert "条項が違います。" in text
    assert "項目1は、もう一度判断してください" in text
    assert "もう一度判断する" in words(author.get("/desk/"))


def test_the_second_of_two_leads_is_told_of_the_first(app, author, suspended):
    first, second = member(app), member(app)
    assert answer(first, suspended, answer="yes").status_code == 303

    late = answer(second, suspended, answer="no", remark="反対です。")

    assert late.status_code == 409
    assert "ほかの人が先に答えました" in words(late)


def test_the_list_shows_what_waits_and_the_day_of_the_reply(app, author, suspended):
    mine, theirs = author.get("/desk/approvals"), member(app).get("/desk/approvals")

    assert "承認を待つ判断はありません" in words(mine)
    assert "TH-2026-000001" in words(author.get("/desk/approvals?view=all"))
    text = words(theirs)
    assert "TH-2026-000001" in text
    assert "5/5(火・祝)までに通知" in text
    assert "判断した人" in text
    assert "承認待ち" in words(author.get("/desk/"))


def test_a_case_of_another_number_does_not_settle_it(app, author, suspended, database):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one())

    refused = post(member(app), f"/desk/cases/TH-2026-000002/approvals/{suspended.id}", answer="yes")

    assert refused.status_code == 422
    assert Fact.APPROVED not in facts(database)


REVERSAL = {"reversed_at": "2026-04-30T09:00:00", "reversal_reason": WHY, "sure": "1"}


def test_a_lead_takes_measures_back_and_the_sender_is_told_what_was_previewed(app, author, removed, database):
    ids = [str(id) for id in removed]
    assert post(author, f"{CASE}/reversal", reversed=ids, **REVERSAL).status_code == 303
    page = author.get(CASE)
    assert "取り消した" in words(page)
    assert "措置の取消しの通知" in words(page)
    with database.reading() as session:
        sender = session.exec(select(decisions.Item.sender_id)).first()
    path = f"{CASE}/letters/reversal/{sender}"
    preview = author.get(path)
    assert "求める条文はありません" in words(preview)

    assert post(author, path, digest=hidden(preview, "digest")).status_code == 303

    with database.reading() as session:
        sent = session.exec(select(Letter).where(Letter.kind == LetterKind.REVERSAL)).one()
        from tracker.sealed import open_text

        assert open_text(session, sent.case_id, "letter.body", sent.id, sent.body_sealed) == letter(preview)
    assert post(author, path, digest=hidden(preview, "digest")).status_code == 409  # it goes once


def test_a_preview_of_before_is_not_sent(app, author, removed, database):
    post(author, f"{CASE}/reversal", reversed=[str(removed[0])], **REVERSAL)
    path = f"{CASE}/letters/reversal"
    preview = author.get(path)
    post(author, f"{CASE}/reversal", reversed=[str(removed[1])], **REVERSAL)

    late = post(author, path, digest=hidden(preview, "digest"))

    assert late.status_code == 409
    assert "新しい文面を確かめてください" in words(late)
    with database.reading() as session:
        assert session.exec(select(Letter).where(Letter.kind == LetterKind.REVERSAL_CLAIMANT)).all() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reversed": []}, "取り消した措置を選んでください"),
        ({"reversed_at": "昨日"}, "取り消した日時を入力してください"),
        ({"reversed_at": "2026-04-29T11:00"}, "実施した日時より前"),
        ({"reversed_at": "2027-04-29T11:00"}, "今より後"),
        ({"reversal_reason": ""}, "取り消した理由を書いてください"),
        ({"reversal_reason": "あ" * 20_001}, "字までで書いてください"),
        ({"sure": ""}, "元に戻したことを確かめて"),
    ],
)
def test_a_reversal_that_lacks_something_comes_back_whole(app, author, removed, changes, says, database):
    fields = {"reversed": [str(id) for id in removed]} | REVERSAL | changes

    refused = post(author, f"{CASE}/reversal", **fields)

    assert refused.status_code == 422
    assert says in words(refused)
    assert fields["reversal_reason"][:30] in refused.text
    assert Fact.MEASURE_REVERSED not in facts(database)


def test_taking_back_twice_is_a_conflict_and_keeps_what_was_typed(app, author, removed):
    ids = [str(removed[0])]
    post(author, f"{CASE}/reversal", reversed=ids, **REVERSAL)

    again = post(author, f"{CASE}/reversal", reversed=ids, **REVERSAL)

    assert again.status_code == 409
    assert WHY in again.text


def test_a_reviewer_takes_nothing_back(app, author, removed):
    reviewer = member(app, Role.REVIEWER)

    assert post(reviewer, f"{CASE}/reversal", reversed=[str(removed[0])], **REVERSAL).status_code == 403
    assert "取消しを記録できるのは、主任以上の人です" in words(reviewer.get(CASE))


def test_the_help_beside_the_mark_says_what_counts_as_ai(app, author, suspended):
    text = words(author.get(CASE))

    assert "何がAIにあたるか（規則1条2項3号）" in text
    assert "申出と通報は人が見つけたものなので、発見にAIは用いられていません" in text


def execute_early(client, approval, database, **fields):
    with database.reading() as session:
        ordered = session.exec(select(Measure)).one()
    known = {"early": [str(ordered.id)], "executed_at": "2026-04-30T10:00:00"}
    return post(client, f"{CASE}/approvals/{approval.id}/execution", **(known | fields))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"early": [], "early_reason": "夜に止めた", "sure": "1"}, "実施した項目を選んでください"),
        ({"executed_at": "x", "early_reason": "夜に止めた", "sure": "1"}, "実施した日時を入力してください"),
        ({"early_reason": " ", "sure": "1"}, "承認を待たずに実施した理由を書いてください"),
        ({"early_reason": "夜に止めた"}, "印を付けてください"),
        ({"early_reason": "夜に止めた", "executed_at": "2026-05-30T10:00:00", "sure": "1"}, "今より後になっています"),
    ],
)
def test_what_was_done_before_its_approval_is_asked_for_in_full(app, author, suspended, database, fields, says):
    refused = execute_early(author, suspended, database, **fields)

    assert refused.status_code == 422
    assert says in words(refused)
    assert Fact.MEASURE_EXECUTED not in facts(database)
    if "夜に止めた" in fields["early_reason"]:
        assert "夜に止めた" in refused.text


def test_a_suspension_carried_out_before_its_approval_is_recorded_and_read_by_whoever_looks(
    app, author, suspended, database
):
    assert "承認の前に、すでに実施していた" in words(author.get(CASE))

    assert execute_early(author, suspended, database, early_reason="夜に止めた", sure="1").status_code == 303

    lead = member(app)
    text = words(lead.get(CASE))
    assert "項目1は、承認の前に実施されました。" in text
    assert "夜に止めた" in text
    assert "承認されるまで、実施の記録も結果の通知もできません" not in text
    assert "承認の前に、すでに実施していた" not in text
    assert "実施済み" in words(lead.get("/desk/approvals"))
    assert answer(lead, suspended, answer="no", remark="重すぎます。").status_code == 303
    page = author.get(CASE)
    assert "取消しを検討する" in words(page)
    assert "取消しを検討する" in words(author.get("/desk/"))
    listed = words(author.get("/desk/approvals?view=reverse"))
    assert "TH-2026-000001" in listed and "取消しを検討する" in listed


def test_what_may_be_settled_is_found_behind_pages_of_what_may_not(app, author, suspended, database):
    with database.writing() as session:
        service, by = session.exec(select(Service)).one(), staff(session)
        clause = session.exec(select(Clause)).first()
        suspend = replace(make.remove(clause), kind=MeasureKind.SUSPEND)
        for _n in range(51):
            notice = make.make_notice(session, service, "2026-04-28T10:00+09:00", items=1)
            make.decide(session, notice, suspend, by, "2026-04-29T09:00+09:00")
        other = make.make_staff(session, "もう一人", Role.LEAD)
        last = make.make_notice(session, service, "2026-04-28T11:00+09:00", items=1)
        make.decide(session, last, suspend, other, "2026-04-29T12:00+09:00")

    mine = words(author.get("/desk/approvals"))
    assert last.number in mine
    assert "TH-2026-000002" not in mine
    every = author.get("/desk/approvals?view=all")
    assert "次の50件" in words(every)
    assert last.number not in words(every)
    assert last.number in words(author.get("/desk/approvals?view=all&page=2"))


# --- versions of the yearly publication -----------------------------------------------------------------------------

YEAR = "/desk/report/tsumugi/2026"


def freeze(app, database, **changes) -> None:
    """A version of 2026 that somebody froze, without files."""
    at = make.instant("2027-05-10T10:00+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        by = make_member(app, session, "froze@tsumugi.example", Role.MANAGER, "水原 あかり").id
        row = {"case_id": register_of(session, service, at).id, "service_id": service.id, "year": 2026, "version": 1}
        session.add(Publication(**row, sha256="0" * 64, frozen_at=at, frozen_by=by, **changes))


def test_the_morning_names_a_version_to_the_very_roles_that_may_publish_it():
    least = publish_report.least_role
    assert frozenset(ORDER[ORDER.index(least) :]) == PUBLISHING


def test_a_version_of_a_year_without_registration_opens_and_is_sent_back_but_not_published(app, database, freezer):
    with database.writing() as session:
        made.freeze(session, make.make_service(session), make.make_staff(session))
    freezer.move_to("2027-06-10T10:00:00+09:00")
    with database.writing() as session:
        session.exec(select(Service)).one().registered_on = date(2027, 4, 1)
    manager = member(app, Role.MANAGER)

    listed = words(manager.get("/desk/approvals"))
    assert "2026年度 第1版" in listed and "この年度の届出がありません" in listed
    assert "あなたの確認を待っています" in words(manager.get("/desk/"))
    version = manager.get(f"{YEAR}/versions/1")
    assert version.status_code == 200 and f'href="{YEAR}"' not in version.text
    assert "2026年度の終わりまでに届け出ていません" in words(version) and 'id="publish"' in version.text
    refused = post(manager, f"{YEAR}/versions/1/publish", sure="1")
    assert refused.status_code == 422
    assert words(refused).count("2026年度の終わりまでに届け出ていません") == 2  # in the summary and at the place
    back = post(manager, f"{YEAR}/versions/1/return", reason="届出の日を直したため。")
    assert back.status_code == 303 and "差し戻しました" in words(manager.get(back.location))
    assert "2026年度 第1版" not in words(manager.get("/desk/approvals"))


@pytest.mark.parametrize("path", ["0/versions/1", "9999/versions/1", "2026/versions/2", f"{10**20}/versions/1"])
def test_a_version_that_is_none_has_no_page(app, database, path):
    freeze(app, database)
    assert member(app, Role.MANAGER).get(f"/desk/report/tsumugi/{path}").status_code == 404


def test_a_correction_names_the_version_that_it_corrects_and_no_last_day(app, database, freezer):
    freeze(app, database, published_at=make.instant("2027-05-11T10:00+09:00"))
    freezer.move_to("2027-06-10T10:00:00+09:00")
    with database.writing() as session:
        first = session.exec(select(Publication)).one()
        same = first.model_dump(exclude={"id", "version", "published_at"})
        session.add(Publication(**same, version=2))

    text = words(member(app).get("/desk/approvals"))
    assert "公表した第1版を直す版です" in text and "5月31日" not in text
