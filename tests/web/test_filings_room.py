"""The rooms 届出 and 参考となる事例の資料 at the desk, and the public page of the digest, through their doors."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_digest import make_told
from tests.web.desk import member, post, words
from tracker.casework import digest, filings, reversals
from tracker.models import Clause, Clock, Measure, Notice, Role, Service, Staff

NOON = "2026-11-19T12:00:00+09:00"


@pytest.fixture(autouse=True)
def at_noon(freezer):
    freezer.move_to(make.instant(NOON))


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session, designated_on=None, registered_on=None)


@pytest.fixture
def lead(app, service):
    return member(app)


@pytest.fixture
def registered(lead):
    assert post(lead, "/desk/filings/tsumugi", do="designate", designated="2026-09-30").status_code == 303
    assert post(lead, "/desk/filings/tsumugi", do="register", registered="2026-11-10", who="法務部").status_code == 303
    return lead


def change(client, **fields):
    values = {"do": "change", "matter": "criteria", "changed_on": "2026-11-16", "after": "https://tsumugi.example/new"}
    return post(client, "/desk/filings/tsumugi", **(values | fields))


def test_rooms_without_anything_say_what_would_be_here(app, database):
    client = member(app, Role.REVIEWER)
    assert "サービスがまだありません" in words(client.get("/desk/filings"))
    assert "サービスがまだありません" in words(client.get("/desk/digest"))


def test_a_designation_shows_its_three_months_with_article_force_and_how_it_is_counted(lead):
    post(lead, "/desk/filings/tsumugi", do="designate", designated="2026-09-30")
    seen = words(lead.get("/desk/filings/tsumugi"))
    assert "1/4(月)" in seen
    assert "法21条1項・規則11条" in seen
    assert "行政機関の休日に関する法律2条" in seen
    assert "義務" in seen
    assert "1/4(月)" in words(lead.get("/desk/filings"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"changed_on": ""}, "日付を入力してください。"),
        ({"changed_on": "いつか"}, "f-change-changed_on"),
        ({"changed_on": "2026-11-20"}, "今日より後の日は記録できません。"),
        ({"changed_on": "2026-11-01"}, "変更の日が、届け出た日より前になっています。"),
        ({"after": "javascript:alert(1)"}, "から始まるURLを入力してください。"),
        ({"matter": "shoe-size"}, "変わった事項を選んでください。"),
        ({"matter": "name", "after": "乙社"}, "変更の前の内容を入力してください。"),
    ],
)
def test_a_change_that_cannot_be_comes_back_with_what_was_typed_and_why(registered, fields, says):
    answer = change(registered, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert "入力した内容は残っています" in answer.text
    assert fields.get("after", "https://tsumugi.example/new") in answer.text


def test_a_new_address_of_the_criteria_is_kept_and_the_filing_is_due_until_it_is_recorded(registered, database):
    with database.writing() as session:
        row = session.exec(select(Service)).one()
        row.criteria_url = "https://tsumugi.example/old"
        session.add(row)
    assert change(registered).status_code == 303
    with database.reading() as session:
        assert session.exec(select(Service)).one().criteria_url == "https://tsumugi.example/new"
    page = registered.get("/desk/filings/tsumugi")
    assert "まだ届け出ていない" in words(page)
    paper = words(registered.get("/desk/filings/tsumugi/paper"))
    for said in ("総務大臣", "様式第四", "https://tsumugi.example/old", "https://tsumugi.example/new", "規則12条3項"):
        assert said in paper
    [id] = re.findall(r'name="change" value="([^"]+)"', page.text)
    filed = {"do": "file", "change": [id], "filed_on": "2026-11-18", "who": "法務部 佐伯", "reference": "総情流9"}
    assert post(registered, "/desk/filings/tsumugi", **filed).status_code == 303
    seen = words(registered.get("/desk/filings/tsumugi"))
    assert "法務部 佐伯" in seen
    assert "まだ届け出ていない" not in seen.replace("まだ届け出ていない変更", "")
    assert post(registered, "/desk/filings/tsumugi", **filed).status_code == 409


def test_an_address_that_moved_is_a_question_on_the_desk_and_becomes_a_change_only_by_a_person(registered, database):
    with database.writing() as session:
        row = session.exec(select(Service)).one()
        row.form_url = "https://old.example/s/tsumugi/"
        session.add(row)
    assert "届け出たものと違います" in words(registered.get("/desk/"))
    page = registered.get("/desk/filings/tsumugi")
    assert "まだ何も記録していません" in words(page)
    now = "http://127.0.0.1:8000/s/tsumugi/"
    moved = {"do": "moved", "matter": "form", "after": now}
    assert post(registered, "/desk/filings/tsumugi", **moved, changed_on="").status_code == 422
    assert post(registered, "/desk/filings/tsumugi", **moved, changed_on="2026-11-17").status_code == 303
    assert "届け出たものと違います" not in words(registered.get("/desk/"))
    assert "https://old.example/s/tsumugi/" in words(registered.get("/desk/filings/tsumugi"))
    assert post(registered, "/desk/filings/tsumugi", **moved, changed_on="2026-11-17").status_code == 409


def test_a_mistake_is_corrected_with_a_reason(registered):
    fields = {"do": "correct", "designated": "2026-09-29", "registered": "2026-11-10"}
    assert post(registered, "/desk/filings/tsumugi", **fields).status_code == 422
    assert post(registered, "/desk/filings/tsumugi", **fields, reason="読み違えた。").status_code == 303
    seen = words(registered.get("/desk/filings/tsumugi"))
    assert "読み違えた。" in seen
    assert "記録1の訂正" in seen


def test_the_number_of_notices_that_a_day_binds_is_asked_about_before_and_said_afterwards(lead, service, database):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one(), "2026-11-12T10:00:00+09:00")
    post(lead, "/desk/filings/tsumugi", do="designate", designated="2026-09-30")
    fields = {"do": "register", "registered": "2026-11-10", "who": "法務部"}
    asked = post(lead, "/desk/filings/tsumugi", **fields)
    assert asked.status_code == 422
    assert "この日付により、1件の申出の義務の有無が改まります。" in words(asked)
    assert 'value="法務部"' in asked.text and 'href="#f-register-sure"' in asked.text
    assert post(lead, "/desk/filings/tsumugi", **fields, sure="2").status_code == 422

    assert post(lead, "/desk/filings/tsumugi", **fields, sure="1").status_code == 303

    said = words(lead.get("/desk/filings/tsumugi"))
    assert "この日付により、1件の申出の義務の有無が改まりました。期限の日付は変わりません。" in said
    history = words(lead.get("/desk/cases/TH-2026-000001?tab=history"))
    assert "渡した受付票と通知は、元のまま残ります" in history
    fixed = {"do": "correct", "designated": "2026-09-30", "registered": "2026-11-13", "reason": "読み違えた。"}
    again = post(lead, "/desk/filings/tsumugi", **fixed)
    assert again.status_code == 422 and 'href="#f-correct-sure"' in again.text
    assert post(lead, "/desk/filings/tsumugi", **fixed, sure="1").status_code == 303


def test_a_designation_entered_wrongly_is_corrected_before_the_filing(app, database):
    with database.writing() as session:
        make.make_service(session, designated_on=None, registered_on=None)
    client = member(app)
    post(client, "/desk/filings/tsumugi", do="designate", designated="2026-09-30")
    page = client.get("/desk/filings/tsumugi")
    assert "届出の期限は、正しい日から数え直されます" in words(page) and 'id="f-correct-registered"' not in page.text
    fields = {"do": "correct", "designated": "2026-09-01"}
    assert post(client, "/desk/filings/tsumugi", **fields).status_code == 422
    assert post(client, "/desk/filings/tsumugi", **fields, reason="読み違えた。").status_code == 303
    seen = words(client.get("/desk/filings/tsumugi"))
    assert "指定を受けた日を訂正した" in seen and "2026年9月1日" in seen


def test_days_from_before_are_recorded_by_one_press(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    assert "この日付は設定にだけあり" in words(client.get("/desk/filings/tsumugi"))
    assert post(client, "/desk/filings/tsumugi", do="take_up").status_code == 303
    assert "総務大臣に届け出た" in words(client.get("/desk/filings/tsumugi"))


def test_a_reviewer_reads_and_does_not_write(app, registered):
    client = member(app, Role.REVIEWER)
    page = client.get("/desk/filings/tsumugi")
    assert "記録は主任以上ができます" in words(page)
    assert 'action="/desk/filings/tsumugi"' not in page.text
    assert change(client).status_code == 403
    assert post(client, "/desk/digest/tsumugi", do="publish").status_code == 403


# --- the digest ----------------------------------------------------------------------------------------------------


@pytest.fixture
def told(app, database):
    """A lead at a desk with one case that was decided and told."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        make_told(session, service, staff, make.remove(clause))
    return member(app)


def entry_of(client):
    """The address of the only example in preparation."""
    return re.search(r'href="(/desk/digest/tsumugi/entries/[^"]+)"', client.get("/desk/digest/tsumugi").text)[1]


def pick(client):
    [id] = re.findall(r'name="pick" value="([^"]+)"', client.get("/desk/digest/tsumugi").text)
    return post(client, "/desk/digest/tsumugi", do="pick", pick=[id])


def save(client, address, **fields):
    revision = re.search(r'name="revision" value="(\d+)"', client.get(address).text)[1]
    values = {"revision": revision, "heading": "名誉毀損", "text": "犯罪を行ったと述べる投稿を削除した。", "read": "1"}
    return post(client, address, **(values | fields))


def publish(client, **fields):
    entries = re.findall(r'name="entry" value="([^"]+)"', client.get("/desk/digest/tsumugi").text)
    return post(client, "/desk/digest/tsumugi", **({"do": "publish", "title": "事例", "entry": entries} | fields))


def test_a_digest_goes_from_a_decision_to_a_page_that_stays(told):
    assert pick(told).status_code == 303
    assert publish(told).status_code == 422  # nobody has read it
    assert save(told, entry_of(told)).status_code == 303
    assert publish(told).status_code == 303
    for address in ("/s/tsumugi/examples", "/s/tsumugi/examples/1"):
        seen = words(told.get(address))
        assert "犯罪を行ったと述べる投稿を削除した。" in seen
        assert "第1版 第4条1項 名誉毀損" in seen
        assert "TH-2026" not in seen
    desk = words(told.get("/desk/digest"))
    assert "努力義務" in desk
    assert "11/19(金)" in desk  # a year later


def test_a_known_name_left_in_an_example_is_refused_with_its_place_and_the_text_is_kept(told):
    pick(told)
    answer = save(told, entry_of(told), text="そこで高　橋 さんの投稿を削除した。")
    assert answer.status_code == 422
    assert "<mark>高　橋</mark>" in answer.text
    assert "そこで高　橋 さんの投稿を削除した。" in answer.text


def test_a_part_of_a_post_is_shown_with_a_box_and_kept_only_after_a_click(told):
    pick(told)
    typed = "患者の金を盗んで病院をクビになった、と述べる投稿を削除した。"
    answer = save(told, entry_of(told), text=typed)
    assert answer.status_code == 422
    assert typed in answer.text
    assert 'href="#f-confirmed"' in answer.text
    assert "<mark>患者の金を盗んで病院をクビになった</mark>" in answer.text
    [words_there] = re.findall(r'name="confirmed" value="([^"]+)">', answer.text)

    assert save(told, entry_of(told), text=typed, confirmed=[words_there]).status_code == 303
    assert f'name="confirmed" value="{words_there}" checked' in told.get(entry_of(told)).text
    assert publish(told, foreword="「クビになった」という投稿など").status_code == 422
    answer = publish(told, foreword="「クビになった」という投稿など")
    assert "<mark>「クビになった」</mark>" in answer.text
    assert "「クビになった」という投稿など</textarea>" in answer.text
    assert publish(told, foreword="「クビになった」という投稿など", confirmed=["「クビになった」"]).status_code == 303


def test_an_example_whose_measure_was_taken_back_is_named_at_the_desk_and_not_published(told, database):
    pick(told)
    save(told, entry_of(told))
    with database.writing() as session:
        measure, staff = session.exec(select(Measure)).one(), session.exec(select(Staff)).first()
        notice = session.exec(select(Notice).where(Notice.case_id == measure.case_id)).one()
        at = make.instant("2026-11-18T10:00+09:00")
        reversals.reverse(session, notice, [measure.id], "取り違えたため。", reversed_at=at, by=staff.id, at=at)

    assert "元の判断が変わった" in words(told.get("/desk/digest/tsumugi"))
    assert "元の判断が変わりました" in words(told.get(entry_of(told)))
    answer = publish(told)
    assert answer.status_code == 422
    assert "「名誉毀損」の事例（TH-2026-000001）は公表できません。" in words(answer)
    assert save(told, entry_of(told), do="drop").status_code == 303


def test_the_public_page_says_of_which_examples_the_article_speaks(told, database):
    pick(told)
    save(told, entry_of(told))
    publish(told)
    beyond = "投稿の削除などをしなかった事例も"
    assert beyond not in words(told.get("/s/tsumugi/examples"))
    with database.writing() as session:
        service, staff = session.exec(select(Service)).one(), session.exec(select(Staff)).first()
        clause = session.exec(select(Clause)).first()
        for judgement in (make.KEEP, make.remove(clause)):
            make_told(session, service, staff, judgement)
    picked = re.findall(r'name="pick" value="([^"]+)"', told.get("/desk/digest/tsumugi").text)
    assert post(told, "/desk/digest/tsumugi", do="pick", pick=picked).status_code == 303
    page = told.get("/desk/digest/tsumugi").text
    for address in re.findall(r'href="(/desk/digest/tsumugi/entries/[^"]+)"', page):
        assert save(told, address).status_code == 303
    assert publish(told).status_code == 303

    seen = words(told.get("/s/tsumugi/examples"))
    assert beyond in seen
    assert seen.count("削除などをしなかった事例（法26条4項の対象外）") == 1


def test_an_example_that_somebody_else_changed_is_not_written_over(told):
    pick(told)
    address = entry_of(told)
    assert save(told, address).status_code == 303
    answer = save(told, address, revision="1", text="私の文。")
    assert answer.status_code == 409
    assert "私の文。" in answer.text


def test_an_example_is_taken_out(told):
    pick(told)
    assert save(told, entry_of(told), do="drop").status_code == 303
    assert "準備中の事例はありません" in words(told.get("/desk/digest/tsumugi"))


@pytest.mark.parametrize("fields", [{"do": "pick"}, {"do": "publish", "entry": ["x:1"]}, {"do": "other"}])
def test_what_no_page_sends_is_refused(told, fields):
    assert post(told, "/desk/digest/tsumugi", **fields).status_code in {400, 422}


def test_the_public_page_says_so_while_nothing_was_published_and_unknown_versions_are_not_there(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    assert "まだ公表していません" in words(client.get("/s/tsumugi/examples"))
    assert client.get("/s/tsumugi/examples/1").status_code == 404
    assert client.get("/s/nobody/examples").status_code == 404


def test_the_words_of_a_draft_lie_sealed(told, database):
    pick(told)
    with database.reading() as session:
        [entry] = digest.entries_of(session, session.exec(select(Service)).one())
        assert entry.text.encode() not in entry.row.words_sealed


def test_the_yearly_publication_is_recorded_with_its_place(app, registered, database, freezer):
    freezer.move_to("2027-05-10T10:00:00+09:00")
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05:00+09:00"))
    page, client = "/desk/filings/tsumugi", member(app, Role.MANAGER)
    assert "措置の実施状況等の公表" in words(client.get(page)) and "5/31(月)" in words(client.get(page))
    fields = {"do": "yearly", "id": "publication", "filed_on": "2027-05-10"}
    again = post(client, page, **fields)
    assert again.status_code == 422 and 'href="#f-yearly-reference"' in again.text
    assert post(client, page, **fields, reference="https://tsumugi.example/r8").status_code == 303
    assert "実施状況等を公表した" in words(client.get(page))


def test_a_year_whose_period_does_not_run_can_be_recorded_as_published(app, registered, database, freezer):
    freezer.move_to("2028-06-10T10:00:00+09:00")
    with database.writing() as session:
        for year in (2027, 2028):
            filings.end_years(session, at=make.instant(f"{year}-04-01T00:05:00+09:00"))
        [first, _second] = session.exec(select(Clock).where(Clock.rule == "publication").order_by(Clock.started_at))
        first.voided_at = make.instant("2027-04-02T10:00:00+09:00")
        session.add(first)
    page, client = "/desk/filings/tsumugi", member(app, Role.MANAGER)
    said = "2026年度（公表の期限は2027年5月31日(月)）を公表した記録がありません"
    assert said in words(client.get(page))
    fields = {"do": "yearly", "id": "publication", "filed_on": "2028-05-20", "reference": "https://tsumugi.example/r"}

    wrong = post(client, page, **(fields | {"reference": ""}), year="2026")
    assert wrong.status_code == 422 and wrong.text.count('id="f-yearly-reference"') == 1
    assert post(client, page, **fields, year="20x5").status_code == 400
    assert post(client, page, **fields, year="2027").status_code == 303
    assert said in words(client.get(page))  # it was said of the other year
    assert post(client, page, **fields, year="2026").status_code == 303

    assert said not in words(client.get(page))
    assert post(client, page, **fields, year="2026").status_code == 422
    with database.checking() as session:
        service = session.exec(select(Service)).one()
        assert filings.publications(session, service) == {2026: True, 2027: True}
