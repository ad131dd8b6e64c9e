"""The doors for custodians' systems: answers and states. JSON, signed, and nothing unknown that was sent comes back."""

from typing import Any

from flask import Response
from sqlmodel import Session

from tracker.casework.custody import answers, reconcile
from tracker.now import now
from tracker.web.public import bp
from tracker.web.public.systems import OFTEN, posts, taken, too_often


@bp.post("/custodian/answers")
@posts.limit(OFTEN, on_breach=too_often)
def take_answer() -> Response:
    """Record an answer to an order. The contract is docs/custodian/openapi.yaml."""
    at = now()

    def record(session: Session, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        taken = answers.take(session, headers, body, at=at)
        return {"order": str(taken.order), "again": taken.again}

    return taken(record, lambda session, headers, body: answers.signed_for(session, headers, body, at=at))


@bp.post("/custodian/state")
@posts.limit(OFTEN, on_breach=too_often)
def take_state() -> Response:
    """Compare what a custodian says it keeps with what it should keep, and say back where the two differ."""
    at = now()

    def compare(session: Session, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        row, again = reconcile.take(session, headers, body, at=at)
        differs = {"missing": row.missing, "overkept": row.overkept, "unknown": row.unknown}
        return {"again": again, "compared": row.compared, **differs}

    return taken(compare, lambda session, headers, body: reconcile.signer(session, headers, body, at=at))
