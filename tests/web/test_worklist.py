"""作業一覧: the most pressing first, found again by search, and loud when nothing is sent."""

import re

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.web.desk import boxes, make_member, member, post, sign_in, words
from tracker import create_app
from tracker.casework import endings, filings, investigation, journal
from tracker.casework.register import register_of
from tracker.law.grounds import Circumstance, Standing, term
from tracker.letters.reference import reference
from tracker.models import Publication, Role, Sender

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
    places = [
        text.index(heading)
        for heading in ("優先1件", "期限超過1件", "今日が最後の営業日1件", "5月7日(木)が最後の営業日1件", "その後1件")
    ]
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


def test_search_finds_the_case_of_a_poster_who_names_the_reference_of_the_letter(app, database, notices):
    with database.reading() as session:
        notice = notices["soon"]
        sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).first()
    client = member(app)
    assert order(client.get(f"/desk/?q={reference(sender.id)}")) == [notice.number]
    assert order(client.get(f"/desk/?q= {reference(sender.id).lower()} ")) == [notice.number]


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


def test_before_a_break_the_list_says_what_falls_into_it(app, notices):
    client = member(app)
    page = client.get("/desk/")

    assert "休みに入る前の最後の営業日です。1件が5月7日(木)より前に期限を迎えます" in words(page)
    assert order(client.get("/desk/?view=closing")) == [notices["soon"].number]


def test_on_an_ordinary_day_no_break_is_spoken_of(app, notices, freezer):
    freezer.move_to("2026-05-11T10:00:00+09:00")

    assert "最後の営業日です" not in words(member(app).get("/desk/"))


def test_a_long_break_is_told_of_in_its_week(app, notices, freezer):
    freezer.move_to("2026-04-28T10:00:00+09:00")  # Wednesday 4/29 is a holiday of its own

    assert "5月2日" not in words(member(app).get("/desk/"))
    freezer.move_to("2026-04-30T10:00:00+09:00")
    assert "5月2日(土)から5日間の休みです。その間に1件が期限を迎えます" in words(member(app).get("/desk/"))


def test_filters_narrow_by_person_right_standing_urgency_and_day(app, database, notices):
    with database.writing() as session:
        me = make_member(app, session, "me@tsumugi.example")
        investigation.assign(session, notices["soon"], me.id, by=me.id, at=make.instant(AT))
    client, _answer = sign_in(app, "me@tsumugi.example")

    assert order(client.get("/desk/?who=me")) == [notices["soon"].number]
    assert order(client.get(f"/desk/?who={me.id}")) == [notices["soon"].number]
    assert notices["soon"].number not in order(client.get("/desk/?who=none"))
    assert order(client.get("/desk/?standing=third_party")) == [notices["third"].number]
    assert order(client.get("/desk/?right=privacy")) == []
    assert len(order(client.get("/desk/?right=honor"))) == 5
    assert order(client.get("/desk/?fast=1")) == [notices["fast"].number]
    assert order(client.get("/desk/?within=0")) == [notices["late"].number]
    assert order(client.get("/desk/?within=7")) == [notices[n].number for n in ("fast", "late", "soon", "later")]
    assert "この条件に合う申出はありません" in words(client.get("/desk/?right=privacy"))


def test_a_filter_stays_on_the_next_page(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        for n in range(51):
            make.make_notice(session, service, f"2026-04-30T10:{n:02d}:00+09:00", items=1)
    page = member(app).get("/desk/?right=honor&who=none")

    assert 'href="/desk/?who=none&amp;right=honor&amp;page=2"' in page.text
    assert "51件" in words(page)


def test_headings_count_their_band_on_every_page(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        for n in range(51):
            make.make_notice(session, service, f"2026-04-20T10:{n:02d}:00+09:00", items=1)
        make.make_notice(session, service, "2026-04-30T10:00:00+09:00")
    client = member(app)

    assert "期限超過51件" in words(client.get("/desk/"))
    second = words(client.get("/desk/?page=2"))
    assert "期限超過51件" in second
    assert "5月7日(木)が最後の営業日1件" in second
    assert len(order(client.get("/desk/?page=2"))) == 2


def test_each_view_says_what_would_be_there(app):
    client = member(app)
    said = [words(client.get(f"/desk/?view={view}")) for view in ("mine", "late", "closing", "waiting", "closed")]

    assert "担当している申出はありません" in said[0]
    assert "任意の目標は数えません" in said[1]
    assert "土日・祝日・年末年始" in said[2]
    assert "発信者への照会が届くと" in said[3]
    assert "終わった申出はまだありません" in said[4]


def test_several_notices_are_given_to_somebody_from_the_list(app, database, notices):
    with database.writing() as session:
        other = make_member(app, session, "okubo@tsumugi.example", name="大久保 亮")
    client = member(app)
    chosen = [value for value in boxes(client.get("/desk/"), "pick") if value.startswith("TH-2026-00000")][:2]
    answer = post(client, "/desk/assignment?view=all&right=honor", pick=chosen, to=str(other.id))

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/?right=honor&view=all#n-TH-")
    page = client.get(answer.headers["Location"])
    assert "2件を大久保 亮さんの担当にしました" in words(page)
    assert len(order(client.get(f"/desk/?who={other.id}"))) == 2


def test_one_button_takes_a_notice_on_oneself_and_another_choice_gives_it_back(app, database, notices):
    client = member(app)
    number = notices["late"].number
    post(client, "/desk/assignment", pick=f"{number}:", me="1", to="")

    assert order(client.get("/desk/?view=mine")) == [number]
    [value] = boxes(client.get("/desk/?view=mine"), "pick")
    post(client, "/desk/assignment", pick=value, to="none")
    assert order(client.get("/desk/?view=mine")) == []


def test_whoever_was_second_changes_nothing_and_keeps_the_choice(app, database, notices):
    client = member(app)
    number, third = notices["late"].number, notices["third"].number
    with database.writing() as session:
        other = make_member(app, session, "okubo@tsumugi.example", name="大久保 亮")
        investigation.assign(session, notices["late"], other.id, by=other.id, at=make.instant(AT))
    refused = post(client, "/desk/assignment", pick=[f"{number}:", f"{third}:"], me="1")

    assert refused.status_code == 409
    assert f"{number}（大久保 亮）" in words(refused)
    assert refused.text.count(" checked") == 2
    assert order(client.get("/desk/?view=mine")) == []
    again = post(client, "/desk/assignment", pick=[f"{number}:{other.id}", f"{third}:"], me="1")
    assert again.status_code == 303
    assert sorted(order(client.get("/desk/?view=mine"))) == sorted([number, third])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"to": "me"}, "担当を決める申出を、一覧の左の欄で選んでください"),
        ({"pick": "TH-2026-000001:"}, "担当者を一覧から選んでください"),
        ({"pick": "TH-2026-000001:", "to": "nobody-known"}, "担当者を一覧から選んでください"),
        ({"pick": "XX-1:", "to": "none"}, "一覧にない受付番号"),
        ({"pick": "TH-2026-000001:x", "to": "none"}, "担当者を一覧から選んでください"),
        ({"pick": "TH-2026-000001:", "to": "00000000-0000-0000-0000-000000000000"}, "この担当者は、今は働いていません"),
    ],
)
def test_an_incomplete_choice_comes_back_with_its_sentence(app, notices, fields, says):
    refused = post(member(app), "/desk/assignment?view=late", **fields)

    assert refused.status_code == 422
    assert says in words(refused)
    assert 'href="/desk/?view=late" aria-current="page"' in refused.text


def test_htmx_gets_the_rows_alone_and_the_history_gets_the_page(app, notices):
    client = member(app)
    rows = client.get("/desk/?q=食中毒", headers={"HX-Request": "true", "HX-Target": "rows"})

    assert order(rows) == [notices["late"].number]
    assert "<html" not in rows.text
    assert 'hx-swap-oob="true">1件のうち 1–1件' in rows.text
    back = client.get("/desk/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.text


def test_the_list_of_keys_is_a_page_and_they_can_be_switched_off(app, notices):
    client = member(app)

    assert "選んだ行をわたしの担当にする" in words(client.get("/desk/keys"))
    assert "desk.js" in client.get("/desk/").text
    assert post(client, "/desk/keys", keys="off").status_code == 303
    assert "desk.js" not in client.get("/desk/").text
    post(client, "/desk/keys", keys="on")
    assert "desk.js" in client.get("/desk/").text


@pytest.mark.parametrize("circumstance", Circumstance)
def test_a_row_and_its_case_name_what_is_urgent(app, database, circumstance):
    with database.writing() as session:
        number = make.make_notice(session, make.make_service(session), **make.urgent(circumstance)).number
    desk = member(app)
    for page in (desk.get("/desk/"), desk.get(f"/desk/cases/{number}")):
        assert f'<span class="tag tag--fast">{term(circumstance).brief}</span>' in page.text


def test_versions_that_wait_are_read_for_those_alone_who_may_publish_and_say_how_late_they_are(app, database, freezer):
    with database.writing() as session:
        service = make.make_service(session)
        by = make.make_staff(session, "水原 あかり", Role.MANAGER).id
        at = make.instant("2027-05-10T10:00+09:00")
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
        row = {"case_id": register_of(session, service, at).id, "service_id": service.id, "year": 2026, "version": 1}
        session.add(Publication(**row, sha256="0" * 64, frozen_at=at, frozen_by=by))

    freezer.move_to("2027-05-11T10:00:00+09:00")
    assert "公表の期限は2027年5月31日(月)です（あと20日）。" in words(member(app, Role.MANAGER).get("/desk/"))
    freezer.move_to("2027-06-10T10:00:00+09:00")
    assert "公表の期限は2027年5月31日(月)でした（10日過ぎました）。" in words(member(app, Role.MANAGER).get("/desk/"))
    reviewer, asked = member(app, Role.REVIEWER), []
    event.listen(app.extensions["database"].reader, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert "年次公表が" not in words(reviewer.get("/desk/"))
    assert asked and not any("FROM publication" in sql for sql in asked)
