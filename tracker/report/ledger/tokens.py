"""Tokens: what lets a platform's own system send files for one service. A token is shown once; its hash is kept."""

import secrets
from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed
from tracker.law import N_
from tracker.models import LedgerToken, Service

BEGINS = "kgl_"
BYTES = 20  # 160 bits
NAME_LETTERS = 60


def make(session: Session, service: Service, name: str, *, by: UUID, at: datetime) -> tuple[LedgerToken, str]:
    """A new token, and what its system has to send: nobody can read it again. Raises NotAllowed without a name."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LETTERS:
        raise NotAllowed(N_("どのシステムが使うかを、60字以内で入力してください。"), about="name")
    secret = BEGINS + b32encode(secrets.token_bytes(BYTES)).decode().lower()
    row = LedgerToken(service_id=service.id, name=name, digest=_digest(secret), made_at=at, made_by=by)
    session.add(row)
    session.flush()
    return row, secret


def revoke(session: Session, token_id: UUID, *, at: datetime) -> None:
    """Let a token open nothing any more. Raises Conflict where it does not already, LookupError for an unknown one."""
    row = session.get(LedgerToken, token_id, with_for_update=True)
    if row is None:
        raise LookupError(token_id)
    if row.revoked_at is not None:
        raise Conflict(N_("この鍵は、すでに使えなくなっています。"), about="token")
    row.revoked_at = at
    session.add(row)
    session.flush()


def tokens_of(session: Session, service: Service) -> list[LedgerToken]:
    """The tokens of a service, the newest first, with those that open nothing any more."""
    query = select(LedgerToken).where(LedgerToken.service_id == service.id)
    return list(session.exec(query.order_by(col(LedgerToken.made_at).desc(), col(LedgerToken.id))))


def known(session: Session, secret: str) -> LedgerToken | None:
    """The token that a system sent, if it opens anything. Nothing is written."""
    query = select(LedgerToken).where(LedgerToken.digest == _digest(secret), col(LedgerToken.revoked_at).is_(None))
    return session.exec(query).first()


def enter(session: Session, secret: str, *, at: datetime) -> LedgerToken | None:
    """The same, and note that it was used. Writes."""
    row = known(session, secret)
    if row is not None:
        row.used_at = at
        session.add(row)
        session.flush()
    return row


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
