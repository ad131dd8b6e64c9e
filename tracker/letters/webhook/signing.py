"""Standard Webhooks (standardwebhooks.com): the headers by which a receiver knows that a post is ours, and not a copy.

The id stays the same at every repeat, so that a receiver can tell what it has already; the time is that of the attempt.
"""

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

PREFIX = "whsec_"
BYTES = 32
TOLERANCE = timedelta(minutes=5)  # what two clocks may differ
FIELDS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def new_secret() -> str:
    """A fresh secret, as receivers' libraries take it."""
    return PREFIX + b64encode(os.urandom(BYTES)).decode()


def signed(secret: str, id: UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of a post that is sent at `at`."""
    moment = str(int(at.timestamp()))
    return dict(zip(FIELDS, (str(id), moment, _signature(secret, str(id), moment, body)), strict=True))


def is_signed(
    secret: str, headers: Mapping[str, str], body: bytes, *, at: datetime, within: timedelta | None = TOLERANCE
) -> bool:
    """Whether a message that came at `at` was signed with `secret`, and lately; `within` None: whenever it was."""
    id, moment, given = (headers.get(name) or "" for name in FIELDS)
    if not id or not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    if within is not None and abs(int(moment) - at.timestamp()) > within.total_seconds():
        return False
    expected = _signature(secret, id, moment, body).encode()
    return any(hmac.compare_digest(expected, one.encode()) for one in given.split())


def _signature(secret: str, id: str, moment: str, body: bytes) -> str:
    what = f"{id}.{moment}.".encode() + body
    digest = hmac.new(b64decode(secret.removeprefix(PREFIX)), what, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"
