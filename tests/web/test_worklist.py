"""作業一覧: the most pressing first, found again by search, and loud when nothing is sent."""

import re

import pytest

from tests import make
from tests.conftest import make_settings
from tests.web.desk import make_member, member, sign_in, words
from tracker import create_app
from tracker.casework import endings, investigation, journal
from tracker.law.grounds import Circumstance, Standing

AT = "2026-05-01T10:42:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def notices(database):
    """An urgent one, a late one, one due in the holidays, one later, one of a third party."""
    with database.writing() as session:
        service = make.make_service(session)
        other = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TV")
        return {
            "late": make.make_notice(session, service, "2026-04-22T13:08:00+09:00", reason="店の口コミの食中毒の話"),
            "later": make.make_notice(session, service, "2026-05-01T09:00:00+09:00", items=1),
            "soon": make.make_notice(session, service, "2026-04-28T09:14:37+09:00"),
            "fast": make.make_notice(
                session, service, "2026-05-01T06:05:00+09:00", **make.urgent(Circumstance.INTIMATE)
            ),
            "third": make.make_notice(session, other, "2026-04-30T18:00:00+09:00", standing=Standing.THIRD_PARTY),
        }


def order(answer) -> list[str]:
    """The receipt numbers on the page, from top to bottom."""
    return re.findall(r'href="/desk/cases/([A-Z0-9-]+)"', answer.text)


def test_what_presses_most_stands_first_under_its_heading(app, notices):
    page = member(app).get("/desk/")
    text = words(page)

    assert order(page)[:3] == [notices[n].number for n in ("fast", "late", "soon")]
    places = [text.index(heading) for heading in ("優先1件", "期限超過1件", "今日・最終営業日まで2件")]
    assert places == sorted(places)
    assert "2日超過" in text
    assert "任意" in text


def test_a_passed_target_is_not_a_passed_deadline(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        staff = make.make_staff(session)
        notice = make.make_notice(session, service, "2026-04-28T09:00:00+09:00", items=1)
        make.decide(session, notice, make.remove(clause), staff, "2026-04-28T10:00:00+09:00")
    client = member(app)
    page = client.get("/desk/")

    assert "目標を過ぎたもの1件" in words(page)
    assert "遅れた事実も記録して送れます" not in words(page)
    assert "is-late" not in page.text
    assert "count--late" not in page.text
    assert order(client.get("/desk/?view=late")) == []


def test_of_one_day_what_is_due_by_law_comes_first(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        free = make.make_notice(session, service, "2026-04-28T09:00:00+09:00", standing=Standing.THIRD_PARTY)
        bound = make.make_notice(session, service, "2026-04-28T10:00:00+09:00")

    assert order(member(app).get("/desk/")) == [bound.number, free.number]


def test_a_search_says_what_it_did_not_find_and_how_many_closed_ones_match(app, database, notices):
    with database.writing() as session:
        endings.withdraw(session, notices["late"], actor=journal.SYSTEM, at=make.instant(AT), remark="電話で取り下げた")
    client = member(app)
    page = client.get("/desk/?q=食中毒")

    assert "「食中毒」に合う申出は見つかりません" in words(page)
    assert "終わったものに1件あります" in words(page)
    assert 'href="/desk/?q=%E9%A3%9F%E4%B8%AD%E6%AF%92&amp;view=closed"' in page.text
    closed = client.get("/desk/?q=食中毒&view=closed")
    assert order(closed) == [notices["late"].number]
    assert "終わった申出" in words(closed)
    assert "対応が要る申出" not in words(closed)


def test_search_finds_number_quote_and_full_width_and_nothing_else(app, notices):
    client = member(app)

    assert order(client.get("/desk/?q=食中毒")) == [notices["late"].number]
    assert order(client.get(f"/desk/?q={notices['soon'].number.lower()}")) == [notices["soon"].number]
    assert order(client.get("/desk/?q=ＴＨ－2026－000001")) == [notices["late"].number]
    assert order(client.get("/desk/?q=100%25")) == []


def test_the_list_narrows_to_a_service_a_view_and_ones_own_cases(app, database, notices):
    with database.writing() as session:
        me = make_member(app, session, "me@tsumugi.example")
        investigation.assign(session, notices["soon"], me.id, by=me.id, at=make.instant(AT))
    client, _answer = sign_in(app, "me@tsumugi.example")

    assert order(client.get("/desk/?service=douga")) == [notices["third"].number]
    assert order(client.get("/desk/?view=late")) == [notices["late"].number]
    assert order(client.get("/desk/?view=voluntary")) == [notices["third"].number]
    assert order(client.get("/desk/?view=mine")) == [notices["soon"].number]
    assert order(client.get("/desk/?view=nonsense&page=x")) == order(client.get("/desk/"))


def test_a_view_without_cases_says_how_they_get_there(app):
    assert "申出が届くと、期限の近い順にここに並びます" in words(member(app).get("/desk/"))


def test_the_fifty_first_notice_is_on_the_second_page(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        for n in range(51):
            make.make_notice(session, service, f"2026-04-30T10:{n:02d}:00+09:00", items=1)
    client = member(app)

    assert "51件のうち 1–50件" in words(client.get("/desk/"))
    assert len(order(client.get("/desk/?page=2"))) == 1


def test_letters_that_wait_for_ever_are_announced_loudly(settings, tmp_path):
    app = create_app(make_settings(tmp_path, mail=""))
    try:
        with app.extensions["database"].writing() as session:
            number = make.make_notice(session, make.make_service(session)).number
        client = member(app)

        assert "TRACKER_MAIL" in words(client.get("/desk/"))
        assert "通知は1通も送られていません" in words(client.get(f"/desk/cases/{number}"))
    finally:
        app.extensions["database"].dispose()
