"""The panel 同じ内容らしい申出: what it shows to whom, what it offers, and that a person has to press."""

from dataclasses import replace

import pytest
from sqlmodel import func, select

from tests import make
from tests.web.desk import member, words
from tracker.casework import folder, intake, receipts
from tracker.law.grounds import Standing
from tracker.models import Case, Event, Role, Service

FIRST, AGAIN, OTHERS = "TH-2026-000001", "TH-2026-000003", "TH-2026-000002"
PAGE = f"/desk/cases/{AGAIN}"


@pytest.fixture
def filed(database, freezer):
    """An item filed in April, by somebody else, and in May again by the first claimant."""
    freezer.move_to("2026-05-12T10:00:00+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        first = make.make_notice(session, service, "2026-04-20T09:00+09:00", items=1)
        make.decide(session, first, make.KEEP, make.make_staff(session), "2026-04-21T10:00+09:00")
        make.make_notice(session, service, "2026-04-25T09:00+09:00", items=1, email="b@mail.example")
        make.make_notice(session, service, "2026-05-11T09:00+09:00", items=1)


def test_each_row_says_what_matched_how_alike_and_what_became_of_it(app, filed):
    answer = member(app).get(PAGE)
    page = words(answer)

    assert "同じ内容かも 1" in page
    assert "決めるのは担当者です。自動で終わることはありません" in page
    assert "法25条1項ただし書" in page
    assert "同じ申出者（メールアドレス）同じURL同じアカウントの同じ言葉理由の文 100% 一致" in page
    assert "2026年4月20日(月)受付" in page and "措置を講じない" in page
    assert "別の申出者" in page and "別の人の申出なので、ただし書にはあたりません。" in page
    assert f'href="/desk/cases/{FIRST}"' in answer.text and f'href="/desk/cases/{OTHERS}"' in answer.text
    assert answer.text.index(FIRST + "</a>") < answer.text.index(OTHERS + "</a>")
    assert answer.text.count("通知しない理由の欄に入れる") == 1


def test_without_an_address_of_mail_nobody_is_called_another_claimant(app, filed, database):
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        number = make.make_notice(session, service, "2026-05-11T10:00+09:00", items=1, email="").number

    page = words(member(app).get(f"/desk/cases/{number}"))

    assert "同じ申出者かわからない（メールアドレスがない）" in page
    assert "別の申出者" not in page and "別の人の申出なので" not in page


def test_the_button_fills_in_the_form_of_the_excuse_and_records_nothing(app, database, filed):
    desk = member(app)
    with database.reading() as session:
        before = session.exec(select(func.count()).select_from(Event)).one()

    page = desk.get(f"{PAGE}?tab=procedure&same={FIRST}")

    assert f"2026年4月20日(月)に受け付けた申出（{FIRST}）と同一の内容の申出であるため。" in words(page)
    assert '<option value="same_content" selected>' in page.text
    assert "checked" not in page.text.partition('id="ending"')[2].partition("</section>")[0]
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Event)).one() == before
        assert set(session.exec(select(Case.closed_at))) == {None}


@pytest.mark.parametrize("number", [OTHERS, AGAIN, "TH-2026-000999", "<script>", ""])
def test_only_what_may_be_the_earlier_filing_fills_in_the_form(app, filed, number):
    page = member(app).get(PAGE, query_string={"tab": "procedure", "same": number})
    assert page.status_code == 200 and "同一の内容の申出であるため" not in words(page)


def test_the_prefilled_excuse_is_japanese_on_an_english_desk(app, filed):
    desk = member(app)
    desk.set_cookie("language", "en")
    assert f"に受け付けた申出（{FIRST}）と同一の内容" in words(desk.get(f"{PAGE}?tab=procedure&same={FIRST}"))


def test_without_a_match_the_panel_says_what_was_looked_for(app, database, filed):
    with database.writing() as session:
        service = folder.find(session, FIRST)
        service = session.get(intake.Service, session.get(Case, service.case_id).service_id)
        filing = make.make_filing(items=0, reason="別のことです。")
        alone = intake.FiledItem("https://tsumugi.example/p/alone", "https://tsumugi.example/p/alone")
        notice = intake.file(
            session, service, replace(filing, items=[alone]), at=make.instant("2026-05-11T12:00+09:00")
        )
        receipts.acknowledge(session, service, notice, at=make.instant("2026-05-11T12:00+09:00"))
        number = notice.number
    page = words(member(app).get(f"/desk/cases/{number}"))
    assert "同じ内容らしい申出はありません" in page and "同じ内容かも" not in page


def test_a_stranger_sees_no_panel_and_every_reviewer_does(app, filed):
    answer = app.test_client().get(PAGE)
    assert answer.status_code == 303 and FIRST not in answer.text
    assert "同じ内容らしい申出" in words(member(app, Role.REVIEWER).get(PAGE))


@pytest.mark.parametrize(
    ("changes", "item", "says"),
    [
        ({}, {"url": "https://tsumugi.example/p/99"}, "別のURLの投稿です"),
        ({"standing": Standing.LAWYER}, {}, "本人以外からの申出です。だれの権利についての申出かが同じか、確かめて"),
        ({"name": "水原 健"}, {}, "メールアドレスは同じですが、名前が違います"),
    ],
)
def test_what_only_looks_the_same_is_shown_with_the_reason_why_it_is_not(app, database, filed, changes, item, says):
    with database.writing() as session:
        case = session.get_one(Case, folder.find(session, FIRST).case_id)
        service = session.get_one(intake.Service, case.service_id)
        filing = make.make_filing(items=1, **changes)
        url = item.get("url", filing.items[0].url)
        filing = replace(filing, items=[replace(filing.items[0], url=url, url_normal=url)])
        number = intake.file(session, service, filing, at=make.instant("2026-05-11T12:00+09:00")).number
    page = member(app).get(f"/desk/cases/{number}")

    assert says in words(page)
    assert page.text.count("通知しない理由の欄に入れる") == 0
    if changes:
        assert "同じ申出者（メールアドレス）" not in words(page) and "同じメールアドレス" in words(page)
