"""自動送信の確認: a browser computes for a moment before it files (ALTCHA). No third party, no cookie, nobody refused.

Whatever comes with a filing, it is received when it arrives (法22条2項): without a good answer it is marked for a look.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from flask import Response, jsonify, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlmodel import Session

from tracker.casework import doubts
from tracker.keys import Keyring
from tracker.models import Doubt, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.pages import service_of

PROOF = "altcha"  # the name of the field in which the answer comes
ALGORITHM, COST = "PBKDF2/SHA-256", 2000  # some 256 tries: less than a second of a telephone, a millisecond of ours
GOOD_FOR = timedelta(hours=1)  # who writes longer has another one computed, unseen
OFTEN = "60 per minute"  # from one network address
LONGEST = 4000

questions = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="proof")


@bp.record_once
def _count_questions(state: Any) -> None:
    questions.init_app(state.app)


@dataclass(frozen=True)
class Proof:
    """A right answer to a question of ours; whether it is still unused only the database knows."""

    nonce: str
    expires_at: datetime


@bp.get("/s/<slug>/challenge")
@questions.limit(OFTEN)
def challenge(slug: str) -> Response:
    """A signed question for the browser, good for one filing at this service within the hour. Nothing is kept of it."""
    service = service_of(slug)
    asked = altcha.create_challenge(
        ALGORITHM,
        COST,
        expires_at=now() + GOOD_FOR,
        data={"service": service.slug},
        hmac_secret=_key(),
    )
    response = jsonify(asked.to_dict())
    response.headers["Cache-Control"] = "no-store"
    return response


def proof_sent(service: Service) -> Proof | Doubt:
    """What the filing of this request brought along. Needs no database: ask before the transaction begins."""
    sent = request.form.get(PROOF, "")
    if not sent:
        return Doubt.UNPROVEN
    if len(sent) > LONGEST:
        return Doubt.WRONG
    found = altcha.verify_solution(sent, _key())
    if found.expired:
        return Doubt.EXPIRED
    if not found.verified:
        return Doubt.WRONG
    said = altcha.Payload.from_base64(sent).challenge.parameters  # ours: its signature is good
    if said.data != {"service": service.slug} or said.expires_at is None:
        return Doubt.WRONG
    return Proof(said.nonce, datetime.fromtimestamp(said.expires_at, UTC))


def doubts_of(session: Session, proof: Proof | Doubt) -> list[Doubt]:
    """What is left to doubt. The answer is used up with the filing, or not at all."""
    if isinstance(proof, Doubt):
        return [proof]
    return [] if doubts.spend(session, proof.nonce, proof.expires_at) else [Doubt.SPENT]


def _key() -> bytes:
    keys: Keyring = database().info["keys"]
    return keys.proof_key()
