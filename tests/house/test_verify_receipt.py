"""tools/verify_receipt.py: it needs nothing of Kigen, agrees with RFC 8032, and tells by its exit code."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings as with_settings, strategies as st

from tests import make
from tools import verify_receipt as tool
from tracker.casework import carried, filed, signed, signing

TOOL = Path(__file__).parents[2] / "tools" / "verify_receipt.py"

# RFC 8032 section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
        "2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
        "d9bef1177331a704",
    ),
]


def raw(*parts: str) -> list[bytes]:
    return [bytes.fromhex(part) for part in parts]


@pytest.mark.parametrize("vector", VECTORS, ids=["1", "2", "3", "SHA(abc)"])
def test_it_agrees_with_the_vectors_of_rfc_8032(vector):
    public, message, signature = raw(*vector)
    assert tool.signed(public, message, signature)
    assert not tool.signed(public, message + b"x", signature)
    assert not tool.signed(raw(VECTORS[0][0] if vector is not VECTORS[0] else VECTORS[1][0])[0], message, signature)


def test_a_second_spelling_of_a_signature_is_refused():
    public, message, signature = raw(*VECTORS[1])
    more = int.from_bytes(signature[32:], "little") + tool.ORDER
    assert not tool.signed(public, message, signature[:32] + more.to_bytes(32, "little"))
    assert not tool.signed(public, message, signature[:63])


@pytest.mark.parametrize("public", ["ff" * 32, "ed" + "ff" * 30 + "7f", "02" + "00" * 31, "01" + "00" * 30 + "80"])
def test_bytes_that_are_no_point_are_no_key(public):
    assert not tool.signed(bytes.fromhex(public), b"", raw(VECTORS[0][2])[0])


@given(st.binary(max_size=200), st.integers(0, 63), st.integers(1, 255))
@with_settings(max_examples=30, deadline=None)
def test_it_agrees_with_the_library(message, place, flip):
    private = Ed25519PrivateKey.from_private_bytes(sha256(message).digest())
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert tool.signed(public, message, signature)
    broken = bytearray(signature)
    broken[place] ^= flip
    assert tool.signed(public, message, bytes(broken)) == signing.genuine(public, message, bytes(broken)) is False


@pytest.fixture
def folder(session, tmp_path):
    """A receipt, its filing and the keys as anybody gets them; the tool alone in a folder."""
    notice = make.make_notice(session, make.make_service(session))
    signing.rotate(session, at=make.instant("2026-05-01T10:00+09:00"))
    made = tmp_path / "court"
    made.mkdir()
    shutil.copy(TOOL, made)
    (made / "receipt.json").write_bytes(signed.file_of(signed.newest(session, notice)))
    (made / "filing.json").write_bytes(filed.copy_of(session, notice))
    (made / "keys.json").write_text(json.dumps(signing.published(signing.keys(session)), indent=1))
    return made


def run(folder, *arguments: str):
    """The tool in its own process: no site packages, no path to Kigen."""
    command = [sys.executable, "-I", "-S", "verify_receipt.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_genuine_receipt_ends_with_0_and_says_what_it_states(folder):
    done = run(folder, "receipt.json", "keys.json", "--filing", "filing.json")
    assert done.returncode == 0, done.stderr
    same = "filing.json: 受付票にあるものと同じです"
    for said in ("本物です", "TH-2026-000001", "2026-04-28T09:14:37+09:00", "2026-05-05", same):
        assert said in done.stdout, said


def test_the_address_in_the_code_on_paper_is_checked_as_the_file_is(folder):
    digits = carried.in_digits((folder / "receipt.json").read_bytes())
    done = run(folder, f"https://kigen.example/receipts/verify#{digits}", "keys.json", "--filing", "filing.json")
    assert done.returncode == 0 and "TH-2026-000001" in done.stdout, done.stderr
    assert run(folder, f"#{digits[:-1]}", "keys.json").returncode == 1


def test_of_paper_it_says_that_the_page_was_not_checked(folder):
    file = (folder / "receipt.json").read_bytes()
    (folder / "receipt.pdf").write_bytes(b"%PDF-1.7\n1 0 obj<<>>stream\n" + file + b"\nendstream endobj\n%%EOF\n")
    for paper in ("receipt.pdf", f"#{carried.in_digits(file)}"):
        done = run(folder, paper, "keys.json")
        assert done.returncode == 0 and "紙面ではありません" in done.stdout and "見比べてください" in done.stdout
    assert "紙面" not in run(folder, "receipt.json", "keys.json").stdout


def test_a_changed_receipt_ends_with_1(folder):
    file = folder / "receipt.json"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"2026-05-05", b"2026-05-06"))
    done = run(folder, "receipt.json", "keys.json")
    assert done.returncode == 1 and "1文字以上違います" in done.stdout
    file.write_bytes(whole[:-1])
    assert run(folder, "receipt.json", "keys.json").returncode == 1


def test_a_key_that_is_not_in_the_list_ends_with_1(folder):
    (folder / "none.json").write_text('{"keys": []}')
    done = run(folder, "receipt.json", "none.json")
    assert done.returncode == 1 and "鍵の一覧にありません" in done.stdout


def test_a_key_under_a_name_that_is_not_its_own_is_not_taken(folder):
    """Somebody signs for themselves and puts their key under our name."""
    listed = json.loads((folder / "keys.json").read_text())
    listed["keys"][0]["x"], listed["keys"][1]["x"] = listed["keys"][1]["x"], listed["keys"][0]["x"]
    (folder / "keys.json").write_text(json.dumps(listed))
    assert run(folder, "receipt.json", "keys.json").returncode == 1


def test_another_file_than_the_one_that_was_filed_ends_with_1(folder):
    (folder / "filing.json").write_bytes((folder / "filing.json").read_bytes() + b"\n")
    done = run(folder, "receipt.json", "keys.json", "--filing", "filing.json", "--file", "keys.json")
    assert done.returncode == 1 and done.stdout.count("受付票にあるものと違います") == 2


@pytest.mark.parametrize("arguments", [
    ("missing.json", "keys.json"), ("receipt.json", "missing.json"), ("receipt.json", "verify_receipt.py"),
    ("receipt.json", "http://127.0.0.1:9/keys.json"), ("receipt.json", "https://127.0.0.1:9/keys.json"),
    ("receipt.json", "file:///etc/hostname"), ("receipt.json",),
])  # fmt: skip
def test_what_cannot_be_checked_ends_with_2(folder, arguments):
    assert run(folder, *arguments).returncode == 2


def test_its_arithmetic_is_short_enough_to_be_read():
    text = TOOL.read_text(encoding="utf-8")
    arithmetic = text[text.index("# ---- Ed25519") : text.index("# ---- The receipt")]
    assert len(arithmetic.splitlines()) <= 80
