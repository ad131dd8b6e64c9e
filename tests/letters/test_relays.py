"""Relays as they are: encrypted and checked, or not used; silent, breaking off, tired of a connection, too old."""

import logging

import pytest
from pydantic import ValidationError
from sqlmodel import select

from tests import make
from tests.certificates import certified
from tests.conftest import make_settings
from tests.relay import running_relay
from tracker.jobs.mail import carry_mail
from tracker.jobs.tasks import Incomplete
from tracker.law.facts import Fact
from tracker.letters import mime, transport, verp
from tracker.letters.outbox import Parcel
from tracker.models import Event, Letter
from tracker.now import now


@pytest.fixture
def certificate(tmp_path):
    return certified(tmp_path / "tls")


@pytest.fixture
def parcel(database, notice):
    """The receipt of a notice, as the worker hands it over."""
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()
    return Parcel(letter.id, "akari@mail.example", "受付番号 1 のお知らせ", "本文です。\n", letter.queued_at, False)


def told(tmp_path, relay, **more):
    """Settings for a relay on this machine."""
    return make_settings(tmp_path, smtp_port=relay.port, **({"mail": "smtp", "smtp_timeout": 5} | more))


def carried(settings, *parcels) -> list[transport.Answer]:
    with transport.carrier(settings) as carry:
        return [carry(parcel) for parcel in parcels]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_letter_and_the_password_go_over_tls(tls, certificate, parcel, tmp_path):
    how = (
        {"ssl_context": certificate.server}
        if tls == "tls"
        else {"tls_context": certificate.server, "require_starttls": True}
    )
    with running_relay(**how, auth_require_tls=tls == "starttls") as relay:
        settings = told(
            tmp_path, relay, smtp_host="localhost", smtp_tls=tls, mail_ca=str(certificate.authority),
            smtp_user="kigen", smtp_password="s3cret",
        )  # fmt: skip
        assert [answer.accepted for answer in carried(settings, parcel, parcel)] == [True, True]
    assert relay.encrypted
    assert relay.signed_in == [("kigen", "s3cret")]
    assert len(relay.mailbox) == 2


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_a_relay_that_cannot_prove_its_name_gets_nothing(tls, wrong, parcel, tmp_path, caplog):
    certificate = certified(tmp_path / "tls", "relay.example" if wrong == "name" else "localhost")
    how = {"ssl_context": certificate.server} if tls == "tls" else {"tls_context": certificate.server}
    with running_relay(**how, auth_require_tls=False) as relay:
        settings = told(
            tmp_path, relay, smtp_host="localhost", smtp_tls=tls, smtp_user="kigen", smtp_password="secret",
            mail_ca=str(certificate.authority) if wrong == "name" else "",
        )  # fmt: skip
        with caplog.at_level(logging.WARNING):
            assert carried(settings, parcel) == [transport.AWAY]
    assert (relay.mailbox, relay.signed_in) == ([], [])
    assert "SSLCertVerificationError" in caplog.text


def test_a_relay_that_offers_no_starttls_gets_nothing(relay, parcel, tmp_path):
    assert carried(told(tmp_path, relay, smtp_tls="starttls"), parcel) == [transport.AWAY]
    assert relay.mailbox == []


@pytest.mark.parametrize("host", ["relay.example", "192.0.2.1", "127.0.0.1.example"])
def test_a_password_is_never_said_in_the_clear_to_another_machine(host, tmp_path):
    with pytest.raises(ValidationError, match="would travel in the clear"):
        make_settings(tmp_path, mail="smtp", smtp_host=host, smtp_user="kigen", smtp_password="secret")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_it_may_be_said_to_this_machine(host, tmp_path):
    assert make_settings(tmp_path, mail="smtp", smtp_host=host, smtp_user="kigen").smtp_tls == "none"


def test_a_silent_relay_may_have_the_letter_and_the_record_says_so(database, relay, notice, tmp_path):
    database.info["settings"] = told(tmp_path, relay, smtp_timeout=1)
    relay.data = ["silence"]
    with pytest.raises(Incomplete, match="RelaySilent"):
        carry_mail(database, lambda: make.instant("2026-04-28T09:01+09:00"))
    carry_mail(database, lambda: make.instant("2026-04-28T09:03+09:00"))
    assert len(relay.mailbox) == 1
    with database.reading() as session:
        [accepted] = session.exec(select(Event).where(Event.fact == Fact.LETTER_ACCEPTED))
    assert accepted.data["said"]["again"] is True


def test_a_connection_that_breaks_after_the_text_repeats_the_same_letter(database, relay, notice):
    relay.data = ["drop"]
    with pytest.raises(Incomplete, match="RelaySilent"):
        carry_mail(database, lambda: make.instant("2026-04-28T09:01+09:00"))
    carry_mail(database, lambda: make.instant("2026-04-28T09:03+09:00"))
    first, second = relay.contents
    assert first == second
    assert len(set(relay.message_ids())) == 1


def test_many_letters_share_one_connection(relay, parcel, tmp_path):
    carried(told(tmp_path, relay), *[parcel] * 20)
    assert (len(relay.mailbox), relay.connections) == (20, 1)


def test_a_relay_that_is_tired_of_a_connection_is_called_again_at_once(relay, parcel, tmp_path):
    relay.rcpt = ["250 OK", "421 4.7.0 too many letters"]
    assert [answer.accepted for answer in carried(told(tmp_path, relay), *[parcel] * 3)] == [True] * 3
    assert (len(relay.mailbox), relay.connections) == (3, 2)


def test_a_refused_letter_does_not_end_the_connection(relay, parcel, tmp_path):
    relay.rcpt = ["550 5.1.1 no such user"]
    relay.data = ["451 4.3.0 later"]
    answers = carried(told(tmp_path, relay), *[parcel] * 3)
    assert [answer.code for answer in answers] == [550, 451, 250]
    assert relay.connections == 1


def to(parcel: Parcel, address: str) -> Parcel:
    return Parcel(parcel.id, address, parcel.subject, parcel.body, parcel.queued_at, parcel.again)


@pytest.mark.parametrize("address", ["a..b@docomo.example", "a.@docomo.example", ".a@ezweb.example"])
def test_addresses_that_carriers_gave_out_can_be_written_to(address, relay, parcel, tmp_path):
    [answer] = carried(told(tmp_path, relay), to(parcel, address))
    assert answer.accepted
    assert relay.envelopes[0][1] == address  # the relay takes the quotes off
    assert relay.mailbox[0]["To"].addresses[0].username == address.partition("@")[0]


def test_a_japanese_domain_goes_out_in_ascii(relay, parcel, tmp_path):
    carried(told(tmp_path, relay), to(parcel, "akari@例え.jp"))
    assert relay.envelopes[0][1] == "akari@xn--r8jz45g.jp"
    assert relay.mailbox[0]["To"] == "akari@xn--r8jz45g.jp"


def test_a_japanese_address_goes_to_a_relay_that_knows_smtputf8(parcel, tmp_path):
    with running_relay(enable_SMTPUTF8=True) as relay:
        [answer] = carried(told(tmp_path, relay), to(parcel, "あかり@例え.jp"))
    assert answer.accepted
    assert relay.envelopes[0][1] == "あかり@xn--r8jz45g.jp"
    assert "To: あかり@xn--r8jz45g.jp".encode() in relay.contents[0]


def test_any_other_relay_means_that_it_cannot_be_sent(parcel, tmp_path):
    with running_relay(enable_SMTPUTF8=False) as relay:
        answers = carried(told(tmp_path, relay), to(parcel, "あかり@例え.jp"), parcel)
    assert answers[0].refused and answers[0].status == "5.6.7"
    assert answers[1].accepted


@pytest.mark.parametrize("mail", ["smtp", "folder"])
@pytest.mark.parametrize(
    "address", ["a@x.example\r\nRCPT TO:<b@x.example>", "a\u2028b@x.example", "あ", "a@b@x.example"]
)
def test_what_is_no_address_is_refused_and_nothing_is_said_to_the_relay(address, mail, relay, parcel, tmp_path):
    [answer] = carried(told(tmp_path, relay, mail=mail), to(parcel, address))
    assert answer.refused and answer.status == "5.1.3"
    assert (relay.connections, list(tmp_path.glob("mail/*"))) == (0, [])


def test_each_letter_has_a_sender_of_its_own_to_which_it_comes_back(relay, parcel, tmp_path):
    settings = told(tmp_path, relay, bounce_address="bounces@kigen.example", mail_from="期限 <kigen@kigen.example>")
    carried(settings, parcel)
    [(sender, _)] = relay.envelopes
    local, domain = sender.split("@")
    assert domain == "kigen.example" and len(local) <= 64
    assert verp.letter_of(settings, local.removeprefix("bounces+")) == parcel.id
    assert relay.mailbox[0]["From"].addresses[0].addr_spec == "kigen@kigen.example"


def test_without_an_address_of_bounces_the_sender_is_who_writes(relay, parcel, tmp_path):
    carried(told(tmp_path, relay, mail_from="期限 <kigen@kigen.example>"), parcel)
    assert relay.envelopes[0][0] == "kigen@kigen.example"


def test_a_mark_of_another_letter_or_another_house_is_not_ours(parcel, tmp_path):
    settings = make_settings(tmp_path)
    mark = verp.token(settings, parcel.id)
    assert verp.letter_of(settings, mark.upper()) == parcel.id
    assert verp.letter_of(make_settings(tmp_path, secret_key="another"), mark) is None
    assert verp.letter_of(settings, ("0" if mark[0] != "0" else "1") + mark[1:]) is None
    assert verp.letter_of(settings, mark[:-1]) is None


def test_the_mail_of_a_parcel_is_the_same_at_every_sending(parcel, tmp_path):
    settings = make_settings(tmp_path)
    assert mime.mail(settings, parcel) == mime.mail(settings, parcel)
    assert parcel.queued_at <= now()
