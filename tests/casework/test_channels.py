"""Webhooks behind the ledger: each level once, one post a sweep, nothing personal, sealed secrets, an end."""

import json
from base64 import b64encode
from datetime import date, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col, select

from tests import make
from tests.casework.test_watch import House, jst
from tracker.casework import Conflict, NotAllowed, filings
from tracker.casework.watch import channels
from tracker.casework.watch.channels import outbox
from tracker.casework.watch.sweep import NobodyToTell, sweep, sweep_for_channels
from tracker.keys import Keyring
from tracker.law.grounds import Force
from tracker.letters.webhook import Heard
from tracker.models import (
    Alert,
    ChannelAlert,
    ChannelPost,
    Clock,
    Dialect,
    Matter,
    Memo,
    PostKind,
    Preference,
    Trouble,
)

MADE = "2026-04-28T10:00"
TAKEN = Heard(204)
DOWN = Heard(503, Trouble.STATUS)
URL = "https://hooks.chat.example/services/T0/B0/abc"


@pytest.fixture
def house(session):
    return House(session)


def open_channel(house, **more):
    return make.make_channel(house.session, house.manager, jst(MADE), **more)


def posts(house, channel=None) -> list[ChannelPost]:
    query = select(ChannelPost).order_by(col(ChannelPost.queued_at))
    return [one for one in house.session.exec(query) if channel is None or one.channel_id == channel.id]


def carry(house, heard: Heard, at: str) -> list[str]:
    """Carry what is due, with this answer; the bodies."""
    bodies = []
    for id in channels.due(house.session, jst(at)):
        carried = channels.claim(house.session, id, jst(at))
        bodies.append(carried.body.decode())
        channels.settle(house.session, id, heard, at=jst(at))
    return bodies


def test_each_level_is_told_once(house):
    open_channel(house)
    for at in ("2026-04-28T10:00", "2026-04-30T09:00", "2026-04-30T09:05", "2026-05-01T09:00", "2026-05-01T17:00"):
        house.sweep(at)
        carry(house, TAKEN, at)
    assert house.session.exec(select(ChannelAlert.level).order_by(col(ChannelAlert.raised_at))).all() == ["one", "day"]
    assert len(posts(house)) == 2 and all(one.given_at for one in posts(house))


def test_a_clock_set_back_tells_nothing_twice(house):
    open_channel(house)
    house.sweep("2026-05-07T09:00")
    house.clock.alert_at = jst("2026-05-01T09:00")
    house.session.add(house.clock)
    house.session.flush()
    house.sweep("2026-05-07T09:01")
    assert len(posts(house)) == 1


def test_a_channel_hears_of_the_levels_and_the_service_that_it_wants(house):
    other = make.make_service(house.session, "つむぎ動画", "douga", "TV")
    late, elsewhere = open_channel(house, levels=("late",)), open_channel(house, service=other.id)
    own = open_channel(house, service=house.service.id)
    house.sweep("2026-05-01T09:00")
    assert [posts(house, one) != [] for one in (late, elsewhere, own)] == [False, False, True]
    house.sweep("2026-05-07T09:00")
    assert [len(posts(house, one)) for one in (late, elsewhere, own)] == [1, 0, 2]


def test_one_post_tells_of_everything_and_of_nobody(house):
    channel, signed = open_channel(house), open_channel(house, kind=Dialect.STANDARD)
    for _n in range(40):
        make.make_notice(house.session, house.service)
    house.session.flush()
    house.sweep("2026-05-01T10:00")
    [one] = posts(house, channel)
    text = json.loads(one.body)["text"]
    assert text.startswith("【今日が最後の営業日】") and text.count("/desk/cases/") == 30 and "ほかに" in text
    assert "期限 5/5(火・祝)　今日が最後の営業日" in text and "法25条1項" in text
    [one] = posts(house, signed)
    said = json.loads(one.body)
    assert said["type"] == "clock.due" and said["timestamp"] == "2026-05-01T01:00:00Z"
    assert len(said["data"]["clocks"]) == 30 and said["data"]["total"] >= 41
    first = said["data"]["clocks"][0]
    assert first.keys() == {
        "id", "rule", "article", "force", "service", "number", "level", "ends_at", "text", "link",
    }  # fmt: skip
    assert (first["rule"], first["service"], first["level"]) == ("reply", "tsumugi", "day")
    assert first["ends_at"] == "2026-05-05T15:00:00Z" and first["link"].endswith(f"/desk/cases/{first['number']}")
    for body in (text, json.dumps(said, ensure_ascii=False)):
        for personal in ("水野", "mizuno", "担当", "tsumugi.example/p/", "退職"):
            assert personal not in body


def test_a_chat_reads_no_command_in_what_it_is_sent(house):
    house.service.name = "<!channel> & <https://evil.example|つむぎ>"
    house.session.add(house.service)
    filings.take_up(house.session, house.service, actor="system", at=jst("2026-04-20T10:00"))
    open_channel(house, levels=("one", "day", "late", "passed"))
    filings.change(
        house.session, house.service, Matter.NAME, date(2026, 4, 20), before="甲社", after="乙社", actor="system",
        at=jst("2026-04-20T10:00"),
    )  # fmt: skip
    house.sweep("2026-05-07T10:00")
    text = json.loads(posts(house)[0].body)["text"]
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|つむぎ&gt;" in text
    assert "<" not in text and ">" not in text


def test_a_newer_post_says_what_an_older_one_that_waits_said(house):
    channel = open_channel(house)
    house.sweep("2026-04-30T09:00")
    carry(house, DOWN, "2026-04-30T09:00")
    later = make.make_notice(house.session, house.service, "2026-04-29T10:00+09:00")
    house.session.flush()
    house.sweep("2026-05-01T09:00")
    make.make_notice(house.session, house.service, "2026-04-30T10:00+09:00")
    house.sweep("2026-05-01T09:05")
    waiting = [one for one in posts(house) if not one.ended_at]
    assert len(waiting) == 1 and all(one.cancelled_at for one in posts(house) if one is not waiting[0])
    [body] = carry(house, TAKEN, "2026-05-01T09:10")
    assert house.notice.number in body and later.number in body
    assert channels.listed(house.session, channel_id=channel.id)[0].last.given_at


def test_a_post_that_a_worker_carries_is_not_taken_back(house):
    open_channel(house)
    house.sweep("2026-04-30T09:00")
    [id] = channels.due(house.session, jst("2026-04-30T09:00"))
    assert channels.claim(house.session, id, jst("2026-04-30T09:00"))
    assert channels.claim(house.session, id, jst("2026-04-30T09:01")) is None
    make.make_notice(house.session, house.service)
    house.session.flush()
    house.sweep("2026-04-30T09:05")
    channels.settle(house.session, id, TAKEN, at=jst("2026-04-30T09:05"))
    assert [bool(one.given_at) for one in posts(house)] == [True, False]


def test_a_post_that_a_killed_worker_may_have_delivered_is_not_said_anew_under_another_id(house):
    open_channel(house, kind=Dialect.STANDARD)
    house.sweep("2026-04-30T09:00")
    [id] = channels.due(house.session, jst("2026-04-30T09:00"))
    assert not channels.claim(house.session, id, jst("2026-04-30T09:00")).again
    later = make.make_notice(house.session, house.service, "2026-04-29T10:00+09:00")
    house.session.flush()
    house.sweep("2026-05-01T09:00")
    first, newer = posts(house)
    assert (first.id, first.cancelled_at) == (id, None) and later.number not in first.body
    assert newer.id in channels.due(house.session, jst("2026-05-01T09:00"))
    carried = channels.claim(house.session, id, jst("2026-05-01T09:00"))
    assert carried.again and carried.headers["webhook-id"] == str(id) and carried.body.decode() == first.body


def test_a_receiver_that_is_away_is_tried_again_under_the_same_id_and_then_given_up(house):
    channel = open_channel(house, kind=Dialect.STANDARD)
    house.sweep("2026-04-30T09:00")
    [id] = channels.due(house.session, jst("2026-04-30T09:00"))
    at, waits, ids, bodies = jst("2026-04-30T09:00"), [], set(), set()
    while carried := channels.claim(house.session, id, at):
        ids.add(carried.headers["webhook-id"])
        bodies.add(carried.body)
        assert carried.headers["webhook-timestamp"] == str(int(at.timestamp()))
        channels.settle(house.session, id, DOWN, at=at)
        row = house.session.get_one(ChannelPost, id)
        if row.ended_at:
            break
        waits.append(row.try_at - at)
        at = row.try_at
    assert waits[:6] == [timedelta(minutes=n) for n in (1, 2, 5, 15, 30, 60)] and waits[-1] == timedelta(hours=1)
    assert ids == {str(id)} and len(bodies) == 1
    assert row.refused_at and row.status == 503 and at - row.queued_at >= outbox.GIVEN_UP
    assert channels.listed(house.session, channel_id=channel.id)[0].last.refused_at


def test_a_receiver_that_asks_us_to_wait_is_heard(house):
    open_channel(house)
    house.sweep("2026-04-30T09:00")
    carry(house, Heard(429, Trouble.STATUS, "900"), "2026-04-30T09:00")
    assert posts(house)[0].try_at == jst("2026-04-30T09:15")


def test_a_receiver_that_says_no_is_not_asked_again(house):
    channel = open_channel(house)
    house.sweep("2026-04-30T09:00")
    carry(house, Heard(404, Trouble.STATUS), "2026-04-30T09:00")
    assert channels.due(house.session, jst("2026-05-30T09:00")) == []
    last = channels.listed(house.session, channel_id=channel.id)[0].last
    assert last.refused_at and (last.status, last.trouble) == (404, Trouble.STATUS)


def test_the_address_and_what_signs_are_sealed_and_the_host_alone_is_readable(house):
    channel = open_channel(house, kind=Dialect.STANDARD)
    assert channel.host == "hooks.chat.example"
    assert b"services" not in channel.url_sealed and b"whsec" not in channel.secret_sealed
    assert outbox.opened(house.session, "url", channel.id, channel.url_sealed) == URL
    secret = channels.secret(house.session, channel, to=house.manager.id, at=jst("2026-04-28T10:09"))
    assert secret.startswith("whsec_")
    assert not channels.secret(house.session, channel, to=house.lead.id, at=jst("2026-04-28T10:09"))
    assert not channels.secret(house.session, channel, to=house.manager.id, at=jst("2026-04-28T10:10"))


def test_a_channel_of_another_key_is_refused_and_said_so(house, settings):
    open_channel(house)
    house.sweep("2026-04-30T09:00")
    other = SecretStr(b64encode(b"o" * 32).decode())
    house.session.info["keys"] = Keyring(settings.model_copy(update={"master_key": other}))
    [id] = channels.due(house.session, jst("2026-04-30T09:00"))
    assert channels.claim(house.session, id, jst("2026-04-30T09:00")) is None
    assert posts(house)[0].trouble is Trouble.KEY and posts(house)[0].refused_at


def test_a_stopped_channel_is_told_nothing_more(house):
    channel = open_channel(house)
    house.sweep("2026-04-30T09:00")
    channels.stop(house.session, channel, by=house.manager.id, at=jst("2026-04-30T09:01"))
    house.session.refresh(channel)
    assert posts(house)[0].cancelled_at and channels.due(house.session, jst("2026-04-30T10:00")) == []
    house.sweep("2026-05-01T09:00")
    assert len(posts(house)) == 1
    with pytest.raises(Conflict):
        channels.stop(house.session, channel, by=house.manager.id, at=jst("2026-05-01T09:01"))
    with pytest.raises(Conflict):
        channels.try_out(house.session, channel, at=jst("2026-05-01T09:01"))


def test_a_trial_tells_of_nothing_and_waits_for_the_one_before(house):
    channel = open_channel(house, kind=Dialect.STANDARD)
    post = channels.try_out(house.session, channel, at=jst(MADE))
    assert (post.kind, json.loads(post.body)["type"]) == (PostKind.TEST, "channel.test")
    with pytest.raises(NotAllowed, match="まだ送られていません"):
        channels.try_out(house.session, channel, at=jst(MADE))
    house.sweep("2026-04-30T09:00")
    assert [one.cancelled_at for one in posts(house)] == [None, None]


@pytest.mark.parametrize(
    ("about", "wrong"),
    [("name", {"name": ""}), ("name", {"name": "長" * 61}), ("levels", {"levels": ("other",)}),
     ("url", {"url": "http://hooks.chat.example/"}), ("url", {"url": "https://hooks.chat.example:22/"}),
     ("url", {"url": "http://127.0.0.1:8000/"}), ("url", {"url": "hooks.chat.example"})],
)  # fmt: skip
def test_what_can_be_no_channel_is_refused_at_its_field(house, about, wrong):
    with pytest.raises(NotAllowed) as no:
        open_channel(house, **wrong)
    assert no.value.about == about


def test_a_failure_of_channels_takes_no_mail_with_it(house, monkeypatch):
    open_channel(house)
    monkeypatch.setattr(outbox, "post", None)
    done = sweep(house.session, at=jst("2026-04-30T09:00"))
    assert (done.alerts, done.memos, done.failure) == (1, 1, "TypeError")
    assert house.session.exec(select(Alert)).all() and house.session.exec(select(Memo)).all()
    assert posts(house) == []


def test_a_channel_hears_of_what_nobody_is_told_of(house):
    """Everybody has left: no memo is written, no clock counts as told, and the room hears of it once."""
    open_channel(house)
    for one in (house.reviewer, house.lead, house.manager):
        one.active = False
        house.session.add(one)
    house.session.flush()
    for at in ("2026-04-30T09:00", "2026-04-30T09:05", "2026-05-01T09:00"):
        with pytest.raises(NobodyToTell):
            house.sweep(at)
        sweep_for_channels(house.session, at=jst(at))
        carry(house, TAKEN, at)
    levels = house.session.exec(select(ChannelAlert.level).order_by(col(ChannelAlert.raised_at))).all()
    assert (levels, house.told(), house.memos()) == (["one", "day"], [], [])
    house.lead.active = True
    house.session.add(house.lead)
    house.session.flush()
    house.sweep("2026-05-01T09:05")
    assert ("day", "lead") in house.told() and len(posts(house)) == 2


def test_a_channel_hears_of_a_target_that_everybody_wishes_not_to_be_told_of(house):
    open_channel(house, levels=("passed",))
    clock = house.session.exec(select(Clock).where(col(Clock.target_at).is_not(None))).first()
    clock.alert_at, house.clock.alert_at = clock.started_at, None
    house.session.add_all([clock, house.clock])
    house.session.add_all(Preference(staff_id=one.id, singles=False) for one in (house.reviewer, house.lead))
    house.session.flush()
    house.session.connection().exec_driver_sql("drop trigger clock_fixed")
    house.session.connection().execute(update(Clock).where(col(Clock.id) == clock.id).values(force=Force.EFFORT))
    house.sweep("2026-05-07T09:00")
    assert house.told() == [] and len(posts(house)) == 1


def test_one_channel_that_cannot_be_posted_to_silences_no_other(house, monkeypatch):
    bad, good = open_channel(house, levels=("day",)), open_channel(house, levels=("day",))
    post = outbox.post

    def failing(session, channel, *more, **named):
        if channel.id == bad.id:
            raise RuntimeError
        return post(session, channel, *more, **named)

    monkeypatch.setattr(outbox, "post", failing)
    assert house.sweep("2026-05-01T09:00").failure == "RuntimeError"
    assert (len(posts(house, bad)), len(posts(house, good))) == (0, 1) and house.told() != []
