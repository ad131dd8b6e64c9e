"""消去の証明 that a person typed: the digest is ours, over the canonical record of what was typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import rfc8785

from tracker.casework import chain
from tracker.casework.orders.answers import Erased
from tracker.models import ErasureProof, HoldOrder


def typed_proof(
    order: HoldOrder,
    hold: UUID,
    *,
    classes: Sequence[str],
    counts: Mapping[str, int],
    deidentified: Mapping[str, int],
    erased_at: datetime,
    reference: str,
) -> Erased:
    """The proof of what somebody says they erased. A custodian's own system brings a digest over its own record."""
    digest = _digest(order.id, hold, classes, counts, deidentified, erased_at, reference)
    return Erased(tuple(classes), dict(counts), dict(deidentified), erased_at, digest)


def digest_is_ours(proof: ErasureProof) -> bool:
    """Whether the digest of a proof is the one over what it says: somebody typed it, and we reckoned it."""
    said = proof.classes, proof.counts, proof.deidentified, proof.erased_at, proof.reference
    return proof.digest == _digest(proof.order_id, proof.hold_id, *said)


def _digest(
    order: UUID,
    hold: UUID,
    classes: Sequence[str],
    counts: Mapping[str, int],
    deidentified: Mapping[str, int],
    erased_at: datetime,
    reference: str,
) -> str:
    """SHA-256 over RFC 8785, as events have it."""
    record = {
        "order": str(order),
        "hold": str(hold),
        "classes": list(classes),
        "counts": dict(counts),
        "deidentified": dict(deidentified),
        "erased_at": chain.iso(erased_at),
        "reference": reference,
    }
    return sha256(rfc8785.dumps(record)).hexdigest()
