"""How a receipt travels: what a QR code or a PDF holds is the file again, and what is neither stays as it is."""

import random
import zlib

import pytest
from hypothesis import given, strategies as st

from tests import make
from tools import verify_receipt as tool
from tracker.casework import carried, signed
from tracker.casework.signed import Verdict

FILE = b'{"receipt":{"number":"TH-2026-000001"},"signature":"00"}'
PDF = b"%%PDF-1.7\n1 0 obj\n<<>>\nstream\nBT ET\nendstream\n5 0 obj\n<<>>\nstream\r\n%s\nendstream\nendobj\n%%%%EOF"


@pytest.mark.parametrize("shown", [
    FILE, b"\xef\xbb\xbf" + FILE + b"\r\n", carried.in_digits(FILE).encode(),
    f"https://kigen.example/receipts/verify#{carried.in_digits(FILE)}\n".encode(),
    f"#{carried.in_digits(FILE)}".encode(),
    PDF % zlib.compress(FILE), PDF % FILE, b"\n" + PDF % zlib.compress(FILE),
])  # fmt: skip
def test_each_form_is_the_file_again_here_and_in_the_tool(shown):
    assert carried.receipt_in(shown) == tool.receipt_in(shown) == FILE


@given(st.binary(max_size=300))
def test_any_bytes_that_begin_as_a_receipt_come_back_from_their_digits(tail):
    file = b'{"receipt":' + tail
    digits = carried.in_digits(file).encode()
    assert carried.receipt_in(digits) == tool.receipt_in(digits) == file


@pytest.mark.parametrize("shown", [
    b"", b"#", b"123456789", b"https://kigen.example/receipts/verify", b"#" + b"9" * 4201,
    b"9" * 100_000, b"#" * 100_000, b"0" * 9, b"#" + b"0" * 4_000,
    carried.in_digits(b"no receipt at all, but digits").encode(), carried.in_digits(FILE).encode()[:-9],
    b"%PDF-1.7", b"%PDF-1.7 stream endstream", PDF % b"x", PDF % zlib.compress(b"x"), PDF % zlib.compress(FILE)[:-9],
    PDF % zlib.compress(b'{"receipt":' + b" " * carried.MOST_BYTES),
])  # fmt: skip
def test_what_is_neither_stays_as_it_is(shown):
    assert carried.receipt_in(shown) == shown


def test_a_receipt_that_fits_no_code_has_no_digits():
    noise = random.Random(1).randbytes(5000)  # does not deflate: a byte more is a byte more
    fit = [bool(carried.in_digits(noise[:n])) for n in range(1700, 1760)]
    assert True in fit and False in fit and fit == sorted(fit, reverse=True)
    assert len(carried.in_digits(noise[: 1700 + fit.count(True) - 1])) <= carried.MOST_DIGITS
    assert carried.in_digits(noise) == ""


@pytest.mark.parametrize("shown", [
    b"%PDF-" + b"stream" * 40_000, b"%PDF-" + b"streamendstream" * 16_000, b"#1" * 120_000, b"1" * 250_000,
    b"%PDF-" + b"".join(b"stream\n%s\nendstream" % zlib.compress(b'{"receipt":' + b"0" * 60_000) for _ in range(2_000)),
    b"%PDF-" + b"".join(b"stream\n%s\nendstream" % zlib.compress(b"0" * 60_000) for _ in range(2_000)),
], ids=["open", "empty", "hashes", "digits", "bombs", "blanks"])  # fmt: skip
def test_the_worst_that_fits_a_request_holds_no_receipt(shown):
    assert not carried.receipt_in(shown).startswith(b'{"receipt":{')


def test_one_changed_digit_is_no_genuine_receipt(session):
    notice = make.make_notice(session, make.make_service(session))
    digits = carried.in_digits(signed.file_of(signed.newest(session, notice)))
    assert signed.check(session, digits.encode()).verdict is Verdict.GENUINE
    for place in range(3, len(digits), 97):
        other = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert signed.check(session, other.encode()).verdict is not Verdict.GENUINE
