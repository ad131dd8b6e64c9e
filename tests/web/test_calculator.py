"""The public calculator: every clock that may be asked, what people type, the way back, and what is wrong."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests import make
from tests.vectors import VECTORS
from tests.web.claimant import text
from tracker.casework import calendars, editions
from tracker.closed_days import working_calendar
from tracker.i18n import day_text
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound, ClockRule, Given
from tracker.law.period import ONE_DAY
from tracker.web.public import asked

PUBLIC = [pytest.param(rule, id=rule.name) for rule in CLOCKS if rule.public]
# The names by which the vectors call what the calculator is asked.
NAMES = {
    "art25_7day_notice": ("reply", "interim"),
    "art26_14day_publication": ("criteria_notice",),
    "sender_inquiry_7day_wait": ("sender_inquiry",),
    "sender_inquiry_2day_wait": ("sender_inquiry_2d",),
    "art28_yearly_publication": ("publication",),
    "rule9_monthly_sender_report": ("sender_report",),
    "art21_registration": ("registration",),
}
SAMPLE = {Given.MOMENT: "2026-04-28T09:14", Given.DAY: "2026-05-30", Given.YEAR: "2025"}
MARK = "<script>&\"'</script>"


@pytest.fixture
def client(app, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    return app.test_client()


def ask(client, name: str, **query: str):
    """The page of one question."""
    return client.get("/calculator/?" + urlencode({"clock": name} | query))


def data(client, name: str, **query: str) -> dict:
    """The same as JSON."""
    answer = client.get(f"/calculator/{name}.json?" + urlencode(query))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def sheet_of(page) -> str:
    """What a page says between its title and its address, which names no way by which it was asked."""
    body = page.get_data(as_text=True)
    return body[body.index("<h1") : body.index('id="h-ask"')]


def begin(given: dict) -> dict[str, str]:
    """How a vector's input is asked."""
    if "fiscal_year" in given:
        return {"year": str(given["fiscal_year"])}
    if "designation_served" in given:
        return {"day": given["designation_served"]}
    return {"at": next(given[key] for key in given if key.endswith("_at"))}


def test_the_list_offers_every_clock_whose_text_was_seen_in_one_group(client):
    body = client.get("/calculator/").get_data(as_text=True)
    offered = re.findall(r'class="asks__name" href="/calculator/([a-z0-9_]+)"', body)
    assert sorted(offered) == sorted(rule.name for rule in CLOCKS if rule.public) and offered


def test_what_was_not_read_is_named_and_has_no_page(client):
    page = client.get("/calculator/")
    unread = [rule for rule in CLOCKS if rule.length and not rule.public]
    assert unread and all(rule.label in text(page) for rule in unread)
    for rule in [*unread, *(rule for rule in CLOCKS if rule.bound is Bound.PROMPTLY)]:
        assert client.get(f"/calculator/{rule.name}").status_code == 404
        assert client.get(f"/calculator/{rule.name}.json?at=2026-04-28").status_code == 404


def test_the_list_says_why_a_duty_without_delay_has_no_date(client):
    words = text(client.get("/calculator/"))
    assert "日数の定めがないため、日付は計算できません" in words and "docs/legal-calendar.md" in words


@pytest.mark.parametrize("rule", PUBLIC)
def test_every_public_clock_asks_its_question_and_answers_it(client, rule: ClockRule):
    empty = text(client.get(f"/calculator/{rule.name}"))
    assert rule.label in empty and rule.asks in empty and rule.article in empty
    field = asked.FIELDS[rule.given]
    page = ask(client, rule.name, **{field: SAMPLE[rule.given]})
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    answer = data(client, rule.name, **{field: SAMPLE[rule.given]})
    day = date.fromisoformat(answer["last_day"]) + (ONE_DAY if rule.bound is Bound.NOT_BEFORE else timedelta())
    words = text(page)
    assert day_text(day)[:-1] in words and rule.article in words
    assert "法律の助言ではありません" in words and answer["calendar"] in words


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        pytest.param(name, v["input"], v["expected"], id=f"{v['id']}-{name}")
        for v in VECTORS
        for name in NAMES.get(v["clock"], ())
    ],
)
def test_the_vectors_hold_when_they_are_asked_here(client, name, given, expected):
    answer = data(client, name, **begin(given))
    if "default_last_day_of_wait" in expected:
        assert answer["last_day"] == expected["default_last_day_of_wait"]
        assert answer["boundary"] == expected["default_earliest_action"]
    elif "default_earliest_measure" in expected:
        assert answer["boundary"] == expected["default_earliest_measure"]
    else:  # a filing also has an internal date, without the days by which closed offices move it
        internal = expected.get("default_internal", {}).get("date")
        assert internal in (None, answer["readings"][0]["last_day"])
        chosen = expected.get("default") or expected["statutory_with_gov_holiday_rule"]
        assert answer["last_day"] == chosen["date"] and answer["boundary"] == chosen["exclusive"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(v["input"]["planned_measure_date"], v["expected"], id=v["id"])
        for v in VECTORS
        if v["clock"] == "art26_14day_latest_publication"
    ],
)
def test_the_vectors_of_the_way_back_hold_on_the_page_and_in_json(client, day, expected):
    answer = data(client, "criteria_notice", by=day)
    assert f"{answer['begin_by']}T23:59:59+09:00" == expected["default_latest_publication"]
    assert [f"{one['begin_by']}T23:59:59+09:00" for one in answer["readings"]] == [expected["alt_D_minus_14"]]
    words = text(ask(client, "criteria_notice", by=day))
    assert day_text(date.fromisoformat(answer["begin_by"]))[:-1] + ")の終わりまでに公表" in words
    lenient = date.fromisoformat(answer["readings"][0]["begin_by"])
    assert f"採らなかった読み: {day_text(lenient)[:-1]}" in words and "1日早く使うと法26条1項に反し" in words


def test_the_first_57_vectors_are_all_asked_here():
    asked_here = {v["id"] for v in VECTORS if v["clock"] in NAMES or v["clock"] == "art26_14day_latest_publication"}
    assert asked_here == {f"V{n:03d}" for n in range(1, 58)}


def test_the_way_back_of_an_inquiry_names_the_last_day_on_which_it_may_arrive(client):
    assert data(client, "sender_inquiry", by="2026-05-06")["begin_by"] == "2026-04-28"
    words = text(ask(client, "sender_inquiry", by="2026-05-06"))
    assert "2026年4月28日(火)の終わりまでに照会が発信者に届くこと" in words
    assert "この日では足りないとする読み" in words  # 民法142条 would wait for the end of 5/7
    assert data(client, "sender_inquiry_2d", by="2026-01-28")["begin_by"] == "2026-01-25"


def test_going_forth_from_the_day_of_the_way_back_arrives_at_the_day_asked(client):
    for name in ("criteria_notice", "sender_inquiry", "sender_inquiry_2d"):
        begun = data(client, name, by="2026-12-01")["begin_by"]
        assert data(client, name, at=f"{begun}T23:59:59")["boundary"] == "2026-12-01T00:00:00+09:00"


def test_a_deadline_has_no_way_back(client):
    page = ask(client, "reply", by="2026-12-01")
    words = text(page)
    assert page.status_code == 422 and "この期限は、逆算できません" in words
    assert "逆算する" not in words and "照会" not in words.split("ほかの期限を計算する")[0]
    assert "入力した内容は残っています" not in words and 'href="#f-begin"' in page.get_data(as_text=True)
    assert client.get("/calculator/reply.json?by=2026-12-01").status_code == 422


@pytest.mark.parametrize(
    "typed",
    [
        "2026-04-28T09:14",
        "2026/4/28 9:14",
        "令和8年4月28日 9時14分",
        "２０２６年４月２８日　９時１４分",
        "2026年4月28日(火) 午前9時14分",
        "2026-04-28T00:14Z",
        "2026-04-28T09:14+09:00",
        "2026-04-28T09:14:00 09:00",  # a plus in an address is a blank
        "Tue 28 April 2026 9:14",
        "R8.4.28 9:14",
        "20260428T0914",
    ],
)
def test_an_instant_may_be_typed_as_people_type_it(client, typed):
    answer = data(client, "reply", at=typed)
    assert answer["given"] == "2026-04-28T09:14" and answer["last_day"] == "2026-05-05"


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("2026-04-28 09:14:37", "2026-04-28T09:14:37"),
        ("2026年4月28日 9時14分37秒", "2026-04-28T09:14:37"),
        ("2026-04-27T15:30Z", "2026-04-28T00:30"),
        ("2026-04-28 24:00", "2026-04-29T00:00"),
        ("令和元年5月1日 午後3時半", "2019-05-01T15:30"),
        ("April 28, 2026 12:05 AM", "2026-04-28T00:05"),
        ("平成31年4月30日", "2019-04-30"),
        ("2026-04-28", "2026-04-28"),
    ],
)
def test_seconds_offsets_and_eras_are_read(client, typed, given):
    assert data(client, "reply", at=typed)["given"] == given


@pytest.mark.parametrize("typed", ["2025", "2025年度", "令和7年度", "R7", "２０２５", "2026-03-31", "FY2025"])
def test_a_fiscal_year_may_be_typed_as_people_type_it(client, typed):
    assert data(client, "publication", year=typed)["last_day"] == "2026-05-31"
    assert "2025年度（2026年3月31日(火)まで）が終わってから" in text(ask(client, "publication", year=typed))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("4月31日のよる", "日付が読み取れません"),
        ("2026-02-30", "暦にない日です"),
        ("2026-04-28 25:00", "時刻は、0時0分から23時59分59秒まで"),
        ("2026-04-28 夕方", "時刻が読み取れません"),
        ("2026-04-28 9:14 CEST", "時刻の後ろが読み取れません"),
        ("0001-01-01T00:00", "1900年から2999年まで"),
        ("9999-12-31T23:59", "1900年から2999年まで"),
        ("2999-12-31 24:00", "1900年から2999年まで"),
        ("2026-04-28T09:14+99:59", "時差が大きすぎます"),
        ("2" * 500, "長すぎて読み取れません"),
    ],
)
def test_what_cannot_be_read_comes_back_with_a_sentence_beside_it(client, typed, says):
    page = ask(client, "reply", at=typed)
    body = page.get_data(as_text=True)
    assert page.status_code == 422
    assert says in text(page) and text(page).count(says) == 2  # in the summary and at the field
    assert f'value="{typed}"' in unescape(body) and 'aria-invalid="true"' in body and 'href="#f-begin"' in body
    answer = client.get("/calculator/reply.json?" + urlencode({"at": typed}))
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert says in answer.get_json()["title"] and answer.get_json()["field"] == "at"


def test_a_form_sent_empty_says_what_is_missing(client):
    assert "「申出を受けた日時」を書いてください" in text(ask(client, "reply", at=""))
    assert ask(client, "reply", at="").status_code == 422
    assert "逆算する日を書いてください" in text(ask(client, "criteria_notice", by=""))
    assert client.get("/calculator/reply").status_code == 200


def test_a_day_and_its_time_may_be_picked_each_for_itself(client):
    assert data(client, "reply", day="2026-04-28", time="09:14")["given"] == "2026-04-28T09:14"
    assert data(client, "reply", day="2026-04-28", time="")["given"] == "2026-04-28"
    body = ask(client, "reply", day="2026-04-28", time="09:14").get_data(as_text=True)
    assert 'name="day" type="date" value="2026-04-28"' in body and 'name="time" type="time" value="09:14"' in body
    assert "reply&amp;at=2026-04-28T09:14" in body
    body = ask(client, "reply", day="2026-04-28", time="").get_data(as_text=True)
    assert 'name="day" type="date" value="2026-04-28"' in body and 'name="time" type="time" value=""' in body


def test_a_time_without_a_day_is_kept_and_asks_for_the_day(client):
    page = ask(client, "reply", day="", time="09:14")
    assert page.status_code == 422 and "時刻だけでは計算できません。日付を書いてください。" in text(page)
    assert 'value="09:14"' in page.get_data(as_text=True) and "入力した内容は残っています" in text(page)


def test_a_form_that_arrived_empty_does_not_claim_to_have_kept_anything(client):
    page = ask(client, "reply", day="", time="")
    assert page.status_code == 422 and "「申出を受けた日時」を書いてください" in text(page)
    assert "入力した内容は残っています" not in text(page)
    assert "入力した内容は残っています" in text(ask(client, "reply", at="4月31日"))


def test_a_shared_address_counts_by_its_calendar_after_holidays_changed(client, database):
    before = working_calendar()
    shared = {"day": "2025-05-30", "calendar": before.version}
    first = ask(client, "registration", day="2025-05-30")
    assert "今の暦とは違う版" not in text(first)
    with database.writing() as session:
        other = calendars.corrected(session.info["calendar"], date(2025, 9, 1), "臨時の休日")
        calendars.accept(session, other, source="官報", by=None, at=make.instant("2026-04-28T09:00+09:00"))
    words = text(ask(client, "registration", **shared))
    assert "2025年9月1日(月)が終わるまで" in words and "今の暦とは違う版の暦で数えました" in words
    assert f"この計算書の暦の版は{before.version}、今の暦の版は{other.version}です" in words
    assert data(client, "registration", **shared)["last_day"] == "2025-09-01"
    assert "2025年9月2日(火)が終わるまで" in text(ask(client, "registration", day="2025-05-30"))
    assert data(client, "registration", day="2025-05-30")["calendar"] == other.version
    back = ask(client, "criteria_notice", by="2026-12-01", calendar=before.version)
    assert "今の暦とは違う版の暦で数えました" in text(back)
    assert f"calendar={before.version}" in back.get_data(as_text=True)


@pytest.mark.parametrize("version", ["0123456789ab", "x", "0123456789ab\x00", MARK])
def test_a_calendar_that_was_never_here_is_refused_and_the_same_question_is_offered_without_it(client, version):
    page = ask(client, "reply", at="2026-04-28T09:14", calendar=version)
    assert page.status_code == 422 and text(page).count("指定された版の暦は、ここにはありません") == 1
    assert "/calculator/?clock=reply&amp;at=2026-04-28T09:14" + '"' in page.get_data(as_text=True)
    answer = client.get("/calculator/reply.json?" + urlencode({"at": "2026-04-28", "calendar": version}))
    assert answer.status_code == 422 and answer.get_json()["field"] == "calendar"


def test_a_sheet_says_when_it_was_made_and_its_title_is_the_answer(client):
    for page, answer in (
        (ask(client, "reply", at="2026-04-28"), "申出者への通知 2026年5月5日(火・祝)が終わるまで"),
        (ask(client, "criteria_notice", by="2026-12-01"), "2026年11月16日(月)の終わりまで"),
    ):
        assert "この計算書を作った日時: 2026年4月28日(火) 9時14分37秒" in text(page)
        assert answer in re.search("<title>(.*?)</title>", page.get_data(as_text=True), re.S)[1]


def test_the_way_back_asks_counsel_the_same_and_its_json_has_the_days(client):
    words = text(ask(client, "criteria_notice", by="2026-12-01"))
    assert "弁護士に確認すること 「14日前までに」を" in words
    answer = data(client, "criteria_notice", by="2026-12-01")
    assert (answer["label"], answer["begin_by"]) == ("基準を使えるようになるまで", "2026-11-16")
    assert answer["article"] and answer["started_at"] is None and answer["started_day"] == "2026-11-16"
    assert [answer["steps"][0]["day"], answer["steps"][-1]["day"]] == ["2026-11-16", "2026-11-30"]


def test_json_is_written_so_that_people_can_read_it(client):
    body = client.get("/calculator/reply.json?at=2026-04-28").get_data(as_text=True)
    assert '"label": "申出者への通知"' in body and body.startswith('{\n  "key": "reply"')


def test_a_shared_address_a_bookmark_and_every_way_of_typing_give_the_same_sheet(client):
    first = ask(client, "reply", at="令和8年4月28日 9時14分")
    shared = unescape(re.search(r'<p class="code" translate="no">([^<]+)</p>', first.get_data(as_text=True))[1])
    assert shared.endswith(f"/calculator/?clock=reply&at=2026-04-28T09:14&calendar={working_calendar().version}")
    again = client.get("/calculator/?" + urlsplit(shared).query)
    marked = client.get("/calculator/reply?at=2026-04-28T09:14")
    assert sheet_of(first) == sheet_of(again) == sheet_of(marked)


@pytest.mark.parametrize("rule", PUBLIC)
def test_the_address_of_a_sheet_leads_to_it_again(client, rule: ClockRule):
    first = ask(client, rule.name, **{asked.FIELDS[rule.given]: SAMPLE[rule.given]})
    shared = unescape(re.search(r'<p class="code" translate="no">([^<]+)</p>', first.get_data(as_text=True))[1])
    assert sheet_of(client.get("/calculator/?" + urlsplit(shared).query)) == sheet_of(first)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("reply", {"at": "2026-04-28T09:14:37"}),
        ("registration", {"day": "2026-04-28"}),
        ("publication", {"year": "2026"}),
    ],
)
def test_now_becomes_an_address_that_stays(client, name, query):
    answer = ask(client, name, **dict.fromkeys(query, "now"))
    assert answer.status_code == 302 and answer.location == f"/calculator/?clock={name}&" + urlencode(query, safe=":")
    assert client.get(answer.location).status_code == 200
    assert f"{next(iter(query))}=now" in client.get(f"/calculator/{name}").get_data(as_text=True)


def test_a_day_without_a_time_is_counted_from_the_next_one_and_says_what_midnight_would_change(client):
    words = text(ask(client, "reply", at="2026-04-28"))
    assert "時刻が書かれていないので" in words and "最後の日は2026年5月4日(月・祝)になります" in words
    assert "（時刻は書かれていません）" in words and "12時00分" not in words
    assert "午前零時ちょうどに始まっても、答えは同じです" in text(ask(client, "criteria_notice", at="2026-04-28"))


def test_midnight_is_counted_from_its_own_day(client):
    answer = data(client, "reply", at="2026-04-28 00:00")
    assert answer["last_day"] == "2026-05-04" and answer["steps"][0]["number"] == 1


def test_a_filing_due_on_a_closed_day_shows_the_safer_day_too(client):
    assert data(client, "registration", day="2025-05-30")["last_day"] == "2025-09-01"
    words = text(ask(client, "registration", day="2025-05-30"))
    assert "2025年9月1日(月)が終わるまで" in words and "2025年8月29日(金)を目標にすると確実です" in words
    assert "延びる前の最後の開庁日2025年8月29日(金)" in words and "8/29(金)91延びる前の最後の開庁日" in words
    assert "を目標にすると確実です" not in text(ask(client, "registration", day="2025-04-30"))


def test_a_clock_says_whom_it_binds_and_where_a_paper_may_say_less(client):
    assert "権利を侵害された本人や代理人から受けた申出に当てはまります" in text(ask(client, "reply", at="2026-04-28"))
    assert "届出をした事業者に当てはまります" in text(client.get("/calculator/criteria_notice"))
    assert "当てはまります" not in text(client.get("/calculator/sender_inquiry"))
    assert "書面に書かれた日のほうが早いとき" in text(client.get("/calculator/preservation_request"))


def test_years_without_known_holidays_are_counted_where_holidays_move_nothing(client):
    answer = data(client, "reply", at="2055-04-28 09:14")
    assert answer["last_day"] == "2055-05-05" and answer["holidays_known"] is False
    assert "2055年の国民の祝日は、この暦にありません" in text(ask(client, "reply", at="2055-04-28 09:14"))


def test_a_filing_in_a_year_without_known_holidays_is_refused_with_the_years_that_are_known(client):
    page = ask(client, "registration", day="2055-05-30")
    assert page.status_code == 422 and "祝日がわかるのは2020年から2040年までです" in text(page)
    assert 'value="2055-05-30"' in page.get_data(as_text=True)
    assert client.get("/calculator/sender_report.json?year=1950").status_code == 422


def test_without_any_holiday_filings_are_refused_and_the_rest_is_counted(client, database):
    with database.writing() as session:
        calendars.accept(session, Calendar({}), source="なし", by=None, at=make.instant("2026-04-28T09:00+09:00"))
    assert ask(client, "registration", day="2026-05-30").status_code == 422
    assert ask(client, "reply", at="2026-04-28 09:14").status_code == 200
    assert client.get("/calculator/").status_code == 200


def test_days_before_the_act_are_counted_by_its_first_edition_and_say_so(client):
    words = text(ask(client, "reply", at="2019-04-28 09:14"))
    assert "2025年4月1日より前の日付です" in words and "令和7年総務省令第15号" in words
    assert "2025年4月1日より前" not in text(ask(client, "reply", at="2025-04-01 00:00"))


def test_whether_an_equinox_is_a_forecast_is_judged_from_today(client, freezer):
    told = "2028年3月20日(月)（春分の日）は予測です。"  # gazetted on 1 February 2027

    assert told in text(ask(client, "reply", at="2028-03-15 10:00"))
    assert told in text(ask(client, "criteria_notice", by="2028-03-28"))
    freezer.move_to("2027-02-01T00:00:00+09:00")
    assert told not in text(ask(client, "reply", at="2028-03-15 10:00"))
    assert told not in text(ask(client, "criteria_notice", by="2028-03-28"))


def test_an_edition_whose_text_nobody_read_says_so_until_somebody_confirms_it(client, database):
    words = text(ask(client, "reply", at="2026-08-03 09:14"))
    assert "改正後条文未確認" in words and "条文の確かめ改正前の条文を確認" in words
    assert data(client, "reply", at="2026-08-03 09:14")["confirmed"] is False
    assert "改正後条文未確認" not in text(ask(client, "reply", at="2026-04-28 09:14"))
    with database.writing() as session:
        at = make.instant("2026-08-03T10:00+09:00")
        editions.confirm(session, "r8-58", source="官報 令和8年7月17日", by=None, at=at)
    words = text(ask(client, "reply", at="2026-08-03 09:14"))
    assert "改正後条文未確認" not in words and "条文の確かめ条文を確認" in words
    assert "（条文確認: 官報 令和8年7月17日、2026年8月3日(月)）" in words
    assert data(client, "reply", at="2026-08-03 09:14")["confirmed"] is True


def test_an_unknown_clock_is_not_found_and_shows_what_there_is(client):
    page = client.get("/calculator/never")
    assert page.status_code == 404 and "この名前の期限はありません" in text(page) and "申出者への通知" in text(page)
    assert client.get("/calculator/?clock=never").status_code == 404
    answer = client.get("/calculator/never.json")
    assert answer.status_code == 404 and "reply" in answer.get_json()["clocks"]


def test_any_site_may_read_the_json_and_nothing_is_set(client):
    answer = client.get("/calculator/reply.json?at=2026-04-28")
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer.headers
    assert answer.get_json()["steps"][0] == {
        "day": "2026-04-28", "weekday": "Tue", "number": 0, "closed": None, "moved": False,
    }  # fmt: skip


def test_whoever_asks_too_often_hears_when_to_ask_again(app):
    client = app.test_client()  # in real time, by which limits are forgotten
    for _n in range(600):
        client.get("/calculator/reply.json?at=2026-04-28")
    answer, page = client.get("/calculator/reply.json?at=2026-04-28"), client.get("/calculator/")
    # every address counts for itself
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) <= 60 and page.status_code == 200
    assert answer.mimetype == "application/problem+json" and "少し待ってから" in answer.get_json()["title"]


def test_what_another_clock_calls_its_field_is_understood(client):
    assert data(client, "registration", at="2025-05-30T10:00")["last_day"] == "2025-09-01"
    assert data(client, "reply", day="2026-04-28")["last_day"] == "2026-05-05"
    assert data(client, "publication", day="2026-03-31")["last_day"] == "2026-05-31"


def test_the_page_is_spoken_in_english(client):
    page = client.get("/calculator/?clock=reply&at=2026-04-28T09:14&lang=en")
    assert page.status_code == 200 and 'lang="en"' in page.get_data(as_text=True)
    assert "5 May 2026" in text(page)


def test_front_page_and_footer_lead_here(client, database):
    with database.writing() as session:
        make.make_criteria(session, make.make_service(session))
    assert 'href="/calculator/?clock=reply' in client.get("/").get_data(as_text=True)
    for path in ("/", "/s/tsumugi/", "/nowhere"):
        assert 'href="/calculator/"' in client.get(path).get_data(as_text=True), path


ANYTHING = st.one_of(
    st.text(max_size=80),
    st.dates().map(str),
    st.datetimes().map(str),
    st.from_regex(r"[0-9令和平成年月日/: .TZ+-]{0,30}", fullmatch=True),
    st.sampled_from(["now", MARK, "0", "-1", "1e9", "９９９９", "令和99999年1月1日", "2026-04-28T09:14" + MARK]),
)
NAMED = st.one_of(st.sampled_from([rule.name for rule in CLOCKS]), ANYTHING)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    NAMED,
    st.dictionaries(st.sampled_from(["at", "day", "time", "year", "by", "clock", "write", "calendar"]), ANYTHING),
    st.booleans(),
)
def test_whatever_is_typed_is_answered_and_never_said_back_as_markup(app, name, query, plain):
    client = app.test_client()
    path = f"/calculator/{name}.json" if plain and re.fullmatch("[a-z0-9_]+", name) else "/calculator/"
    answer = client.get(path, query_string={"clock": name} | query)
    assert answer.status_code in (200, 302, 404, 422)
    assert MARK not in answer.get_data(as_text=True) or answer.mimetype.endswith("json")
    assert "<script>&" not in answer.get_data(as_text=True)
