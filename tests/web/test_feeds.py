"""予定表の配信: the desk makes and stops secret addresses; calendars read them; nothing personal is in them."""

import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from tests import make
from tests.web.desk import make_member, post, sign_in, words
from tracker.casework import calendars, criteria, editions, feeds, orders
from tracker.casework.criteria import ClauseText
from tracker.casework.feeds import entries as shown
from tracker.i18n import japanese_date, japanese_time
from tracker.law.clocks import CLOCKS, Given
from tracker.law.editions import EDITIONS
from tracker.law.grounds import Force, Standing
from tracker.law.period import JST, Days
from tracker.law.sheets import Sheet, calculate
from tracker.models import Case, Clock, Event, Feed, Item, Role, Staff
from tracker.web.public import feed as door

NOW = "2026-04-30T10:00:00+09:00"
HOST = "http://127.0.0.1:8000"
FILING_RULE = next(rule for rule in CLOCKS if rule.key == "registration")
ONODERA, SAEKI = "onodera@tsumugi.example", "saeki@tsumugi.example"


@pytest.fixture
def desk(app, database, freezer):
    """Two notices, 小野寺's and nobody's, criteria that still wait, and an open hold order: a client of 小野寺's."""
    freezer.move_to(NOW)
    with database.writing() as session:
        service = make.make_service(session)
        me = make_member(app, session, ONODERA, Role.REVIEWER, name="小野寺 遥")
        make_member(app, session, SAEKI, Role.LEAD, name="佐伯 透")
        first = make.make_notice(session, service, items=3)
        make.make_notice(session, service, "2026-04-29T11:00+09:00")
        session.get_one(Case, first.case_id).assigned_to = me.id
        criteria.publish(
            session, service, title="基準", clauses=[ClauseText("第1条", "名誉毀損", "人の社会的評価を下げる投稿")],
            published_at=make.instant("2026-04-20T09:00+09:00"), actor="system",
            at=make.instant("2026-04-20T09:00+09:00"), proof="保存した公表ページ",
        )  # fmt: skip
        custodian = make.make_custodian(session, service)
        hold = make.holds_of(session, first)[0]
        orders.place(session, custodian, [hold.id], by=me.id, at=make.instant(NOW))
    return sign_in(app, ONODERA)[0]


def subscribe(client, of: str = "mine") -> str:
    """Make an address at the desk; its path."""
    made = post(client, "/desk/feeds", of=of)
    assert made.status_code == 303, words(made)
    page = client.get(made.headers["Location"]).get_data(as_text=True)
    return re.search(rf"{HOST}(/feeds/[^<\s]+\.ics)", page)[1]


def read(app, path: str) -> Calendar:
    """The calendar as a stranger's program reads it."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data)


def events(calendar: Calendar) -> dict[str, object]:
    """The events by their summaries."""
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_a_person_reads_what_they_have_and_a_service_what_it_has(app, desk):
    mine, all_of_it = (events(read(app, subscribe(desk, of))) for of in ("mine", "tsumugi"))
    assert set(mine) == {
        "目標を過ぎた 調査に着手する TH-2026-000001（義務・日時は事務所の目標）",
        "期限 申出者への通知 TH-2026-000001（義務）",
        "目標 保存の依頼への回答 TH-H-2026-0001（任意・日時は事務所の目標）",
    }
    assert set(all_of_it) == set(mine) | {
        "目標を過ぎた 調査に着手する TH-2026-000002（義務・日時は事務所の目標）",
        "期限 申出者への通知 TH-2026-000002（義務）",
        "待機終了 基準を使えるようになるまで 基準 第1版（義務・0時から）",
    }


def test_a_deadline_is_its_last_day_and_says_how_it_was_counted(app, desk):
    deadline = events(read(app, subscribe(desk)))["期限 申出者への通知 TH-2026-000001（義務）"]
    assert deadline["dtstart"].dt == date(2026, 5, 5) and deadline["dtend"].dt == date(2026, 5, 6)
    assert deadline["description"].splitlines() == [
        "根拠: 法25条1項・規則16条（義務）",
        "数え方: 2026年4月28日(火) 9時14分に始まり、初日を数えずに7日。2026年5月5日(火)の終わりに満了します。",
        "その日までの最終営業日: 2026年5月1日(金)",
        f"事案: {HOST}/desk/cases/TH-2026-000001",
        "この予定の日付は計算の写しです。正しい日付は事案の画面で確かめてください。",
    ]
    assert deadline["url"] == f"{HOST}/desk/cases/TH-2026-000001"
    assert str(deadline["uid"]).endswith("@127.0.0.1") and "valarm" not in deadline


def test_a_date_counted_by_an_edition_whose_text_nobody_confirmed_says_so(app, database, desk, freezer):
    with database.writing() as session:
        service = make.make_service(session, "つむぎ動画", "douga", "TD")
    path = subscribe(desk, "douga")
    freezer.move_to("2026-08-03T10:00:00+09:00")
    with database.writing() as session:
        make.make_notice(session, service, "2026-08-03T09:00+09:00")
    name = "期限 申出者への通知 TD-2026-000001（義務）"
    assert "改正後条文未確認" in events(read(app, path))[name]["description"]
    with database.writing() as session:
        editions.confirm(session, "r8-58", source="官報", by=None, at=make.instant("2026-08-03T11:00+09:00"))
    assert "改正後条文未確認" not in events(read(app, path))[name]["description"]


def test_a_wait_is_its_first_free_day(app, desk):
    waits = events(read(app, subscribe(desk, "tsumugi")))
    wait = waits["待機終了 基準を使えるようになるまで 基準 第1版（義務・0時から）"]
    assert wait["dtstart"].dt == date(2026, 5, 5)
    assert "初日を数えずに14日が過ぎた、2026年5月5日(火)の0時から。" in wait["description"]


def test_an_office_target_has_an_hour_and_is_never_called_a_deadline(app, desk):
    path = subscribe(desk)
    target = events(read(app, path))["目標 保存の依頼への回答 TH-H-2026-0001（任意・日時は事務所の目標）"]
    assert target["dtstart"].dt == datetime.fromisoformat("2026-05-01T10:00:00+09:00")
    assert target["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert "法に日数の定めはありません。2026年4月30日(木) 10時00分から数えた事務所の目標です。" in target["description"]
    assert "期限" not in target["summary"] + target["description"]
    [zone] = read(app, path).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Tokyo" and zone.walk("STANDARD")[0]["tzoffsetto"].td == timedelta(hours=9)


def test_what_binds_nobody_is_a_target_and_marked_so(app, database, desk):
    with database.writing() as session:
        service = make.make_service(session, "つむぎ動画", "douga", "TD")
        make.make_notice(session, service, "2026-04-29T11:00+09:00", standing=Standing.THIRD_PARTY)
        assert {clock.force for clock in session.exec(select(Clock).where(Clock.rule == "reply"))} > {Force.VOLUNTARY}
    found = events(read(app, subscribe(desk, "douga")))
    assert found["目標 申出者への通知 TD-2026-000001（任意）"]["dtstart"].dt == date(2026, 5, 6)


def put_clocks(database, rules, start: str, until: str = "") -> dict[str, Sheet]:
    """Running clocks of `rules` in the case of 小野寺, in place of its reply; their sheets by their labels.

    `until` is the end that a paper names, where it does.
    """
    with database.writing() as session:
        case = session.exec(select(Case).where(col(Case.assigned_to).is_not(None))).first()
        pattern = session.exec(select(Clock).where(Clock.case_id == case.id, Clock.rule == "reply")).one()
        same = pattern.model_dump(exclude={"id", "stopped_at", "voided_at", "target_at"})
        pattern.stopped_at = make.instant(NOW)
        sheets = {}
        for rule in rules:
            sheet = calculate(rule, make.instant(start), session.info["calendar"], EDITIONS[0])
            own = {"rule": rule.key, "started_at": make.instant(start), "force": rule.force}
            own["due_at"] = make.instant(until) if until else sheet.boundary
            session.add(Clock(**(same | own)))
            sheets[rule.label] = sheet
    return sheets


@pytest.mark.parametrize("start", ["2026-04-28T09:14+09:00", "2026-04-30T00:00+09:00", "2026-02-23T18:00+09:00"])
def test_each_clock_of_the_law_is_said_to_be_counted_as_its_sheet_counts_it(app, database, desk, start):
    sheets = put_clocks(database, [rule for rule in CLOCKS if rule.length], start)
    assert len(sheets) > 12 and any(sheet.steps[-1].moved for sheet in sheets.values())
    shown = events(read(app, subscribe(desk)))
    found = {label: event for label in sheets for summary, event in shown.items() if f" {label} TH-" in summary}
    assert found.keys() == sheets.keys()
    for label, sheet in sheets.items():
        rule, event = sheet.rule, found[label]
        counted = event["description"].splitlines()[1].removeprefix("数え方: ")
        assert event["dtstart"].dt == (sheet.free_day or sheet.last_day)
        begins = japanese_time(sheet.started_at, seconds=False)
        if rule.given is Given.DAY:  # the hour plays no part in it
            begins = japanese_date(sheet.started_at.astimezone(JST).date())
        assert counted.startswith(f"{begins}に始まり、"), label
        assert ("午前零時に始まるため初日も数えて" in counted, "初日を数えずに" in counted) == (
            sheet.steps[0].number == 1,
            sheet.steps[0].number == 0,
        ), label
        unit = f"{rule.length.n}日" if isinstance(rule.length, Days) else f"{rule.length.n}か月"
        assert unit in counted and japanese_date(event["dtstart"].dt) in counted
        assert ("末日が休みのため次の開庁日に延び" in counted) == sheet.steps[-1].moved, label


def test_a_clock_is_said_to_be_counted_with_the_calendar_that_it_is_pinned_to(app, database, desk):
    put_clocks(database, [FILING_RULE], "2026-04-28T09:14+09:00")
    with database.writing() as session:
        closed = calendars.corrected(session.info["calendar"], date(2026, 7, 28), "式典の日")
        calendars.accept(session, closed, source="官報", by=None, at=make.instant(NOW))
    [event] = [e for s, e in events(read(app, subscribe(desk))).items() if f" {FILING_RULE.label} " in s]
    assert event["dtstart"].dt == date(2026, 7, 28)
    assert (
        "2026年4月28日(火)に始まり、初日を数えずに3か月。2026年7月28日(火)の終わりに満了します。"
        in event["description"]
    )


def test_a_day_that_a_paper_names_is_said_to_be_the_paper_s(app, database, desk):
    request = next(rule for rule in CLOCKS if rule.key == "preservation_request")
    put_clocks(database, [request], "2026-04-28T09:14+09:00", until="2026-05-15T00:00+09:00")
    [event] = [e for s, e in events(read(app, subscribe(desk))).items() if f" {request.label} " in s]
    assert "数え方: 2026年4月28日(火)に始まり、日付は書面の定めによります。" in event["description"]


def test_a_passed_deadline_stays_on_its_day_and_says_so(app, desk, freezer):
    path = subscribe(desk)
    before = events(read(app, path))["期限 申出者への通知 TH-2026-000001（義務）"]
    freezer.move_to("2026-05-07T10:00:00+09:00")
    after = events(read(app, path))["期限超過 申出者への通知 TH-2026-000001（義務）"]
    assert after["uid"] == before["uid"] and after["dtstart"].dt == date(2026, 5, 5)
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["last-modified"].dt > before["last-modified"].dt


def test_items_of_one_case_with_one_clock_and_day_are_one_event_that_keeps_its_name(app, database, desk):
    path = subscribe(desk, "tsumugi")
    with database.writing() as session:
        service = session.get_one(Case, session.exec(select(Clock)).first().case_id).service_id
        clauses = make.make_criteria(session, session.get_one(feeds.Service, service))
        notice = session.exec(select(make.Notice).order_by(col(make.Notice.number))).first()
        staff = make.make_staff(session)
        make.decide(session, notice, make.remove(make.first_clause(session, clauses)), staff, NOW)
        running = session.exec(select(Clock).where(Clock.rule == "execution").order_by(col(Clock.id))).all()
        assert len(running) == 3
    summary = "目標 指示した措置の実施 TH-2026-000001（任意・日時は事務所の目標）"
    before = events(read(app, path))
    with database.writing() as session:
        session.get_one(Clock, running[0].id).stopped_at = make.instant(NOW)
    after = events(read(app, path))
    assert before[summary]["uid"] == after[summary]["uid"]


def test_a_stopped_clock_vanishes_and_an_assignment_moves_the_rest(app, database, desk):
    path = subscribe(desk)
    with database.writing() as session:
        for clock in session.exec(select(Clock).where(Clock.rule == "reply")):
            clock.stopped_at = make.instant(NOW)
    assert not [s for s in events(read(app, path)) if "申出者への通知" in s]
    with database.writing() as session:
        for case in session.exec(select(Case)):
            case.assigned_to = session.exec(select(Staff.id).where(Staff.email == SAEKI)).one()
    assert events(read(app, path)) == {}


def test_nothing_personal_is_in_a_calendar(app, database, desk):
    answer = app.test_client().get(subscribe(desk, "tsumugi"))
    text = answer.data.decode().replace("\r\n ", "")
    with database.reading() as session:
        secrets = {value for item in session.exec(select(Item)) for value in (item.url, item.quote, item.account)}
        notice = session.exec(select(make.Notice)).first()
        secrets |= {notice.reason, notice.reason[:8], *(str(id) for id in session.exec(select(Event.id)))}
        secrets |= {staff.name for staff in session.exec(select(Staff))} | {ONODERA, SAEKI}
    secrets |= {"水原", "あかり", "akari", "kaze_2198", "虚偽", "勤務先", "/p/1", "つむぎ基盤部", "logs@", "社会的評価"}
    assert len(secrets) > 20 and "TH-2026-000001" in text
    assert [secret for secret in secrets if secret and secret in text] == []


def test_the_calendar_is_well_formed_down_to_its_octets(app, desk):
    body = app.test_client().get(subscribe(desk, "tsumugi")).data
    assert body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert all(line.decode() for line in lines[:-1])  # no character is cut in two
    calendar = Calendar.from_ical(body)
    assert calendar["x-wr-calname"] == "つむぎ広場の期限（Kigen）" and calendar["method"] == "PUBLISH"
    for line in ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "X-WR-TIMEZONE:Asia/Tokyo"):
        assert line.encode() in lines
    assert calendar.to_ical() == body
    assert [error for event in calendar.walk() for error in event.errors] == []


def test_khal_reads_it(app, desk, tmp_path):
    body = app.test_client().get(subscribe(desk, "tsumugi")).data
    (tmp_path / "feed.ics").write_bytes(body)
    for folder in ("home", "vdir"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config").write_text(
        f"[calendars]\n[[kigen]]\npath = {tmp_path}/vdir\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n"
        "[locale]\nlocal_timezone = Asia/Tokyo\ndefault_timezone = Asia/Tokyo\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        "longdatetimeformat = %Y-%m-%d %H:%M\n",
        encoding="utf-8",
    )
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "Asia/Tokyo"} | home

    def khal(*words: str) -> str:
        command = [str(Path(sys.executable).with_name("khal")), "-c", str(tmp_path / "config"), *words]
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "rror" not in done.stderr, done.stderr
        return done.stdout

    khal("import", "--batch", "--include-calendar", "kigen", str(tmp_path / "feed.ics"))
    listed = khal("list", "--format", "{start-date} {start-time} {title}", "2026-04-28", "14d")
    assert "2026-05-05  期限 申出者への通知 TH-2026-000001（義務）" in listed
    assert "2026-05-05  待機終了 基準を使えるようになるまで 基準 第1版（義務・0時から）" in listed
    assert "2026-05-01 10:00 目標 保存の依頼への回答 TH-H-2026-0001（任意・日時は事務所の目標）" in listed
    printed = khal("printics", "--format", "{start-date} {title} {description}", str(tmp_path / "feed.ics"))
    assert printed.count("この予定の日付は計算の写しです") == 6


def test_unknown_wrong_and_stopped_addresses_answer_alike(app, database, desk):
    live, stopped = subscribe(desk), subscribe(desk)
    feed_id = stopped.split("/")[2]
    assert post(desk, f"/desk/feeds/{feed_id}/revocation", sure="1").status_code == 303
    wrong = live.replace(live.split("/")[3], "a" * 32 + ".ics")
    unknown = live.replace(live.split("/")[2], "0" * 8 + live.split("/")[2][8:])
    answers = [app.test_client().get(path) for path in (stopped, wrong, unknown, "/feeds/x/y.ics")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'href="[^"]*lang=[^"]*"', "", answer.text) for answer in answers}) == 1
    assert app.test_client().get(live).status_code == 200


def test_who_left_reads_nothing(app, database, desk):
    path = subscribe(desk)
    with database.writing() as session:
        session.exec(select(Staff).where(Staff.email == ONODERA)).one().active = False
    assert app.test_client().get(path).status_code == 404


def test_the_answer_leaves_no_trace_where_it_is_read(app, desk):
    answer = app.test_client().get(subscribe(desk), headers={"Accept-Language": "en", "Cookie": "lang=en"})
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private" and answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex" and "Set-Cookie" not in answer.headers
    assert "期限 申出者への通知" in answer.data.decode().replace("\r\n ", "")  # Japanese, whoever reads


def test_it_is_only_read_and_a_look_at_its_head_is_no_read(app, database, desk, freezer):
    path, client = subscribe(desk), app.test_client()
    assert client.head(path).status_code == 200 and client.head(path).data == b""
    assert {client.open(path, method=method).status_code for method in ("POST", "PUT", "PROPFIND")} == {405}

    def fetched():
        with database.reading() as session:
            return session.exec(select(Feed)).one().fetched_at

    assert fetched() is None
    client.get(path)
    first = fetched()
    freezer.tick(timedelta(minutes=3))
    client.get(path)
    assert fetched() == first == make.instant(NOW)
    freezer.tick(timedelta(minutes=10))
    client.get(path)
    assert fetched() > first
    assert "2026年4月30日(木) 10時13分" in words(desk.get("/desk/feeds"))


def test_reading_too_often_is_answered_with_when_to_come_back(app):
    client, path = app.test_client(), f"/feeds/{uuid4()}/{'a' * 32}.ics"  # guesses count like any other read
    answers = [client.get(path) for _n in range(61)]
    assert [answer.status_code for answer in answers] == [404] * 60 + [429]
    assert answers[-1].headers["Retry-After"] == door.RETRY_SECONDS


def test_a_calendar_that_would_be_too_long_is_cut_and_says_so(app, desk, monkeypatch):
    path = subscribe(desk, "tsumugi")
    assert "早いものだけ" not in read(app, path)["description"]
    monkeypatch.setattr(shown, "MOST", 2)
    cut = read(app, path)
    assert "早いものだけ" in cut["description"]
    assert [s.split()[0] for s in events(cut)] == ["目標を過ぎた", "目標を過ぎた"]  # the soonest


def test_what_lies_more_than_a_year_ahead_waits(app, database, desk):
    path = subscribe(desk)
    with database.writing() as session:
        case = session.exec(select(Case).where(col(Case.assigned_to).is_not(None))).first()
        far = make.instant("2027-06-01T00:00+09:00")
        reply = session.exec(select(Clock).where(Clock.rule == "reply")).first()
        session.add(Clock(**reply.model_dump(exclude={"id", "case_id", "due_at"}), case_id=case.id, due_at=far))
    assert not [e for e in events(read(app, path)).values() if str(e["dtstart"].dt) > "2027-05"]


def test_the_address_is_shown_for_ten_minutes_to_who_made_it_and_kept_nowhere(app, database, settings, desk, freezer):
    path = subscribe(desk)
    feed_id, secret = path.split("/")[2], path.split("/")[3].removesuffix(".ics")
    page = f"/desk/feeds/{feed_id}"
    lead = sign_in(app, SAEKI)[0]
    assert secret in desk.get(page).text and "10時10分" in words(desk.get(page))
    assert secret not in lead.get(page).text + desk.get("/desk/feeds").text
    freezer.tick(timedelta(minutes=10))
    desk = sign_in(app, ONODERA)[0]
    assert secret not in desk.get(page).text and "もう一度見ることはできません" not in words(desk.get(page))
    assert secret.encode() not in settings.data.joinpath("kigen.db").read_bytes()


def test_stopping_asks_first_and_is_done_once(app, desk):
    feed_id = subscribe(desk).split("/")[2]
    stop = f"/desk/feeds/{feed_id}/revocation"
    asked = post(desk, stop)
    assert asked.status_code == 422 and "確かめて、印を付けてください" in words(asked)
    assert post(desk, stop, sure="1").status_code == 303
    again = post(desk, stop, sure="1")
    assert again.status_code == 409 and "先に止められていました" in words(again)
    assert "止めた" in words(desk.get("/desk/feeds"))


def test_a_lead_sees_and_stops_everybody_s_and_a_reviewer_only_their_own(app, desk):
    path = subscribe(desk)
    feed_id = path.split("/")[2]
    lead = sign_in(app, SAEKI)[0]
    other = subscribe(lead).split("/")[2]
    assert "小野寺 遥" in words(lead.get("/desk/feeds")) and "佐伯" not in words(desk.get("/desk/feeds"))
    assert desk.get(f"/desk/feeds/{other}").status_code == 404
    assert post(desk, f"/desk/feeds/{other}/revocation", sure="1").status_code == 404
    assert post(lead, f"/desk/feeds/{feed_id}/revocation", sure="1").status_code == 303
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("of", ["", "nowhere"])
def test_an_address_of_nothing_is_not_made(app, database, desk, of):
    answer = post(desk, "/desk/feeds", of=of)
    assert answer.status_code == 422 and "選" in words(answer)
    with database.reading() as session:
        assert session.exec(select(Feed)).all() == []


def test_nobody_makes_addresses_without_end(app, database, desk):
    with database.writing() as session:
        me = session.exec(select(Staff.id).where(Staff.email == ONODERA)).one()
        for _n in range(feeds.MOST):
            feeds.make(session, owner=me, service=None, at=make.instant(NOW))
    answer = post(desk, "/desk/feeds", of="mine")
    assert answer.status_code == 422 and "20件まで" in words(answer) and "checked" in answer.text


def test_after_a_stale_form_the_way_back_leads_to_the_feeds(app, desk):
    stale = desk.post("/desk/feeds", data={"of": "mine"})
    assert stale.status_code == 400 and 'href="/desk/feeds"' in stale.text
