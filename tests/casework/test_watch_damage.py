"""Damaged rows under the night watch: the one clock is named and set aside, everybody is told of all others."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from tests import make
from tests.casework.test_watch import REFUSED, House, jst
from tracker.casework.watch import digests, memos
from tracker.jobs import JOBS, tasks
from tracker.models import Alert, Clock, JobRun, Memo, Notice

[ALERTS] = [job for job in JOBS if job.name == "alerts"]
DAY = jst("2026-05-01T09:00")  # the last working day of every reply here

DAMAGES = {
    "an unknown rule": "update clock set rule = 'no-such-rule' where id = :id",
    "an unknown edition": "update clock set edition = 'no-such-edition' where id = :id",
    "an unknown force": "update clock set force = 'no-such-force' where id = :id",
    "an unknown kind of case": """
        update "case" set kind = 'no-such-kind' where id = (select case_id from clock where id = :id)
    """,
}
ON_SQLITE = {"no date": "update clock set due_at = 'soon' where id = :id"}


@pytest.fixture
def database(on_each_engine):
    return on_each_engine


@pytest.fixture
def replies(database):
    """The replies of three notices, which a reviewer and a lead are told of on their last working day."""
    with database.writing() as session:
        house = House(session)
        for _n in range(2):
            make.make_notice(session, house.service)
        session.flush()
        for clock in session.exec(select(Clock).where(Clock.rule != "reply")):
            clock.alert_at = None
            session.add(clock)
        session.flush()
        return list(session.exec(select(Clock.id).where(Clock.rule == "reply").order_by(col(Clock.id))))


def damage(database, how: str, id) -> None:
    """As a disk or a hand at the database would: the guards of the product do not see it."""
    sqlite = database.writer.dialect.name == "sqlite"
    with database.writer.begin() as connection:
        connection.execute(text(f"drop trigger if exists clock_fixed{'' if sqlite else ' on clock'}"))
        done = connection.execute(text(how), {"id": id.hex if sqlite else id})
        assert done.rowcount == 1


def sweep(database, at) -> bool:
    return tasks.run(database, ALERTS.name, ALERTS.work, lambda: at)


def subjects(database) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(Alert.subject)))


@pytest.mark.parametrize("how", DAMAGES)
def test_one_damaged_clock_stops_no_other(how, database, replies, caplog):
    one_is_damaged(database, replies, DAMAGES[how], caplog)


@pytest.mark.parametrize("how", ON_SQLITE)
def test_a_date_that_is_none_stops_no_other(how, database, replies, caplog):
    if database.writer.dialect.name != "sqlite":
        return  # a date is a date there
    one_is_damaged(database, replies, ON_SQLITE[how], caplog)


def one_is_damaged(database, replies, how, caplog) -> None:
    bad, *good = replies
    damage(database, how, bad)
    assert not sweep(database, DAY)
    assert subjects(database) == {f"clock:{id}" for id in good}
    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert str(bad) in line and "no-such" not in line
    with database.reading() as session:
        run = session.get_one(JobRun, "alerts")
        assert run.failed_at and run.failure and run.succeeded_at is None
        memos = len(session.exec(select(Memo.id)).all())
    caplog.clear()
    assert sweep(database, DAY + timedelta(minutes=1))  # it waits, and nothing spins
    assert not caplog.records
    assert not sweep(database, DAY + timedelta(hours=1))  # and is not forgotten
    with database.reading() as session:
        assert len(session.exec(select(Memo.id)).all()) == memos
    assert subjects(database) == {f"clock:{id}" for id in good}


def test_all_of_many_damaged_clocks_are_named_and_all_others_told_of(database, replies, caplog):
    for id, how in zip(replies, DAMAGES.values(), strict=False):
        damage(database, how, id)
    with database.writing() as session:
        whole = make.make_notice(session, make.make_service(session, "つむぎ日記", "diary", "TD"))
        session.flush()
        sound = session.exec(select(Clock.id).where(Clock.case_id == whole.case_id, Clock.rule == "reply")).one()
        for clock in session.exec(select(Clock).where(Clock.case_id == whole.case_id, Clock.rule != "reply")):
            clock.alert_at = None
            session.add(clock)
    assert not sweep(database, DAY)
    assert subjects(database) == {f"clock:{sound}"}
    assert all(str(id) in caplog.text for id in replies)


def test_a_clock_damaged_after_it_was_told_of_does_not_stop_the_memo_that_says_it_again(database, replies):
    """The memo of the day before still waits; the new one says what it said, but for what cannot be read."""
    assert sweep(database, jst("2026-04-30T09:00"))
    bad, *good = replies
    damage(database, DAMAGES["an unknown force"], bad)
    assert not sweep(database, DAY)
    with database.reading() as session:
        waiting = session.exec(select(Memo).where(col(Memo.ended_at).is_(None))).all()
        whole = select(Notice.number).join(Clock, col(Clock.case_id) == col(Notice.case_id))
        numbers = session.exec(whole.where(col(Clock.id).in_(good))).all()
    assert len(waiting) == 2 and all(number in memo.body for number in numbers for memo in waiting)


def test_the_digest_of_the_morning_goes_out_without_a_damaged_clock(database, replies):
    bad, *good = replies
    damage(database, DAMAGES["an unknown force"], bad)
    with database.writing() as session:
        [lead] = [id for id in digests.team(session, DAY)][:1]
        memo = digests.morning(session, lead, at=DAY)
        told = set(session.exec(select(Alert.subject).where(Alert.memo_id == memo.id)))
    assert told <= {f"clock:{id}" for id in good} and memo.subject.startswith("【朝のまとめ】")


def test_a_row_that_the_ledger_has_already_stops_no_other(database, replies):
    """An address that was refused the day before, and a row of today that was entered before that."""
    assert sweep(database, jst("2026-05-07T09:00"))
    with database.writing() as session:
        for memo in session.exec(select(Memo)):
            memos.settle(session, memo.id, REFUSED, at=jst("2026-05-07T09:01"))
        before = session.exec(select(Alert).where(Alert.subject == f"clock:{replies[0]}")).all()
        early = jst("2026-05-01T09:00")
        for row in before:
            session.add(Alert(subject=row.subject, level="late:2026-05-08", recipient=row.recipient, raised_at=early))
        told = {row.recipient for row in before}
    assert sweep(database, jst("2026-05-08T09:00"))
    with database.reading() as session:
        rows = session.exec(select(Alert).where(Alert.level == "late:2026-05-08")).all()
        assert {(row.subject, row.recipient) for row in rows} == {
            (f"clock:{id}", who) for id in replies for who in told
        }
        assert len(rows) == len(replies) * len(told)
        assert all(one.alert_at > jst("2026-05-08T09:00") for one in (session.get_one(Clock, id) for id in replies))
