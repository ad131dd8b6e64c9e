"""計算書 on the desk: every way of counting, the other readings, the calendar and the edition that a clock pins."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select, text

from tests import make
from tests.web.desk import member, words
from tracker.casework import calendars, editions, intake, receipts
from tracker.closed_days import working_calendar
from tracker.i18n import speaking
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, CONFIDENCES
from tracker.law.editions import edition_on
from tracker.law.grounds import Channel
from tracker.law.period import japanese_day
from tracker.law.sheets import calculate, spoken, start
from tracker.models import Clock
from tracker.web.calculation import Shown, asked_again, shown
from tracker.web.calculation.shown import BEFORE

RULES = {rule.name: rule for rule in CLOCKS}
CASE = "/desk/cases/TH-2026-000001"
TODAY = date(2026, 11, 20)


def sheet_of(name: str, given: str, calendar: Calendar | None = None):
    """The sheet of a clock for what somebody typed: an instant with its offset, or a day."""
    rule = RULES[name]
    at = start(rule, datetime.fromisoformat(given) if "T" in given else date.fromisoformat(given))
    return calculate(rule, at, calendar or working_calendar(), edition_on(japanese_day(at)))


def say(app, name: str, given: str, **more) -> Shown:
    """The same in Japanese words."""
    with app.test_request_context(), speaking("ja"):
        return shown(sheet_of(name, given), **({"confirmed": False, "today": TODAY} | more))


def others(found: Shown) -> list[tuple[str, str]]:
    """The letter and the day of every reading that was not chosen."""
    return [(one.letter, one.day) for one in found.others]


def fact(found: Shown, name: str) -> str:
    """One line of what a sheet rests on."""
    return dict([*found.facts, *found.sources])[name]


@pytest.fixture
def service(database, freezer):
    freezer.move_to("2026-11-20T10:00:00+09:00")
    with database.writing() as session:
        return make.make_service(session)


def notice(database, service, received: str):
    """A notice, and the address of its reply clock."""
    with database.writing() as session:
        found = make.make_notice(session, session.merge(service), received)
        clock = session.exec(select(Clock).where(Clock.case_id == found.case_id, Clock.rule == "reply")).one()
        return f"/desk/cases/{found.number}/clocks/{clock.id}", clock


def test_v008_a_deadline_in_golden_week_shows_where_the_other_readings_would_end(app):
    found = say(app, "reply", "2026-04-26T09:00:00+09:00")

    assert (found.day, found.tail) == ("2026年5月3日(日・祝)", "が終わるまで")
    assert others(found) == [
        ("A", "2026年5月4日(月・祝)が終わるまで"),
        ("B", "2026年5月7日(木)が終わるまで"),
        ("C", "2026年5月7日(木)が終わるまで"),
    ]
    assert found.others[1].why == "採らなかった理由はAと同じです。"
    assert found.agreeing == "午前零時に始まる期間でも初日を数えない読み"
    assert [cell["cell"] for cell in found.strip][7:] == ["7", "A", "", "", "B・C"]
    assert [row["classes"] for row in found.rows][-4:] == ["off other", "off other", "off other", "other"]
    assert fact(found, "申出を受けた日時") == "2026年4月26日(日) 9時00分00秒（日本時間）"
    assert fact(found, "協定世界時（UTC）") == "2026-04-26 00:00:00Z"
    assert fact(found, "数えない日") == "4/26(日)（初日。民法140条）"
    assert fact(found, "数えた日") == "4/27(月)から5/3(日・祝)までの7日"
    assert fact(found, "最後の瞬間") == "2026年5月3日(日) 23時59分59秒（日本時間）"
    assert fact(found, "最終営業日") == "2026年5月1日(金)"
    assert fact(found, "暦の版") == working_calendar().version
    assert found.question == "末日が休日に当たるときに民法142条で延びないと読んでよいか"


@pytest.mark.parametrize(
    ("received", "last", "days"),
    [
        (
            "2026-12-25T18:00:00+09:00",  # V016: 元日; 142条 → 1/2, 開庁日 → 1/4
            "2027年1月1日(金・祝)",
            ["2027年1月2日(土)が終わるまで", "2027年1月2日(土)が終わるまで", "2027年1月4日(月)が終わるまで"],
        ),
        (
            "2026-11-15T12:00:00+09:00",  # V027: a Sunday before a holiday
            "2026年11月22日(日)",
            ["2026年11月23日(月・祝)が終わるまで", "2026年11月24日(火)が終わるまで", "2026年11月24日(火)が終わるまで"],
        ),
    ],
)
def test_each_reading_that_was_not_chosen_is_shown_with_its_own_day(app, received, last, days):
    found = say(app, "reply", received)

    assert found.day == last
    assert [day for _letter, day in others(found)] == days
    assert all(one.why for one in found.others)


def test_a_filing_moves_over_closed_days_and_says_so(app):
    found = say(app, "registration", "2026-09-29")  # three months end on 12/29, when offices close for the New Year

    assert found.day == "2027年1月4日(月)"
    assert fact(found, "数えた日") == "9/30(水)から12/29(火)までの3か月（民法143条）"
    assert fact(found, "延びた日") == "12/29(火)から1/4(月)へ、6日"
    assert others(found) == [("A", "2026年12月29日(火)が終わるまで")]
    moved = [row for row in found.rows if "moved" in row["classes"]]
    assert moved[0]["day"] == "12/30(水)" and "閉庁日のため次の日へ（年末年始）" in moved[0]["reason"]
    assert "次の開庁日まで延びる（行政機関の休日に関する法律2条）" in moved[-1]["reason"]


def test_a_court_period_is_marked_as_not_confirmed(app):
    found = say(app, "disclosure_appeal", "2026-04-24")  # a week ends on 5/1, a Friday
    later = say(app, "disclosure_appeal", "2026-04-25")  # and on 5/2, a Saturday before Golden Week

    assert (found.confidence, found.sure) == ("要確認", False)
    assert (found.day, later.day) == ("2026年5月1日(金)", "2026年5月7日(木)")
    assert "民訴法95条3項・要確認" in later.rows[-1]["reason"]


def test_a_wait_ends_with_its_first_free_day(app):
    found = say(app, "criteria_notice", "2026-04-21T10:00:00+09:00")
    inquiry = say(app, "sender_inquiry", "2026-04-26T09:00:00+09:00")

    assert (found.day, found.tail) == ("2026年5月6日(水・祝)", "の0時から使える")
    assert others(found) == [("A", "2026年5月5日(火・祝)の0時から")]
    assert found.strip[-1]["classes"] == "off open" and found.strip[-2]["tag"] == "A"
    assert fact(found, "待機が明ける瞬間") == "2026年5月6日(水) 0時00分00秒（日本時間）"
    assert "最終営業日" not in dict(found.facts)
    assert (inquiry.day, inquiry.tail) == ("2026年5月4日(月・祝)", "の0時に待機が明ける")
    assert others(inquiry) == [("A", "2026年5月8日(金)の0時から")]


def test_what_the_chosen_reading_says_of_a_day_stands_apart_from_what_another_says(app):
    found = say(app, "criteria_notice", "2026-04-21T10:00:00+09:00")
    both = next(row for row in found.rows if row["aside"])

    assert both["reason"].endswith("この日の終わりに期間が過ぎる") and "採らなかった" not in both["reason"]
    assert both["aside"] == "採らなかった読みAでは、この日の0時から使える"


def test_a_day_by_which_only_other_readings_extend_names_them(app):
    found = say(app, "reply", "2026-04-26T09:00:00+09:00")

    behind = {row["day"]: row["reason"] for row in found.rows if "other" in row["classes"]}
    assert "採らなかった読みAでは、この日の終わりに満了" in behind["5/4(月・祝)"]
    assert "採らなかった読みB・Cで延びる日" in behind["5/5(火・祝)"]


@pytest.mark.parametrize(
    ("name", "given", "before", "after"),
    [
        ("reply", "2026-08-03T09:00:00+09:00", "改正前の条文を確認", "条文を確認"),
        ("disclosure_appeal", "2026-08-03", "要確認", "要確認"),
    ],
)
def test_before_an_amendment_was_read_only_the_text_before_it_is_called_read(app, name, given, before, after):
    assert fact(say(app, name, given), "条文の確かめ") == before
    assert fact(say(app, name, given, confirmed=True), "条文の確かめ") == after


def test_every_way_of_being_sure_of_a_text_that_was_read_has_its_words_for_the_text_before():
    for confidence, said in CONFIDENCES.items():
        assert BEFORE[confidence] == said or BEFORE[confidence].startswith("改正前の条文を")
        assert "条文を確認" not in said or BEFORE[confidence] != said


def test_a_period_from_midnight_counts_its_first_day(app):
    found = say(app, "reply", "2026-04-08T00:00:00+09:00")

    assert found.day == "2026年4月14日(火)"
    assert fact(found, "数えない日").startswith("なし。")
    assert ("A", "2026年4月15日(水)が終わるまで") in others(found)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("preservation_request", "2026-08-25"),
        ("publication", "2026-10-01"),
        ("registration", "2026-06-29"),
        ("log_retention_6m", "2026-11-10"),
        ("digest", "2026-06-01"),
    ],
)
def test_a_long_period_is_folded_and_still_accounts_for_every_day(app, name, given):
    found = say(app, name, given)

    assert len(found.strip) <= 34 and len(found.short_rows) <= 60
    drawn = [cell for cell in found.strip if "other" not in cell.get("classes", "")]
    days = sum(int(cell["gap"].removesuffix("日")) if "gap" in cell else 1 for cell in drawn)
    first, last = found.sheet.steps[0].day, found.sheet.free_day or found.sheet.last_day
    assert days == (last - first).days + 1
    counted = sum(1 for row in found.rows if isinstance(row["count"], int))
    folded = [re.fullmatch(r"(\d+)–(\d+)", str(row["count"])) for row in found.short_rows]
    spans = sum(int(m[2]) - int(m[1]) + 1 for m in folded if m)
    assert spans + sum(isinstance(row["count"], int) for row in found.short_rows) == counted


def test_an_equinox_that_was_not_gazetted_is_called_a_forecast(app):
    told = "2028年3月20日(月)（春分の日）は予測です。"
    before, after = date(2027, 1, 31), date(2027, 2, 1)

    assert [n for n in say(app, "reply", "2028-03-15T10:00:00+09:00", today=before).notes if n.startswith(told)]
    assert not say(app, "reply", "2028-03-15T10:00:00+09:00", today=after).notes
    assert not say(app, "reply", "2027-03-17T10:00:00+09:00").notes


def test_a_year_without_holiday_data_is_named_and_has_no_last_working_day(app):
    found = say(app, "reply", "2070-05-01T10:00:00+09:00")

    assert found.notes[0].startswith("2070年の国民の祝日は、この暦にありません。")
    assert fact(found, "最終営業日") == "2070年の休日がまだ分からないため、言えません"


def test_a_claimant_is_shown_the_date_and_nothing_less(app):
    found = say(app, "reply", "2026-04-26T09:00:00+09:00", work=False)

    assert not found.others and not found.agreeing and "最終営業日" not in dict(found.facts)
    assert all("other" not in cell["classes"] and cell["tag"] != "最終営業日" for cell in found.strip)
    assert found.rows[-1]["day"] == "5/3(日・祝)"


@pytest.mark.parametrize(
    ("name", "given", "query"),
    [
        ("reply", "2026-04-28T09:14:37+09:00", {"clock": "reply", "at": "2026-04-28T09:14:37+09:00"}),
        ("registration", "2026-06-29", {"clock": "registration", "day": "2026-06-29"}),
        ("publication", "2026-10-01", {"clock": "publication", "year": "2026"}),
        ("publication", "2027-03-31", {"clock": "publication", "year": "2026"}),
    ],
)
def test_the_same_question_can_be_asked_of_the_calculator(name, given, query):
    assert asked_again(sheet_of(name, given)) == query


def test_the_json_of_a_clock_is_what_the_command_line_says_and_what_is_stored(app, database, service):
    address, clock = notice(database, service, "2026-11-15T12:00:00+09:00")

    answer = member(app).get(f"{address}.json").json

    stored, case = answer.pop("stored"), answer.pop("case")
    assert answer == spoken(sheet_of("reply", "2026-11-15T12:00:00+09:00"), confirmed=False)
    assert case == "TH-2026-000001" and stored["id"] == str(clock.id)
    assert stored["due_at"] == answer["boundary"] == "2026-11-23T00:00:00+09:00"
    assert (stored["agrees"], stored["voided_at"]) == (True, None)


def test_a_clock_for_which_the_law_names_no_number_has_a_page_and_json_without_steps(app, database, service):
    notice(database, service, "2026-11-15T12:00:00+09:00")
    with database.reading() as session:
        clock = session.exec(select(Clock).where(Clock.rule == "investigation")).one()
    client = member(app)

    answer = client.get(f"{CASE}/clocks/{clock.id}.json").json
    assert (answer["key"], answer["boundary"], answer["steps"]) == ("investigation", None, [])
    assert (answer["counting"], answer["confidence"], answer["confirmed"]) == ("civil", "text", False)
    assert answer["started_at_japan"] == "2026-11-15T12:00:00+09:00"
    named = spoken(sheet_of("reply", "2026-11-15T12:00:00+09:00"), confirmed=False)
    assert answer.keys() - {"case", "stored"} == named.keys()
    assert answer["stored"]["target_at"] and answer["stored"]["due_at"] is None
    said = words(client.get(f"{CASE}/clocks/{clock.id}"))
    assert "までが事務所の目標" in said and "改正後条文未確認" in said


def test_a_clock_keeps_the_calendar_it_was_counted_with(app, database, service):
    address, clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    with database.writing() as session:
        other = calendars.corrected(session.info["calendar"], date(2026, 11, 20), "臨時の休日")
        calendars.accept(session, other, source="官報", by=None, at=make.instant("2026-11-20T10:00+09:00"))
    later, _clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    client = member(app)

    assert "11/20(金)5最終営業日" in words(client.get(address))
    assert client.get(f"{address}.json").json["calendar"] == clock.calendar != other.version
    assert "11/20(金・祝)5臨時の休日" in words(client.get(later))
    assert client.get(f"{later}.json").json["calendar"] == other.version


def test_after_a_day_became_a_holiday_the_page_says_to_which_working_day_people_work(app, database, service, freezer):
    freezer.move_to("2026-05-01T10:00:00+09:00")
    address, clock = notice(database, service, "2026-04-30T09:00:00+09:00")  # ends on 5/7, a Thursday
    client = member(app)
    assert "最後の営業日は5/7(木)です" in words(client.get(CASE))
    assert "今の暦では、最終営業日は" not in words(client.get(address))

    with database.writing() as session:
        other = calendars.corrected(session.info["calendar"], date(2026, 5, 7), "臨時の休日")
        calendars.accept(session, other, source="官報", by=None, at=make.instant("2026-05-01T10:00+09:00"))
    both = (
        f"期限の日は変わりません。最終営業日は、この計算書の暦（{clock.calendar}）では5/7(木)、"
        f"今の暦（{other.version}）では5/1(金)です。"
    )

    case = client.get(CASE)
    picture = re.search(r'<ol class="strip[^>]*aria-label="期間の数え方">(.*?)</ol>', case.text, re.S)[1]
    marked = re.findall(r'<li class="day ([^"]*)"[^>]*>.*?day__date">(\d+)<', picture)
    assert [day for marks, day in marked if "day--work" in marks] == ["1"]
    assert [day for marks, day in marked if "day--off" in marks] == ["3", "4", "5", "6", "7"]
    assert "営業日は今日が最後です" in words(case) and "今の暦では、最終営業日は5/1(金)です" in words(case)
    assert both in words(case)
    for page in (address, f"{CASE}/calculation"):
        said = words(client.get(page))
        assert both in said and "2026年5月7日(木)が終わるまで" in said and "5/7(木)7最終営業日" in said
    assert client.get(f"{address}.json").json["last_working_day"] == "2026-05-07"


def test_a_sheet_without_the_holidays_of_its_last_year_says_the_working_day_once_they_are_known(
    app, database, service, freezer
):
    freezer.move_to("2026-12-28T10:00:00+09:00")
    at, every = make.instant("2026-12-28T10:00+09:00"), working_calendar()
    with database.writing() as session:
        short = Calendar({day: name for day, name in every.holidays.items() if day.year < 2027})
        calendars.accept(session, short, source="官報", by=None, at=at)
    address, _clock = notice(database, service, "2026-12-28T09:00:00+09:00")  # ends on 2027-01-04
    with database.writing() as session:
        calendars.accept(session, every, source="官報", by=None, at=at)

    said = words(member(app).get(address))
    assert "2027年の休日がまだ分からないため、言えません" in said
    assert f"には、2027年の休日がありません。今の暦（{every.version}）では1/4(月)です。" in said


def test_a_clock_that_stopped_speaks_of_no_working_day(app, database, service):
    address, clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    with database.writing() as session:
        other = calendars.corrected(session.info["calendar"], date(2026, 11, 20), "臨時の休日")
        calendars.accept(session, other, source="官報", by=None, at=make.instant("2026-11-20T10:00+09:00"))
    client = member(app)
    assert "今の暦では、最終営業日は11/19(木)です" in words(client.get(address))
    with database.writing() as session:
        session.get_one(Clock, clock.id).stopped_at = make.instant("2026-11-20T09:00+09:00")

    assert "今の暦では、最終営業日は" not in words(client.get(address))


def test_an_edition_whose_text_nobody_read_says_so_until_it_is_confirmed(app, database, service):
    before, _clock = notice(database, service, "2026-07-16T23:59:59+09:00")
    from_then, clock = notice(database, service, "2026-07-17T09:00:00+09:00")
    client = member(app)

    assert "改正後条文未確認" not in words(client.get(before))
    assert "改正後条文未確認" in words(client.get(from_then))
    assert "改正後条文未確認" in words(client.get(from_then.partition("/clocks/")[0]))
    with database.writing() as session:
        at = make.instant("2026-11-20T10:00+09:00")
        reader = make.make_staff(session)
        editions.confirm(session, clock.edition, source="官報 令和8年7月17日号", by=reader.id, at=at)
        who = f"（条文確認: 官報 令和8年7月17日号、{reader.name}、2026年11月20日(金)）"
    assert "改正後条文未確認" not in words(client.get(from_then))
    assert who in words(client.get(from_then))
    told = words(app.test_client().get("/calculator/reply?at=2026-07-17T09:00"))
    assert "（条文確認: 官報 令和8年7月17日号、2026年11月20日(金)）" in told
    assert client.get(f"{from_then}.json").json["confirmed"] is True


def test_a_stored_date_that_the_sheet_does_not_count_is_said_and_not_changed(app, database, service):
    address, clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    with database.writing() as session:
        session.execute(text("drop trigger clock_fixed"))  # as somebody with the file in their hands might
        damaged = session.get_one(Clock, clock.id)
        damaged.due_at = damaged.due_at + timedelta(days=1)
    client = member(app)

    said = words(client.get(address))
    assert "保存された日と、計算した日が違います" in said
    assert "保存された末日は11/23(月・祝)、この計算の末日は11/22(日)です。" in said
    assert "2026年11月23日(月・祝)が終わるまで" in said
    assert client.get(f"{address}.json").json["stored"]["agrees"] is False


def test_a_voided_clock_says_who_corrected_what_and_why(app, database, service):
    at = make.instant("2026-11-15T12:00+09:00")
    with database.writing() as session:
        staff = make.make_staff(session)
        found = intake.file(session, session.merge(service), make.make_filing(), at=at, channel=Channel.FAX)
        true = make.instant("2026-11-14T16:00+09:00")
        receipts.correct_receipt(session, found, true, reason="受信票を読み違えた", by=staff.id, at=at)
        query = select(Clock).where(Clock.rule == "reply", Clock.voided_at.is_not(None))
        voided = session.exec(query).one()

    said = words(member(app).get(f"{CASE}/clocks/{voided.id}"))
    assert "訂正により取り消した時計です" in said
    assert "2026年11月15日(日) 12時00分00秒から2026年11月14日(土) 16時00分00秒に訂正したため" in said
    assert "理由: 受信票を読み違えた" in said


def test_htmx_gets_a_piece_and_a_browser_a_page_that_prints(app, database, service):
    address, _clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    client = member(app)

    piece, whole = client.get(address, headers={"HX-Request": "true"}), client.get(address)
    assert "<html" not in piece.text and "autofocus" in piece.text
    assert "期限の計算書" in whole.text and "autofocus" not in whole.text
    assert f'hx-get="{address}"' in client.get(CASE).text and f'href="{address}"' in client.get(CASE).text


def test_a_clock_of_another_case_is_not_found(app, database, service):
    address, _clock = notice(database, service, "2026-11-15T12:00:00+09:00")
    other, _clock = notice(database, service, "2026-11-16T12:00:00+09:00")
    client = member(app)
    strange = f"{CASE}/clocks/{other.rpartition('/')[2]}"

    assert [client.get(path).status_code for path in (address, strange, f"{strange}.json")] == [200, 404, 404]
    assert client.get(f"{CASE}/clocks/{UUID(int=0)}").status_code == 404
    assert app.test_client().get(f"{address}.json").status_code == 303


def test_the_wait_of_criteria_is_shown_as_every_other_sheet(app, database, service):
    with database.writing() as session:
        make.make_criteria(session, session.merge(service), "2026-11-10T10:00+09:00")
    client = member(app)

    for page in ("/desk/criteria", "/desk/criteria/tsumugi/1"):
        said = words(client.get(page))
        assert "採らなかった読みAでは、この日の0時から使える" in said
        assert "「14日前までに」を、中14日（公表の翌日から数えて15日目から）と読んでよいか" in said
        assert "改正後条文未確認" in said


def test_a_receipt_links_to_the_same_question_and_says_quietly_that_a_text_was_not_seen(app, database, service):
    with database.writing() as session:
        found = make.make_notice(session, session.merge(service), "2026-11-15T12:00:00+09:00")
        secret = receipts.status_secret(session, found)
    page = app.test_client().get(f"/s/tsumugi/receipt/{found.number}/{secret}")

    assert "/calculator/?clock=reply&amp;at=2026-11-15T12:00:00%2B09:00" in page.text
    assert "の条文はまだ確認できていないため、改正前の日数で計算しています。" in words(page)
    assert "弁護士に確認すること" not in words(page)
