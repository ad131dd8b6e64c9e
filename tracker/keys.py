"""Encryption of personal data: one key per case, wrapped by a master key that never enters the database.

Destroying a case's key erases what it sealed everywhere, backups included. The AAD binds each ciphertext to its
place, so a sealed value moved to another row does not open.
"""

import hmac
import os
import re
from base64 import b32encode, b64decode
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.settings import Settings

VERSION = b"\x01"
NONCE = 12

# 64 syllables, six bits each: each is one kana, none is spelt in two ways.
SYLLABLES = re.findall(
    "..",
    "kakikukekosasusesotatetonaninunenohahihehomamimumemoyayuyorarirurerowa"
    "gagigugegozazuzezodadedobabibubebopapipupepojajujofafifefo",
)
SECRET_SYLLABLES = 14  # 84 bits


class CannotOpen(Exception):
    """A sealed value does not open: wrong key, wrong place, or altered."""


class Keyring:
    """The master key and what is derived from it."""

    def __init__(self, settings: Settings) -> None:
        self._master = b64decode(settings.master_key.get_secret_value())
        if len(self._master) != 32:
            raise ValueError("TRACKER_MASTER_KEY must be 32 bytes in base64")

    def new_case_key(self, case: UUID) -> bytes:
        """A fresh key for `case`, wrapped for storage."""
        return seal(self._derived("wrap"), os.urandom(32), place("case_key.wrapped", case))

    def case_key(self, case: UUID, wrapped: bytes) -> bytes:
        """The key of `case`. Raises CannotOpen."""
        return unseal(self._derived("wrap"), wrapped, place("case_key.wrapped", case))

    def upload_key(self) -> bytes:
        """The key for files that wait for their filing to be complete."""
        return self._derived("upload")

    def signing_wrap(self) -> bytes:
        """The key under which the private keys of receipts are kept."""
        return self._derived("signing")

    def channel_key(self) -> bytes:
        """The key under which the addresses of webhooks and what signs them are kept."""
        return self._derived("channel")

    def proof_key(self) -> bytes:
        """The key that signs what a browser computes before it files, so that only our own question is an answer."""
        return self._derived("proof")

    def sketch_key(self) -> bytes:
        """The key of the sketches by which nearly the same reasons are found without opening them."""
        return self._derived("sketch")

    def blind_index(self, text: str) -> str:
        """What finds the same e-mail address again without storing it."""
        return hmac.new(self._derived("blind"), text.strip().casefold().encode(), sha256).hexdigest()

    def status_secret(self, case: UUID, version: int) -> str:
        """The speakable secret of a claimant's status page, derived and never stored: seven words, 84 bits."""
        return self._speakable("status", case, version)

    def order_secret(self, case: UUID, version: int) -> str:
        """The secret of a log custodian's page for one hold order, derived like a claimant's."""
        return self._speakable("order", case, version)

    def door_secret(self, purpose: str, sender: UUID, version: int) -> str:
        """The secret of a sender's page for one purpose, derived like a claimant's."""
        return self._speakable(f"door:{purpose}", sender, version)

    def address_code(self, claimant: UUID, address: str, asked_at: str) -> str:
        """What proves that mail to a new address of a claimant was read: eight digits, for this asking alone."""
        said = f"{claimant}:{address.strip().casefold()}:{asked_at}"
        digest = hmac.new(self._derived("address"), said.encode(), sha256).digest()
        return f"{int.from_bytes(digest) % 10**8:08d}"

    def feed_secret(self, feed: UUID) -> str:
        """The secret of a calendar feed's address, derived and never stored; nobody speaks it, so it is 160 bits."""
        digest = hmac.new(self._derived("feed"), str(feed).encode(), sha256).digest()
        return b32encode(digest[:20]).decode().lower()

    def _speakable(self, purpose: str, case: UUID, version: int) -> str:
        digest = hmac.new(self._derived(purpose), f"{case}:{version}".encode(), sha256).digest()
        number = int.from_bytes(digest)
        syllables = [SYLLABLES[(number >> 6 * i) & 63] for i in range(SECRET_SYLLABLES)]
        return "-".join("".join(syllables[i : i + 2]) for i in range(0, SECRET_SYLLABLES, 2))

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._master, f"kigen:{purpose}".encode(), sha256).digest()


def place(column: str, row: UUID) -> bytes:
    """The AAD of a sealed value: where it lives."""
    return f"{column}:{row}".encode()


def seal(key: bytes, clear: bytes, aad: bytes) -> bytes:
    """`clear` encrypted under `key` and bound to `aad`."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, clear, aad)


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """What was sealed. Raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], aad)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(aad.decode()) from error


def filing_salt(case_key: bytes) -> str:
    """What makes the hash of a filing say nothing once the case key is destroyed: derived from it, stored nowhere."""
    return hmac.new(case_key, b"kigen:filing", sha256).hexdigest()


def commitment(salt: str, text: str) -> str:
    """What an event keeps of a free text: it proves the text while text and salt exist, and says nothing after."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()
