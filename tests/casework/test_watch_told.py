"""What else passes through the ledger of alerts: waits that are over, yearly duties, orders nobody answered, holds."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_reply import ACCEPTED
from tests.casework.test_watch import REFUSED, House, jst
from tracker.casework import criteria, decisions, filings, journal, orders
from tracker.casework.watch import digests, memos
from tracker.casework.watch.sweep import sweep
from tracker.law.facts import Fact
from tracker.models import Alert, Case, Clock, Custodian, HoldOrder, LogHold, Memo, Preference, Role, Service, Staff


@pytest.fixture
def house(session):
    """Three people and a notice in the hands of the reviewer, of which only what a test starts alerts."""
    house = House(session)
    house.clock.alert_at = None
    session.add(house.clock)
    session.flush()
    return house


@pytest.fixture
def team(session):
    """A reviewer, a lead and a manager; nothing runs."""
    return [
        make.make_staff(session, name, role)
        for name, role in (("担当", Role.REVIEWER), ("主任", Role.LEAD), ("管理", Role.MANAGER))
    ]


def told(session, *clocks: Clock) -> list[tuple[str, str]]:
    """Level and name of everybody who was told of these clocks, or of anything."""
    query = select(Alert, Staff.name).join(Staff, col(Staff.id) == col(Alert.recipient))
    if clocks:
        query = query.where(col(Alert.subject).in_([f"clock:{clock.id}" for clock in clocks]))
    return sorted((alert.level, name) for alert, name in session.exec(query))


def memo_of(session, clock: Clock, level: str) -> Memo:
    """The memo that first told of a clock at a level, as the ledger points to it."""
    query = select(Memo).join(Alert, col(Alert.memo_id) == col(Memo.id))
    found = session.exec(query.where(Alert.subject == f"clock:{clock.id}", Alert.level == level)).first()
    assert found
    return found


def clock_of(session, rule: str) -> Clock:
    return session.exec(select(Clock).where(Clock.rule == rule, col(Clock.stopped_at).is_(None))).one()


# Waits that are over


def ask_the_sender(house, item: int = 0) -> Clock:
    """The inquiry reached the sender on 28 April: seven full days end with 5 May, and 6 May is a holiday too."""
    case = house.session.get_one(Case, house.notice.case_id)
    chosen = decisions.items_of(house.session, house.notice)[item]
    at = jst("2026-04-28T11:00")
    journal.record(house.session, case, Fact.INQUIRY_RECEIVED, actor=journal.SYSTEM, at=at, items={chosen.id})
    return clock_of(house.session, "sender_wait")


def test_a_wait_that_is_over_is_told_once_to_who_has_the_case_when_the_office_opens(house):
    wait = ask_the_sender(house)
    assert wait.due_at == jst("2026-05-06T00:00")
    for at in ("2026-05-01T09:00", "2026-05-05T23:59", "2026-05-06T00:00", "2026-05-06T10:00"):
        house.sweep(at)
    assert told(house.session, wait) == []  # not before it is over, and not on a holiday
    for at in ("2026-05-07T09:00", "2026-05-07T09:05", "2026-05-08T09:00", "2026-06-01T09:00"):
        house.sweep(at)
    assert told(house.session, wait) == [("free", "担当")]
    memo = memo_of(house.session, wait, "free")
    assert memo.subject == "【使えるようになったもの】1件"
    assert "5/6(水・祝)から使えます" in memo.body and "法3条2項2号" in memo.body


def test_a_wait_never_outweighs_a_wish_not_to_be_told(house):
    """Nobody is late when a wait ends: it is no deadline."""
    wait = ask_the_sender(house)
    house.session.add(Preference(staff_id=house.reviewer.id, singles=False))
    house.session.flush()
    house.sweep("2026-05-07T09:00")
    assert told(house.session, wait) == []


def test_a_wait_that_an_objection_ended_is_told_to_nobody(house):
    wait = ask_the_sender(house)
    case = house.session.get_one(Case, house.notice.case_id)
    items = {decisions.items_of(house.session, house.notice)[0].id}
    at = jst("2026-04-30T15:00")
    journal.record(house.session, case, Fact.SENDER_OBJECTED, actor=journal.SYSTEM, at=at, items=items)
    house.sweep("2026-05-07T09:00")
    digests.morning(house.session, house.reviewer.id, at=jst("2026-05-07T08:30"))
    assert told(house.session, wait) == []


@pytest.fixture
def published(session, team):
    """Criteria published on 22 April: they may be used from 7 May, the first working day after Golden Week."""
    version = make.make_criteria(session, make.make_service(session), "2026-04-22T10:00+09:00")
    assert version.usable_from == jst("2026-05-07T00:00")
    return version


def test_criteria_that_may_be_used_are_in_the_next_digest_of_everybody_and_in_the_ledger(session, team, published):
    """Their wait is recorded as over in the night, before the office opens."""
    wait = clock_of(session, "criteria_wait")
    assert criteria.end_waits(session, at=jst("2026-05-07T00:02")) == 1
    sweep(session, at=jst("2026-05-07T09:00"))
    assert told(session, wait) == []
    for day in ("2026-05-07", "2026-05-08"):
        for one in team:
            memo = digests.morning(session, one.id, at=jst(f"{day}T08:30"))
            memos.settle(session, memo.id, ACCEPTED, at=jst(f"{day}T08:31"))
            named = "つむぎ広場 基準 第1版　基準を使えるようになるまで（法26条1項・規則17条）　5/7(木)から使えます"
            assert (named in memo.body) is (day == "2026-05-07")
    assert told(session, wait) == [("free", "主任"), ("free", "担当"), ("free", "管理")]
    assert memo_of(session, wait, "free").subject.startswith("【朝のまとめ】")


def test_a_digest_that_did_not_arrive_names_them_again_the_next_day(session, team, published):
    criteria.end_waits(session, at=jst("2026-05-07T00:02"))
    for at in ("2026-05-07T08:30", "2026-05-08T08:30"):
        memo = digests.morning(session, team[1].id, at=jst(at))
        assert "5/7(木)から使えます" in memo.body
        memos.settle(session, memo.id, REFUSED, at=jst(at))


def test_what_the_sweep_told_of_them_no_digest_repeats(session, team, published):
    """With the job of the waits asleep the sweep tells, and the ledger says so."""
    wait = clock_of(session, "criteria_wait")
    sweep(session, at=jst("2026-05-07T09:00"))
    assert told(session, wait) == [("free", "主任"), ("free", "担当")]
    criteria.end_waits(session, at=jst("2026-05-07T12:00"))
    memo = digests.morning(session, team[0].id, at=jst("2026-05-08T08:30"))
    assert "から使えます" not in memo.body


# Yearly duties


def year_ends(session, year: int) -> tuple[Clock, Clock]:
    """The report of senders and the publication of a registered service, started on 1 April."""
    make.make_service(session)
    assert filings.end_years(session, at=jst(f"{year}-04-01T00:05")) == 1
    return clock_of(session, "sender_report"), clock_of(session, "publication")


def test_the_report_of_4_30_comes_forward_over_the_holiday_and_reaches_up_as_it_grows_late(session, team):
    """30 April 2027 is a Friday; the day before it is 昭和の日, and the next working day is 6 May."""
    report, _publication = year_ends(session, 2027)
    assert report.due_at == jst("2027-05-01T00:00")
    sweep(session, at=jst("2027-04-27T17:59"))
    assert told(session) == []
    for at in ("2027-04-28T09:00", "2027-04-28T09:05", "2027-04-29T09:00"):
        sweep(session, at=jst(at))
    assert told(session, report) == [("one", "主任"), ("one", "担当")]  # nobody has it: everybody at work
    sweep(session, at=jst("2027-04-30T09:00"))
    assert ("day", "主任") in told(session, report) and ("day", "担当") in told(session, report)
    for at in ("2027-05-01T09:00", "2027-05-05T09:00"):  # closed days
        sweep(session, at=jst(at))
    assert len(told(session, report)) == 4
    sweep(session, at=jst("2027-05-06T09:00"))
    assert [one for one in told(session, report) if one[0].startswith("late")] == [
        ("late:2027-05-06", "主任"),
        ("late:2027-05-06", "担当"),
        ("late:2027-05-06", "管理"),
    ]
    body = memo_of(session, report, "one").body
    assert "つむぎ広場　平均月間発信者数等の報告（法20条3項・規則9条1項）　期限 4/30(金)" in body
    assert "/desk/filings" in body


def test_a_publication_due_on_a_sunday_is_told_on_friday(session, team):
    """31 May 2026 is a Sunday, and a publication may not come a day later: it is no filing."""
    report, publication = year_ends(session, 2026)
    assert publication.due_at == jst("2026-06-01T00:00")
    actor = journal.staff(team[1].id)
    service = session.exec(select(Service)).one()
    day = jst("2026-04-20T12:00").date()
    filings.yearly_done(session, service, report.rule, day, "受理番号 12", actor=actor, at=jst("2026-04-20T12:00"))
    at = jst("2026-05-25T09:00")
    while at < jst("2026-06-01T09:00"):  # each hour of a week
        sweep(session, at=at)
        at += timedelta(hours=1)
    assert told(session) == [("day", "主任"), ("day", "担当"), ("one", "主任"), ("one", "担当")]
    first, last = memo_of(session, publication, "one"), memo_of(session, publication, "day")
    assert (first.queued_at, last.queued_at) == (jst("2026-05-28T09:00"), jst("2026-05-29T09:00"))
    assert "期限 5/31(日)　今日が最後の営業日" in last.body and "法28条" in last.body
    sweep(session, at=jst("2026-06-01T09:00"))
    assert ("late:2026-06-01", "管理") in told(session, publication)


def test_what_was_handed_in_alerts_nobody(session, team):
    report, publication = year_ends(session, 2026)
    service = session.exec(select(Service)).one()
    at = jst("2026-04-20T12:00")
    for clock in (report, publication):
        filings.yearly_done(session, service, clock.rule, at.date(), "控え", actor="system", at=at)
    sweep(session, at=jst("2026-06-02T09:00"))
    assert told(session) == []


# Hold orders that nobody answered


@pytest.fixture
def ordered(house):
    """An order to a custodian, sent by the reviewer on Friday 8 May at ten: the office wants an answer in a day."""
    return order(house, make.make_custodian(house.session, house.service), "2026-05-08T10:00")


def order(house, custodian: Custodian, at: str) -> HoldOrder:
    holds = [hold.id for hold in make.holds_of(house.session, house.notice)]
    return orders.place(house.session, custodian, holds, by=house.reviewer.id, at=jst(at))


def test_an_order_nobody_answered_is_told_each_working_day_to_who_sent_it_until_the_answer(house, ordered):
    awaited = clock_of(house.session, "hold_answer")
    for at in ("2026-05-08T17:59", "2026-05-09T10:00", "2026-05-10T12:00"):  # a weekend
        house.sweep(at)
    assert told(house.session, awaited) == []
    for at in ("2026-05-11T09:00", "2026-05-11T09:05", "2026-05-11T15:00", "2026-05-12T09:00"):
        house.sweep(at)
    assert told(house.session, awaited) == [("passed:2026-05-11", "担当"), ("passed:2026-05-12", "担当")]
    memo = memo_of(house.session, awaited, "passed:2026-05-11")
    assert memo.subject == "【目標を過ぎたもの】1件"
    assert f"{ordered.number}　保存の依頼への回答（事務所の目標）" in memo.body
    at = jst("2026-05-12T11:00")
    orders.answer(house.session, ordered, missing=(), words="基盤部 佐伯", actor=journal.CUSTODIAN, at=at)
    house.sweep("2026-05-13T09:00")
    assert len(told(house.session, awaited)) == 2


def test_an_order_that_was_taken_back_is_told_to_nobody(house, ordered):
    orders.withdraw(house.session, ordered, reason="保管者を間違えた", by=house.reviewer.id, at=jst("2026-05-08T12:00"))
    house.sweep("2026-05-11T09:00")
    assert told(house.session) == []


# Holds that end


def ends(session) -> list[tuple[str, str]]:
    """Whom the ledger names for holds, and the level."""
    query = select(Alert, Staff.name).join(Staff, col(Staff.id) == col(Alert.recipient))
    query = query.where(col(Alert.subject).startswith("hold:"))
    return sorted((name, alert.level) for alert, name in session.exec(query))


def test_a_hold_that_ends_is_in_the_digests_of_the_working_days_before_and_once_in_the_ledger(house):
    """The notice of 28 April flags the logs until the end of 28 July 2026, a Tuesday."""
    [hold] = house.session.exec(select(LogHold)).all()
    assert hold.until_at == jst("2026-07-29T00:00")
    line = f"・{house.notice.number}　7/28(火)　目印　電気通信個人情報ガイドライン38条1項解説"
    named = {}
    for day in ("2026-07-22", "2026-07-23", "2026-07-24", "2026-07-27", "2026-07-28", "2026-07-29"):
        memo = digests.morning(house.session, house.reviewer.id, at=jst(f"{day}T08:30"))
        assert digests.morning(house.session, house.reviewer.id, at=jst(f"{day}T08:35")) is None
        named[day] = memo.body.count(line)
    assert named == {
        "2026-07-22": 0, "2026-07-23": 1, "2026-07-24": 1, "2026-07-27": 1, "2026-07-28": 1, "2026-07-29": 0,
    }  # fmt: skip
    assert ends(house.session) == [("担当", "ends")]
    [entry] = house.session.exec(select(Alert).where(Alert.subject == f"hold:{hold.id}")).all()
    assert house.session.get_one(Memo, entry.memo_id).key.startswith("morning:2026-07-23:")


def test_leads_and_managers_read_of_every_hold_and_others_of_their_own_and_nobody_s(house):
    other = make.make_staff(house.session, "別の人", Role.REVIEWER)
    for one in (house.reviewer, house.lead, house.manager, other):
        memo = digests.morning(house.session, one.id, at=jst("2026-07-28T08:30"))
        assert ("7/28(火)　目印" in memo.body) is (one is not other)
    assert ends(house.session) == [("主任", "ends"), ("担当", "ends"), ("管理", "ends")]


def test_a_hold_that_was_released_is_not_named(house):
    [hold] = house.session.exec(select(LogHold)).all()
    case = house.session.get_one(Case, house.notice.case_id)
    journal.record(house.session, case, Fact.NOTICE_WITHDRAWN, actor=journal.CLAIMANT, at=jst("2026-07-20T10:00"))
    assert hold.released_at
    memo = digests.morning(house.session, house.reviewer.id, at=jst("2026-07-28T08:30"))
    assert "目印" not in memo.body and ends(house.session) == []
