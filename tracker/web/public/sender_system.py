"""The doors for the platform's own system: it fetches letters to senders, and says what became of each."""

from typing import Any

from flask import Response
from sqlmodel import Session

from tracker.casework.hearing.system import answers, carriage
from tracker.now import now
from tracker.web.public import bp
from tracker.web.public.systems import OFTEN, posts, shown, taken, too_often


@bp.get("/senders/letters")
@posts.limit(OFTEN, on_breach=too_often)
def waiting_letters() -> Response:
    """The letters that wait for the system of whoever signs. The contract is docs/senders/openapi.yaml."""
    at = now()

    def listed(session: Session, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        system = answers.signer(session, headers, body, at=at)
        return carriage.waiting(session, system, at=at).model_dump(mode="json")

    return shown(listed)


@bp.post("/senders/answers")
@posts.limit(OFTEN, on_breach=too_often)
def take_letter_answer() -> Response:
    """Record what became of a letter. A stranger's word never makes anybody wait for a write."""
    at = now()

    def record(session: Session, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        taken_now = answers.take(session, headers, body, at=at)
        return {"letter": str(taken_now.letter), "again": taken_now.again}

    return taken(record, lambda session, headers, body: answers.signer(session, headers, body, at=at))
