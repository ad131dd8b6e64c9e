"""The night watch: rungs in working days, one memo a person, newest level only, nobody forgotten, nothing twice."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_reply import ACCEPTED
from tracker.casework import NotAllowed, calendars, delivery, investigation
from tracker.casework.watch import answers, digests, health, memos
from tracker.casework.watch.lost import tell_lost
from tracker.casework.watch.people import people
from tracker.casework.watch.rungs import days_left, newest, rungs
from tracker.casework.watch.sweep import NobodyToTell, sweep
from tracker.casework.watch.words import Line
from tracker.closed_days import working_calendar
from tracker.jobs import JOBS
from tracker.jobs.engine import waiting
from tracker.law.clocks import REPLY, Bound
from tracker.law.editions import edition
from tracker.law.grounds import Force
from tracker.law.hours import Hours
from tracker.letters.transport import Answer
from tracker.models import Alert, Case, Clock, JobRun, Letter, Memo, MemoKind, Preference, Role, StaffDay

CALENDAR = working_calendar()
HOURS = Hours(time(9), time(18))
REFUSED = Answer(False, 550, "smtp", "5.1.1")
TRY_LATER = Answer(False, 451, "smtp", "4.3.0")


def jst(text: str) -> datetime:
    return make.instant(f"{text}+09:00")


def ladder(end: str, *, fast: bool = False, most: int = 6) -> list[tuple[str, str]]:
    """The first rungs of a reply that ends at `end`, as level and Japanese time."""
    found = rungs(REPLY, jst("2026-04-20T10:00"), jst(end), HOURS, CALENDAR, fast=fast)
    return [
        (rung.level, rung.at.astimezone(HOURS.open_at(date(2026, 1, 1)).tzinfo).strftime("%m-%d %H:%M"))
        for rung, _n in zip(found, range(most), strict=False)
    ]


def test_rungs_come_forward_over_golden_week():
    """Due on 5 May 2026, a holiday: the last working day is 1 May."""
    assert ladder("2026-05-06T00:00") == [
        ("one", "04-30 09:00"),
        ("day", "05-01 09:00"),
        ("late:2026-05-07", "05-07 09:00"),
        ("late:2026-05-08", "05-08 09:00"),
        ("late:2026-05-11", "05-11 09:00"),
        ("late:2026-05-12", "05-12 09:00"),
    ]


def test_rungs_come_forward_over_the_new_year():
    assert ladder("2027-01-03T00:00", most=3) == [
        ("one", "12-25 09:00"),
        ("day", "12-28 09:00"),
        ("late:2027-01-04", "01-04 09:00"),
    ]


def test_the_fast_lane_is_told_at_once_at_any_hour():
    assert ladder("2026-04-28T00:00", fast=True, most=3) == [
        ("fast", "04-20 10:00"),
        ("one", "04-24 09:00"),
        ("day", "04-27 09:00"),
    ]


def test_of_many_rungs_passed_only_the_newest_is_due():
    found = rungs(REPLY, jst("2026-04-20T10:00"), jst("2026-04-28T00:00"), HOURS, CALENDAR, fast=False)
    due, after = newest(found, jst("2026-05-08T12:00"))
    assert (due.level, after.level) == ("late:2026-05-08", "late:2026-05-11")


@pytest.mark.parametrize(
    ("today", "last", "left"),
    [("2026-05-01", "2026-05-01", 0), ("2026-04-28", "2026-05-01", 2), ("2026-05-07", "2026-05-01", -1)],
)
def test_days_are_counted_in_working_days(today, last, left):
    assert days_left(date.fromisoformat(today), date.fromisoformat(last), CALENDAR) == left


class Row:
    """A claimed clock of a notice that nothing binds."""

    number, order, name, kind, force, article = (
        "TP-2026-000004",
        None,
        "つむぎ写真帳",
        None,
        Force.VOLUNTARY,
        "法25条1項",
    )
    paper, secret = None, False


class House:
    """A service, a team of three, one notice received on 28 April 2026: its reply is due by the end of 5 May."""

    def __init__(self, session) -> None:
        self.session = session
        self.reviewer = make.make_staff(session, "担当", Role.REVIEWER)
        self.lead = make.make_staff(session, "主任", Role.LEAD)
        self.manager = make.make_staff(session, "管理", Role.MANAGER)
        self.service = make.make_service(session)
        self.notice = make.make_notice(session, self.service)
        case = session.get_one(Case, self.notice.case_id)
        case.assigned_to = self.reviewer.id
        session.add(case)
        session.flush()
        self.clock = session.exec(select(Clock).where(Clock.rule == "reply")).one()
        for other in session.exec(select(Clock).where(Clock.rule != "reply")):
            other.alert_at = None
            session.add(other)
        session.flush()

    def sweep(self, at: str):
        return sweep(self.session, at=jst(at))

    def told(self) -> list[tuple[str, str]]:
        """Level and name of everybody who was told."""
        names = {self.reviewer.id: "reviewer", self.lead.id: "lead", self.manager.id: "manager"}
        rows = self.session.exec(select(Alert).order_by(col(Alert.raised_at)))
        return [(row.level, names[row.recipient]) for row in rows]

    def memos(self, **values) -> list[Memo]:
        query = select(Memo).order_by(col(Memo.queued_at))
        return [m for m in self.session.exec(query) if all(getattr(m, k) == v for k, v in values.items())]


@pytest.fixture
def house(session):
    return House(session)


def test_each_level_is_told_once_and_reaches_up_as_it_grows_late(house):
    house.sweep("2026-04-28T10:00")
    assert house.told() == []
    for at in ("2026-04-30T09:00", "2026-04-30T09:05", "2026-05-01T09:00", "2026-05-01T17:00", "2026-05-07T09:00"):
        house.sweep(at)
    assert house.told() == [
        ("one", "reviewer"),
        ("day", "reviewer"),
        ("day", "lead"),
        ("late:2026-05-07", "reviewer"),
        ("late:2026-05-07", "lead"),
        ("late:2026-05-07", "manager"),
    ]
    assert house.memos()[0].subject.startswith("【期限が近いもの】1件")
    assert "最後の営業日 5/1(金)" in house.memos()[0].body and house.notice.number in house.memos()[0].body


def test_a_week_of_down_time_brings_the_newest_level_only(house):
    house.sweep("2026-05-12T09:30")
    assert {level for level, _who in house.told()} == {"late:2026-05-12"}
    assert len(house.memos()) == 3


def test_a_clock_set_back_tells_nothing_twice(house):
    house.sweep("2026-05-07T09:00")
    before = house.told()
    house.clock.alert_at = jst("2026-05-01T09:00")
    house.session.add(house.clock)
    house.sweep("2026-05-07T09:00")
    house.sweep("2026-05-06T10:00")
    assert house.told() == before


def test_nothing_is_sent_at_night_that_can_wait_for_the_morning(house):
    house.sweep("2026-04-30T20:00")
    assert house.told() == []
    house.sweep("2026-05-01T09:00")
    assert house.told() == [("day", "reviewer"), ("day", "lead")]


def test_what_ends_before_the_next_opening_is_sent_at_night(house):
    house.sweep("2026-05-05T22:00")
    assert house.told() == [("day", "reviewer"), ("day", "lead")]


def test_a_case_that_nobody_has_is_told_to_everybody_at_work(house):
    case = house.session.get_one(Case, house.notice.case_id)
    case.assigned_to = None
    house.session.add(case)
    house.sweep("2026-04-30T09:00")
    assert sorted(house.told()) == [("one", "lead"), ("one", "reviewer")]


def test_one_memo_a_person_tells_of_everything(house):
    for _n in range(40):
        make.make_notice(house.session, house.service)
    house.session.flush()
    done = house.sweep("2026-05-01T10:00")
    assert done.claimed > 40
    assert {memo.staff_id for memo in house.memos()} == {house.reviewer.id, house.lead.id}
    assert all("ほかに" in memo.body for memo in house.memos(staff_id=house.lead.id))


def test_a_wish_not_to_be_told_never_removes_the_last_recipient(house):
    for one in (house.reviewer, house.lead):
        house.session.add(Preference(staff_id=one.id, singles=False))
    house.session.flush()
    house.sweep("2026-04-30T09:00")
    assert house.told() == [("one", "reviewer")]


def test_nor_where_a_duty_has_only_a_target_of_the_office(house):
    """遅滞なく: no day stands in the law, and it is a duty all the same. What is only an effort may be silenced."""
    for one in (house.reviewer, house.lead, house.manager):
        house.session.add(Preference(staff_id=one.id, singles=False))
    house.session.flush()
    team = people(house.session, jst("2026-05-07T09:00"))
    assert team.told("passed", house.reviewer.id, statutory=False) == []
    prompt = house.session.exec(select(Clock).where(col(Clock.target_at).is_not(None))).first()
    prompt.alert_at, house.clock.alert_at = prompt.started_at, None
    house.session.add_all([prompt, house.clock])
    assert edition(prompt.edition).clock(prompt.rule).bound is Bound.PROMPTLY and prompt.force is Force.DUTY
    house.sweep("2026-05-07T09:00")
    assert [(level.partition(":")[0], who) for level, who in house.told()] == [("passed", "reviewer")]


def test_one_person_s_wish_silences_nobody_else(house):
    house.session.add(Preference(staff_id=house.reviewer.id, singles=False))
    house.session.flush()
    house.sweep("2026-05-01T09:00")
    assert house.told() == [("day", "lead")]


def test_who_has_it_is_told_and_the_others_are_not(house):
    other = make.make_staff(house.session, "別の人", Role.REVIEWER)
    answers.take(house.session, house.clock.id, by=other.id, at=jst("2026-04-29T10:00"))
    house.sweep("2026-04-30T09:00")
    assert house.session.exec(select(Alert.recipient)).all() == [other.id]


def test_what_is_late_nags_each_working_day_until_somebody_takes_it(house):
    house.sweep("2026-05-07T09:00")
    answers.take(house.session, house.clock.id, by=house.lead.id, at=jst("2026-05-07T11:00"))
    house.sweep("2026-05-08T09:00")
    house.sweep("2026-05-11T09:00")
    assert {level for level, _who in house.told()} == {"late:2026-05-07"}


def test_an_alert_rests_until_the_last_working_day_and_no_longer(house):
    with pytest.raises(NotAllowed, match="最後の営業日の前まで"):
        answers.take(
            house.session,
            house.clock.id,
            quiet_until=jst("2026-05-01T12:00"),
            by=house.lead.id,
            at=jst("2026-04-28T12:00"),
        )
    answers.take(
        house.session, house.clock.id, quiet_until=jst("2026-05-01T09:00"), by=house.lead.id, at=jst("2026-04-28T12:00")
    )
    house.sweep("2026-04-30T09:00")
    assert house.told() == []
    house.sweep("2026-05-01T09:00")
    assert ("day", "lead") in house.told()


def test_a_refused_address_brings_the_alert_to_somebody_else(house):
    house.sweep("2026-04-30T09:00")
    [memo] = house.memos()
    memos.settle(house.session, memo.id, REFUSED, at=jst("2026-04-30T09:01"))
    house.sweep("2026-04-30T09:05")
    assert ("one", "lead") in house.told()


def test_a_temporary_failure_changes_nothing_but_the_time_of_the_next_attempt(house):
    house.sweep("2026-04-30T09:00")
    [memo] = house.memos()
    at = jst("2026-04-30T09:00")
    parcel = memos.claim(house.session, memo.id, at)
    assert parcel.to == house.reviewer.email
    memos.settle(house.session, memo.id, TRY_LATER, at=at)
    house.session.refresh(memo)
    assert (memo.ended_at, memo.try_at) == (None, at + timedelta(minutes=1))
    assert memos.due(house.session, at) == [] and memos.due(house.session, memo.try_at) == [memo.id]


def test_an_older_memo_that_still_waits_is_said_by_the_newer_one(house):
    house.sweep("2026-04-30T09:00")
    house.sweep("2026-05-01T09:00")
    old, *new = house.memos(staff_id=house.reviewer.id)
    assert old.cancelled_at and len(new) == 1 and new[0].subject.startswith("【今日が最後の営業日】1件")


def test_a_team_without_anybody_is_a_failure_and_no_alert_is_lost(house):
    for one in (house.reviewer, house.lead, house.manager):
        one.active = False
        house.session.add(one)
    house.session.flush()
    with pytest.raises(NobodyToTell):
        house.sweep("2026-04-30T09:00")


def test_a_recipient_who_left_is_replaced(house):
    house.sweep("2026-04-30T09:00")
    [memo] = house.memos()
    house.reviewer.active = False
    house.session.add(house.reviewer)
    house.session.flush()
    assert memos.claim(house.session, memo.id, jst("2026-04-30T09:01")) is None
    house.sweep("2026-04-30T09:05")
    assert ("one", "lead") in house.told()


def test_the_morning_says_so_also_when_there_is_nothing(session):
    lead = make.make_staff(session, "主任", Role.LEAD)
    memo = digests.morning(session, lead.id, at=jst("2026-05-07T08:30"))
    assert memo.subject == "【朝のまとめ】超過0件　今日0件　3営業日以内0件"
    assert "最後の見回り" in memo.body
    assert digests.morning(session, lead.id, at=jst("2026-05-07T10:00")) is None


def test_the_morning_of_golden_week_names_what_must_be_done_before_it(house):
    at = jst("2026-04-28T08:30")
    memo = digests.morning(house.session, house.reviewer.id, at=at)
    assert "3営業日以内1件" in memo.subject and "5/5(火・祝)" in memo.body
    levels = house.session.exec(select(Alert.level).where(Alert.memo_id == memo.id)).all()
    assert levels == ["left:2"]
    memos.settle(house.session, memo.id, ACCEPTED, at=at)
    assert digests.team(house.session, jst("2026-05-04T08:30")) == []  # a holiday
    late = digests.morning(house.session, house.manager.id, at=jst("2026-05-07T08:30"))
    assert late.subject.startswith("【朝のまとめ】超過1件")


def test_managers_read_the_week_on_its_first_working_day(house):
    assert digests.weekly(house.session, house.manager.id, at=jst("2026-05-04T08:35")) is None  # a holiday
    memo = digests.weekly(house.session, house.manager.id, at=jst("2026-05-07T08:35"))
    assert memo.kind is MemoKind.WEEKLY and "受付1件" in memo.subject
    assert digests.weekly(house.session, house.manager.id, at=jst("2026-05-08T08:35")) is None  # once a week
    assert digests.weekly(house.session, house.lead.id, at=jst("2026-05-07T08:35")) is None


def test_a_year_of_mornings_brings_each_level_once(house):
    at = jst("2026-04-28T09:00")
    for _day in range(365):
        sweep(house.session, at=at)
        digests.morning(house.session, house.reviewer.id, at=at)
        at += timedelta(days=1)
    told = [(level, who) for level, who in house.told() if who == "reviewer" and level.startswith("late")]
    assert len(told) == len(set(told)) > 200


def test_a_letter_that_came_back_is_told_once_to_who_has_the_case(house):
    at = jst("2026-04-29T10:00")  # a holiday
    lost = house.session.exec(select(Letter)).first()
    delivery.settle(house.session, lost.id, REFUSED, at=at)
    assert tell_lost(house.session, at=at) == 0
    morning = jst("2026-04-30T09:00")
    assert (tell_lost(house.session, at=morning), tell_lost(house.session, at=morning)) == (1, 0)
    [memo] = [one for one in house.memos() if "届かなかった" in one.subject]
    assert memo.staff_id == house.reviewer.id and house.notice.number in memo.body
    assert "akari" not in memo.body


def test_what_is_taken_late_went_up_once_and_nags_again_after_a_week(house):
    answers.take(house.session, house.clock.id, by=house.reviewer.id, at=jst("2026-05-06T09:05"))
    house.sweep("2026-05-07T09:00")
    assert sorted(house.told()) == [("late:2026-05-07", "lead"), ("late:2026-05-07", "manager")]
    house.sweep("2026-05-08T09:00")
    assert len(house.told()) == 2
    house.sweep("2026-05-14T09:00")
    assert ("late:2026-05-14", "reviewer") in house.told()


def test_an_answer_of_somebody_who_left_counts_for_nothing(house):
    other = make.make_staff(house.session, "辞めた人", Role.REVIEWER)
    answers.take(house.session, house.clock.id, by=other.id, at=jst("2026-04-29T10:00"))
    other.active = False
    house.session.add(other)
    house.session.flush()
    house.sweep("2026-04-30T09:00")
    assert house.told() == [("one", "reviewer")]


def test_leads_read_along_of_what_somebody_has_who_is_off_today(house):
    house.session.add(StaffDay(staff_id=house.reviewer.id, day=date(2026, 4, 30), working=False))
    house.session.flush()
    house.sweep("2026-04-30T09:00")
    assert sorted(house.told()) == [("one", "lead"), ("one", "reviewer")]


def test_a_day_kept_without_a_duty_is_never_called_late(house):
    row = Line(0, jst("2026-05-06T00:00"), "clock:x", "late", Row(), REPLY, jst("2026-05-07T09:00"), house.session)
    assert row.heading == "goal"
    assert "法25条" not in row.text and "超過" not in row.text


def test_the_morning_leaves_no_duty_out_and_says_by_how_many_days_each_is_late(house):
    numbers = {make.make_notice(house.session, house.service).number for _n in range(17)}
    memo = digests.morning(house.session, house.lead.id, at=jst("2026-05-07T08:45"))
    assert all(number in memo.body for number in numbers)
    assert memo.body.count("　2日超過") == 18
    assert "/desk/\n" in memo.body


def test_the_morning_names_who_was_given_the_case_and_not_who_took_its_alert_before(house):
    other = make.make_staff(house.session, "後任", Role.REVIEWER)
    answers.take(house.session, house.clock.id, by=house.reviewer.id, at=jst("2026-04-28T09:10"))
    investigation.assign(house.session, house.notice, other.id, by=house.lead.id, at=jst("2026-04-28T09:20"))
    memo = digests.morning(house.session, house.lead.id, at=jst("2026-04-30T08:45"))
    assert "（担当: 後任）" in memo.body and "（担当: 担当）" not in memo.body


def test_a_subject_that_leads_with_what_is_late_names_what_is_due_today_too(house):
    house.sweep("2026-05-01T09:00")
    later = make.make_notice(house.session, house.service, "2026-05-01T10:00+09:00")
    case = house.session.get_one(Case, later.case_id)
    case.assigned_to = house.reviewer.id
    house.session.add(case)
    house.session.flush()
    house.sweep("2026-05-08T09:00")
    memo = house.session.exec(
        select(Memo).where(Memo.staff_id == house.reviewer.id).order_by(col(Memo.queued_at).desc())
    ).first()
    assert memo.subject.startswith("【期限超過】1件【今日が最後の営業日】1件")
    assert "期限 5/8(金)　今日が最後の営業日" in memo.body


def test_a_second_run_on_one_morning_leaves_the_digest_as_it_is(house):
    at = jst("2026-05-07T08:30")
    memo = digests.morning(house.session, house.reviewer.id, at=at)
    assert digests.morning(house.session, house.reviewer.id, at=at) is None
    house.session.refresh(memo)
    assert memo.cancelled_at is None


def test_nothing_is_digested_in_the_night_and_the_week_is_not_lost_with_its_monday(house):
    assert digests.team(house.session, jst("2026-05-07T00:10")) == []
    assert len(digests.team(house.session, jst("2026-05-07T15:00"))) == 3
    memo = digests.weekly(house.session, house.manager.id, at=jst("2026-05-15T15:00"))
    assert "期限が来た1件のうち期限内0件" in memo.body and "いま超過中1件" in memo.body


def test_a_clock_set_back_makes_no_job_fresh_and_stops_none(database):
    ahead = jst("2026-05-07T15:00")
    with database.writing() as session:
        for job in JOBS:
            session.add(JobRun(name=job.name, started_at=ahead, succeeded_at=ahead))
    assert {job.name for job in waiting(database, jst("2026-05-07T09:00"))} == {job.name for job in JOBS}
    with database.reading() as session:
        session.info["watch"] = {job.name: (job.label, job.fresh) for job in JOBS}
        assert not any(state.fresh for state in health.states(session, jst("2026-05-07T09:00")).values())


def test_who_is_given_a_case_on_its_last_day_is_told_too_and_an_older_answer_is_over(house):
    other = make.make_staff(house.session, "代わりの人", Role.REVIEWER)
    answers.take(house.session, house.clock.id, by=house.lead.id, at=jst("2026-04-29T10:00"))
    house.sweep("2026-05-01T09:00")
    assert house.told() == [("day", "lead")]
    investigation.assign(house.session, house.notice, other.id, by=house.lead.id, at=jst("2026-05-01T11:00"))
    house.sweep("2026-05-01T11:05")
    assert {row.recipient for row in house.session.exec(select(Alert))} == {house.lead.id, other.id}


def test_a_calendar_taken_into_use_brings_alerts_forward_and_moves_no_date(house):
    house.sweep("2026-04-28T09:30")
    due = house.clock.due_at
    calendar = house.session.info["calendar"]
    closed = {date(2026, 4, 30): "臨時の休み", date(2026, 5, 1): "臨時の休み"}
    calendars.accept(
        house.session, replace(calendar, holidays=calendar.holidays | closed), source="官報", by=None,
        at=jst("2026-04-28T10:00"),
    )  # fmt: skip
    house.sweep("2026-04-28T10:05")
    assert ("day", "reviewer") in house.told()  # 28 April is the last working day now
    house.session.refresh(house.clock)
    assert house.clock.due_at == due
