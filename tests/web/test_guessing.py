"""How often one may try: secrets, codes, forms. In real time, by which limits are forgotten."""

import time

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import send
from tests.web.test_talk import HERE, letters, lost, tell
from tracker.models import LetterKind, Notice

UNKNOWN = "TH-2026-999999"


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


def test_forms_of_one_notice_are_limited(client, address):
    codes = [tell(client, f"{address}/messages", text=f"連絡{n}").status_code for n in range(41)]
    assert codes == [303] * 40 + [429]


def test_wrong_codes_are_stopped(client, address):
    tell(client, f"{address}/address", email="new@mail.example")
    codes = [tell(client, f"{address}/address/code", code=f"{n:08d}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]


def test_the_answer_to_a_lost_secret_takes_as_long_whether_anything_was_found_or_not(client, number):
    for asked in (number, UNKNOWN):
        began = time.perf_counter()
        lost(client, asked)
        assert 0.5 <= time.perf_counter() - began < 3
