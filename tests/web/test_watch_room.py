"""見張り: whether it runs, what it tells of now and whom, who has it, one's own memos, wishes and a test."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from tests import make
from tests.conftest import make_settings
from tests.web.desk import make_member, member, post, sign_in, words
from tracker.casework.watch import board, digests, memos
from tracker.casework.watch.sweep import NobodyToTell, sweep
from tracker.jobs import JOBS, tasks
from tracker.letters.transport import Answer
from tracker.models import AlertAnswer, Case, Clock, Memo, MemoKind, Preference, Role, Service, Staff
from tracker.now import now
from tracker.web.health import problems

AT = "2026-05-01T10:42:00+09:00"  # the last working day of a reply due by the end of 5 May
ACCEPTED, REFUSED = Answer(True, 250, "smtp"), Answer(False, 550, "smtp", "5.1.1")


def jst(text: str):
    return make.instant(f"{text}+09:00")


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


@pytest.fixture
def desk(app, database):
    """Every job has just succeeded; a reviewer and a lead can sign in."""
    for job in JOBS:
        assert tasks.run(database, job.name, lambda database, clock: None, now)
    with database.writing() as session:
        make_member(app, session, "okubo@tsumugi.example", Role.REVIEWER, "大久保 亮")
        make_member(app, session, "onodera@tsumugi.example", Role.LEAD)
    return app


def told(database, n: int = 1, received: str = "2026-04-28T09:14:37+09:00") -> list[str]:
    """Notices whose reply was told of this morning; their numbers."""
    with database.writing() as session:
        service = make.make_service(session)
        found = [make.make_notice(session, service, received).number for _n in range(n)]
        only_replies(session)
    raise_alerts(database, "2026-05-01T09:00")
    return found


def only_replies(session) -> None:
    """Leave the office targets out of it."""
    session.flush()
    for clock in session.exec(select(Clock).where(Clock.rule != "reply")):
        clock.alert_at = None
        session.add(clock)


def raise_alerts(database, at: str) -> None:
    with database.writing() as session:
        sweep(session, at=jst(at))


def assign(database, number: str, name: str) -> None:
    from tracker.casework import folder

    with database.writing() as session:
        case = session.get_one(Case, folder.find(session, number).case_id)
        case.assigned_to = session.exec(select(Staff.id).where(Staff.name == name)).one()
        session.add(case)


def as_lead(app):
    return sign_in(app, "onodera@tsumugi.example")[0]


def as_reviewer(app):
    return sign_in(app, "okubo@tsumugi.example")[0]


def the_clock(database) -> Clock:
    with database.reading() as session:
        return session.exec(select(Clock).where(Clock.rule == "reply")).one()


def answers_of(database) -> list[AlertAnswer]:
    with database.reading() as session:
        return list(session.exec(select(AlertAnswer).order_by(col(AlertAnswer.at))))


def listed(answer) -> list[str]:
    """The numbers in the order of the page."""
    return re.findall(r'class="table__what nowrap" href="/desk/cases/([A-Z0-9-]+)"', answer.text)


def test_an_empty_room_says_that_the_watch_runs_and_when_it_last_did(desk):
    page = words(as_lead(desk).get("/desk/watch"))
    assert "見張りは動いています" in page
    said = "最後に成功したのは、見回りが5/1 10:42、お知らせの送信が5/1 10:42、朝のまとめが5/1 10:42です。"
    assert said in page
    assert "いま知らせていることはありません" in page
    assert "自分あてのお知らせはまだありません" in page


@pytest.mark.parametrize(("job", "minutes"), [("alerts", 21), ("memos", 21), ("morning", 26 * 60 + 1)])
def test_a_watch_that_sleeps_is_said_first_and_in_the_strongest_way(desk, database, freezer, job, minutes):
    later = make.instant(AT) + timedelta(minutes=minutes)
    freezer.move_to(later)
    for other in JOBS:
        if other.name != job:
            tasks.run(database, other.name, lambda database, clock: None, now)
    answer = as_lead(desk).get("/desk/watch")
    page = words(answer)
    label = next(one.label for one in JOBS if one.name == job)
    assert "見張りが止まっています。期限が来ても、だれにも知らせません" in page
    assert f"「{label}」が5/1 10:42から成功していません" in page
    assert 'class="banner banner--bad" role="alert"' in answer.text


def test_what_is_told_names_the_case_the_law_the_day_the_level_whom_and_the_memo(desk, database):
    [number] = told(database)
    page = words(as_lead(desk).get("/desk/watch"))
    assert number in page and "申出者への通知（法25条1項・規則16条）" in page
    assert "5/5(火・祝) あと4日" in page and "義務" in page
    assert "知らせた段階: 最後の営業日" in page
    assert "大久保 亮送信を待っている 5/1 9:00" in page and "小野寺 遥送信を待っている" in page
    assert "受け持ちなし" in page
    assert "届いた" not in page and "配達" not in page


@pytest.mark.parametrize(("said", "shown"), [(ACCEPTED, "受け付けられた"), (REFUSED, "断られた")])
def test_what_became_of_a_memo_is_what_the_relay_said(desk, database, said, shown):
    told(database)
    with database.writing() as session:
        for memo in session.exec(select(Memo)).all():
            memos.settle(session, memo.id, said, at=jst("2026-05-01T09:01"))
    assert f"大久保 亮{shown}" in words(as_lead(desk).get("/desk/watch"))


def test_what_a_newer_memo_says_has_the_fate_of_that_one(desk, database):
    told(database)
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one(), "2026-04-28T12:00:00+09:00")
        only_replies(session)
    raise_alerts(database, "2026-05-01T10:00")
    with database.writing() as session:
        for memo in session.exec(select(Memo).where(col(Memo.ended_at).is_(None))).all():
            memos.settle(session, memo.id, ACCEPTED, at=jst("2026-05-01T10:01"))
    page = words(as_reviewer(desk).get("/desk/watch"))
    assert page.count("大久保 亮受け付けられた") == 2
    assert page.count("新しいお知らせに替えた") == 1  # among one's own memos


def test_the_most_pressing_stands_first_and_what_ended_is_not_there(desk, database):
    with database.writing() as session:
        service = make.make_service(session)
        day = make.make_notice(session, service, "2026-04-28T09:00:00+09:00").number
        late = make.make_notice(session, service, "2026-04-20T09:00:00+09:00").number
        done = make.make_notice(session, service, "2026-04-20T09:00:00+09:00")
        make.make_notice(session, service, "2026-05-01T08:00:00+09:00")  # not told yet
        number = done.number
        only_replies(session)
    raise_alerts(database, "2026-05-01T09:00")
    with database.writing() as session:
        for clock in session.exec(select(Clock).where(Clock.case_id == done.case_id)):
            clock.stopped_at = jst("2026-05-01T09:30")
            session.add(clock)
    found = listed(as_lead(desk).get("/desk/watch"))
    assert found == [late, day] and number not in found


def test_somebody_takes_it_and_the_room_says_who_has_it(desk, database):
    told(database)
    client = as_reviewer(desk)
    clock = the_clock(database)
    answer = post(client, "/desk/watch/take", clock=f"{clock.id}:", whose="nobody", page="1")
    assert answer.status_code == 303 and answer.headers["Location"] == "/desk/watch?whose=nobody#said"
    page = words(client.get("/desk/watch"))
    assert "引き受けました。" in page
    assert "大久保 亮5/1 10:42に引き受け" in page
    assert "引き受ける " not in page and ">引き受ける</button>" not in client.get("/desk/watch").text


def test_after_taking_the_message_stands_where_the_page_lands_and_the_row_is_marked(desk, database):
    number, _other = told(database, 2)
    client = as_reviewer(desk)
    with database.reading() as session:
        from tracker.casework import folder

        of_number = (Clock.case_id == folder.find(session, number).case_id, Clock.rule == "reply")
        id = session.exec(select(Clock.id).where(*of_number)).one()
    post(client, "/desk/watch/take", clock=f"{id}:")
    page = client.get("/desk/watch")
    said = re.search(r'id="said" tabindex="-1">.*?role="status".*?</div>', page.text)
    assert said and f"「{number} 申出者への通知」を引き受けました。" in said[0] and f'href="#clock-{id}"' in said[0]
    assert f'<tr id="clock-{id}" class="is-fresh">' in page.text and page.text.count("is-fresh") == 1
    assert 'id="said"' not in client.get("/desk/watch").text


def test_whoever_took_it_gives_it_back_and_the_room_says_so(desk, database):
    told(database)
    client = as_reviewer(desk)
    clock = the_clock(database)
    assert "引き受けをやめる" not in words(client.get("/desk/watch"))
    post(client, "/desk/watch/take", clock=f"{clock.id}:")
    [mine] = answers_of(database)
    assert "引き受けをやめる" in words(client.get("/desk/watch"))
    answer = post(client, "/desk/watch/give-back", clock=f"{clock.id}:{mine.id}", whose="mine")
    assert answer.status_code == 303 and answer.headers["Location"] == "/desk/watch?whose=mine#said"
    page = words(client.get("/desk/watch"))
    assert "引き受けをやめました" in page and "受け持ちなし" in page and ">引き受ける</button>" not in page
    again = post(client, "/desk/watch/give-back", clock=f"{clock.id}:{mine.id}")
    assert again.status_code == 422 and "引き受けている人はもういません" in words(again)


def test_a_lead_gives_back_what_a_reviewer_took_and_a_reviewer_is_refused(desk, database):
    told(database)
    clock = the_clock(database)
    post(as_lead(desk), "/desk/watch/take", clock=f"{clock.id}:")
    [taken] = answers_of(database)
    reviewer = as_reviewer(desk)
    assert "引き受けをやめる" not in words(reviewer.get("/desk/watch"))
    refused = post(reviewer, "/desk/watch/give-back", clock=f"{clock.id}:{taken.id}")
    assert refused.status_code == 422 and "引き受けた人と主任から上の人です" in words(refused)
    stale = post(as_lead(desk), "/desk/watch/give-back", clock=f"{clock.id}:{clock.id}")
    assert stale.status_code == 409 and "ほかの人が先に引き受けました" in words(stale)
    post(reviewer, "/desk/watch/take", clock=f"{clock.id}:{taken.id}")
    newest = answers_of(database)[-1]
    assert post(as_lead(desk), "/desk/watch/give-back", clock=f"{clock.id}:{newest.id}").status_code == 303


@pytest.mark.parametrize("clock", ["", "x", "00000000-0000-0000-0000-000000000000:"])
def test_giving_back_what_is_none_comes_back(desk, database, clock):
    answer = post(as_reviewer(desk), "/desk/watch/give-back", clock=clock)
    assert answer.status_code == 422 and "どのお知らせか読み取れませんでした" in words(answer)


def test_late_ones_stand_first_then_each_day_and_in_it_what_nobody_has(desk, database):
    with database.writing() as session:
        service = make.make_service(session)
        found = {
            name: make.make_notice(session, service, f"{received}:00+09:00").number
            for name, received in [
                ("day, mine", "2026-04-28T09:00"),
                ("day, free", "2026-04-28T10:00"),
                ("today, mine", "2026-04-24T09:00"),
                ("today, free", "2026-04-24T10:00"),
                ("late", "2026-04-21T09:00"),
                ("older", "2026-04-20T09:00"),
            ]
        }
        only_replies(session)
    raise_alerts(database, "2026-05-01T09:00")
    for name in ("day, mine", "today, mine", "older"):
        assign(database, found[name], "大久保 亮")
    expected = ["older", "late", "today, free", "today, mine", "day, free", "day, mine"]
    assert listed(as_lead(desk).get("/desk/watch")) == [found[name] for name in expected]


def test_what_was_late_before_the_watch_first_ran_is_there_and_says_that_nobody_knows(desk, database):
    with database.writing() as session:
        late = make.make_notice(session, make.make_service(session), "2026-04-20T09:00:00+09:00").number
        make.make_notice(session, session.exec(select(Service)).one(), "2026-04-30T09:00:00+09:00")
        only_replies(session)
    answer = as_lead(desk).get("/desk/watch")
    assert listed(answer) == [late]
    assert "まだだれにも知らせていません" in words(answer)


def test_only_those_that_end_first_are_looked_at_and_the_page_says_so(desk, database, monkeypatch):
    told(database, 12)
    client = as_lead(desk)
    queries: list[str] = []
    event.listen(desk.extensions["database"].reader, "before_cursor_execute", lambda *a: queries.append(a[2]))
    assert "のうちから並べています" not in words(client.get("/desk/watch"))
    whole = len(queries)
    monkeypatch.setattr(board, "MOST", 10)
    queries.clear()
    answer = client.get("/desk/watch")
    assert len(queries) <= whole
    assert "期限の早い10件のうちから並べています。全部は作業一覧にあります。" in words(answer)


def test_who_reads_of_it_in_the_morning_is_not_said_to_have_been_told_at_once(desk, database):
    [number] = told(database)
    assign(database, number, "大久保 亮")
    with database.writing() as session:
        okubo = session.exec(select(Staff.id).where(Staff.name == "大久保 亮")).one()
        session.add(Preference(staff_id=okubo, singles=False))
        number = make.make_notice(session, session.exec(select(Service)).one(), "2026-04-28T12:00:00+09:00").number
        session.flush()
        only_replies(session)
    assign(database, number, "大久保 亮")
    raise_alerts(database, "2026-05-01T10:00")
    client = as_lead(desk)
    assert words(client.get("/desk/watch")).count("次の朝のまとめで知る") == 1
    with database.writing() as session:
        digests.morning(session, okubo, at=now())
    page = words(client.get("/desk/watch"))
    assert "次の朝のまとめで知る" not in page and "大久保 亮朝のまとめ: 送信を待っている" in page


def test_whom_it_was_told_is_folded_and_a_refusal_shows_all_the_same(desk, database):
    told(database)
    refused = "断られた 1"
    with database.writing() as session:
        memo = session.exec(select(Memo).join(Staff).where(Staff.name == "大久保 亮")).one()
        memos.settle(session, memo.id, REFUSED, at=jst("2026-05-01T09:01"))
    text = as_lead(desk).get("/desk/watch").text
    folded = re.search(r'<td class="alertlist__told"><details><summary>(.*?)</summary>', text)
    assert folded and "2人に知らせた" in folded[1] and refused in folded[1]


def test_filters_show_mine_and_what_nobody_has(desk, database):
    mine, taken, free = told(database, 3)
    assign(database, mine, "大久保 亮")
    client = as_reviewer(desk)
    with database.reading() as session:
        from tracker.casework import folder

        id = session.exec(
            select(Clock.id).where(Clock.case_id == folder.find(session, taken).case_id, Clock.rule == "reply")
        ).one()
    post(as_lead(desk), "/desk/watch/take", clock=f"{id}:")
    assert listed(client.get("/desk/watch?whose=mine")) == [mine]
    assert listed(client.get("/desk/watch?whose=nobody")) == [free]
    assert set(listed(client.get("/desk/watch?whose=else"))) == {mine, taken, free}


def test_what_somebody_has_who_left_is_had_by_nobody(desk, database):
    [number] = told(database)
    assign(database, number, "大久保 亮")
    with database.writing() as session:
        gone = session.exec(select(Staff).where(Staff.name == "大久保 亮")).one()
        gone.active = False
        session.add(gone)
    answer = as_lead(desk).get("/desk/watch?whose=nobody")
    assert listed(answer) == [number] and "いまはいない人" in words(answer)


def test_who_was_first_is_shown_before_somebody_takes_it_over(desk, database):
    told(database)
    clock = the_clock(database)
    post(as_reviewer(desk), "/desk/watch/take", clock=f"{clock.id}:")
    lead = as_lead(desk)
    late = post(lead, "/desk/watch/take", clock=f"{clock.id}:")
    assert late.status_code == 409
    assert "ほかの人が先に引き受けました" in words(late) and "大久保 亮" in words(late)
    [first] = answers_of(database)
    assert post(lead, "/desk/watch/take", clock=f"{clock.id}:{first.id}").status_code == 303
    assert len(answers_of(database)) == 2


def before_the_last_day(database) -> Clock:
    """A reply told of on the working day before its last one."""
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
        only_replies(session)
    raise_alerts(database, "2026-04-30T09:00")
    return the_clock(database)


def test_a_rest_ends_when_the_last_working_day_opens(desk, database, freezer):
    freezer.move_to("2026-04-30T10:00:00+09:00")
    clock = before_the_last_day(database)
    client = as_reviewer(desk)
    page = client.get("/desk/watch")
    assert "5/1(金) 9:00まで。最後の営業日には、必ず知らせます。" in words(page) or "5/1 9:00まで" in words(page)
    assert 'max="2026-05-01T09:00"' in page.text
    too_long = post(
        client, "/desk/watch/take", clock=f"{clock.id}:", rest="1", quiet_until="2026-05-01T12:00", whose="all"
    )
    assert too_long.status_code == 422
    assert "お知らせを止められるのは、最後の営業日の前までです" in words(too_long)
    assert 'value="2026-05-01T12:00"' in too_long.text and "<details open>" in too_long.text
    assert f'id="quiet-{clock.id}-error"' in too_long.text and f'href="#quiet-{clock.id}"' in too_long.text
    taken = post(client, "/desk/watch/take", clock=f"{clock.id}:", rest="1", quiet_until="2026-05-01T09:00")
    assert taken.status_code == 303
    assert "まで休み" in words(client.get("/desk/watch"))


@pytest.mark.parametrize("typed", ["", "あした", "2026-13-01T00:00"])
def test_a_rest_until_no_time_at_all_comes_back(desk, database, freezer, typed):
    freezer.move_to("2026-04-30T10:00:00+09:00")
    clock = before_the_last_day(database)
    answer = post(as_reviewer(desk), "/desk/watch/take", clock=f"{clock.id}:", rest="1", quiet_until=typed)
    assert answer.status_code == 422 and "日付と時刻で入力してください" in words(answer)
    assert answers_of(database) == []


@pytest.mark.parametrize("clock", ["", "x", "00000000-0000-0000-0000-000000000000:"])
def test_an_alert_that_is_none_comes_back(desk, database, clock):
    answer = post(as_reviewer(desk), "/desk/watch/take", clock=clock)
    assert answer.status_code == 422 and "どのお知らせか読み取れませんでした" in words(answer)


def test_what_ended_meanwhile_comes_back(desk, database):
    told(database)
    clock = the_clock(database)
    with database.writing() as session:
        row = session.get_one(Clock, clock.id)
        row.stopped_at = jst("2026-05-01T10:00")
        session.add(row)
    answer = post(as_reviewer(desk), "/desk/watch/take", clock=f"{clock.id}:")
    assert answer.status_code == 422 and "この期限は、もう終わっています" in words(answer)


def test_the_page_of_a_case_says_who_has_the_alert_and_takes_it(desk, database):
    [number] = told(database)
    client = as_reviewer(desk)
    page = client.get(f"/desk/cases/{number}?tab=letters")
    assert "お知らせの受け持ちなし" in words(page)
    clock = the_clock(database)
    answer = post(client, "/desk/watch/take", clock=f"{clock.id}:", number=number, tab="letters")
    assert (
        answer.status_code == 303 and answer.headers["Location"] == f"/desk/cases/{number}?tab=letters#alert-{clock.id}"
    )
    assert "お知らせは大久保 亮が" in words(client.get(f"/desk/cases/{number}"))
    other = post(as_lead(desk), "/desk/watch/take", clock=f"{clock.id}:", number=number)
    assert other.status_code == 409 and "ほかの人が先に引き受けました" in words(other)


def test_the_page_of_a_case_says_at_the_line_what_was_done_and_gives_it_back(desk, database):
    [number] = told(database)
    client = as_reviewer(desk)
    clock = the_clock(database)
    post(client, "/desk/watch/take", clock=f"{clock.id}:", number=number, tab="letters")
    page = client.get(f"/desk/cases/{number}?tab=letters").text
    line = re.search(rf'id="alert-{clock.id}" tabindex="-1">.*?</p>', page)
    assert line and 'role="status"' in line[0] and "引き受けました。" in line[0]
    assert 'class="alertline__said"' not in client.get(f"/desk/cases/{number}?tab=letters").text
    [mine] = answers_of(database)
    back = post(client, "/desk/watch/give-back", clock=f"{clock.id}:{mine.id}", number=number, tab="letters")
    assert back.status_code == 303 and back.headers["Location"].endswith(f"#alert-{clock.id}")
    page = words(client.get(f"/desk/cases/{number}?tab=letters"))
    assert "引き受けをやめました。" in page and "お知らせの受け持ちなし" in page


def test_a_clock_that_nobody_was_told_of_has_no_such_line(desk, database):
    with database.writing() as session:
        number = make.make_notice(session, make.make_service(session), "2026-05-01T10:00:00+09:00").number
    page = words(as_reviewer(desk).get(f"/desk/cases/{number}"))
    assert "お知らせの受け持ちなし" not in page and "引き受ける" not in page


def test_fifty_stand_on_a_page_and_no_row_costs_a_query(desk, database):
    told(database, 60)
    client = as_lead(desk)
    counted: list[str] = []
    event.listen(desk.extensions["database"].reader, "before_cursor_execute", lambda *a: counted.append(a[2]))
    first = client.get("/desk/watch")
    many = len(counted)
    assert len(listed(first)) == 50 and "60" in words(first)
    assert len(listed(client.get("/desk/watch?page=2"))) == 10
    counted.clear()
    client.get("/desk/watch?page=1&whose=mine")
    assert many <= len(counted) + 6
    assert "このページにお知らせはありません" in words(client.get("/desk/watch?page=9"))


def test_somebody_reads_of_their_own_memos_and_of_nobody_else_s(desk, database):
    told(database)
    page = words(as_reviewer(desk).get("/desk/watch"))
    assert "【今日が最後の営業日】1件" in page
    with database.writing() as session:
        lead = session.exec(select(Staff).where(Staff.email == "onodera@tsumugi.example")).one()
        memos.post(session, lead, MemoKind.SINGLE, "only-the-lead", "主任だけのお知らせ", "本文", at=now())
    assert "主任だけのお知らせ" not in words(as_reviewer(desk).get("/desk/watch"))


def test_wishes_are_kept_and_the_law_comes_before_them(desk, database):
    client = as_reviewer(desk)
    page = client.get("/desk/watch")
    assert "義務を知らせる人がほかにいなくなるときは、選ばなくても知らせます。" in words(page)
    assert page.text.count('name="wish"') == 2  # the week is for managers
    assert post(client, "/desk/watch/wishes", wish="morning").status_code == 303
    with database.reading() as session:
        [wish] = session.exec(select(Preference)).all()
    assert (wish.singles, wish.morning, wish.weekly) == (False, True, True)
    after = client.get("/desk/watch")
    assert "受け取り方を保存しました" in words(after)
    assert re.findall(r'value="(\w+)" checked', after.text) == ["morning"]


def test_managers_choose_the_week_too(desk, database):
    client = member(desk, Role.MANAGER)
    assert client.get("/desk/watch").text.count('name="wish"') == 3
    post(client, "/desk/watch/wishes", wish=["singles", "morning"])
    with database.reading() as session:
        assert not session.exec(select(Preference)).one().weekly


def test_a_test_goes_to_oneself_once_in_ten_minutes(desk, database, freezer):
    client = as_reviewer(desk)
    assert post(client, "/desk/watch/test").status_code == 303
    assert "【試し】お知らせが届くかの確認" in words(client.get("/desk/watch"))
    again = post(client, "/desk/watch/test")
    assert again.status_code == 422 and "試しのお知らせは10分に1通までです" in words(again)
    freezer.tick(timedelta(minutes=10))
    assert post(client, "/desk/watch/test").status_code == 303
    with database.reading() as session:
        found = session.exec(select(Memo)).all()
    assert len(found) == 2 and {memo.kind for memo in found} == {MemoKind.TEST}


def refuse(database, *emails: str) -> None:
    """The relay refused the last memo to these."""
    with database.writing() as session:
        for email in emails:
            staff = session.exec(select(Staff).where(Staff.email == email)).one()
            memo = memos.post(session, staff, MemoKind.SINGLE, f"refused:{email}", "件名", "本文", at=now())
            memos.settle(session, memo.id, REFUSED, at=now())


def test_leads_are_warned_of_who_cannot_be_reached(desk, database):
    member(desk, Role.REVIEWER)  # another reviewer, who can be
    refuse(database, "okubo@tsumugi.example")
    said = "お知らせを断られている人が1人います（大久保 亮）"
    assert said in words(as_lead(desk).get("/desk/watch"))
    assert said not in words(as_reviewer(desk).get("/desk/watch"))
    assert desk.test_client().get("/healthz").status_code == 200


def test_a_role_that_nobody_reaches_is_said_on_every_page_and_by_the_health_page(desk, database):
    refuse(database, "okubo@tsumugi.example")
    said = "「担当者」の1人全員あてのお知らせが、メールの中継サーバーに断られています"
    assert said in words(as_lead(desk).get("/desk/"))
    assert "見張りは動いていますが、確かめることがあります" in words(as_lead(desk).get("/desk/watch"))
    health = desk.test_client().get("/healthz")
    assert health.status_code == 503
    assert health.json["reasons"] == [{"part": "memos", "failure": "Refused", "role": "reviewer"}]


def test_a_team_without_anybody_is_named_by_the_health_page_at_once(desk, database, freezer):
    def nobody(database, clock):
        raise NobodyToTell

    freezer.tick(timedelta(minutes=5))
    tasks.run(database, "alerts", nobody, now)
    health = desk.test_client().get("/healthz")
    assert health.status_code == 503 and health.json["reasons"] == [{"part": "team", "failure": "NobodyToTell"}]
    assert "期限のお知らせを受け取る人がいません" in words(as_lead(desk).get("/desk/"))


def test_the_banner_costs_two_queries_also_when_somebody_is_refused(desk, database):
    mine = desk.extensions["database"]
    with mine.reading() as session:
        queries: list[str] = []
        event.listen(desk.extensions["database"].reader, "before_cursor_execute", lambda *a: queries.append(a[2]))
        with desk.test_request_context():
            assert problems(session, now()) == []
            assert len([one for one in queries if one.startswith("SELECT")]) == 2  # the jobs, and who is refused
    member(desk, Role.REVIEWER)
    refuse(database, "okubo@tsumugi.example", "onodera@tsumugi.example")
    with mine.reading() as session, desk.test_request_context():
        queries.clear()
        assert problems(session, now())
        assert len([one for one in queries if one.startswith("SELECT")]) <= 3  # and the roles of the team


def test_without_mail_the_banner_counts_memos_too(desk, database, tmp_path):
    told(database)  # a receipt to the claimant, and memos to two
    desk.extensions["database"].info["settings"] = make_settings(tmp_path, mail="")
    page = words(as_lead(desk).get("/desk/"))
    assert "3通が送信待ちです" in page
