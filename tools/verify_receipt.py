#!/usr/bin/env python3
"""Check a signed receipt (署名付きの受付票). Needs Python 3.9 or later and nothing else, of Kigen or of anybody.

    python3 verify_receipt.py receipt.json keys.json
    python3 verify_receipt.py receipt.json https://kigen.example/.well-known/kigen-receipt-keys.json
    python3 verify_receipt.py receipt.json keys.json --filing filing.json --file screenshot.png
    python3 verify_receipt.py receipt.pdf keys.json
    python3 verify_receipt.py 'https://kigen.example/receipts/verify#12345…' keys.json

The receipt is the file, the PDF that has it inside, or what the QR code on paper says: behind the # stands one number,
whose bytes are a 1 and the file as it is deflated (RFC 1951). Of a PDF only that file is checked, never how it looks.
Take the list of keys from the provider itself, never from whoever shows the receipt. Exit code 0: genuine. 1: not
genuine (changed, signed with a key that is not in the list, or a file that the receipt does not name). 2: nothing
could be checked (a file or the list cannot be read).

The signature is Ed25519 (RFC 8032) over the bytes between `{"receipt":` and `,"signature":`, which are canonical JSON
(RFC 8785). The list is a JWK set (RFC 7517, RFC 8037). Hashes are SHA-256, as `sha256sum` prints them.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import urllib.request
import zlib

FORMAT = "kigen-receipt/1"
MOST_BYTES = 1024 * 1024
SCANNED = re.compile(rb"(?:\S*#)?([0-9]{9,4200})")
GENUINE, NOT_GENUINE, NOT_CHECKED = 0, 1, 2


# ---- Ed25519, after RFC 8032 section 6; it only reads public values, so its speed may tell them ----

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1
BASE_Y = 4 * pow(5, P - 2, P) % P


def x_of(y, sign):
    """The x of a point of the curve, or None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def decoded(text):
    """The point that 32 bytes stand for, in extended coordinates, or None."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def plus(one, two):
    """The sum of two points."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor, point):
    """`factor` times a point."""
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = plus(found, point)
        point, factor = plus(point, point), factor >> 1
    return found


BASE = decoded(BASE_Y.to_bytes(32, "little"))


def signed(public, message, signature):
    """Whether `signature` (64 bytes) is that of `message` under the key `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = decoded(public), decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), plus(nonce, times(hashed, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- The receipt ----


class NotGenuine(Exception):
    """What is wrong with the receipt."""


def receipt_in(shown):
    """The file of the receipt in what somebody shows: the file itself, its PDF, or what its QR code says."""
    shown = shown[3:] if shown.startswith(b"\xef\xbb\xbf") else shown
    shown = shown.strip()
    if shown.startswith(b"%PDF-"):
        streams = (part.partition(b"stream")[2].lstrip(b"\r\n") for part in shown.split(b"endstream"))
        found = (s.rstrip() if s.startswith(b'{"receipt":') else unpacked(s, zlib.MAX_WBITS) for s in streams)
        return next((one for one in found if one.startswith(b'{"receipt":')), shown)
    scanned = SCANNED.fullmatch(shown)
    number = int(scanned[1]) if scanned else 0
    packed = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return unpacked(packed[1:], -zlib.MAX_WBITS) if packed[:1] == b"\1" else shown


def shown_as_paper(shown):
    """Whether it is a PDF or what stands on paper: then what people read is not what was checked."""
    return shown.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or bool(SCANNED.fullmatch(shown.strip()))


def unpacked(packed, bits):
    """What was deflated; nothing where that is broken or too long."""
    reader = zlib.decompressobj(bits)
    try:
        body = reader.decompress(packed, MOST_BYTES)
    except zlib.error:
        return b""
    return body if reader.eof else b""


class PlainHttp(OSError):
    """An address that anybody on the way could have changed."""


def check(receipt, keys):
    """What a receipt says. Raises NotGenuine. `receipt` is what somebody shows, `keys` as read_keys."""
    found = re.fullmatch(rb'\{"receipt":(\{.*\}),"signature":"([0-9a-f]{128})"\}', receipt_in(receipt), re.S)
    if found is None:
        raise NotGenuine("受付票のデータではないか、途中が欠けています。")
    try:
        content = json.loads(found[1])
        kid, form = str(content["key"]), content["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotGenuine("受付票のデータではないか、途中が欠けています。") from None
    if form != FORMAT:
        raise NotGenuine("この道具の知らない書式です。")
    if kid not in keys:
        raise NotGenuine("署名した鍵が、鍵の一覧にありません。")
    public, since, until = keys[kid]
    if not signed(public, found[1], bytes.fromhex(found[2].decode())):
        raise NotGenuine("署名された受付票と、1文字以上違います。")
    if not since <= str(content["issued_at"]) <= (until or "9"):
        raise NotGenuine("署名の日時が、その鍵を使っていた期間の外にあります。")
    return content


def read_keys(text):
    """The keys of a published list, by name, each with when it was made and retired (UTC, to the second).

    A key whose name is not made of it is left out. Raises ValueError.
    """
    found = {}
    try:
        for key in json.loads(text)["keys"]:
            public = base64.urlsafe_b64decode(key["x"] + "=")
            if key["crv"] == "Ed25519" and hashlib.sha256(public).hexdigest()[:32] == key["kid"]:
                found[key["kid"]] = public, str(key["created_at"]), key["retired_at"]
    except (KeyError, TypeError) as error:
        raise ValueError("keys") from error
    return found


def fetch(place):
    """The bytes of a file or of an https address. Raises OSError."""
    if "://" not in place:
        with open(place, "rb") as file:
            return file.read(MOST_BYTES + 1)
    if not place.startswith("https://"):
        raise PlainHttp
    with urllib.request.urlopen(place, timeout=30) as answer:  # noqa: S310 - https, here and where it leads
        if not answer.url.startswith("https://"):
            raise PlainHttp
        body = answer.read(MOST_BYTES + 1)
        return body if isinstance(body, bytes) else b""


def sha256_of(place):
    """The SHA-256 of a file of any size. Raises OSError."""
    digest = hashlib.sha256()
    with open(place, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def said(content):
    """The receipt in words."""
    due = content["due"]
    yield f"受付番号　　　　{content['number']}"
    yield f"受け付けた日時　{content['received_at_japan']}（日本時間）"
    yield f"受け付けた者　　{content['provider']}（{content['service']}）"
    yield f"受け付けたもの　投稿{content['items']}件、添付{len(content['attachments'])}点"
    if due["force"] == "duty":
        yield f"通知の期限　　　{due['last_day']}が終わるまで（{due['article']}、義務）"
    else:
        yield f"お知らせの目標　{due['last_day']}が終わるまで（法律の期限ではありません）"
    yield f"署名した時刻　　{content['issued_at']}　鍵 {content['key']}"
    if content["replaces"]:
        yield "受付の日時を訂正した受付票です。前の受付票に代わります。"


def main(arguments=None):
    """Check, and say what was found. Gives the exit code."""
    parser = argparse.ArgumentParser(description="Check a signed receipt (署名付きの受付票を確かめる).")
    parser.add_argument("receipt", help="the receipt: a file (JSON or PDF), or the address in its QR code")
    parser.add_argument("keys", help="the list of keys: a file or an https address")
    parser.add_argument("--filing", help="the copy of the filing (申出の写し), as downloaded")
    parser.add_argument("--file", action="append", default=[], help="a file that was attached; may be given again")
    asked = parser.parse_args(arguments)
    try:
        scanned = asked.receipt.encode(errors="replace")
        receipt, keys = scanned if SCANNED.fullmatch(scanned) else fetch(asked.receipt), read_keys(fetch(asked.keys))
        digests = {name: sha256_of(name) for name in [*asked.file, *([asked.filing] if asked.filing else [])]}
    except PlainHttp:
        print(
            "確かめられません: 鍵の一覧は、https://で始まるアドレスか、保存したファイルを示してください。",
            file=sys.stderr,
        )
        return NOT_CHECKED
    except (OSError, ValueError) as error:
        print(f"確かめられません: ファイルか鍵の一覧が読めません（{type(error).__name__}）。", file=sys.stderr)
        return NOT_CHECKED
    try:
        content = check(receipt, keys)
    except NotGenuine as wrong:
        print(f"本物と確かめられません: {wrong}")
        return NOT_GENUINE
    print("本物です。署名されたときから1文字も変わっていません。")
    print("\n".join(said(content)))
    if shown_as_paper(receipt):
        print(
            "確かめたのは、中にある署名されたデータです。紙面ではありません。印刷や表示の内容を、上と見比べてください。"
        )
    attached = {one["sha256"] for one in content["attachments"]}
    wrong = [name for name in asked.file if digests[name] not in attached]
    if asked.filing and digests[asked.filing] != content["filing"]["sha256"]:
        wrong.append(asked.filing)
    for name in digests:
        print(f"{name}: {'受付票にあるものと違います' if name in wrong else '受付票にあるものと同じです'}")
    return NOT_GENUINE if wrong else GENUINE


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that knows no Japanese must not hide the answer
    sys.exit(main())
