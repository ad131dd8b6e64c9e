"""仕事と人の見込み: the sentence, the picture and the table; and the days on which people work."""

import re
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, member, post, sign_in, words
from tracker.law.grounds import Standing
from tracker.models import Role, Staff, StaffDay

AT = "2026-05-01T10:42:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


def notices(database, service, received: str, n: int, **more) -> None:
    with database.writing() as session:
        for _n in range(n):
            make.make_notice(session, service, f"{received}T10:00:00+09:00", items=1, **more)


def test_with_nothing_open_the_page_says_so(app, service):
    page = words(member(app).get("/desk/forecast"))

    assert "これから期限を迎える申出はありません" in page
    assert "これから届く申出は、数えていません" in page


def test_in_golden_week_the_sentence_names_the_first_of_may(app, database, service):
    client = member(app)  # one person at work: 194 minutes are left of this day, nine cases
    notices(database, service, "2026-04-28", 5)  # due on 5 May
    notices(database, service, "2026-04-29", 11)  # on 6 May
    page = words(client.get("/desk/forecast"))

    assert "7件が5月6日(水・祝)の期限を過ぎます" in page
    assert "5月1日(金)にあと1人が働けば間に合います。" in page
    assert "この日に働かないチームの人は0人です。足りない1人は、ほかから応援を頼みます。" in page


def test_several_late_days_are_one_sentence(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-28", 12)
    notices(database, service, "2026-04-29", 10)
    page = words(client.get("/desk/forecast"))

    assert "13件が5月5日(火・祝)から5月6日(水・祝)までの期限を過ぎます" in page
    assert "5月1日(金)にあと2人が働けば間に合います" in page


def test_in_the_break_a_closed_day_is_named_and_where_nothing_helps_that_is_said(app, database, service, freezer):
    client = member(app)
    notices(database, service, "2026-04-29", 3)
    freezer.move_to("2026-05-04T10:00:00+09:00")
    during = words(client.get("/desk/forecast"))
    freezer.move_to("2026-05-06T19:00:00+09:00")
    after = words(client.get("/desk/forecast"))

    assert "5月6日(水・祝)までに営業日は残っていません。休みの5月6日(水・祝)にあと1人が働けば間に合います。" in during
    assert "5月6日(水・祝)までに働ける時間は残っていません。人を増やしても間に合いません。" in after


def test_what_fits_is_calm_and_says_how_much_is_left(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-29", 4)
    page = words(client.get("/desk/forecast"))

    assert "期限を迎える申出4件は、どれも間に合う見込みです" in page
    assert "余りがいちばん少ないのは5月6日(水・祝)までの仕事で、1.9時間です" in page


def test_what_is_voluntary_is_never_called_a_missed_deadline(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-29", 12, standing=Standing.THIRD_PARTY)
    page = words(client.get("/desk/forecast"))

    assert "任意の申出3件が、目標の日（5月6日(水・祝)）に間に合いません" in page
    assert "期限を過ぎます" not in page


def test_what_is_late_already_is_said_apart(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-20", 3)

    assert "すでに期限を過ぎた3件（1時間）を、先に片づける計算です" in words(client.get("/desk/forecast"))


def test_sentence_table_and_picture_say_the_same_figures(app, database, service):
    """What is voluntary is in none of the figures of what is late; what is late already has a row of its own."""
    client = member(app)
    notices(database, service, "2026-04-20", 3)
    notices(database, service, "2026-04-20", 2, standing=Standing.THIRD_PARTY)
    notices(database, service, "2026-04-28", 5)
    notices(database, service, "2026-04-29", 3, standing=Standing.THIRD_PARTY)
    notices(database, service, "2026-04-29", 4)
    answer = client.get("/desk/forecast")
    page = words(answer)

    [(n, late_days)] = re.findall(r"(\d+)件が(5月5日.*?|5月6日.*?)の期限を過ぎます", page)
    rows = [int(found) for found in re.findall(r"(\d+)件が期限を過ぎる", page)]
    marks = [int(found) for found in re.findall(r'class="t-late"[^>]*>(\d+)<', answer.text)]
    assert late_days and int(n) == sum(rows) == sum(marks) == 5
    assert "任意の3件が遅れる" in page and "間に合わない任意の仕事" in page
    assert "すでに期限を過ぎた3件と、目標の日を過ぎた任意の2件（合わせて1.7時間）を、先に片づける計算です。" in page
    [first] = re.findall(r'<th scope="row">すでに日を過ぎたもの</th>(.*?)</tr>', answer.text, re.DOTALL)
    assert re.findall(r">(\d+件|[\d.]+)<", first) == ["3件", "2件", "1.7"]


def test_a_voluntary_aim_that_has_passed_is_no_deadline_that_has(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-20", 2, standing=Standing.THIRD_PARTY)
    page = words(client.get("/desk/forecast"))

    assert "目標の日を過ぎた任意の2件（0.7時間）を、先に片づける計算です。" in page
    assert "すでに期限を過ぎた" not in page and "期限超過を開く" not in page


def test_the_table_leads_to_the_notices_of_the_day(app, database, service):
    client = member(app)
    notices(database, service, "2026-04-28", 2)
    notices(database, service, "2026-04-29", 3)
    page = client.get("/desk/forecast").text
    found = words(client.get("/desk/?due=2026-05-06"))

    assert 'href="/desk/?view=all&amp;due=2026-05-06"' in page
    assert "3件のうち 1–3件" in found
    assert " style=" not in page
    assert "<style" not in page
    assert words(client.get("/desk/?due=tomorrow")).count("5件のうち 1–5件") == 2  # above the rows and beneath


def test_the_dashboard_leads_to_the_forecast(app, service):
    assert 'href="/desk/forecast"' in member(app).get("/desk/dashboard").text


def boxes(answer) -> dict[str, bool]:
    """The boxes of a month, and whether they are ticked."""
    found = re.findall(r'name="works" value="([^"]*)"( checked)?', answer.text)
    return {value: bool(ticked) for value, ticked in found}


def seen(answer) -> list[str]:
    """What the form carries along of each person."""
    return re.findall(r'name="seen" value="([^"]*)"', answer.text)


def ticked(answer) -> list[str]:
    return [value for value, on in boxes(answer).items() if on]


@pytest.fixture
def team(app, database):
    """A lead who is signed in, and Sato."""
    with database.writing() as session:
        make_member(app, session, "lead@tsumugi.example", Role.LEAD, "小野寺 遥")
        sato = make_member(app, session, "sato@tsumugi.example", Role.REVIEWER, "佐藤 健")
    return sign_in(app, "lead@tsumugi.example")[0], sato.id


def test_a_lead_enters_who_is_away_and_who_comes_in(app, database, service, team):
    client, sato = team
    page = client.get("/desk/team")
    works = [v for v in ticked(page) if v != f"{sato}:2026-05-08"] + [f"{sato}:2026-05-04"]
    answer = post(client, "/desk/team", month="2026-05", seen=seen(page), works=works)
    back = client.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "1人の働く日を保存しました（佐藤 健）" in words(back)
    assert boxes(back)[f"{sato}:2026-05-08"] is False
    assert boxes(back)[f"{sato}:2026-05-04"] is True
    with database.reading() as session:
        entries = {(e.staff_id, e.day, e.working) for e in session.exec(select(StaffDay))}
    assert entries == {(sato, date(2026, 5, 8), False), (sato, date(2026, 5, 4), True)}


def test_the_month_names_its_holidays_and_marks_today(team):
    client, _sato = team
    page = client.get("/desk/team")

    assert "5/3(日・祝) 憲法記念日、5/4(月・祝) みどりの日、5/5(火・祝) こどもの日、5/6(水・祝) 振替休日" in words(page)
    assert page.text.count('aria-current="date"') == 1
    assert "1/1(金・祝) 元日、1/2から1/3まで 年末年始" in words(client.get("/desk/team?month=2027-01"))
    assert "5月" in words(client.get("/desk/team?month=1999-01"))


@pytest.mark.parametrize("asked", ["1999-01", "2026-13", "2026-5", "x", "2027-06", "２０２６-０５"])
def test_a_month_that_cannot_be_opened_is_said_and_this_one_is_shown(team, asked):
    client, _sato = team
    answer = client.get("/desk/team", query_string={"month": asked})

    assert answer.status_code == 200
    page = words(answer)
    assert "その月は開けません。2026年5月を表示しています" in page
    assert "2025年5月から2027年5月までを開けます。" in page


def test_earlier_months_are_read_and_not_changed(team):
    client, _sato = team
    now = client.get("/desk/team")
    assert "前の月（4月）" in words(now) and "次の月（6月）" in words(now) and "その月は開けません" not in words(now)
    april = client.get("/desk/team?month=2026-04")
    assert "2026年4月" in words(april) and boxes(april) == {} and "過ぎた月は、見るだけです。" in words(april)
    assert 'href="/desk/team?month=2026-03"' in april.text and 'href="/desk/team?month=2026-05"' in april.text
    assert "前の月" not in words(client.get("/desk/team?month=2025-05"))
    assert "次の月" not in words(client.get("/desk/team?month=2027-05"))


def test_somebody_elses_change_meanwhile_is_a_conflict_and_the_ticks_stay(database, team):
    client, sato = team
    page = client.get("/desk/team")
    with database.writing() as session:
        session.add(StaffDay(staff_id=sato, day=date(2026, 5, 7), working=False))
    mine = [v for v in ticked(page) if v != f"{sato}:2026-05-08"]
    answer = post(client, "/desk/team", month="2026-05", seen=seen(page), works=mine)

    assert answer.status_code == 409
    assert "佐藤 健の働く日を、ほかの人が先に変えました。" in words(answer)
    assert sorted(ticked(answer)) == sorted(mine)
    assert answer.text.count("今の登録と違います") == 2  # 5/7, entered by somebody else, and 5/8
    again = post(client, "/desk/team", month="2026-05", seen=seen(answer), works=mine)
    assert again.status_code == 303
    with database.reading() as session:
        assert [(e.day, e.working) for e in session.exec(select(StaffDay))] == [(date(2026, 5, 8), False)]


def test_a_day_that_is_over_is_not_changed(database, team, freezer):
    client, _sato = team
    page = client.get("/desk/team")
    freezer.move_to("2026-05-08T09:00:00+09:00")
    answer = post(client, "/desk/team", month="2026-05", seen=seen(page), works=ticked(page)[10:])
    with database.reading() as session:
        days = {e.day for e in session.exec(select(StaffDay))}

    assert answer.status_code == 303
    assert days
    assert min(days) >= date(2026, 5, 8)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"month": "2026-05"},
        {"month": "1999-01", "seen": "x"},
        {"month": "2026-05", "seen": "nobody:" + "1" * 31},
        {"month": "2026-05", "seen": "x:10"},
    ],
)
def test_a_form_that_cannot_be_read_comes_back(database, team, fields):
    client, _sato = team
    answer = post(client, "/desk/team", **fields)

    assert answer.status_code == 422
    assert "どの月の、だれの働く日か読み取れませんでした" in words(answer)
    with database.reading() as session:
        assert session.exec(select(StaffDay)).all() == []


def test_a_reviewer_reads_and_does_not_change(app, team):
    client = sign_in(app, "sato@tsumugi.example")[0]
    page = client.get("/desk/team")

    assert boxes(page) == {}
    assert "働く日は、主任から上の人が変えられます" in words(page)
    assert post(client, "/desk/team", month="2026-05").status_code == 403


def test_a_large_team_has_pages(app, database, team):
    client, _sato = team
    with database.writing() as session:
        for n in range(45):
            make.make_staff(session, f"担当 {n:02}", Role.REVIEWER)
    first, second = client.get("/desk/team"), client.get("/desk/team?page=2")

    assert (len(seen(first)), len(seen(second))) == (40, 7)
    assert "1–40人目" in words(first)
    assert len({*seen(first), *seen(second)}) == 47


def test_a_manager_is_not_of_the_team(app, database):
    client = member(app, Role.MANAGER)

    assert "事案を扱う人がまだいません" in words(client.get("/desk/team"))
    with database.reading() as session:
        assert session.exec(select(Staff)).one().role is Role.MANAGER
