"""How often one may try: secrets, codes, forms. In real time, by which limits are forgotten."""

import time
from uuid import UUID

import pytest
from flask import url_for
from sqlmodel import select

from tests import make
from tests.web.claimant import png, send, text
from tests.web.test_talk import HERE, letters, lost, tell
from tracker.law.facts import Fact
from tracker.models import Event, Item, LetterKind, Notice
from tracker.web.public.own import FORMS_TAKEN, guesses, number_asked

UNKNOWN = "TH-2026-999999"
NOBODY = UUID(int=0)


@pytest.fixture
def client(app, database):
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


@pytest.fixture
def address(client):
    return send(client).location.replace("/receipt/", "/status/")


@pytest.fixture
def number(address, database):
    with database.reading() as session:
        return session.exec(select(Notice.number)).one()


def guess(client, number: str):
    return client.post("/s/tsumugi/status", data={"number": number, "secret": "ちがう"}, headers=HERE)


def test_a_lost_secret_is_asked_for_a_few_times_only(client, number, database):
    codes = [lost(client, number).status_code for _n in range(6)]
    assert codes == [303] * 5 + [429]
    assert len(letters(database, LetterKind.WAY_IN)) == 3  # and mailed three times a day
    assert lost(client, UNKNOWN).status_code == 303


def test_an_unknown_number_is_limited_like_a_known_one(client, address):
    assert [lost(client, UNKNOWN).status_code for _n in range(6)] == [303] * 5 + [429]


@pytest.mark.parametrize("exists", [True, False])
def test_wrong_secrets_of_one_number_are_stopped_whether_it_exists_or_not(client, address, number, exists):
    assert [guess(client, number if exists else UNKNOWN).status_code for _n in range(11)] == [422] * 10 + [429]
    assert client.get(address).status_code == 200  # the address in the mail opens all the same


def test_wrong_secret_addresses_are_stopped(client, address):
    codes = [client.get(f"{address[:-3]}x{n}").status_code for n in range(61)]
    assert codes == [404] * 60 + [429]


def test_forms_of_one_notice_are_limited_and_come_back_with_their_words(client, address):
    answers = [tell(client, f"{address}/messages", text=f"連絡{n}") for n in range(41)]
    assert [answer.status_code for answer in answers] == [303] * 40 + [429]
    page = answers[-1]
    assert ">\n連絡40</textarea>" in page.text
    assert "続けて送られたため、まだ受け取っていません" in text(page)
    assert "を過ぎてから、もう一度送ってください" in text(page)
    assert int(page.headers["Retry-After"]) > 0
    assert "か所を直すと" not in text(page)


FORMS = {
    "messages": {"text": "急いでください"},
    "evidence": {"text": "二つ目の画面です", "attach": [("画面.png", png())]},
    "reconsideration": {"text": "もう一度見てください"},
    "withdrawal": {"text": "解決しました", "sure": "1"},
    "gone": {},
    "address": {"email": "new@mail.example"},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_status_page_keeps_what_was_typed_when_it_was_sent_too_often(client, address, database, form):
    with database.reading() as session:
        number = session.exec(select(Notice.number)).one()
        [item] = session.exec(select(Item.id)).all()
    for _n in range(40):
        with client.application.test_request_context(data={"number": number}):
            guesses.limiter.hit(FORMS_TAKEN, "forms", number_asked())
    typed = FORMS[form] | ({"item": str(item)} if form == "gone" else {})
    answer = tell(client, f"{address}/{form}", token="a" * 32, **typed)
    assert answer.status_code == 429
    for kept in typed.values():
        assert (kept if isinstance(kept, str) else kept[0][0]) in answer.text
    assert "もう一度送ってください" in text(answer)
    with database.reading() as session:
        facts = {e.fact for e in session.exec(select(Event))}
    assert facts == {Fact.NOTICE_RECEIVED, Fact.RECEIPT_SIGNED, Fact.LETTER_QUEUED}


@pytest.mark.parametrize("exists", [True, False])
def test_a_number_and_an_address_typed_too_often_come_back_too(client, number, exists):
    asked = number if exists else UNKNOWN
    for _n in range(5):
        lost(client, asked)
    answer = lost(client, asked)
    assert answer.status_code == 429
    assert asked in answer.text and "akari@mail.example" in answer.text and '<details id="lost" open' in answer.text
    for _n in range(10):
        guess(client, asked)
    again = guess(client, asked)
    assert again.status_code == 429 and asked in again.text and "ちがう" in again.text


def test_words_sent_from_where_too_many_secrets_were_tried_are_shown_to_copy(client, address):
    for n in range(60):
        client.get(f"{address[:-3]}x{n}")
    for path in (address, address[:-3] + "xyz"):
        answer = tell(client, f"{path}/messages", text="会社にも知られました")
        assert answer.status_code == 429 and "会社にも知られました" in answer.text
        assert "まだ受け取っていない内容" in text(answer)


def test_wrong_codes_are_stopped(client, address):
    tell(client, f"{address}/address", email="new@mail.example")
    codes = [tell(client, f"{address}/address/code", code=f"{n:08d}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]


def test_the_answer_to_a_lost_secret_takes_as_long_whether_anything_was_found_or_not(client, number):
    for asked in (number, UNKNOWN):
        began = time.perf_counter()
        lost(client, asked)
        assert time.perf_counter() - began >= 0.5


def elsewhere(network: int | str) -> dict:
    """Another network than the claimant's."""
    return {"REMOTE_ADDR": f"203.0.113.{network}" if isinstance(network, int) else network}


def guess_from(client, network: int | str, number: str, secret: str = "ちがう"):
    data = {"number": number, "secret": secret}
    return client.post("/s/tsumugi/status", data=data, headers=HERE, environ_overrides=elsewhere(network))


def test_a_stranger_who_knows_the_number_does_not_shut_its_claimant_out(client, address, number):
    assert [guess_from(client, 9, number).status_code for _n in range(12)] == [422] * 10 + [429] * 2
    assert guess_from(client, 10, number, address.rsplit("/", 1)[1]).status_code == 303


def test_a_stranger_who_asks_for_lost_secrets_leaves_some_to_the_claimant(client, number, database):
    for _n in range(230):
        data = {"number": number, "email": "stranger@mail.example"}
        client.post("/s/tsumugi/status/lost", data=data, headers=HERE, environ_overrides=elsewhere(9))
    assert lost(client, number).status_code == 303
    assert len(letters(database, LetterKind.WAY_IN)) == 1


def test_two_hundred_wrong_secrets_an_hour_from_everywhere_stop_the_number_and_the_mailed_address_still_opens(
    client, address, number
):
    codes = [guess_from(client, n % 25, number).status_code for n in range(201)]
    assert codes == [422] * 200 + [429]
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("other", ["ＴＨ－2026－000001", "th20261", "TH 2026 0001", "TH-2026-000001あ", "(TH-2026-1)"])
def test_however_a_number_is_written_it_is_counted_as_one(client, number, other):
    assert number == "TH-2026-000001"
    codes = [guess(client, number if n % 2 else other).status_code for n in range(11)]
    assert codes == [422] * 10 + [429]


def test_addresses_of_one_ipv6_network_are_counted_as_one_and_of_two_as_two(client, number):
    codes = [guess_from(client, f"2001:db8:0:1::{n:x}", number).status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    assert guess_from(client, "2001:db8:0:2::1", number).status_code == 422
    assert guess_from(client, "::ffff:203.0.113.1", number).status_code == 422
    assert [guess_from(client, "::ffff:203.0.113.2", number).status_code for _n in range(11)] == [422] * 10 + [429]


def test_every_public_address_with_a_secret_is_limited(app, client, address):
    """Those of calendar feeds have a limit of their own, which counts every reading."""
    given = {"slug": "tsumugi", "number": "TH-2026-000001", "secret": "wrong", "no": 1}
    given |= {"purpose": "inquiry", "form": "open"}
    feed = f"/feeds/{NOBODY}/wrong.ics"
    for n in range(60):
        client.get(f"{address[:-3]}x{n}")
        client.get(feed)
        client.get(f"/sender/inquiry/{NOBODY}/wrong{n}")
    opened = [rule for rule in app.url_map.iter_rules() if "secret" in rule.arguments]
    assert len(opened) > 20
    with app.test_request_context():
        asked = [
            (method, url_for(rule.endpoint, **{name: given.get(name, NOBODY) for name in rule.arguments}))
            for rule in opened
            for method in sorted(rule.methods & {"GET", "POST"})
        ]
    open_still = [(m, path) for m, path in asked if client.open(path, method=m, headers=HERE).status_code != 429]
    assert open_still == []
