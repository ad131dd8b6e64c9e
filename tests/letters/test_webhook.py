"""A webhook reaches the machine that was checked and no other: a real server, a table of addresses, names that turn."""

import hmac
import importlib
import socket
import ssl
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from tests import make
from tests.certificates import certified
from tests.receiver import running_receiver
from tracker.letters.webhook import Forbidden, Heard, address, deliver, new_secret, signed, target
from tracker.letters.webhook.address import Target, allowed
from tracker.models import Trouble

DELIVERY = importlib.import_module("tracker.letters.webhook.deliver")  # the function has the name of its module
AT = make.instant("2026-04-30T09:00:00+09:00")
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver


FORBIDDEN = [
    "0.0.0.0", "0.1.2.3",  # noqa: S104 - to be refused
    "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "169.254.169.254",
    "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::7f00:1", "::808:808", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "nothing",
]  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
def test_nothing_is_sent_within_our_walls(text):
    assert not allowed(text)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "203.0.112.1", "2606:4700::1111", "2400:cb00::1"])
def test_what_is_on_the_public_net_can_be_reached(text):
    assert allowed(text) and not allowed(text, local=True)


WRONG = {
    "": "form", "hooks.example.jp/x": "form", "//hooks.example.jp/x": "form", "https://": "form", "https:///x": "form",
    "https://user@hooks.example.jp/": "form", "https://user:pass@hooks.example.jp/": "form",
    "https://hooks.example.jp\\@127.0.0.1/": "form", "https://hooks.example.jp/a b": "form",
    "https://hooks.example.jp/\r\nX-Evil: 1": "form", "https://hooks.example.jp\n/": "form",
    "https://hooks.example.jp/日本": "form", "https://hooks.example.jp:99999/": "form",
    "https://hooks .example.jp/": "form", "https://[fe80::1%25eth0]/": "form", "https://[::1": "form",
    "https://-x.example.jp/": "form", "https://ho%6fks.example.jp/": "form", "https://" + "a" * 2000: "form",
    "http://hooks.example.jp/": "scheme", "http://127.0.0.1/": "scheme", "ftp://hooks.example.jp/": "scheme",
    "file:///etc/passwd": "form", "gopher://127.0.0.1:25/": "scheme",
    "https://hooks.example.jp:80/": "port", "https://hooks.example.jp:22/": "port",
    "https://hooks.example.jp:0/": "port",
    "https://localhost/": "address", "https://localhost./": "address", "https://x.localhost:8443/": "address",
    "https://127.0.0.1/": "address", "https://intranet/": "address", "https://chat.internal/": "address",
    "https://chat.local/": "address", "https://nas.lan/": "address", "https://chat.home.arpa/": "address",
    "https://2130706433/": "address", "https://0x7f.1/": "address", "https://127.1/": "address",
    "https://10.0.0.1/": "address", "https://[::1]/": "address", "https://[::ffff:169.254.169.254]/": "address",
}  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_webhook_is_turned_away_before_anything_is_asked(url):
    with pytest.raises(Forbidden) as no:
        target(url)
    assert no.value.about == WRONG[url]


def test_an_address_is_taken_apart_once():
    assert target("https://Hooks.Example.jp/services/a?b=c#d") == Target("hooks.example.jp", 443, "/services/a?b=c")
    assert target("https://hooks.example.jp:8443?x").named == "hooks.example.jp:8443"
    assert target("https://例え.jp/x").host == "xn--r8jz45g.jp"
    assert target("https://[2606:4700::1111]/").named == "[2606:4700::1111]"


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "017700000001"])
def test_another_way_to_write_a_number_leads_nowhere(host):
    assert deliver(f"https://{host}/", b"{}", HEADERS).trouble in (Trouble.ADDRESS, Trouble.NAME)


def names(monkeypatch, *answers: list[str], port: int) -> list[str]:
    """Let every name lead to the first of `answers`, and then to the next. What was asked comes back."""
    asked = []
    left = list(answers)

    def resolver(host, *_more, **_named):
        asked.append(host)
        places = left.pop(0) if len(left) > 1 else left[0]
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(kind[":" in place], socket.SOCK_STREAM, 6, "", (place, port)) for place in places]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return asked


def test_one_forbidden_address_among_others_forbids_the_name(monkeypatch, receiver):
    names(monkeypatch, ["8.8.8.8", "127.0.0.1"], port=receiver.port)
    assert deliver("https://hooks.example.jp/", b"{}", HEADERS) == Heard(trouble=Trouble.ADDRESS)
    assert receiver.came == []


def test_a_name_that_turns_after_it_was_checked_leads_to_what_was_checked(monkeypatch, tmp_path):
    """The first answer is this server, let through here alone; the second would be a machine within our walls."""
    certificate = certified(tmp_path / "tls", "hooks.example.jp")
    with running_receiver(certificate.server) as receiver:
        asked = names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"], port=receiver.port)
        monkeypatch.setattr(address, "allowed", lambda text, local: text == "127.0.0.1")
        context = ssl.create_default_context(cafile=str(certificate.authority))
        heard = deliver("https://hooks.example.jp/x", b"{}", HEADERS, context=context)
        assert heard == Heard(status=204)
        assert asked == ["hooks.example.jp"] and receiver.name == "hooks.example.jp"
        assert receiver.came[0].headers["host"] == "hooks.example.jp"
        assert deliver("https://hooks.example.jp/x", b"{}", HEADERS, context=context).trouble is Trouble.ADDRESS


def test_a_certificate_of_another_name_or_of_nobody_known_is_not_taken(monkeypatch, tmp_path):
    certificate = certified(tmp_path / "tls", "other.example.jp")
    with running_receiver(certificate.server) as receiver:
        names(monkeypatch, ["127.0.0.1"], port=receiver.port)
        monkeypatch.setattr(address, "allowed", lambda text, local: True)
        known = ssl.create_default_context(cafile=str(certificate.authority))
        for context in (known, None):
            heard = deliver("https://hooks.example.jp/x", b"{}", HEADERS, context=context)
            assert heard == Heard(trouble=Trouble.TLS) and not heard.refused
        assert receiver.came == []


def test_this_machine_is_reached_over_http_only_where_that_is_wanted(receiver):
    assert deliver(receiver.url, b"{}", HEADERS).trouble is Trouble.ADDRESS
    assert receiver.came == []
    assert deliver(receiver.url, b'{"a":1}', HEADERS, local=True) == Heard(status=204)
    [came] = receiver.came
    assert (came.path, came.body) == ("/hook/secret?x=1", b'{"a":1}')
    assert came.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert came.headers["content-type"] == "application/json"


def test_even_then_http_leads_to_this_machine_alone(monkeypatch, receiver):
    names(monkeypatch, ["10.0.0.1"], port=receiver.port)
    assert deliver(f"http://localhost:{receiver.port}/", b"{}", HEADERS, local=True).trouble is Trouble.ADDRESS
    with pytest.raises(Forbidden):
        target("http://hooks.example.jp/", local=True)


def test_nobody_is_followed_elsewhere(receiver):
    receiver.answers = [(code, {"Location": receiver.url}) for code in (301, 302, 307, 308)]
    for code in (301, 302, 307, 308):
        heard = deliver(receiver.url, b"{}", HEADERS, local=True)
        assert heard == Heard(code, Trouble.STATUS) and heard.refused
    assert len(receiver.came) == 4


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch, receiver):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert deliver(receiver.url, b"{}", HEADERS, local=True).given


@pytest.mark.parametrize(
    ("code", "given", "refused"),
    [(200, True, False), (204, True, False), (304, False, True), (400, False, True), (404, False, True),
     (410, False, True), (408, False, False), (429, False, False), (500, False, False), (503, False, False)],
)  # fmt: skip
def test_what_an_answer_means(receiver, code, given, refused):
    receiver.answers = [(code, {})]
    heard = deliver(receiver.url, b"{}", HEADERS, local=True)
    assert (heard.status, heard.given, heard.refused) == (code, given, refused)


@pytest.mark.parametrize("answer", ["silence", "drip"])
def test_one_who_keeps_us_waiting_is_left(monkeypatch, receiver, answer):
    monkeypatch.setattr(DELIVERY, "SECONDS", 0.5)
    receiver.answers = [answer]
    heard = deliver(receiver.url, b"{}", HEADERS, local=True)
    assert heard == Heard(trouble=Trouble.SILENCE) and not heard.refused
    assert heard.unsure  # it went out: the receiver may have it


def test_nobody_there_and_no_such_name_are_tried_again(receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
        assert deliver(nobody, b"{}", HEADERS, local=True) == Heard(trouble=Trouble.SILENCE)
    heard = deliver("https://no-such-name.invalid/", b"{}", HEADERS)
    assert heard == Heard(trouble=Trouble.NAME) and not heard.refused


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("0", 0), ("999999999999", 3600), ("Thu, 30 Apr 2026 00:10:00 GMT", 600),
     ("Thu, 30 Apr 2026 23:00:00 GMT", 3600), ("Wed, 29 Apr 2026 00:00:00 GMT", 0), ("soon", None), ("", None),
     ("-5", None), ("²", None)],
)  # fmt: skip
def test_who_asks_us_to_wait_is_heard_for_an_hour_at_most(said, seconds):
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert Heard(429, Trouble.STATUS, said).pause(AT) == wanted


def test_a_signature_is_what_the_standard_says():
    id, body, secret = uuid4(), '{"type":"clock.due","text":"期限"}'.encode(), new_secret()
    headers = signed(secret, id, body, at=AT)
    assert headers["webhook-id"] == str(id) and headers["webhook-timestamp"] == str(int(AT.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    assert 24 <= len(key) <= 64
    expected = hmac.new(key, f"{id}.{int(AT.timestamp())}.".encode() + body, sha256).digest()
    assert headers["webhook-signature"] == f"v1,{b64encode(expected).decode()}"
