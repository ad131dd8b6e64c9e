"""A mail as real Japanese mailboxes show it: whole characters, whole subjects, and nothing that a text adds to it."""

import re
from base64 import b64decode
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tests import make
from tests.conftest import MASTER_KEY
from tracker.letters.mime import Unaddressable, envelope_address, mail
from tracker.letters.outbox import Parcel
from tracker.settings import Settings

SETTINGS = Settings(
    _env_file=None, secret_key="test-secret", master_key=MASTER_KEY, mail_from="期限・担当 <kigen@kigen.example>"
)
ID = UUID("11111111-2222-4333-8444-555555555555")
AT = make.instant("2026-04-28T09:00+09:00")
WORD = re.compile(rb"=\?([^?]+)\?([BbQq])\?([^?]*)\?=")


def sent(subject: str = "お知らせ", body: str = "本文\n", to: str = "akari@mail.example") -> bytes:
    return mail(SETTINGS, Parcel(ID, to, subject, body, AT, False)).content


def subject_lines(raw: bytes) -> list[bytes]:
    return re.search(rb"^Subject:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", raw, re.MULTILINE).group().split(b"\r\n")


JAPANESE = st.text(
    st.sampled_from("受付番号のお知らせ髙﨑①㈱𠮷👩‍👩‍👧 ABC-019【】（）_?=\"',;<>@"), min_size=1, max_size=150
)


@given(JAPANESE)
def test_each_encoded_word_of_a_subject_is_whole_in_itself(subject):
    lines = subject_lines(sent(subject))
    words = WORD.findall(b"\r\n".join(lines))
    for charset, encoding, text in words:
        assert (charset, encoding.lower()) == (b"utf-8", b"b")
        b64decode(text).decode("utf-8")  # fails where a character was cut
    assert all(len(line) <= 76 for line in lines)
    assert words or subject.isascii()


@given(JAPANESE.filter(lambda subject: subject == subject.strip()))
def test_a_subject_is_read_as_it_was_written_spaces_and_all(subject):
    assert message_from_bytes(sent(subject), policy=default)["Subject"] == subject


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_body_is_read_as_it_was_written(body):
    read = message_from_bytes(sent(body=body), policy=default)
    assert read["Content-Type"] == 'text/plain; charset="utf-8"'
    assert read["Content-Transfer-Encoding"] == "base64"
    assert one_end(read.get_payload(decode=True).decode()) == one_end(body)


def one_end(text: str) -> str:
    """A text with one kind of line end, and none at its own."""
    return re.sub("\r\n?", "\n", text).rstrip("\n")


BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x00"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_subject_cannot_add_a_header(line_break):
    raw = sent(f"お知らせ{line_break}Bcc: other@mail.example")
    read = message_from_bytes(raw, policy=default)
    assert read["Bcc"] is None
    assert read["Subject"] == "お知らせ Bcc: other@mail.example"


@pytest.mark.parametrize("line_break", BREAKS)
def test_nor_can_an_address(line_break):
    with pytest.raises(Unaddressable):
        envelope_address(f"akari@mail.example{line_break}Bcc: other@mail.example")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_one_address_or_none(text):
    try:
        address = envelope_address(text)
    except Unaddressable:
        return
    read = message_from_bytes(sent(to=text), policy=default)
    assert not re.search(r"[\x00-\x1f\x7f<>\u2028]", address)
    assert len(read["To"].addresses) == 1
    assert sorted(set(read.keys())) == sorted(read.keys())


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("akari@mail.example", "akari@mail.example"),
        ("akari+kigen@mail.example", "akari+kigen@mail.example"),
        ("a..b@docomo.example", '"a..b"@docomo.example'),  # carriers gave these out, and RFC 5321 wants quotes
        ("a.@docomo.example", '"a."@docomo.example'),
        ('"a..b"@docomo.example', '"a..b"@docomo.example'),
        ("akari@ｍａｉｌ．example", "akari@mail.example"),
        ("staff@localhost", "staff@localhost"),
    ],
)
def test_an_address_as_smtp_wants_it(address, envelope):
    assert envelope_address(address) == envelope


def test_a_letter_says_that_a_machine_wrote_it_and_asks_machines_not_to_answer():
    read = message_from_bytes(sent(), policy=default)
    assert read["Auto-Submitted"] == "auto-generated"
    quiet = read["X-Auto-Response-Suppress"].split(", ")
    assert "OOF" in quiet and "AutoReply" in quiet
    assert not {"All", "NDR"} & set(quiet)  # that it did not arrive is what has to be heard
    assert read["Message-ID"] == f"<{ID}@kigen.example>"
    assert read["From"].addresses[0].display_name == "期限・担当"
