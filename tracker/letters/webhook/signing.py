"""Standard Webhooks (standardwebhooks.com): the headers by which a receiver knows that a post is ours, and not a copy.

The id stays the same at every repeat, so that a receiver can tell what it has already; the time is that of the attempt.
"""

import hmac
import os
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from uuid import UUID

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A fresh secret, as receivers' libraries take it."""
    return PREFIX + b64encode(os.urandom(BYTES)).decode()


def signed(secret: str, id: UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of a post that is sent at `at`."""
    moment = str(int(at.timestamp()))
    what = f"{id}.{moment}.".encode() + body
    digest = hmac.new(b64decode(secret.removeprefix(PREFIX)), what, sha256).digest()
    return {
        "webhook-id": str(id),
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
