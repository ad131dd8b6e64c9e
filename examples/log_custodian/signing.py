"""Standard Webhooks: whether a message is the office's, and the headers of our own."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

TOLERANCE = 300  # seconds that two clocks may differ
FIELDS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def signature(secret: str, id: str, moment: str, body: bytes) -> str:
    """What proves a message."""
    digest = hmac.new(b64decode(secret.removeprefix("whsec_")), f"{id}.{moment}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def signed(secret: str, id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a message that leaves at `at`."""
    moment = str(int(at.timestamp()))
    return dict(zip(FIELDS, (id, moment, signature(secret, id, moment, body)), strict=True))


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Whether a message that came at `at` was signed with `secret`, lately."""
    id, moment, given = (headers.get(name) or "" for name in FIELDS)
    if not id or not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    if abs(int(moment) - at.timestamp()) > TOLERANCE:
        return False
    expected = signature(secret, id, moment, body)
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given.split())
