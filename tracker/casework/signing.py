"""署名の鍵: Ed25519 pairs for receipts. One signs, the retired ones stay published: what they signed stays genuine."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tracker.keys import CannotOpen, Keyring, place, seal, unseal
from tracker.models import SigningKey


def kid_of(public: bytes) -> str:
    """The name of a key: 128 bits of the hash of its public part, so that no other key can bear it."""
    return sha256(public).hexdigest()[:32]


def keys(session: Session) -> list[SigningKey]:
    """Every key there ever was, newest first."""
    return list(session.exec(select(SigningKey).order_by(col(SigningKey.number).desc())))


def named(session: Session, kid: str) -> SigningKey | None:
    """The key called `kid`."""
    return session.exec(select(SigningKey).where(SigningKey.kid == kid)).first()


def sign(session: Session, key: SigningKey, message: bytes) -> bytes:
    """The signature of `message`. Raises CannotOpen."""
    return _private(session, key).sign(message)


def genuine(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `message` was signed with the private part of `public`, and not a byte of it was changed."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def current(session: Session, *, at: datetime) -> SigningKey:
    """The key that signs; the first one is made here.

    One that does not open (the master key was changed) is retired for a new one: a filing is never turned away for it.
    """
    key = _unretired(session)
    if key is None:
        with suppress(IntegrityError), session.begin_nested():  # another first receipt may be faster
            return _make(session, 1 + max((k.number for k in keys(session)), default=0), at=at)
        key = _unretired(session)
        if key is None:
            raise LookupError("signingkey")
    try:
        _private(session, key)
    except CannotOpen:
        with suppress(IntegrityError), session.begin_nested():  # another first receipt after the change may be faster
            return rotate(session, at=at)
        key = _unretired(session) or key
    return key


def rotate(session: Session, *, at: datetime) -> SigningKey:
    """Retire the key that signs and make another. Receipts signed so far stay genuine."""
    found = session.exec(select(SigningKey).order_by(col(SigningKey.number).desc()).with_for_update()).all()
    for key in found:
        key.retired_at = key.retired_at or at
        session.add(key)
    return _make(session, 1 + max((key.number for key in found), default=0), at=at)


def published(found: Iterable[SigningKey]) -> dict[str, object]:
    """The public parts as a JWK set (RFC 7517, RFC 8037), for anybody."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": key.kid,
                "x": _base64url(key.public),
                "created_at": f"{key.created_at:%Y-%m-%dT%H:%M:%SZ}",
                "retired_at": f"{key.retired_at:%Y-%m-%dT%H:%M:%SZ}" if key.retired_at else None,
            }
            for key in found
        ]
    }


def _unretired(session: Session) -> SigningKey | None:
    query = select(SigningKey).where(col(SigningKey.retired_at).is_(None)).order_by(col(SigningKey.number).desc())
    return session.exec(query.limit(1)).first()


def _make(session: Session, number: int, *, at: datetime) -> SigningKey:
    keyring: Keyring = session.info["keys"]
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    id = uuid4()
    key = SigningKey(
        id=id,
        number=number,
        kid=kid_of(public),
        public=public,
        private_sealed=seal(keyring.signing_wrap(), private.private_bytes_raw(), place("signingkey.private", id)),
        created_at=at,
    )
    session.add(key)
    session.flush()
    return key


def _private(session: Session, key: SigningKey) -> Ed25519PrivateKey:
    keyring: Keyring = session.info["keys"]
    return Ed25519PrivateKey.from_private_bytes(
        unseal(keyring.signing_wrap(), key.private_sealed, place("signingkey.private", key.id))
    )


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
