"""The job that carries posts, to a real receiver: what it sends, what it does with each answer, and what it keeps."""

import hmac
import json
import logging
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tests.receiver import running_receiver
from tracker.casework.watch import channels
from tracker.jobs.channels import carry_posts
from tracker.models import ChannelPost, Dialect, Role, Trouble

AT = make.instant("2026-04-30T09:00:00+09:00")
LATER = make.instant("2026-04-30T10:00:00+09:00")


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def local(database, tmp_path):
    """The database of a machine that may post to itself."""
    opened = open_database(make_settings(tmp_path, webhook_local=True))
    yield opened
    opened.dispose()


def try_out(database, url: str, kind=Dialect.SLACK) -> str:
    """Make a channel with a post that waits; what signs for it."""
    with database.writing() as session:
        staff = make.make_staff(session, role=Role.MANAGER)
        channel = make.make_channel(session, staff, AT, url=url, kind=kind)
        channels.try_out(session, channel, at=AT)
        return channels.secret(session, channel, to=staff.id, at=AT)


def row(database) -> ChannelPost:
    with database.reading() as session:
        return session.exec(select(ChannelPost)).one()


def test_a_chat_is_sent_text(local, receiver):
    try_out(local, receiver.url)
    carry_posts(local, lambda: AT)
    carry_posts(local, lambda: LATER)
    [came] = receiver.came
    assert came.headers["content-type"] == "application/json" and "webhook-id" not in came.headers
    assert json.loads(came.body).keys() == {"text"}
    assert (row(local).given_at, row(local).status, row(local).trouble) == (AT, 204, None)


def test_a_receiver_can_check_what_is_signed(local, receiver):
    secret = try_out(local, receiver.url, Dialect.STANDARD)
    receiver.answers = [(500, {})]
    carry_posts(local, lambda: AT)
    assert row(local).ended_at is None
    carry_posts(local, lambda: LATER)
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(row(local).id)
    for came in (first, second):
        what = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
        digest = hmac.new(b64decode(secret.removeprefix("whsec_")), what, sha256).digest()
        assert came.headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"
    assert json.loads(first.body) == json.loads(second.body) and row(local).given_at == LATER


def test_nothing_of_an_answer_is_kept_or_logged(local, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    try_out(local, receiver.url)
    receiver.answers = [(403, {"X-Said": "mizuno@example.jp"})]
    carry_posts(local, lambda: AT)
    assert (row(local).status, row(local).trouble) == (403, Trouble.STATUS) and row(local).refused_at
    assert "mizuno" not in repr(row(local)) + caplog.text and "hook/secret" not in caplog.text


def test_a_machine_that_was_told_nothing_posts_nothing_to_itself(local, database, receiver):
    try_out(local, receiver.url)
    carry_posts(database, lambda: AT)
    assert receiver.came == [] and row(database).trouble is Trouble.ADDRESS and row(database).refused_at


def test_a_post_that_fails_of_itself_stops_no_other(local, receiver, monkeypatch):
    for _n in range(2):
        try_out(local, receiver.url)
    claim, failed = channels.claim, []

    def failing(session, id, at):
        if not failed:
            failed.append(id)
            raise RuntimeError
        return claim(session, id, at)

    monkeypatch.setattr(channels, "claim", failing)
    with pytest.raises(Exception, match="RuntimeError"):
        carry_posts(local, lambda: AT)
    assert len(receiver.came) == 1
