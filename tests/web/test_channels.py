"""ほかの知らせ先 at the desk: who may what, what is typed is kept, secrets are shown once and to one, stopping asks."""

import re
from html import unescape

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, post, sign_in, words
from tracker.casework.watch import channels
from tracker.letters.webhook import Heard
from tracker.models import Channel, ChannelPost, Dialect, Role, Trouble

NOW = "2026-04-30T10:00:00+09:00"
URL = "https://hooks.chat.example/services/T0/B0/abc"
FIELDS = {"name": "期限の部屋", "kind": "slack", "url": URL, "levels": ["one", "late"], "of": "all"}


@pytest.fixture
def desk(app, database, freezer):
    """Clients of a manager and of a lead, at the desk of one service."""
    freezer.move_to(NOW)
    with database.writing() as session:
        make.make_service(session)
        make_member(app, session, "kanri@tsumugi.example", Role.MANAGER, name="管理 花")
        make_member(app, session, "shunin@tsumugi.example", Role.LEAD, name="佐伯 透")
    return [sign_in(app, f"{who}@tsumugi.example")[0] for who in ("kanri", "shunin")]


def made(database) -> Channel:
    with database.reading() as session:
        return session.exec(select(Channel)).one()


def settle(database, heard: Heard, when: str = NOW) -> None:
    """Carry what waits, with this answer."""
    at = make.instant(when)
    with database.writing() as session:
        for id in channels.due(session, at):
            assert channels.claim(session, id, at)
            channels.settle(session, id, heard, at=at)


def test_a_manager_makes_a_channel_and_its_address_is_never_shown_again(desk, database):
    manager, _lead = desk
    answer = post(manager, "/desk/channels", **FIELDS)
    assert answer.status_code == 303
    page = manager.get(answer.headers["Location"])
    assert "期限の部屋" in words(page) and "hooks.chat.example" in words(page)
    assert "最後の営業日の前の営業日、期限を過ぎたあとの営業日ごと" in words(page)
    for text in (page.text, manager.get("/desk/channels").text):
        assert "services/T0" not in text and "whsec_" not in text


def test_what_signs_is_shown_for_ten_minutes_to_the_one_who_made_it(app, desk, database, freezer):
    manager, lead = desk
    place = post(manager, "/desk/channels", **(FIELDS | {"kind": "standard"})).headers["Location"]
    shown = re.search(r"whsec_[A-Za-z0-9+/=]{44}", unescape(manager.get(place).text))
    assert shown and "no-store" in manager.get(place).headers["Cache-Control"]
    assert "whsec_" not in lead.get(place).text
    freezer.move_to("2026-04-30T10:10:00+09:00")
    assert "whsec_" not in manager.get(place).text


WRONG = {
    "name": ({"name": ""}, "名前を書いてください"),
    "a long name": ({"name": "長" * 61}, "60文字まで"),
    "kind": ({"kind": "fax"}, "知らせ先の形を選んでください"),
    "no address": ({"url": ""}, "アドレスを貼ってください"),
    "http": ({"url": "http://hooks.chat.example/x"}, "https:// で始まるアドレスにしてください"),
    "port": ({"url": "https://hooks.chat.example:22/x"}, "ポートは443か8443だけ使えます"),
    "inside": ({"url": "https://192.168.0.5/x"}, "この送り先には送れません"),
    "this machine": ({"url": "https://127.0.0.1/x"}, "この送り先には送れません"),
    "this machine by its name": ({"url": "https://localhost/x"}, "この送り先には送れません"),
    "a name of the house": ({"url": "https://chat.internal/x"}, "この送り先には送れません"),
    "nonsense": ({"url": "部屋"}, "アドレスを読み取れません"),
    "when": ({"levels": []}, "いつ知らせるかを、1つは選んでください"),
    "service": ({"of": "nowhere"}, "サービスを選び直してください"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_a_channel_comes_back_with_everything_that_was_typed(desk, database, case):
    manager, _lead = desk
    change, said = WRONG[case]
    typed = FIELDS | change
    answer = post(manager, "/desk/channels", **typed)
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert text.count(said) == 2  # in the summary and beside the field
    assert f'value="{typed["name"]}"' in text and f'value="{typed["url"]}"' in text
    ticked = re.findall(r'name="levels" value="(\w+)" checked', text)
    assert ticked == typed["levels"]
    with database.reading() as session:
        assert session.exec(select(Channel)).all() == []


def test_a_trial_is_posted_and_how_it_did_is_shown(desk, database, freezer):
    manager, lead = desk
    place = post(manager, "/desk/channels", **FIELDS).headers["Location"]
    assert post(manager, f"{place}/test").status_code == 303
    assert "送信待ちにしました" in words(manager.get(place)) and "送信待ち" in words(lead.get(place))
    again = post(manager, f"{place}/test")
    assert again.status_code == 409 and "前の試しのお知らせが、まだ送られていません" in words(again)
    settle(database, Heard(204))
    assert "送り先が受け取った" in words(manager.get(place))
    freezer.move_to("2026-04-30T10:05:00+09:00")
    post(manager, f"{place}/test")
    settle(database, Heard(404, Trouble.STATUS), "2026-04-30T10:05:00+09:00")
    for page in (lead.get(place), lead.get("/desk/channels")):
        assert "送り先が番号404で断りました" in words(page) and "届いていない" in words(page)


def test_stopping_asks_first_and_is_for_good(desk, database):
    manager, _lead = desk
    place = post(manager, "/desk/channels", **FIELDS).headers["Location"]
    post(manager, f"{place}/test")
    asked = post(manager, f"{place}/stop")
    assert asked.status_code == 422 and "確かめて、印を付けてください" in words(asked)
    assert made(database).stopped_at is None
    assert post(manager, f"{place}/stop", sure="1").status_code == 303
    assert made(database).stopped_at == make.instant(NOW)
    with database.reading() as session:
        assert session.exec(select(ChannelPost)).one().cancelled_at
    for answer in (post(manager, f"{place}/stop", sure="1"), post(manager, f"{place}/test")):
        assert answer.status_code == 409 and "先に止められていました" in words(answer)
    assert "止めた" in words(manager.get(place)) and "試しのお知らせを送る" not in words(manager.get(place))


def test_a_lead_sees_how_channels_do_and_changes_nothing(desk, database):
    manager, lead = desk
    place = post(manager, "/desk/channels", **FIELDS).headers["Location"]
    assert "管理者とシステム管理者ができます" in words(lead.get("/desk/channels"))
    assert "知らせ先を止める" not in words(lead.get(place))
    for path in ("/desk/channels", f"{place}/test", f"{place}/stop"):
        assert post(lead, path, **FIELDS, sure="1").status_code == 403


def test_a_channel_that_there_is_not_is_not_found(desk):
    manager, _lead = desk
    nowhere = "/desk/channels/00000000-0000-0000-0000-000000000000"
    assert manager.get(nowhere).status_code == 404
    assert post(manager, f"{nowhere}/test").status_code == 404
    assert post(manager, f"{nowhere}/stop", sure="1").status_code == 404


def test_each_form_and_each_trouble_has_its_words(desk, database):
    manager, _lead = desk
    for kind in Dialect:
        place = post(manager, "/desk/channels", **(FIELDS | {"kind": kind.value})).headers["Location"]
        for trouble in Trouble:
            post(manager, f"{place}/test")
            settle(database, Heard(400 if trouble is Trouble.STATUS else None, trouble))
            with database.writing() as session:
                for row in session.exec(select(ChannelPost).where(ChannelPost.ended_at == None)):  # noqa: E711
                    row.refused_at = row.ended_at = make.instant(NOW)
                    session.add(row)
        assert words(manager.get(place)).count("届かなかった") == len(Trouble)
