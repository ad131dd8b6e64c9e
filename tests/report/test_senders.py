"""The senders of each month: entered in versions, verified, and what a 報告年度 says of them."""

import csv
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, filings, journal
from tracker.casework.register import standing_register
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.senders import Count, Exclusion, Part, year_months
from tracker.models import Event, SenderMonth
from tracker.report import senders
from tracker.report.senders import Figures, Total
from tracker.report.years import year_of

AT = make.instant("2027-04-05T10:00+09:00")
WHOLE = year_months(2026)


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def staff(session):
    return make.make_staff(session)


def enter(session, service, staff, months, *figures, at=AT, **more):
    """The same figures for several months, each for the first time."""
    said = dict.fromkeys(months, Figures(*figures))
    return senders.enter_all(session, service, said, seen={}, by=staff.id, at=at, **more)


def test_a_month_is_recorded_in_the_register_with_its_figures_and_its_version(session, service, staff):
    row = senders.enter(session, service, 202604, Figures(5, 6, 7), seen=0, by=staff.id, at=AT)
    [event] = journal.history(session, standing_register(session, service))
    assert event.fact is Fact.SENDERS_COUNTED
    wanted = {"row": str(row.id), "month": 202604, "version": 1, "senders": 5, "users": 6, "times": 7}
    assert event.data["said"] == wanted
    assert senders.month_rows(session, service, 202604, 202703) == {202604: row}


def test_a_correction_is_a_version_with_a_reason_and_the_first_one_stays(session, service, staff):
    senders.enter(session, service, 202604, Figures(5, 6, 7), seen=0, by=staff.id, at=AT)
    with pytest.raises(NotAllowed, match="理由") as no:
        senders.enter(session, service, 202604, Figures(5, 6, 8), seen=1, by=staff.id, at=AT)
    assert no.value.about == "why"
    senders.enter(session, service, 202604, Figures(5, None, 8), seen=1, why="集計の誤り", by=staff.id, at=AT)
    rows = senders.month_rows(session, service, 202604, 202604)
    assert senders.figures(rows[202604]) == (5, None, 8)
    assert [(one.row.version, one.why) for one in senders.history(session, service)] == [(2, "集計の誤り"), (1, "")]


def test_whoever_saw_an_older_version_is_told_and_nothing_is_recorded(session, service, staff):
    enter(session, service, staff, [202604], 1, 2, 3)
    with pytest.raises(Conflict):
        enter(session, service, staff, [202605, 202604], 9, 9, 9)
    assert session.exec(select(SenderMonth.version)).all() in ([1], [1, 1])
    assert senders.figures(senders.month_rows(session, service, 202604, 202604)[202604]) == (1, 2, 3)


@pytest.mark.parametrize(
    ("month", "figures", "about"),
    [
        (202704, (1, 2, 3), "month"),  # not over yet
        (202613, (1, 2, 3), "month"),
        (202403, (1, 2, 3), "month"),  # before chapter 5 by more than a year
        (202604, (None, None, None), "senders"),
        (202604, (-1, 2, 3), "senders"),
        (202604, (1, 2, 10**13), "times"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, service, staff, month, figures, about):
    with pytest.raises(NotAllowed) as no:
        enter(session, service, staff, [month], *figures)
    assert no.value.about == about
    assert session.exec(select(SenderMonth)).all() == []


def test_the_same_figures_again_are_refused(session, service, staff):
    enter(session, service, staff, [202604], 1, 2, 3)
    with pytest.raises(NotAllowed, match="同じ数"):
        senders.enter(session, service, 202604, Figures(1, 2, 3), seen=1, why="x", by=staff.id, at=AT)


def test_a_month_can_be_recorded_from_the_first_moment_after_it():
    assert senders.last_ended(make.instant("2026-04-30T23:59:59+09:00")) == 202603
    assert senders.last_ended(make.instant("2026-05-01T00:00+09:00")) == 202604
    assert senders.last_ended(make.instant("2027-01-15T00:00+09:00")) == 202612


def test_a_year_at_the_number_is_reported_and_one_below_is_not(session, service, staff):
    enter(session, service, staff, WHOLE, 4_000_000, 5_000_000, 100)
    year = senders.yearly(session, service, 2026)
    assert (year.mean_senders, year.mean_times) == (9_000_000, 100)
    assert (year.total_times, year.months_known) == (1200, 12)
    assert (year.must_report, year.over, year.reasons()) == (True, False, [Count.SENDERS])
    senders.enter(session, service, 202604, Figures(4_000_000, 4_999_999, 100), seen=1, why="x", by=staff.id, at=AT)
    year = senders.yearly(session, service, 2026)
    assert year.mean_senders == Fraction(9_000_000 * 12 - 1, 12)
    assert (year.must_report, year.over, year.reasons()) == (False, False, [])


def test_exactly_ten_million_is_not_over(session, service, staff):
    enter(session, service, staff, WHOLE, 10_000_000, 0, 2_000_000)
    year = senders.yearly(session, service, 2026)
    assert (year.must_report, year.over, year.reasons()) == (True, False, [Count.SENDERS, Count.TIMES])
    senders.enter(session, service, 202604, Figures(10_000_001, 0, 2_000_000), seen=1, why="x", by=staff.id, at=AT)
    assert senders.yearly(session, service, 2026).over is True


def test_while_a_month_is_missing_there_is_a_forecast_and_no_mean(session, service, staff):
    enter(session, service, staff, WHOLE[:7], 800_000, 200_000, 50)
    year = senders.yearly(session, service, 2026)
    assert (year.mean_senders, year.mean_times, year.total_times) == (None, None, None)
    assert (year.months_known, year.must_report, year.over) == (7, None, None)
    assert year.forecast(Count.SENDERS) == 1_000_000
    assert year.missing(Part.TIMES, make.instant("2026-12-24T10:00+09:00")) == [202611]
    assert year.missing(Part.TIMES, AT) == WHOLE[7:]


def test_a_part_that_is_missing_keeps_only_the_mean_that_it_is_part_of_open(session, service, staff):
    enter(session, service, staff, WHOLE, 8_000_000, None, 100)
    year = senders.yearly(session, service, 2026)
    assert (year.mean_senders, year.mean_times, year.months_known) == (None, 100, 0)
    assert year.must_report is None


def test_months_that_suffice_whatever_the_others_bring_oblige_already(session, service, staff):
    enter(session, service, staff, WHOLE[:9], 12_000_000, 0, 0)
    year = senders.yearly(session, service, 2026)
    assert (year.mean_senders, year.must_report, year.over) == (None, True, None)
    enter(session, service, staff, [WHOLE[9]], 12_000_001, 0, 0)
    assert senders.yearly(session, service, 2026).over is True


def test_a_year_without_anything_says_nothing(session, service):
    year = senders.yearly(session, service, 2026)
    assert (year.months_known, year.must_report, year.over, year.forecast(Count.SENDERS)) == (0, None, None, None)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2025, date(2026, 4, 30)),  # Thursday
        (2027, date(2028, 5, 1)),  # 2028-04-30 is a Sunday, and Monday is open
    ],
)
def test_the_day_of_the_report_moves_to_the_next_open_one(session, service, year, day):
    found = senders.due(session, service, year)
    assert (found.day, found.running, found.moved) == (day, False, day.day != 30)


def test_the_day_is_that_of_the_clock_where_it_runs(session, service):
    filings.end_years(session, at=make.instant("2028-04-02T03:00+09:00"))
    found = senders.due(session, service, 2027)
    assert (found.day, found.running, found.ended) == (date(2028, 5, 1), True, False)
    filings.yearly_done(
        session,
        service,
        "sender_report",
        date(2028, 4, 20),
        "控え",
        actor="system",
        at=make.instant("2028-04-21T09:00+09:00"),
    )
    found = senders.due(session, service, 2027)
    assert (found.ended, found.done, found.running) == (True, date(2028, 4, 20), False)


def test_the_sum_of_a_publication_year_has_its_months_alone_and_waits_for_each(session, service, staff):
    year = year_of(service, 2025)  # registered in July: nine months
    enter(session, service, staff, year_months(2025)[:3], 1, 1, 1_000_000, at=make.instant("2026-04-02T09:00+09:00"))
    assert senders.times_of(session, service, year.months) == Total(None, 0, 9)
    enter(session, service, staff, year.months, 1, 1, 7, at=make.instant("2026-04-02T09:00+09:00"))
    assert senders.times_of(session, service, year.months) == Total(63, 9, 9)
    assert senders.first_month(session) == 202504


def test_a_figure_far_from_the_others_is_asked_about(session, service, staff):
    enter(session, service, staff, WHOLE[:4], 100, 100, 100)
    assert senders.odd(senders.yearly(session, service, 2026)) == []
    enter(session, service, staff, [WHOLE[4]], 1000, 150, 51)
    found = senders.odd(senders.yearly(session, service, 2026))
    assert [(one.month, one.part) for one in found] == [(WHOLE[4], Part.SENDERS)]
    assert found[0].others == 100


def test_fewer_times_than_senders_are_asked_about(session, service, staff):
    enter(session, service, staff, [202604], 100, 0, 99)
    enter(session, service, staff, [202605], 100, 0, 100)
    assert senders.fewer_times(senders.yearly(session, service, 2026)) == [202604]


def test_one_service_at_the_number_obliges_its_provider(session, service, staff):
    other = make.make_service(session, "ほか", "hoka", "HK")
    enter(session, other, staff, WHOLE, 9_000_000, 0, 0)
    assert senders.obliging(session, [service, other], 2026) == [other]


def test_a_list_is_read_by_tabs_and_commas_with_or_without_a_heading():
    wanted = {202604: (9_000_000, 1, None), 202605: (0, 2, 3)}
    for text in (
        "月\t発信者\t準ずる者\t延べ\n2026-04\t9,000,000\t1\t\n2026年5月\t0\t2\t3\n",
        'month,senders,users,times\r\n2026/4,"9,000,000",1,\r\n\r\n202605,0,2,3,,\r\n',
        "２０２６－０４,９０００００0,1\n2026/05/01,0,2,3",
    ):
        found = senders.read(text)
        assert (found.months, found.faults) == (wanted, []), text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026-04,9,000,000,1,2", "列が多すぎます"),
        ("2026-04,-1,2,3", "数が読み取れません"),
        ("2026-04,1.5,2,3", "数が読み取れません"),
        ("2026-13,1,2,3", "月が読み取れません"),
        ("合計,1,2,3", "月が読み取れません"),
        ("2026-05,1,2,3", "二度"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, says):
    found = senders.read(f"2026-05,1,2,3\n{line}")
    assert [(one.line, says in one.words) for one in found.faults] == [(2, True)]


def test_a_cell_as_long_as_a_book_is_no_table_whatever_limit_a_library_left_behind():
    limit = csv.field_size_limit(10**7)
    try:
        assert [one.line for one in senders.read("2027-05,1,2,3\n" + "x" * 140_000).faults] == [2]
    finally:
        csv.field_size_limit(limit)


def test_an_empty_cell_leaves_what_is_known_and_what_is_written_can_be_read(session, service, staff):
    enter(session, service, staff, [202604, 202605], 1, 2, 3)
    rows = senders.month_rows(session, service, 202604, 202703)
    said = senders.read("2026-04,1,,3\n2026-05,,5,\n2026-06,,,\n").months
    assert senders.changed(said, rows) == {202605: (1, 5, 3)}
    assert senders.changed(senders.read(senders.written(rows)).months, rows) == {}


def test_the_method_and_the_exclusion_have_versions_and_an_exclusion_its_reason(session, service, staff):
    def put(words, excluded, seen, why=""):
        return senders.set_method(session, service, words, excluded, seen=seen, why=why, by=staff.id, at=AT)

    put("ログインした者を数える。", None, 0)
    with pytest.raises(NotAllowed) as no:
        put("ログインした者を数える。", Exclusion.ANCILLARY, 1)
    assert no.value.about == "why"
    with pytest.raises(Conflict):
        put("別の数え方", None, 0)
    put("ログインした者を数える。", Exclusion.ANCILLARY, 1, "商品の画面に付く評価だけのため")
    newest, first = senders.methods(session, service)
    assert (newest.row.excluded, newest.why, first.row.excluded) == ("ancillary", "商品の画面に付く評価だけのため", "")
    assert senders.method(session, service).version == 2
    with pytest.raises(NotAllowed, match="算定方法を書くか"):
        put("", None, 2, "まだ決めていない")


def test_verify_names_each_row_that_is_not_what_was_recorded(on_each_engine):
    with on_each_engine.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        enter(session, service, staff, WHOLE[:2], 1, 2, 3)
        senders.set_method(session, service, "数え方", None, seen=0, by=staff.id, at=AT)
    with on_each_engine.checking() as session:
        assert list(verify(session)) == []
    with on_each_engine.writing() as session:
        session.add(SenderMonth(service_id=service.id, month=202606, version=1, senders=9, by=staff.id, at=AT))
        session.flush()
        other = make.make_service(session, "ほか", "hoka", "HK")
        session.add(SenderMonth(service_id=other.id, month=202606, version=1, senders=9, by=staff.id, at=AT))
    with on_each_engine.checking() as session:
        found = [(one.table, one.says) for one in verify(session)]
    assert found == [
        ("sendermonth", "is not what was recorded of that month"),
        ("sendermonth", "was never recorded"),
    ]


def test_no_row_can_be_edited_or_deleted(database):
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        enter(session, service, staff, [202604], 1, 2, 3)
    for statement in ("UPDATE sendermonth SET senders = 2", "DELETE FROM sendermonth"):
        with pytest.raises(Exception, match="append"), database.writing() as session:
            session.exec(sql(statement))


def test_the_reason_is_no_part_of_the_event(session, service, staff):
    enter(session, service, staff, [202604], 1, 2, 3)
    senders.enter(session, service, 202604, Figures(2, 2, 3), seen=1, why="内緒の理由", by=staff.id, at=AT)
    assert all("内緒" not in str(event.data) for event in session.exec(select(Event)))
