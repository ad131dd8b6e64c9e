"""The room of the yearly publication: what is left to do, figures with their cases, texts, a version and its review."""

import re
from datetime import date
from io import BytesIO

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, member, post, sign_in, words
from tracker.casework import filings
from tracker.law.ledger import Family, Vocabulary
from tracker.law.publication import BY_CODE, ITEMS, Source, Unit
from tracker.models import Role, Service, Staff
from tracker.report import entries, publishing
from tracker.report.ledger import carry, codes, imports, store

AT = "2027-05-10T10:00:00+09:00"
PAGE = "/desk/report/tsumugi/2026"
TEXT = "投稿を見る者に、毎年訓練を行っています。"


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def lead(app, service):
    return member(app)


def seen(answer, anchor: str = "") -> str:
    """The version that the form of a part carries along."""
    text = answer.text[answer.text.index(f'id="{anchor}"') :] if anchor else answer.text
    found = re.search(r'name="seen" value="(\d*)"', text)
    return found[1] if found else ""


def write_all(database, service) -> None:
    """Every text that the rule asks for."""
    with database.writing() as session:
        by = make.make_staff(session).id
        service = session.get_one(Service, service.id)
        common = {"seen": 0, "by": by, "at": make.instant(AT)}
        for item in ITEMS:
            if item.source is not Source.ENTERED or item.code == "18-7":
                continue
            part = entries.SENDERS if item.code == "18-5-1" else ""
            number = None if item.unit is Unit.TEXT else 12
            entries.enter(session, service, 2026, item.code, part=part, words=TEXT, number=number, **common)
        for point in entries.POINTS:
            entries.enter(session, service, 2026, "18-7", part=point, words=TEXT, **common)
        for family in Family:
            entries.enter(session, service, 2026, entries.NOTHING, part=family.value, number=1, **common)


def standing(database, service, code, part=""):
    with database.reading() as session:
        return entries.standing(session, service, 2026).get((code, part))


def test_the_years_of_a_service_say_where_they_stand_and_how_long_is_left(lead, database):
    with database.writing() as session:
        make.make_service(session, name="つむぎ動画", slug="douga", prefix="TD", registered_on=None)
        for year in (2026, 2027):
            filings.end_years(session, at=make.instant(f"{year}-04-01T00:05+09:00"))

    text = words(lead.get("/desk/report"))

    assert re.search(r"2027年度 ?つむぎ広場 まだ終わっていない", text)
    assert re.search(r"2026年度 ?つむぎ広場 下書き 5月31日\(月\)まで あと21日", text)
    assert "344日過ぎました" in text and "届出の日（2025年7月29日(火)）から" in text
    assert "公表の義務はまだありません" in text and "法22条1項" in text


def test_a_year_whose_end_is_not_recorded_is_not_called_late(lead):
    text = words(lead.get("/desk/report"))

    assert "2026年5月31日(日)まで" in text and "過ぎました" not in text  # it was due before Kigen was used
    assert re.search(r"2026年度 ?つむぎ広場 下書き 5月31日\(月\)まで あと21日", text)
    assert "過ぎました" not in words(lead.get("/desk/report/tsumugi/2025"))


def test_a_year_that_was_published_elsewhere_owes_no_day(lead, database, service):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2026-04-01T00:05+09:00"))
    assert "344日過ぎました" in words(lead.get("/desk/report"))
    with database.writing() as session:
        done = {"actor": "system", "at": make.instant(AT)}
        service = session.get_one(Service, service.id)
        filings.yearly_done(session, service, "publication", date(2026, 5, 29), "https://tsumugi.example/r7", **done)

    page = lead.get("/desk/report")
    assert "過ぎました" not in words(page) and "Kigenの外で公表（届出に記録）" in words(page)
    assert 'href="/desk/filings/tsumugi#record"' in page.text


def test_a_year_before_the_registration_or_to_come_has_no_page(lead):
    for year in ("2024", "2028", "9999", "0"):
        assert lead.get(f"/desk/report/tsumugi/{year}").status_code == 404, year
    assert lead.get("/desk/report/nowhere/2026").status_code == 404
    assert lead.get(f"{PAGE}/18-9-9").status_code == 404


def test_the_draft_says_first_what_is_left_to_do_and_where(lead):
    page = lead.get(PAGE)

    text = words(page)
    assert text.index("公表までにすること") < text.index("2項 申出")
    assert re.search(r"公表する42項目のうち、\d+項目がそろっています", text)
    assert f'<a href="{PAGE}/18-5-19">18-5-19 選任した専門員の専門性と訓練の内容</a>' in page.text
    assert f'href="{PAGE}/assessment"' in page.text and "すべて済むと、ここから確認に回せます" in text
    assert "版を固めて確認に回す" not in text
    for item in ITEMS:
        assert item.code in text


def test_a_figure_leads_to_the_cases_that_it_counts(lead, database, service):
    with database.writing() as session:
        service = session.get_one(Service, service.id)
        numbers = [make.make_notice(session, service, "2026-06-01T10:00+09:00").number for _n in range(2)]
        other = make.make_notice(session, service, "2027-04-01T00:10+09:00").number  # of the next year

    draft = lead.get(PAGE)
    assert re.search(rf'href="{PAGE}/18-2">2<', draft.text)
    page = lead.get(f"{PAGE}/18-2?one=honor")

    assert all(f'href="/desk/cases/{number}"' in page.text for number in numbers) and other not in page.text
    assert "申出に含まれる投稿 4件" in words(page) and "まだ終わっていない" in words(page)
    none = lead.get(f"{PAGE}/18-2?one=privacy")
    assert numbers[0] not in none.text and "この区分に当たる申出はありません" in words(none)
    assert numbers[0] in lead.get(f"{PAGE}/18-2?one=nonsense").text


def test_a_figure_of_the_ledger_leads_to_its_months_and_codes(app, lead, database, service):
    rows = b"id,day,asked,outcome,japan,count\r\n1,2026-09-03,POLICE,taken,yes,3\r\n2,2026-09-04,POLICE,taken,no,5\r\n"
    with database.writing() as session:
        service = session.get_one(Service, service.id)
        kept = store.keep(app.extensions["settings"], BytesIO(rows))
        file = {"stored": kept.stored, "size": kept.size, "sha256": kept.sha256}
        at = make.instant(AT)
        row = imports.begin(session, service, Family.REQUESTS, "r.csv", **file, actor="system", at=at).id
    carry.carry(database, row, lambda: at)

    text = words(lead.get(f"{PAGE}/18-5-4"))

    assert "2026-093" in text and "2026-100" in text and "理由 POLICE" in text
    assert "対応が未確認の符号" in text and "点検で合いません" in text
    draft = lead.get(PAGE)
    assert "POLICE" in words(draft) and 'href="/desk/ledger/tsumugi/codes"' in draft.text


def test_codes_behind_a_figure_are_summed_over_the_months_that_have_begun(app, lead, database, service, freezer):
    freezer.move_to("2026-10-20T10:00:00+09:00")
    rows = b"id,day,asked,outcome,japan,count\r\n" + b"".join(
        b"%d,2026-%s,%s,taken,yes,%d\r\n" % (n, day, code, n)
        for n, (day, code) in enumerate([(b"06-03", b"P"), (b"09-03", b"P"), (b"07-01", b"Q"), (b"10-01", b"P")], 1)
    )
    with database.writing() as session:
        kept = store.keep(app.extensions["settings"], BytesIO(rows))
        file = {"stored": kept.stored, "size": kept.size, "sha256": kept.sha256}
        at = make.instant("2026-10-20T10:00:00+09:00")
        row = imports.begin(session, service, Family.REQUESTS, "r.csv", **file, actor="system", at=at).id
    carry.carry(database, row, lambda: at)
    with database.writing() as session:
        by, other = make.make_staff(session).id, make.make_staff(session, "水原 あかり").id
        codes.save(session, service, {(Vocabulary.ASKED, "P"): "名誉毀損"}, seen=0, note="", by=by, at=at)
        codes.verify(session, service, 1, by=other, at=at)

    text = words(member(app).get(f"{PAGE}/18-5-4"))

    assert "2026-080" in text and "2026-104" in text and "2026-11" not in text and "2027-0" not in text
    assert re.search(r"理由 P（名誉毀損） ?結果 措置を講じた ?2026-06から2026-10まで ?7", text), text
    assert re.search(r"理由 Q（対応が未確認の符号） ?結果 措置を講じた ?2026-07 ?3", text), text


def test_a_text_is_written_changed_and_taken_back_and_each_version_is_kept(lead, database, service):
    page = f"{PAGE}/18-5-20"
    assert "まだそろっていません" in words(lead.get(page))

    done = post(lead, page, part="", words=TEXT, number="１，２３４", seen="0")

    assert (done.status_code, done.headers["Location"]) == (303, f"{page}#w")
    row = standing(database, service, "18-5-20")
    assert (row.words, row.number) == (TEXT, 1234)
    after = lead.get(page)
    assert "書き込みました" in words(after) and seen(after) == "1" and "まだそろっていません" not in words(after)
    assert post(lead, page, part="", words="", number="", seen="1").status_code == 303
    assert standing(database, service, "18-5-20") is None
    text = words(lead.get(page))
    assert "取り消しました" in text and "これまでの版（2件）" in text and "小野寺 遥" in text


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(lead, database, service):
    page = f"{PAGE}/18-5-20"
    for sent, field, sentence in (
        ({"words": TEXT, "number": "たくさん"}, "number", "整数で入力してください"),
        ({"words": TEXT, "number": "-3"}, "number", "整数で入力してください"),
        ({"words": "only English", "number": "3"}, "words", "日本語で書いてください"),
        ({"words": TEXT, "number": ""}, "number", "数を入力してください"),
    ):
        answer = post(lead, page, part="", seen="0", **sent)
        assert answer.status_code == 422, sent
        assert f'id="f-w-{field}-error"' in answer.text and f'href="#f-w-{field}"' in answer.text
        assert sentence in words(answer) and f"{sent['words']}</textarea>" in answer.text
    assert standing(database, service, "18-5-20") is None


def test_somebody_who_was_second_sees_the_newer_text_and_keeps_their_own(lead, database, service):
    page = f"{PAGE}/18-5-21"
    post(lead, page, part="", words="先に書いた体制の説明。", seen="0")

    late = post(lead, page, part="", words="あとから書いた体制の説明。", seen="0")

    assert late.status_code == 409 and seen(late) == "1"
    assert "先に書いた体制の説明。" in words(late) and "あとから書いた体制の説明。</textarea>" in late.text
    assert post(lead, page, part="", words="あとから書いた体制の説明。", seen="1").status_code == 303


def test_a_text_that_may_lead_to_somebody_is_pointed_out_and_saved(lead, database, service):
    page = f"{PAGE}/18-5-21"
    assert post(lead, page, part="", words="担当は水原（090-1234-5678）です。", seen="0").status_code == 303

    assert "電話番号のような数字があります" in words(lead.get(page))
    assert "18-5-21 電話番号のような数字があります" in words(lead.get(PAGE))


def test_the_words_of_the_year_before_can_be_taken_over(lead, database, service):
    with database.writing() as session:
        service = session.get_one(Service, service.id)
        by = make.make_staff(session).id
        entries.enter(session, service, 2025, "18-5-19", words=TEXT, seen=0, by=by, at=make.instant(AT))

    page = lead.get(f"{PAGE}/18-5-19")
    assert TEXT in words(page) and f"{TEXT}</textarea>" not in page.text
    assert f"{TEXT}</textarea>" in lead.get(f"{PAGE}/18-5-19?copy=all").text


def test_an_item_of_the_office_has_a_title_of_its_own(lead, database, service):
    page = f"{PAGE}/new-1"
    assert post(lead, page, part="", words=TEXT, number="", seen="0").status_code == 422
    done = post(lead, page, part="新しい事項", words=TEXT, number="5", seen="0")
    assert done.status_code == 303
    assert standing(database, service, "new-1", "新しい事項").number == 5
    assert "新しい事項" in words(lead.get(PAGE)) and f'href="{PAGE}/new-2"' in lead.get(PAGE).text


def test_the_self_assessment_is_one_page_with_the_figures_beside_it(lead, database, service):
    page = f"{PAGE}/assessment"
    assert lead.get(f"{PAGE}/18-6-3").headers["Location"] == page
    text = words(lead.get(page))
    for said in (
        "申出の画面を開いた",
        "7日以内に通知した申出",
        "ほかの申出とほとんど同じ理由",
        "年度内に公表した基準の版",
    ):
        assert said in text
    assert "まだ書いていない文章 14件" in text

    fields = {"criterion-1": "10分以内に送れること。", "seen-criterion-1": "0", "result-1": "", "seen-result-1": "0"}
    assert post(lead, page, **fields).status_code == 303

    assert standing(database, service, "18-7", "1").words == "10分以内に送れること。"
    assert "1件の文章を書き込みました" in words(lead.get(page))
    again = post(lead, page, **(fields | {"seen-criterion-1": "1"}))
    assert again.status_code == 303 and "変わったところはありませんでした" in words(lead.get(page))
    wrong = post(lead, page, **{"result-2": "good", "seen-result-2": "0", "result-3": TEXT, "seen-result-3": "0"})
    assert wrong.status_code == 422 and 'id="f-result-2-error"' in wrong.text
    assert f"{TEXT}</textarea>" in wrong.text and standing(database, service, "18-6-3") is None
    late = post(lead, page, **{"criterion-1": "5分以内に送れること。", "seen-criterion-1": "0"})
    assert late.status_code == 409 and "先に書かれた内容（小野寺 遥）" in words(late)


def test_where_measures_of_filings_are_counted_is_chosen_once_for_the_year(lead, database, service):
    assert post(lead, f"{PAGE}/home", home="7", seen="0").status_code == 422
    assert post(lead, f"{PAGE}/home", home="1", seen="0").status_code == 303

    assert "いまは「取り込んだ記録」で数えています" in words(lead.get(PAGE))
    assert post(lead, f"{PAGE}/home", home="0", seen="0").status_code == 409


def test_nothing_is_frozen_while_something_is_missing_or_the_year_runs(lead):
    answer = post(lead, f"{PAGE}/freeze")
    assert answer.status_code == 422 and "まだ書いていない項目があります" in words(answer)
    running = post(lead, "/desk/report/tsumugi/2027/freeze")
    assert running.status_code == 422


def test_a_version_is_frozen_by_one_looked_at_and_published_by_another(app, lead, database, service):
    write_all(database, service)
    assert "公表する42項目のうち、42項目がそろっています" in words(lead.get(PAGE))

    frozen = post(lead, f"{PAGE}/freeze")

    version = f"{PAGE}/versions/1"
    assert (frozen.status_code, frozen.headers["Location"]) == (303, version)
    assert "確認待ち 第1版" in words(lead.get("/desk/report"))
    page = lead.get(version)
    assert "figures.csv" in words(page) and "管理者のうち別の人が" in words(page)
    assert post(lead, f"{version}/publish", sure="1").status_code == 403
    index = lead.get(f"{version}/files/index.html")
    assert index.mimetype == "text/html" and TEXT in index.text
    assert index.headers["Cache-Control"] == "no-store" and "attachment" not in str(index.headers)
    csv = lead.get(f"{version}/files/figures.csv")
    assert csv.headers["Content-Disposition"].startswith("attachment")
    assert lead.get(f"{version}/files/nothing.csv").status_code == 404
    assert app.test_client().get("/s/tsumugi/report/2026/v1/index.html").status_code == 404
    manager = member(app, Role.MANAGER)
    asked = post(manager, f"{version}/publish")
    assert asked.status_code == 422 and "内容を確かめて、印を付けてください" in words(asked)

    assert post(manager, f"{version}/publish", sure="1").status_code == 303

    assert "公表しました" in words(manager.get(version))
    assert app.test_client().get("/s/tsumugi/report/2026/v1/index.html").status_code == 200
    assert "公表済み 第1版" in words(lead.get("/desk/report"))
    assert post(manager, f"{version}/publish", sure="1").status_code == 409


def test_who_froze_a_version_does_not_publish_it_and_may_take_it_back(app, database, service):
    write_all(database, service)
    manager = member(app, Role.MANAGER)
    assert post(manager, f"{PAGE}/freeze").status_code == 303
    version = f"{PAGE}/versions/1"

    own = post(manager, f"{version}/publish", sure="1")
    assert own.status_code == 422 and "自分で固めた版は公表できません" in words(own)
    without = post(manager, f"{version}/return", reason=" ")
    assert without.status_code == 422 and "差し戻す理由を入力してください" in words(without)
    assert post(manager, f"{version}/return", reason="18-5-20の数が古い。").status_code == 303

    text = words(manager.get(version))
    assert "差し戻した" in text and "18-5-20の数が古い。" in text
    assert post(manager, f"{PAGE}/freeze").headers["Location"] == f"{PAGE}/versions/2"


def test_a_correction_says_why_and_shows_what_it_changes(app, lead, database, service):
    write_all(database, service)
    post(lead, f"{PAGE}/freeze")
    with database.writing() as session:
        make_member(app, session, "manager@tsumugi.example", Role.MANAGER)
    manager, _answer = sign_in(app, "manager@tsumugi.example")
    post(manager, f"{PAGE}/versions/1/publish", sure="1")
    post(lead, f"{PAGE}/18-5-20", part="", words=TEXT, number="15", seen="1")

    without = post(lead, f"{PAGE}/freeze")
    assert without.status_code == 422 and 'id="f-why-error"' in without.text
    assert post(lead, f"{PAGE}/freeze", why="人数を数え直した。").status_code == 303

    page = lead.get(f"{PAGE}/versions/2")
    assert "人数を数え直した。" in words(page)
    assert re.search(r"18-5-20.{0,60}1215", words(page)), words(page)


def test_a_reviewer_reads_everything_and_writes_nothing(app, service, database):
    reviewer = member(app, Role.REVIEWER)
    write_all(database, service)

    for path in ("/desk/report", PAGE, f"{PAGE}/18-2", f"{PAGE}/18-5-21", f"{PAGE}/assessment", f"{PAGE}/new-1"):
        page = reviewer.get(path)
        assert page.status_code == 200, path
        assert "書き込む" not in words(page) and "版を固めて" not in words(page)
    assert TEXT in words(reviewer.get(f"{PAGE}/18-5-21"))
    for path in (f"{PAGE}/18-5-21", f"{PAGE}/assessment", f"{PAGE}/freeze", f"{PAGE}/home"):
        assert post(reviewer, path).status_code == 403


@pytest.mark.parametrize("code", [code for code in BY_CODE if code.split("-")[1] not in {"6", "7"}])
def test_every_item_has_a_page(lead, code):
    page = lead.get(f"{PAGE}/{code}")
    assert page.status_code == 200 and BY_CODE[code].label in words(page)


def test_the_versions_know_their_people(lead, database, service):
    write_all(database, service)
    post(lead, f"{PAGE}/freeze")
    with database.reading() as session:
        [row] = publishing.versions(session, service, 2026)
        name = session.exec(select(Staff.name).where(Staff.id == row.frozen_by)).one()
    assert name in words(lead.get(PAGE))


def test_a_version_that_waits_is_seen_where_a_second_person_looks(app, database, service):
    write_all(database, service)
    assert "確認を待っている年次公表の版" not in words(member(app).get("/desk/approvals"))
    with database.writing() as session:
        make_member(app, session, "froze@tsumugi.example", Role.MANAGER, name="水原 あかり")
    froze, _answer = sign_in(app, "froze@tsumugi.example")
    assert post(froze, f"{PAGE}/freeze").status_code == 303
    other, lead = member(app, Role.MANAGER), member(app)

    page = other.get("/desk/approvals")
    text = words(page)
    assert f'href="{PAGE}/versions/1"' in page.text
    assert re.search(r"2026年度 第1版 ?つむぎ広場 水原 あかり ?\S* ?10:00 5月31日\(月\)まで あと21日", text), text
    assert "内容を確かめて、公表するか差し戻す" in text
    assert "あなたが固めた版です。ほかの管理者が確かめて公表します" in words(froze.get("/desk/approvals"))
    assert "管理者が確かめて公表します。読んで、差し戻すことはできます" in words(lead.get("/desk/approvals"))
    told = "「つむぎ広場」の2026年度の年次公表が、あなたの確認を待っています"
    assert [told in words(one.get("/desk/")) for one in (other, froze, lead)] == [True, False, False]

    assert post(other, f"{PAGE}/versions/1/publish", sure="1").status_code == 303

    assert "第1版" not in words(other.get("/desk/approvals")) and told not in words(other.get("/desk/"))


def test_a_correction_that_waits_owes_no_day(app, lead, database, service):
    write_all(database, service)
    post(lead, f"{PAGE}/freeze")
    manager = member(app, Role.MANAGER)
    post(manager, f"{PAGE}/versions/1/publish", sure="1")
    post(lead, f"{PAGE}/18-5-20", part="", words=TEXT, number="15", seen="1")
    assert post(lead, f"{PAGE}/freeze", why="人数を数え直した。").status_code == 303

    text = words(manager.get("/desk/approvals"))
    assert "2026年度 第2版" in text and "公表した第1版を直す版です" in text and "5月31日" not in text
    assert "公表の期限は" not in words(manager.get("/desk/"))


def marked(page, field: str) -> bool:
    """Whether the label of a field says that it has to be filled in."""
    found = re.search(rf'<label for="{field}">(.*?)</label>', page.text)
    assert found, field
    return 'class="must"' in found[1]


def test_a_field_is_marked_as_required_where_the_publication_is_refused_without_it(app, lead, database, service):
    figure, title = lead.get(f"{PAGE}/18-5-20"), lead.get(f"{PAGE}/new-1")  # once it stands, emptying takes it back
    write_all(database, service)
    post(lead, f"{PAGE}/freeze")
    assert marked(lead.get(f"{PAGE}/versions/1"), "f-reason")
    post(member(app, Role.MANAGER), f"{PAGE}/versions/1/publish", sure="1")
    assert marked(lead.get(PAGE), "f-why")  # what was wrong with the version that is published
    assert marked(figure, "f-w-number") and marked(figure, "f-w-words") and marked(title, "f-w-part")
    assert not marked(title, "f-w-number")
    texts = lead.get(f"{PAGE}/assessment")
    assert all(marked(texts, f"f-{field}-{point}") for field in ("criterion", "result") for point in entries.POINTS)
    assert not marked(texts, "f-criterion-change")  # only of a year whose criteria differ from the one before
