"""専門員 at the desk: the register, the filing, what a case gives to a specialist, and what never leaves the house."""

import pytest
from sqlmodel import select

from tests import make
from tests.web import desk
from tests.web.desk import member, post, words
from tracker.casework import decisions, measures, replies, specialists
from tracker.law.grounds import DeferralGround
from tracker.models import Clause, Letter, Role, Service, Specialist, SpecialistTask
from tracker.sealed import open_text

AT = "2026-04-28T10:00:00+09:00"
PAGE = "/desk/specialists"
MARK, SECRET = "ひそかな合図の語", "庭の裏の井戸の話"
ENTRY = {
    "name": "榊原 千尋",
    "born": "昭和54年11月3日",
    "affiliation": "宵待法律事務所",
    "reason": "名誉毀損の事件を十年扱ってきたため。",
    "expertise": "弁護士",
    "staff": "",
    "day": "2026-04-20",
}


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def notice(database, service):
    with database.writing() as session:
        make.make_criteria(session, service)
        return make.make_notice(session, service, received="2026-04-27T09:00:00+09:00")


def entry(database) -> Specialist:
    with database.reading() as session:
        return session.exec(select(Specialist).order_by(Specialist.version.desc())).first()


def expert(app, database):
    """A signed-in specialist who stands in the register."""
    with database.writing() as session:
        staff = desk.make_member(app, session, "expert@tsumugi.example", Role.SPECIALIST, "榊原 千尋")
        lead = make.make_staff(session)
        make.make_specialist(session, session.exec(select(Service)).one(), lead, staff_id=staff.id)
    client, answer = desk.sign_in(app, "expert@tsumugi.example")
    assert answer.status_code == 303
    return client


def test_a_service_without_a_specialist_is_said_on_three_pages_with_article_and_force(app, database, service):
    lead = member(app)
    page = lead.get(PAGE)
    assert "専門員がいません。今0人、必要な数は1人です" in words(page)
    assert "規則14条" in words(page) and ">義務</span>" in page.text
    for path in ("/desk/", "/desk/dashboard"):
        assert "「つむぎ広場」に侵害情報調査専門員がいません" in words(lead.get(path))
        assert "義務があります（法24条・規則14条）" in words(lead.get(path))
    reviewer = member(app, Role.REVIEWER)
    assert "専門員がいません" not in words(reviewer.get("/desk/"))
    assert post(lead, f"{PAGE}/tsumugi/new", **ENTRY).status_code == 303
    for path in (PAGE, "/desk/", "/desk/dashboard"):
        assert "専門員がいません" not in words(lead.get(path))


def test_an_appointment_is_entered_with_its_true_day_and_waits_to_be_filed(app, database, service):
    lead = member(app)
    assert post(lead, f"{PAGE}/tsumugi/new", **ENTRY).headers["Location"] == f"{PAGE}#s-tsumugi"
    text = words(lead.get(PAGE))
    assert "「つむぎ広場」でまだ届け出ていないこと" in text
    assert "2026年4月20日(月) 選任: 榊原 千尋" in text
    assert "5/3(日・祝)まで" in text and "法の定める期限ではありません（法24条3項・規則15条）" in text
    assert "1979" not in text  # the birth date is for the filing
    filed = {"filed_day": "2026-04-27", "reference": "到達番号 7"}
    assert post(lead, f"{PAGE}/tsumugi/filed", **filed).status_code == 303
    text = words(lead.get(PAGE))
    assert "まだ届け出ていないこと" not in text
    assert "に届け出た（専門員1人）到達番号 7" in text


def test_what_is_missing_is_said_at_each_field_and_everything_typed_is_kept(app, database, service):
    lead = member(app)
    answer = post(lead, f"{PAGE}/tsumugi/new", **(ENTRY | {"name": " ", "born": "13月", "day": "2026-02-30"}))
    assert answer.status_code == 422
    for anchor, sentence in (
        ("f-name", "専門員の氏名を入力してください"),
        ("f-born", "実在する過去の日で入力してください"),
        ("f-day", "暦にない日です"),
    ):
        assert f'href="#{anchor}"' in answer.text and f'id="{anchor}-error"' in answer.text
        assert sentence in words(answer)
    assert "宵待法律事務所" in answer.text and 'value="13月"' in answer.text
    assert entry(database) is None
    answer = post(lead, f"{PAGE}/tsumugi/filed", filed_day="2026-04-27", reference="")
    assert answer.status_code == 422 and 'value="2026-04-27"' not in answer.text  # nothing to file: no form
    assert post(lead, f"{PAGE}/tsumugi/new", **(ENTRY | {"day": "2026-05-01"})).status_code == 422


def test_a_filing_that_is_refused_comes_back_at_its_field(app, database, service):
    lead = member(app)
    post(lead, f"{PAGE}/tsumugi/new", **ENTRY)
    answer = post(lead, f"{PAGE}/tsumugi/filed", filed_day="2026-04-19", reference="到達番号 7")
    assert answer.status_code == 422
    assert "この日までに届け出るべきことはありません" in words(answer)
    assert 'id="f-filed_day-tsumugi-error"' in answer.text and 'value="到達番号 7"' in answer.text


def test_a_change_and_a_departure_are_entered_and_a_stale_page_is_told(app, database, service):
    lead = member(app)
    post(lead, f"{PAGE}/tsumugi/new", **ENTRY)
    first = entry(database)
    path = f"{PAGE}/tsumugi/{first.person}"
    assert 'value="1979-11-03"' in lead.get(path).text
    changed = ENTRY | {"affiliation": "つむぎ法律事務所", "day": "2026-04-25", "seen": str(first.id)}
    assert post(lead, path, **changed).status_code == 303
    stale = post(lead, path, **(changed | {"affiliation": "別の事務所"}))
    assert stale.status_code == 409
    assert "ほかの人が変えました" in words(stale) and "別の事務所" in stale.text
    newest = entry(database)
    unsure = post(lead, f"{path}/leave", seen=str(newest.id), left_on="2026-04-27")
    assert unsure.status_code == 422 and "印を付けてください" in words(unsure)
    assert post(lead, f"{path}/leave", seen=str(newest.id), left_on="2026-04-27", sure="1").status_code == 303
    text = words(lead.get(PAGE))
    assert "専門員がいません。今0人" in text and "2026年4月27日(月) 退任: 榊原 千尋" in text
    assert "に退任しました" in words(lead.get(path))


def test_the_page_for_the_filing_says_what_the_rule_asks_with_the_number_after_the_change(app, database, service):
    lead = member(app)
    post(lead, f"{PAGE}/tsumugi/new", **ENTRY)
    post(lead, f"{PAGE}/tsumugi/new", **(ENTRY | {"name": "八重樫 環", "born": "1984-02-29"}))
    text = words(lead.get(f"{PAGE}/tsumugi/form"))
    for said in (
        "専門員の数（変更後の数） 2人",
        "榊原 千尋",
        "1979年11月3日",
        "宵待法律事務所",
        "名誉毀損の事件を十年",
    ):
        assert said in text
    assert member(app, Role.REVIEWER).get(f"{PAGE}/tsumugi/form").status_code == 403


def test_reviewers_read_leads_write_the_register_and_specialists_record_opinions(app, database, notice):
    reviewer = member(app, Role.REVIEWER)
    assert reviewer.get(PAGE).status_code == 200
    assert reviewer.get(f"{PAGE}/tsumugi/new").status_code == 403
    assert post(reviewer, f"{PAGE}/tsumugi/new", **ENTRY).status_code == 403
    assert post(reviewer, f"/desk/cases/{notice.number}/opinion").status_code == 403
    assert post(expert(app, database), f"{PAGE}/tsumugi/new", **ENTRY).status_code == 403


GIVEN = {"given": ["1", "2"], "conflict": "none", "conflict_note": f"本人に聞いた。{SECRET}"}


def give(client, database, notice, **changes):
    return post(
        client, f"/desk/cases/{notice.number}/specialist", **(GIVEN | {"specialist": str(entry(database).id)} | changes)
    )


def test_a_case_is_given_read_by_the_specialist_and_the_opinion_stands_where_the_decision_is_made(
    app, database, notice
):
    client = expert(app, database)
    reviewer = member(app, Role.REVIEWER)
    case = f"/desk/cases/{notice.number}"
    assert give(reviewer, database, notice).headers["Location"] == f"{case}?tab=procedure#expert"
    assert SECRET in words(reviewer.get(f"{case}?tab=procedure"))
    listed = words(client.get("/desk/?view=given"))
    assert "専門員として任された調査" in listed and notice.number in listed
    assert "専門員として任された調査" not in words(reviewer.get("/desk/"))
    assert "意見を記録する" in words(client.get(case)) and "意見を記録する" not in words(reviewer.get(case))
    with database.reading() as session:
        task = session.exec(select(SpecialistTask)).one()
    wrong = post(client, f"{case}/opinion", task=str(task.id), opined=["1"], opinion="")
    assert wrong.status_code == 422 and f'id="f-opinion-{task.id}-error"' in wrong.text
    said = {"task": str(task.id), "opined": ["1", "2"], "opinion": f"記録と違う。{MARK}"}
    assert post(client, f"{case}/opinion", **said).headers["Location"] == f"{case}?tab=decide#experts"
    assert MARK in words(reviewer.get(case))
    assert notice.number not in words(client.get("/desk/?view=given"))


def test_a_specialist_with_an_interest_is_refused_and_what_was_typed_is_kept(app, database, notice):
    expert(app, database)
    reviewer = member(app, Role.REVIEWER)
    for changes, field, sentence in (
        ({"conflict": "some"}, "conflict", "利害関係のある専門員には、この調査を任せられません"),
        ({"conflict": ""}, "conflict", "利害関係があるかを確かめて"),
        ({"conflict_note": ""}, "conflict_note", "どのように確かめたか"),
        ({"given": []}, "given", "まだ終わっていないものから"),
        ({"specialist": "x"}, "specialist", "一覧から選んでください"),
    ):
        answer = give(reviewer, database, notice, **changes)
        assert answer.status_code == 422, changes
        assert f'id="f-{field}-error"' in answer.text and sentence in words(answer)
        assert field == "conflict_note" or SECRET in answer.text
    assert give(reviewer, database, notice).status_code == 303
    again = give(reviewer, database, notice)
    assert again.status_code == 409 and "すでにこの専門員に任せたもの" in words(again)


def test_the_interim_reply_on_the_second_ground_asks_for_the_task_first_and_links_to_it(app, database, notice):
    expert(app, database)
    reviewer = member(app, Role.REVIEWER)
    letters = f"/desk/cases/{notice.number}?tab=letters"
    ask = {"ground": "specialist", "items": ["1", "2"]}
    answer = post(reviewer, f"/desk/cases/{notice.number}/letters/interim", **ask)
    assert answer.status_code == 422
    assert "専門員に調査させることとした記録のない項目があります（法25条2項2号）" in words(answer)
    assert f'href="/desk/cases/{notice.number}?tab=procedure#expert"' in answer.text
    give(reviewer, database, notice)
    assert "まだ任せていない項目" not in words(reviewer.get(letters))
    answer = post(reviewer, f"/desk/cases/{notice.number}/letters/interim", **ask)
    assert answer.status_code == 200 and "専門員" in desk.letter(answer)


def tell_everything(session, notice, lead) -> None:
    """An interim reply on the ground of the specialist, an outcome of both kinds, and the notice to the sender."""
    at, ids = make.instant(AT), [i.id for i in decisions.items_of(session, notice)]

    def send(draft):
        assert replies.send_draft(session, notice, draft, draft.digest, by=lead.id, at=at)

    send(replies.interim_draft(session, notice, ids, DeferralGround.SPECIALIST, ""))
    make.decide(session, notice, make.remove(session.exec(select(Clause)).first()), lead, AT, (1,))
    make.decide(session, notice, make.KEEP, lead, AT, (2,))
    found = [m.id for m in decisions.standing_measures(session, ids)]
    measures.execute(session, notice, found, executed_at=at, by=lead.id, at=at)
    send(replies.outcome_draft(session, notice))
    for draft in replies.sender_drafts(session, notice):
        send(draft)


def test_no_letter_and_no_page_of_the_claimant_says_what_the_specialist_found_or_what_was_noted(app, database, notice):
    with database.writing() as session:
        lead = make.make_staff(session)
        task = make.give_to_specialist(session, notice, lead, AT, note=f"知人ではない。{SECRET}")
        ids = [i.id for i in decisions.items_of(session, notice)]
        specialists.opine(session, notice, task.id, ids, f"記録と違う。{MARK}", by=lead.id, at=make.instant(AT))
        name = specialists.tasks_of(session, notice)[0].name
        tell_everything(session, notice, lead)
        secret = session.info["keys"].status_secret(notice.case_id, notice.secret_version)
    hidden = (MARK, SECRET, name)
    with database.reading() as session:
        letters = session.exec(select(Letter)).all()
        assert {letter.kind.value for letter in letters} >= {"receipt", "interim", "outcome", "sender_notice"}
        for letter in letters:
            for part in ("subject", "body"):
                sealed = getattr(letter, f"{part}_sealed")
                said = open_text(session, letter.case_id, f"letter.{part}", letter.id, sealed)
                assert said and not any(word in said for word in hidden), letter.kind
    page = app.test_client().get(f"/s/tsumugi/status/{notice.number}/{secret}")
    assert page.status_code == 200 and notice.number in page.text
    assert not any(word in page.text for word in hidden)
