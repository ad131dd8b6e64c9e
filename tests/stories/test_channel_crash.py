"""A worker is killed when a receiver has taken a post. It goes again as the very same post: one receiver, one id."""

import signal
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.receiver import running_receiver
from tracker.casework.watch import channels
from tracker.jobs.channels import carry_posts
from tracker.letters import outbox
from tracker.models import ChannelPost, Dialect, Role

AT = make.instant("2026-04-30T09:00:00+09:00")
LATER = AT + outbox.CLAIM + timedelta(minutes=1)  # the claim of AT has run out


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, tmp_path):
    """Settings on a fresh database of either kind, with webhooks to this machine."""
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url, webhook_local=True)


@pytest.fixture
def database(settings, receiver):
    database = open_database(settings)
    with database.writing() as session:
        staff = make.make_staff(session, role=Role.MANAGER)
        for _n in range(5):
            channel = make.make_channel(session, staff, AT, kind=Dialect.STANDARD, url=receiver.url)
            channels.try_out(session, channel, at=AT)
    yield database
    database.dispose()


def rows(database) -> list[ChannelPost]:
    with database.reading() as session:
        return list(session.exec(select(ChannelPost)))


def test_killed_between_the_answer_and_the_settling(receiver, settings, database):
    child = children.start("post.py", settings, AT.isoformat())
    receiver.victim = child.pid
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    [first] = receiver.came
    [claimed] = [row for row in rows(database) if row.claimed_until]
    assert str(claimed.id) == first.headers["webhook-id"] and claimed.given_at is None

    carry_posts(database, lambda: AT)  # the claim still stands: the others go
    assert len(receiver.came) == 5 and len({came.headers["webhook-id"] for came in receiver.came}) == 5
    carry_posts(database, lambda: LATER)
    again = receiver.came[-1]
    assert len(receiver.came) == 6
    assert (again.headers["webhook-id"], again.body) == (first.headers["webhook-id"], first.body)
    assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]
    assert all(row.given_at for row in rows(database))
    assert sorted(row.attempts for row in rows(database)) == [1, 1, 1, 1, 2]


def test_two_workers_at_once_send_each_post_once(receiver, settings, database):
    workers = [children.start("post.py", settings, AT.isoformat()) for _n in range(2)]
    children.go(*workers)
    assert [child.wait(60) for child in workers] == [0, 0]
    ids = [came.headers["webhook-id"] for came in receiver.came]
    assert len(ids) == len(set(ids)) == 5
    assert all(row.given_at and row.attempts == 1 for row in rows(database))
