"""What a published digest says, as it is bound to its fact."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import rfc8785
from sqlmodel import Session, col, select

from tracker.casework import chain
from tracker.models import DigestExample, DigestVersion


def examples_of(session: Session, version: DigestVersion) -> list[DigestExample]:
    """The examples of a version, in their order."""
    query = select(DigestExample).where(DigestExample.digest_id == version.id).order_by(col(DigestExample.no))
    return list(session.exec(query))


def content_of(session: Session, version: DigestVersion) -> str:
    """The hash of a stored version."""
    return content_digest(version, examples_of(session, version))


def content_digest(version: DigestVersion, examples: Sequence[DigestExample]) -> str:
    """SHA-256 over the RFC 8785 form of everything that is published."""
    body: dict[str, Any] = {
        "service": str(version.service_id),
        "version": version.version,
        "title": version.title,
        "foreword": version.foreword,
        "published_at": chain.iso(version.published_at),
        "examples": [
            {
                "no": one.no,
                "heading": one.heading,
                "take": one.take,
                "kind": one.kind.value if one.kind else "",
                "right": one.right.value,
                "clause": one.clause,
                "words": one.words,
            }
            for one in examples
        ],
    }
    return sha256(rfc8785.dumps(body)).hexdigest()
