"""Mail that the relay refuses, and nobody else to tell: it comes again, and never falls into the ledger in silence."""

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_reply import ACCEPTED
from tests.casework.test_watch import REFUSED, House, jst
from tracker.casework import delivery
from tracker.casework.watch import board, health, memos
from tracker.casework.watch.fates import Fate
from tracker.casework.watch.lost import tell_lost
from tracker.casework.watch.people import replaced, unreached
from tracker.models import Alert, Case, Clock, Letter, Memo


@pytest.fixture
def alone(session):
    """One reviewer is the whole team."""
    house = House(session)
    for one in (house.lead, house.manager):
        one.active = False
        session.add(one)
    session.flush()
    return house


def refuse(house, at: str) -> int:
    """The relay says 550 to whatever waits; how many that were."""
    waiting = house.session.exec(select(Memo.id).where(col(Memo.ended_at).is_(None))).all()
    for id in waiting:
        memos.settle(house.session, id, REFUSED, at=jst(at))
    return len(waiting)


def levels(house) -> list[str]:
    return list(house.session.exec(select(Alert.level).order_by(col(Alert.raised_at))))


def make_fast(house) -> None:
    """An urgent case: told at once, and its next rung is days away."""
    case = house.session.get_one(Case, house.notice.case_id)
    case.fast = True
    house.session.add(case)
    house.session.flush()


def test_what_nobody_received_comes_again_on_each_working_day(alone):
    make_fast(alone)
    alone.sweep("2026-04-28T09:20")
    assert levels(alone) == ["fast"] and refuse(alone, "2026-04-28T09:21") == 1
    alone.sweep("2026-04-28T09:25")  # the same day brings nothing more
    alone.sweep("2026-04-28T17:59")
    assert levels(alone) == ["fast"]
    alone.sweep("2026-04-29T09:00")  # a holiday
    assert levels(alone) == ["fast"]
    alone.sweep("2026-04-30T09:00")
    assert levels(alone) == ["fast", "one"]  # the next rung, which comes on that day anyway


def test_a_level_without_a_next_rung_of_its_own_comes_again_under_its_day(alone, session):
    """Fast and far from its end: the rung before the last working day is days away."""
    make_fast(alone)
    far = make.make_notice(session, alone.service, "2026-04-20T10:00+09:00")
    clock = session.exec(select(Clock).where(Clock.case_id == far.case_id, Clock.rule == "reply")).one()
    for other in session.exec(select(Clock).where(Clock.id != clock.id)):
        other.alert_at = None
        session.add(other)
    case = session.get_one(Case, far.case_id)
    case.fast, case.assigned_to = True, alone.reviewer.id
    session.add(case)
    session.flush()
    for morning, expected in (
        ("2026-04-20T10:05", ["fast"]),
        ("2026-04-21T09:00", ["fast", "fast:2026-04-21"]),
        ("2026-04-22T09:00", ["fast", "fast:2026-04-21", "fast:2026-04-22"]),
    ):
        alone.sweep(morning)
        assert levels(alone) == expected
        assert refuse(alone, morning) == 1
        alone.sweep(morning)  # again at once: tomorrow
        assert levels(alone) == expected
    session.refresh(clock)
    assert clock.alert_at == jst("2026-04-23T09:00")
    alone.sweep("2026-04-23T09:00")
    for memo in session.exec(select(Memo).where(col(Memo.ended_at).is_(None))):
        memos.settle(session, memo.id, ACCEPTED, at=jst("2026-04-23T09:01"))
    alone.sweep("2026-04-23T17:00")  # what was taken is not said again; the next rung is
    assert levels(alone)[3:] == ["fast:2026-04-23"]
    alone.sweep("2026-04-24T09:00")
    assert levels(alone)[3:] == ["fast:2026-04-23", "one"]


def test_the_desk_says_who_could_not_be_reached_until_a_memo_is_taken(alone, session):
    alone.sweep("2026-04-30T09:00")
    refuse(alone, "2026-04-30T09:01")
    assert unreached(session) == {alone.reviewer.id} and replaced(session) == set()
    assert list(health.deaf_roles(session).values()) == [[alone.reviewer.name]]
    [entry] = board.of_clocks(session, [alone.clock.id], at=jst("2026-04-30T09:02")).values()
    assert [(told.name, told.fate) for told in entry.told] == [(alone.reviewer.name, Fate.REFUSED)]
    alone.sweep("2026-05-01T09:00")
    for memo in session.exec(select(Memo).where(col(Memo.ended_at).is_(None))):
        memos.settle(session, memo.id, ACCEPTED, at=jst("2026-05-01T09:01"))
    assert unreached(session) == set() and health.deaf_roles(session) == {}


def test_somebody_else_who_can_be_reached_is_told_once_and_not_every_day(house_of_two):
    house = house_of_two
    house.sweep("2026-04-30T09:00")
    refuse(house, "2026-04-30T09:01")
    house.sweep("2026-04-30T09:05")
    assert sorted(house.told()) == [("one", "lead"), ("one", "reviewer")]
    assert replaced(house.session) == {house.reviewer.id}


@pytest.fixture
def house_of_two(session):
    return House(session)


def test_a_letter_that_came_back_is_told_again_too(alone, session):
    lost = session.exec(select(Letter)).first()
    delivery.settle(session, lost.id, REFUSED, at=jst("2026-04-28T10:00"))
    assert tell_lost(session, at=jst("2026-04-28T10:05")) == 1
    assert refuse(alone, "2026-04-28T10:06") == 1
    assert tell_lost(session, at=jst("2026-04-28T10:10")) == 0
    assert tell_lost(session, at=jst("2026-04-30T09:00")) == 1  # the 29th is a holiday
    for memo in session.exec(select(Memo).where(col(Memo.ended_at).is_(None))):
        memos.settle(session, memo.id, ACCEPTED, at=jst("2026-04-30T09:01"))
    assert tell_lost(session, at=jst("2026-05-01T09:00")) == 0
    assert [level for level in levels(alone) if level.startswith("back")] == ["back", "back:2026-04-30"]
