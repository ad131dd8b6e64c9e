"""The night's orders to erase, killed at every write: nothing is lost, and no custodian is told twice."""

import signal
import sqlite3
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.sample_custodian import sample_custodian
from tests.stories.test_custodian_loop import AT, World, build
from tracker.casework import orders
from tracker.casework.orders import answers as order_answers
from tracker.casework.verify import verify
from tracker.jobs.custody import carry_orders, order_erasures
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.models import Clock, Event, HoldOrder, LineAnswer, OrderKind

NIGHT = make.instant("2026-08-03T00:20+09:00")
MOMENTS = 37  # writes and commits of a run: at each of them a machine may lose its power
NEXT = NIGHT + timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, tmp_path):
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url, webhook_local=True)


@pytest.fixture
def world(settings, tmp_path):
    """A custodian that keeps the logs of a notice for us, until the night in which that ends."""
    database = open_database(settings)
    port, secret = build(database, tmp_path)
    with sample_custodian(tmp_path / "custodian", secret) as sample:
        sample.port = port
        sample.now(AT)
        sample.start()
        world = World(database, sample, secret)
        world.order()
        world.carry()
        sample.now(NIGHT)
        yield world
    database.dispose()


def erase_orders(world) -> list[HoldOrder]:
    with world.database.reading() as session:
        return list(session.exec(select(HoldOrder).where(HoldOrder.kind == OrderKind.ERASE)).all())


def erasures(world) -> int:
    """How often the custodian erased."""
    with sqlite3.connect(world.sample.database) as logs:
        [[n]] = logs.execute("SELECT count(*) FROM erasure").fetchall()
    logs.close()
    return n


def night(world, at) -> None:
    world.sample.now(at)
    order_erasures(world.database, lambda: at)
    carry_orders(world.database, lambda: at)


def whole(world) -> None:
    """One order, one proof, one fact of each, and the target is met."""
    [order] = erase_orders(world)
    with world.database.reading() as session:
        [said] = order_answers.said_of(session, session.get_one(HoldOrder, order.id)).values()
        facts = session.exec(select(Event.fact).where(Event.case_id == order.case_id)).all()
        clocks = session.exec(select(Clock).where(Clock.case_id == order.case_id)).all()
        assert list(verify(session)) == []
    assert said.answer is LineAnswer.ERASED and said.proof is not None
    for fact in (Fact.HOLD_ORDERED, Fact.RETENTION_ENDED, Fact.HOLD_ACKNOWLEDGED, Fact.LOGS_ERASED):
        assert facts.count(fact) == 1
    assert {clock.rule: clock.stopped_at is not None for clock in clocks} == {"hold_answer": True, "erasure": True}
    assert erasures(world) == 1


def writes(settings, world) -> int:
    """How many moments a run has, found by a run that nobody kills."""
    child = children.start("erase.py", settings, NIGHT.isoformat())
    children.go(child)
    said = child.said()
    assert said.startswith("wrote ")
    return int(said.split()[1])


def test_a_run_that_nobody_kills_orders_erases_and_proves_in_one_night(settings, world):
    assert writes(settings, world) >= MOMENTS
    whole(world)


@pytest.mark.parametrize("last", range(1, MOMENTS + 1, 3))
def test_killed_at_any_write_the_next_night_ends_what_was_begun(settings, world, last):
    child = children.start("erase.py", settings, NIGHT.isoformat(), str(last))
    children.go(child)
    assert child.wait(60) == -signal.SIGKILL
    assert len(erase_orders(world)) <= 1 and erasures(world) <= 1
    with world.database.reading() as session:
        assert list(verify(session)) == []
    night(world, NIGHT + outbox.CLAIM + timedelta(minutes=1))
    night(world, NEXT)
    whole(world)


def test_two_workers_killed_one_after_another_while_a_third_works(settings, world):
    killed = [children.start("erase.py", settings, NIGHT.isoformat(), str(last)) for last in (9, 17)]
    third = children.start("erase.py", settings, NIGHT.isoformat())
    children.go(*killed, third)
    assert [child.wait(60) for child in (*killed, third)][2] == 0
    night(world, NIGHT + outbox.CLAIM + timedelta(minutes=1))
    whole(world)


def test_a_custodian_that_is_away_for_a_week_of_nights_gets_one_order(settings, world):
    world.sample.stop()
    for days in range(7):
        night(world, NIGHT + timedelta(days=days))
    [order] = erase_orders(world)
    with world.database.reading() as session:
        assert len(orders.order_lines(session, session.get_one(HoldOrder, order.id))) == 1
        [clock] = session.exec(select(Clock).where(Clock.case_id == order.case_id, Clock.rule == "erasure")).all()
    assert clock.stopped_at is None and clock.target_at == make.instant("2026-08-09T00:00+09:00")
    world.sample.start()
    night(world, NIGHT + timedelta(days=7))
    whole(world)
