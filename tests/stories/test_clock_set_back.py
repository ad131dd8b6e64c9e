"""The machine's clock was two days fast, and is right again: what waited in the outboxes goes now."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_watch import House, jst
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.receiver import running_receiver
from tests.relay import running_relay
from tracker.casework.watch import channels, memos, wishes
from tracker.casework.watch.channels import outbox
from tracker.jobs.channels import carry_posts
from tracker.jobs.watching import carry_memos
from tracker.letters.webhook import Heard
from tracker.models import ChannelAlert, ChannelPost, Dialect, Memo, PostKind, Role, Trouble

RIGHT = make.instant("2026-04-30T10:00+09:00")
FAST = RIGHT + timedelta(days=2)


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, relay, tmp_path):
    """A database of either kind, with mail to the relay and webhooks to this machine."""
    with migrated_database(request.param, tmp_path) as url:
        how = {"mail": "smtp", "smtp_port": relay.port, "smtp_timeout": 1, "webhook_local": True}
        database = open_database(make_settings(tmp_path, database=url, **how))
        yield database
        database.dispose()


def write(database, receiver) -> None:
    """A memo and a post, put into their outboxes while the clock is fast."""
    with database.writing() as session:
        manager = make.make_staff(session, "管理", Role.MANAGER)
        wishes.try_out(session, manager.id, at=FAST)
        channel = make.make_channel(session, manager, FAST, url=receiver.url, kind=Dialect.STANDARD)
        channels.try_out(session, channel, at=FAST)


def carry(database, at) -> None:
    carry_memos(database, lambda: at)
    carry_posts(database, lambda: at)


def rows(database) -> list[Memo | ChannelPost]:
    with database.reading() as session:
        return [session.exec(select(Memo)).one(), session.exec(select(ChannelPost)).one()]


def test_what_was_written_by_a_fast_clock_goes_at_once_and_is_no_repeat(database, relay, receiver, caplog):
    write(database, receiver)
    carry(database, RIGHT)
    assert (len(relay.mailbox), len(receiver.came)) == (1, 1)
    assert all(row.given_at == RIGHT for row in rows(database))
    assert "goes again" not in caplog.text


def test_what_a_fast_clock_claimed_goes_again_as_it_was_and_the_repeat_is_logged(database, relay, receiver, caplog):
    """The worker was killed with both in its hands."""
    write(database, receiver)
    for row, kind in zip(rows(database), (memos, channels), strict=True):
        with database.writing() as session:
            assert kind.claim(session, row.id, FAST)
    with caplog.at_level(logging.WARNING):
        carry(database, RIGHT)
    memo, post = rows(database)
    assert [memo.given_at, post.given_at] == [RIGHT, RIGHT]
    assert relay.mailbox[0]["Message-ID"].startswith(f"<{memo.id}@")
    assert receiver.came[0].headers["webhook-id"] == str(post.id)
    assert {f"memo {memo.id} goes again: the relay may have taken it before",
            f"post {post.id} goes again: the receiver may have taken it before"} <= set(caplog.messages)  # fmt: skip


def test_what_was_put_off_by_a_fast_clock_is_not_put_off_any_more(database, relay, receiver):
    write(database, receiver)
    relay.data, receiver.answers = ["451 4.3.0 later"], [(503, {})]
    carry(database, FAST)
    assert not any(row.ended_at for row in rows(database))
    carry(database, RIGHT)
    assert all(row.given_at == RIGHT for row in rows(database))


def test_what_the_right_clock_put_off_or_claimed_still_waits(database, relay, receiver):
    write(database, receiver)
    relay.data, receiver.answers = ["451 4.3.0 later"], [(503, {"Retry-After": "3600"})]
    carry(database, RIGHT)
    for minutes in (0, 0.9):
        carry(database, RIGHT + timedelta(minutes=minutes))
    assert not any(row.ended_at for row in rows(database))
    at = RIGHT + timedelta(minutes=1)
    with database.writing() as session:
        assert memos.claim(session, rows(database)[0].id, at)
    carry(database, at + timedelta(minutes=14))
    assert not any(row.ended_at for row in rows(database)) and not relay.mailbox[1:]


def test_a_receiver_that_may_have_a_post_gets_only_that_very_post_again(database, receiver, caplog):
    """It was silent; then there is more to say, which is another post. The one before is not taken back."""
    with database.writing() as session:
        house = House(session)
        make.make_channel(session, house.manager, RIGHT, url=receiver.url, kind=Dialect.STANDARD)
        house.sweep("2026-04-30T10:00")
    receiver.answers = ["silence", (503, {})]
    for minutes in (0, 1):  # that it was away the second time does not make sure of the first
        carry_posts(database, lambda minutes=minutes: RIGHT + timedelta(minutes=minutes))
    with database.writing() as session:
        house.session = session
        house.sweep("2026-05-01T09:00")
    with caplog.at_level(logging.WARNING):
        carry_posts(database, lambda: jst("2026-05-01T09:00"))
    first, second, third, fourth = (came.headers["webhook-id"] for came in receiver.came)
    assert first == second and {third, fourth} > {first} and third != fourth
    assert [said for said in caplog.messages if "goes again" in said] == [
        f"post {first} goes again: the receiver may have taken it before"
    ] * 2
    with database.reading() as session:
        assert all(row.given_at for row in session.exec(select(ChannelPost)))


def test_what_a_channel_missed_is_said_again_although_the_fast_clock_had_given_something(session):
    house = House(session)
    channel = make.make_channel(session, house.manager, RIGHT, levels=("one", "day"))
    given = outbox.post(session, channel, PostKind.ALERT, uuid4(), "alert:fast", "{}", at=FAST)
    channels.settle(session, given.id, Heard(204), at=FAST)
    house.sweep("2026-04-30T10:00")
    [id] = channels.due(session, RIGHT)
    assert channels.claim(session, id, RIGHT)
    channels.settle(session, id, Heard(503, Trouble.STATUS), at=RIGHT)
    later = make.make_notice(session, house.service, "2026-04-28T12:00+09:00")
    session.flush()
    house.sweep("2026-04-30T10:05")
    newest = session.exec(select(ChannelPost).where(col(ChannelPost.ended_at).is_(None))).one()
    assert house.notice.number in newest.body and later.number in newest.body
    assert session.exec(select(ChannelAlert)).all()
