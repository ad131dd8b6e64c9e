"""What people and programs send that looks like something else: from the form to the desk, as it is and shown as it is.

Files (polyglots, bombs, SVG) are in test_evidence, lists with bad rows and sending twice in test_intake_more and
test_intake_form, carriers' addresses of mail in test_another_contact.
"""

import pytest

from tests import make, pictures
from tests.web.claimant import send, text
from tests.web.desk import member

LETTERS = "髙﨑㈱①ﾊﾝｶｸ葛\U000e0100飾👩\u200d👩\u200d👧"


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def desk(app, tab: str = "origin") -> str:
    return member(app).get(f"/desk/cases/TH-2026-000001?tab={tab}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        ("https://example.com\\@evil.com", "example.com"),
        ("https://tsumug\u0456.example/p/1", "xn--tsumug-uvf.example"),
        ("https://例え.jp/p/1", "xn--r8jz45g.jp"),
        ("https://\u202emoc.live\u202c@tsumugi.example/", None),
    ],
)
def test_whose_page_an_address_opens_is_said_to_claimant_and_staff(app, client, typed, opens):
    again = send(client, url=[typed], name="")
    assert again.status_code == 422
    if opens is None:  # a name before the host is no address of a post
        assert "URLが読み取れません" in text(again)
        return
    says = f'このURLが開くサイト: <bdi class="mono">{opens}</bdi>'
    assert says in again.get_data(as_text=True)
    assert send(client, url=[typed]).status_code == 303
    assert says in desk(app) and f'<bdi class="address">{typed}</bdi>' in desk(app)


def test_every_letter_reaches_staff_and_the_claimant_as_it_was_typed(app, client):
    filed = send(client, name=LETTERS, reason=LETTERS, quote=[f"\u202e{LETTERS}"])
    seen = desk(app)
    assert seen.count(LETTERS) >= 3 and f"\u202e{LETTERS}" in seen
    status = client.get(filed.location.replace("/receipt/", "/status/")).get_data(as_text=True)
    assert f"<p>\u202e{LETTERS}</p>" in status


def test_a_picture_that_is_a_page_too_is_shown_as_a_picture_only(app, client):
    both = pictures.png(behind=b"<html><script>alert(1)</script></html>")
    filed = send(client, attach=[("写真.html.png", both)])
    assert filed.status_code == 303 and "画像1点" in text(client.get(filed.location))
    assert "alert(1)" not in desk(app, "evidence")
