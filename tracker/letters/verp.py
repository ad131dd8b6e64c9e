"""Which letter came back: an envelope sender of its own for each, which only who holds the secret key can make."""

import hmac
import re
from hashlib import sha256
from uuid import UUID

from tracker.settings import Settings

MAC = 16  # hex digits: 64 bits, tried only by sending mail
TOKEN = re.compile(rf"\+([0-9a-f]{{32}}[0-9a-f]{{{MAC}}})@", re.IGNORECASE)


def envelope_sender(settings: Settings, letter: UUID) -> str:
    """Where a bounce of `letter` goes; empty when there is no address of bounces."""
    if not settings.bounce_address:
        return ""
    local, _, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{token(settings, letter)}@{domain}"


def token(settings: Settings, letter: UUID) -> str:
    """The mark of a letter: its id, and a code over it."""
    key = settings.secret_key.get_secret_value().encode()
    return letter.hex + hmac.new(key, b"kigen:bounce:" + letter.bytes, sha256).hexdigest()[:MAC]


def letter_of(settings: Settings, said: str) -> UUID | None:
    """The letter that a mark was made for; None for a mark that is not ours."""
    said = said.lower()  # some gateways write capitals
    if not re.fullmatch(rf"[0-9a-f]{{{32 + MAC}}}", said):
        return None
    letter = UUID(said[:32])
    return letter if hmac.compare_digest(token(settings, letter), said) else None
