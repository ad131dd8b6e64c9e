"""状況: what matters in one sentence, and figures that count exactly what they say."""

import re
from datetime import date

import pytest

from tests import make
from tests.web.desk import make_member, member, words
from tracker.casework import delivery, endings, investigation, journal, overview, replies
from tracker.law.grounds import Standing, Strength
from tracker.letters import outbox
from tracker.letters.transport import Answer

AT = "2026-05-01T10:42:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


def at():
    """The instant of these tests."""
    return make.instant(AT)


def answer(session, notice, staff, when: str):
    """Decide every item against a measure and tell the claimant, the relay accepting it, at `when`."""
    make.decide(session, notice, make.KEEP, staff, when)
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(
        session, notice, draft, draft.digest, by=staff.id, at=make.instant(when), late_reason="遅"
    )
    outbox.claim(session, letter.id, make.instant(when))
    delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=make.instant(when))
    return letter


def test_with_nothing_open_the_page_says_so(app):
    page = words(member(app).get("/desk/dashboard"))

    assert "2週間以内に期限を迎える申出はありません" in page
    assert "期限を迎えた申出はまだありません" in page
    assert "6週間のうちに終わる保存はありません" in page


def test_what_is_late_is_the_one_thing_that_matters(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_notice(session, service, "2026-04-22T13:08:00+09:00")
        make.make_notice(session, service, "2026-04-28T09:00:00+09:00")
    page = member(app).get("/desk/dashboard")

    assert "期限超過が1件あります" in words(page)
    assert re.search(r'button--main" href="/desk/\?view=late"', page.text)


def test_before_a_break_the_page_speaks_of_the_deadlines_in_it(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_notice(session, service, "2026-04-26T09:00:00+09:00")  # ends on Sunday 5/3
        make.make_notice(session, service, "2026-04-29T09:00:00+09:00")  # on 5/6, a holiday
        make.make_notice(session, service, "2026-04-30T09:00:00+09:00")  # on 5/7, a working day
    page = words(member(app).get("/desk/dashboard"))

    assert "休みの間に期限の申出が2件あります" in page
    assert "次の営業日は5月7日(木)です" in page
    assert "休みの間に期限（5日間）2件" in page


def test_deadlines_are_counted_on_their_last_day_and_voluntary_ones_apart(database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_notice(session, service, "2026-04-28T09:00:00+09:00")
        make.make_notice(session, service, "2026-04-28T23:00:00+09:00")
        make.make_notice(session, service, "2026-04-28T10:00:00+09:00", standing=Standing.THIRD_PARTY)
        make.make_notice(session, service, "2026-04-20T10:00:00+09:00")  # passed: in no day
        days = {day.day: day for day in overview.days_ahead(session, at=at())}

    assert len(days) == 14
    assert min(days) == date(2026, 5, 1)
    fifth = days[date(2026, 5, 5)]
    assert (fifth.duty, fifth.voluntary, fifth.closed) == (2, 1, "こどもの日")
    assert sum(day.duty + day.voluntary for day in days.values()) == 3


def test_replies_are_counted_by_the_month_of_receipt(app, database):
    with database.writing() as session:
        service, staff = make.make_service(session), make_member(app, session, "a@tsumugi.example")
        for received, answered in (
            ("2026-04-01", "2026-04-08"),
            ("2026-04-02", "2026-04-10"),
            ("2026-03-31", "2026-04-01"),
        ):
            notice = make.make_notice(session, service, f"{received}T10:00:00+09:00", items=1)
            answer(session, notice, staff, f"{answered}T09:00:00+09:00")
        make.make_notice(session, service, "2026-04-20T10:00:00+09:00")  # passed and open: late
        make.make_notice(session, service, "2026-04-30T10:00:00+09:00")  # within its time
        gone = make.make_notice(session, service, "2026-04-15T10:00:00+09:00")
        endings.withdraw(session, gone, actor=journal.CLAIMANT, at=make.instant("2026-04-16T10:00:00+09:00"))
        given_up = make.make_notice(session, service, "2026-03-02T10:00:00+09:00")  # nobody answered within 7 days
        endings.withdraw(session, given_up, actor=journal.CLAIMANT, at=make.instant("2026-03-20T10:00:00+09:00"))
        make.make_notice(session, service, "2026-04-03T10:00:00+09:00", standing=Standing.THIRD_PARTY)
        months = {month.first: month for month in overview.replies_by_month(session, at=at())}

    april, march = months[date(2026, 4, 1)], months[date(2026, 3, 1)]
    assert list(months) == [date(2025, 12, 1), *(date(2026, n, 1) for n in range(1, 6))]
    assert (april.in_time, april.late, april.running, april.ended) == (1, 2, 1, 1)
    assert (march.in_time, march.late, march.ended, march.share) == (1, 1, 0, 50.0)
    page = words(member(app).get("/desk/dashboard"))
    assert "4月に受けた申出では33.3%です（期限を迎えた3件のうち1件）" in page
    assert "任意の目標日、まだ期間中のもの" in page


def test_an_answer_that_came_back_is_no_answer(app, database):
    with database.writing() as session:
        service, staff = make.make_service(session), make_member(app, session, "a@tsumugi.example")
        notice = make.make_notice(session, service, "2026-04-01T10:00:00+09:00", items=1)
        letter = answer(session, notice, staff, "2026-04-05T09:00:00+09:00")
        assert overview.replies_by_month(session, at=at())[-2].in_time == 1
        delivery.bounced(
            session, letter.id, remark="不達", by=journal.SYSTEM, at=make.instant("2026-04-06T09:00:00+09:00")
        )
        april = overview.replies_by_month(session, at=at())[-2]

    assert (april.in_time, april.late) == (0, 1)


def test_holds_are_counted_in_the_week_of_their_last_day(database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_notice(session, service, "2026-02-10T10:00:00+09:00")  # three months: until 5/10, a Sunday
        make.make_notice(session, service, "2026-02-11T10:00:00+09:00")  # 5/11, the Monday after
        make.make_notice(session, service, "2026-01-10T10:00:00+09:00")  # over
        weeks = {week.first: week.ending[Strength.FLAG] for week in overview.holds_ending(session, at=at())}

    assert next(iter(weeks)) == date(2026, 4, 27)
    assert (weeks[date(2026, 5, 4)], weeks[date(2026, 5, 11)], sum(weeks.values())) == (1, 1, 2)


def test_loads_name_nobody_first(app, database):
    with database.writing() as session:
        service, staff = make.make_service(session), make_member(app, session, "a@tsumugi.example")
        for _n in range(2):
            notice = make.make_notice(session, service, "2026-04-20T10:00:00+09:00")
            investigation.assign(session, notice, staff.id, by=staff.id, at=at())
        make.make_notice(session, service, "2026-04-30T10:00:00+09:00")
        loads = [(load.name, load.late, load.other) for load in overview.loads(session, at=at())]

    assert loads == [("", 0, 1), ("小野寺 遥", 2, 0)]


def test_every_figure_has_its_table_and_no_inline_style(app, database):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session), "2026-04-28T09:00:00+09:00")
    page = member(app).get("/desk/dashboard").text

    assert page.count("<figure") == page.count("表で見る") == page.count("</table>") == 4
    assert " style=" not in page
    assert "<style" not in page
