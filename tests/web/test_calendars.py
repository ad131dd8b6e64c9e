"""暦と法令 through the doors: a person looks at every changed day, then takes the calendar into use."""

import io
import re
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_holiday_file import table
from tests.web.desk import hidden, member, token, words
from tracker.casework import calendars, editions
from tracker.closed_days import working_calendar
from tracker.law.calendars import Calendar
from tracker.models import CalendarVersion, Clock, Role, Staff

PAGE, COMPARE = "/desk/calendars", "/desk/calendars/compare"
DAY = {"how": "day", "day": "2026-05-07", "what": "on", "name": "式典の日", "why": "官報 令和8年4月1日"}


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to("2026-05-01T10:00:00+09:00")


@pytest.fixture
def notice(database):
    """A notice whose reply is due on 7 May."""
    with database.writing() as session:
        return make.make_notice(session, make.make_service(session), "2026-04-30T10:00+09:00")


@pytest.fixture
def keeper(app, notice):
    """A signed-in administrator."""
    return member(app, Role.ADMINISTRATOR)


def post(client, path, **fields):
    data = fields | {"csrf_token": token(client.get(PAGE).text)}
    return client.post(path, data=data, content_type="multipart/form-data")


def upload(client, content: str | bytes):
    body = content if isinstance(content, bytes) else content.encode("cp932")
    return post(client, COMPARE, how="file", file=(io.BytesIO(body), "syukujitsu.csv"))


def accept(client, compared, **fields):
    asked = {"proposal": hidden(compared, "proposal"), "source": "内閣府の表", "sure": "1"}
    return post(client, PAGE, **(asked | fields))


def rows(answer) -> list[str]:
    """The rows of the tables of a page, cell by cell."""
    found = re.findall(r"<tr>(.*?)</tr>", answer.text, re.S)
    cells = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split("</t[hd]>", row)] for row in found]
    return [" ".join(cell for cell in row if cell) for row in cells]


def stored(database) -> list[CalendarVersion]:
    with database.reading() as session:
        return calendars.versions(session)


def test_the_page_says_what_is_in_use_and_that_no_stored_date_moves(keeper):
    said = words(keeper.get(PAGE))
    for text in (
        working_calendar().version,
        "2020年から2040年まで、祝日372日",
        "5月2日(土)から5月6日(水・祝)までの5日間",
        "5月3日(日) 憲法記念日、5月4日(月) みどりの日",
        "記録した期限の日付は動きません",
        "第1版",
        "令和8年法律第58号（2027年3月1日施行分）",
        "改正後条文未確認",
        "条文確認済み",
    ):
        assert text in said
    assert "ソフトウェアに付属の暦が新しくなりました" not in said


def test_a_file_is_looked_at_then_accepted_and_moves_no_date(app, database, keeper):
    with database.reading() as session:
        before = [clock.model_dump() for clock in session.exec(select(Clock).order_by(Clock.id))]
    compared = upload(keeper, table(1955, 2027, "2026/5/7,式典の日", "2027/6/1,休日"))
    assert compared.status_code == 200
    said = words(compared)
    for text in (
        "今の暦と違う日が2日あります",
        "2020年から2027年までを取り込み",
        "まだ何も変わっていません",
    ):
        assert text in said
    assert rows(compared)[1:] == [
        "2026年5月7日(木) 祝日になる 営業日 式典の日 1件",
        "2027年6月1日(火) 祝日になる 営業日 休日 0件",
    ]
    assert len(stored(database)) == 1
    done = accept(keeper, compared, note="令和9年分")
    assert (done.status_code, done.headers["Location"]) == (303, PAGE)
    newest = stored(database)[0]
    with database.reading() as session:
        who = session.get(Staff, newest.accepted_by)
        after = [clock.model_dump() for clock in session.exec(select(Clock).order_by(Clock.id))]
        assert session.info["calendar"].version == newest.version
    assert (newest.number, newest.source, newest.note, who.role) == (2, "内閣府の表", "令和9年分", Role.ADMINISTRATOR)
    assert after == before
    page = words(keeper.get(PAGE))
    assert "第2版使用中" in page and "2026年5月7日(木): 営業日 から 式典の日 へ" in page


def test_a_file_that_says_what_we_say_changes_nothing_and_says_so(database, keeper):
    answer = upload(keeper, table())
    assert answer.status_code == 200 and "今の暦と同じです" in words(answer)
    assert len(stored(database)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ファイルが空です"),
        (b"<html>", "ウェブページです"),
        (table(2026, 2026, "2027/2/30,式典の日"), "22行目の日付"),
    ],
)
def test_a_bad_file_is_answered_with_what_is_wrong(keeper, content, said):
    answer = upload(keeper, content)
    assert answer.status_code == 422 and said in words(answer)
    assert 'href="#f-file"' in answer.text and 'aria-describedby="f-file-hint f-file-error"' in answer.text


def test_no_file_and_no_kind_are_answered_too(keeper):
    assert "を選んでください" in words(post(keeper, COMPARE, how="file"))
    neither = post(keeper, COMPARE)
    assert neither.status_code == 422 and 'href="#import"' in neither.text and 'id="import"' in neither.text


def test_one_day_is_put_right(database, keeper):
    compared = post(keeper, COMPARE, **DAY)
    assert rows(compared)[1:] == ["2026年5月7日(木) 祝日になる 営業日 式典の日 1件"]
    assert 'value="官報 令和8年4月1日"' in compared.text
    assert accept(keeper, compared).status_code == 303
    off = post(keeper, COMPARE, **(DAY | {"what": "off", "name": ""}))
    assert rows(off)[1:] == ["2026年5月7日(木) 祝日でなくなる 式典の日 営業日 1件"]
    assert accept(keeper, off).status_code == 303
    assert [row.version == working_calendar().version for row in stored(database)] == [True, False, True]


def test_a_correction_that_lacks_something_names_all_of_it_and_keeps_the_rest(keeper):
    answer = post(keeper, COMPARE, how="day", day="2041-01-01", what="on", name="", why="")
    assert answer.status_code == 422 and "3か所を直すと進めます" in words(answer)
    assert "2020年から2040年まで" in words(answer) and 'value="2041-01-01"' in answer.text
    bad = post(keeper, COMPARE, **(DAY | {"day": "きのう", "what": "x"}))
    assert bad.status_code == 422 and 'value="官報 令和8年4月1日"' in bad.text
    assert "40字まで" in words(post(keeper, COMPARE, **(DAY | {"name": "日" * 41})))


def test_nothing_is_accepted_without_the_tick_the_source_or_what_was_looked_at(database, keeper):
    compared = post(keeper, COMPARE, **DAY)
    unsure = accept(keeper, compared, sure="", note="覚え")
    assert unsure.status_code == 422 and "確かめて、印を付けてください" in words(unsure)
    assert 'value="覚え"' in unsure.text and "2026年5月7日(木)" in words(unsure)
    assert accept(keeper, unsure, source="").status_code == 422
    forged = accept(keeper, compared, proposal=hidden(compared, "proposal")[:-1] + "x")
    assert forged.status_code == 422 and "もう一度選んでください" in words(forged)
    assert len(stored(database)) == 1


def test_whoever_is_second_sees_the_newer_calendar_and_keeps_what_was_written(database, keeper):
    compared = post(keeper, COMPARE, **DAY)
    with database.writing() as session:
        other = calendars.corrected(session.info["calendar"], date(2026, 6, 1), "別の日")
        at = make.instant("2026-05-01T09:59+09:00")
        calendars.accept(session, other, source="官報", by=None, at=at)
    late = accept(keeper, compared, note="覚え")
    assert late.status_code == 409 and "先に暦を変えました" in words(late) and 'value="覚え"' in late.text
    assert "今の暦と違う日が1日あります" in words(late)
    assert accept(keeper, late).status_code == 303
    with database.reading() as session:
        assert {date(2026, 5, 7), date(2026, 6, 1)} <= session.info["calendar"].holidays.keys()
    twice = accept(keeper, compared)
    assert twice.status_code == 409 and len(stored(database)) == 3


def test_a_newer_calendar_of_the_software_is_offered_until_it_was_used(database, keeper, monkeypatch):
    newer = Calendar(working_calendar().holidays | {date(2026, 5, 7): "式典の日"})
    for module in ("tracker.casework.calendars", "tracker.web.staff.proposals"):
        monkeypatch.setattr(f"{module}.working_calendar", lambda: newer)
    assert "ソフトウェアに付属の暦が新しくなりました" in words(keeper.get(PAGE))
    compared = post(keeper, COMPARE, how="shipped")
    assert rows(compared)[1:] == ["2026年5月7日(木) 祝日になる 営業日 式典の日 1件"]
    assert accept(keeper, compared).status_code == 303
    assert "ソフトウェアに付属の暦が新しくなりました" not in words(keeper.get(PAGE))


def test_only_what_was_shown_is_accepted_even_when_the_software_was_updated_in_between(database, keeper, monkeypatch):
    def ships(**names):
        found = Calendar(working_calendar().holidays | {date.fromisoformat(day): name for day, name in names.items()})
        for module in ("tracker.casework.calendars", "tracker.web.staff.proposals"):
            monkeypatch.setattr(f"{module}.working_calendar", lambda: found)

    ships(**{"2026-05-07": "式典の日"})
    compared = post(keeper, COMPARE, how="shipped")
    ships(**{"2026-06-01": "別の日"})
    late = accept(keeper, compared, note="覚え")
    assert late.status_code == 409 and "採用する暦の内容が変わりました" in words(late) and 'value="覚え"' in late.text
    assert rows(late)[1:] == ["2026年6月1日(月) 祝日になる 営業日 別の日 0件"] and "checked" not in late.text
    assert len(stored(database)) == 1
    assert accept(keeper, late).status_code == 303
    with database.reading() as session:
        assert session.info["calendar"].holidays[date(2026, 6, 1)] == "別の日"
        assert date(2026, 5, 7) not in session.info["calendar"].holidays


@pytest.mark.parametrize(("left_out", "said"), [("2026", "2024・2025・2027年"), ("2024 2025 2026", "2027年")])
def test_a_file_with_a_hole_says_which_years_it_holds(keeper, left_out, said):
    lines = table(2024, 2027, "2027/6/1,休日").splitlines()
    compared = upload(keeper, "\n".join(line for line in lines if line[:4] not in left_out.split()))
    assert compared.status_code == 200 and f"1年分そろっている{said}を取り込み、" in words(compared)


def test_the_text_of_an_edition_is_confirmed_and_taken_back(database, keeper):
    path = f"{PAGE}/editions/r8-58-2"
    missing = post(keeper, path, do="confirm", note="途中まで")
    assert missing.status_code == 422 and "どこで条文を読んだか" in words(missing)
    assert 'id="f-source-r8-58-2-error"' in missing.text and 'value="途中まで"' in missing.text
    assert post(keeper, path, do="confirm", source="e-Gov法令検索").status_code == 303
    again = post(keeper, path, do="confirm", source="e-Gov法令検索")
    assert again.status_code == 409 and 'href="#law-r8-58-2"' in again.text and 'id="law-r8-58-2"' in again.text
    page = words(keeper.get(PAGE))
    assert "e-Gov法令検索" in page and "確認を取り消す" in page
    with database.reading() as session:
        assert not editions.unconfirmed(session, "r8-58-2")
    assert post(keeper, path, do="withdraw", reason="").status_code == 422
    assert post(keeper, path, do="withdraw", reason="施行前の条文だった").status_code == 303
    with database.reading() as session:
        assert editions.unconfirmed(session, "r8-58-2")
    assert "取消し: 施行前の条文だった" in words(keeper.get(PAGE))
    assert post(keeper, f"{PAGE}/editions/unknown", do="confirm", source="x").status_code == 404


def test_only_the_administrator_changes_anything_and_managers_look(app, database, notice):
    manager = member(app, Role.MANAGER)
    page = manager.get(PAGE)
    assert page.status_code == 200 and "システム管理者ができます" in words(page)
    assert not re.search(r'<form[^>]*action="/desk/calendars', page.text)
    for path in (PAGE, COMPARE, f"{PAGE}/editions/r8-58-2"):
        assert manager.post(path, data={"csrf_token": token(page.text)}).status_code == 403
    lead = member(app, Role.LEAD)
    assert lead.get(PAGE).status_code == 403 and PAGE not in lead.get("/desk/").text
    assert PAGE in manager.get("/desk/criteria").text and PAGE not in lead.get("/desk/criteria").text
    assert len(stored(database)) == 1
