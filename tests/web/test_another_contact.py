"""An address that carriers gave out against the rules: taken at once, and another way to write asked for."""

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import send, text
from tests.web.desk import member, words
from tracker.casework import folder
from tracker.models import Notice

CARRIER = "a..b@docomo.ne.jp"


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def phone(database) -> str:
    """What is kept beside the address of mail."""
    with database.reading() as session:
        number = session.exec(select(Notice.number)).one()
        return folder.open_folder(
            session, folder.find(session, number), at=make.instant("2026-04-28T10:00+09:00")
        ).claimant_phone


def test_the_field_is_there_and_unseen_until_an_address_needs_it(client):
    page = client.get("/s/tsumugi/").get_data(as_text=True)
    assert 'id="unsure" hidden>' in page and 'name="other"' in page
    again = send(client, email=CARRIER, name="")
    assert 'id="unsure">' in again.get_data(as_text=True)
    assert "書き方が規格と少し違うため、お知らせが届かないことがあります。このまま受け付けますが" in text(again)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, ""),
        ({"other": "ｂ@mail.example"}, "b@mail.example"),
        ({"other": "妹の携帯", "phone": "090-0000-0001"}, "090-0000-0001、妹の携帯"),
        ({"email": "akari@mail.example", "other": "b@mail.example"}, ""),  # the address was put right
    ],
)
def test_a_second_way_is_taken_as_it_comes_and_never_demanded(client, database, given, kept):
    assert send(client, **({"email": CARRIER} | given)).status_code == 303
    assert phone(database) == kept


def test_the_desk_reads_it_and_the_receipt_leads_to_another_address(app, client):
    receipt = send(client, email=CARRIER, other="b@mail.example").location
    assert f'href="{receipt.replace("/receipt/", "/status/")}/address"' in client.get(receipt).get_data(as_text=True)
    assert "b@mail.example" in words(member(app).get("/desk/cases/TH-2026-000001?tab=origin"))


def test_it_stays_when_the_page_comes_back_and_is_told_to_nobody_unasked(client):
    again = send(client, email=CARRIER, other="b@mail.example", reason="", tell=[])
    assert 'value="b@mail.example"' in again.get_data(as_text=True)
    data = {"email": CARRIER, "other": "b@mail.example"}
    told = client.post("/s/tsumugi/preview", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert "b@mail.example" not in told.get_data(as_text=True)
