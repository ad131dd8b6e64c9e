"""回答: what a custodian's system says of an order, taken once. Who cannot sign it is told nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from tracker.casework import Conflict, journal
from tracker.casework.custody.contract import Answer, AnswerLine, places
from tracker.casework.custody.reach import reach
from tracker.casework.orders import answers as order_answers
from tracker.casework.orders.answers import Erased, Said
from tracker.keys import CannotOpen
from tracker.law import N_
from tracker.letters.webhook import is_signed
from tracker.models import Adapter, Case, Custodian, HoldOrder


class NotSigned(Exception):
    """No such order, no signature, a wrong one or one that is too old: all of it looks the same from outside."""


class NotUnderstood(Exception):
    """Signed, and not of the contract. `at` says where, and never what stands there."""

    def __init__(self, at: list[str]) -> None:
        super().__init__("not of the contract")
        self.at = at


class Taken(NamedTuple):
    """An answer that is on record. `again`: it was before."""

    order: UUID
    again: bool


def take(session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime, filed: bool = False) -> Taken:
    """Record the answer of a custodian's system, each line of it. The same again changes nothing.

    `filed`: it lay in a folder, however long. Raises NotSigned, NotUnderstood, Conflict for another answer to an
    answered order or one taken back, NotAllowed for lines that are not the order's or answers that do not fit it.
    """
    order = signed_for(session, headers, body, at=at, filed=filed)
    custodian = session.get_one(Custodian, order.custodian_id)
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError as no:
        raise NotUnderstood(places(no)) from None
    said = {line.hold: _said(line) for line in answer.lines}
    if len(said) != len(answer.lines):
        raise NotUnderstood(["lines"])
    journal.lock(session, session.get_one(Case, order.case_id))
    session.refresh(order, with_for_update=True)
    if order.answered_at:
        if order_answers.said_of(session, order) == said:
            return Taken(order.id, again=True)
        raise Conflict(N_("この依頼には、すでに別の回答があります。"), about="answered")
    order_answers.answer_lines(
        session, order, said, words=custodian.name, actor=journal.CUSTODIAN, at=at, message=headers["webhook-id"][:80]
    )
    return Taken(order.id, again=False)


def signed_for(
    session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime, filed: bool = False
) -> HoldOrder:
    """The order that a message of its custodian's system is about. Raises NotSigned."""
    order = _order(session, body)
    custodian = session.get_one(Custodian, order.custodian_id)
    if custodian.adapter is Adapter.MAIL:
        raise NotSigned
    try:
        secret = reach(session, custodian).secret
    except CannotOpen:
        raise NotSigned from None
    if not is_signed(secret, headers, body, at=at, **({"within": None} if filed else {})):
        raise NotSigned
    return order


def _order(session: Session, body: bytes) -> HoldOrder:
    """The order that a message names before anybody knows whose message it is. Raises NotSigned."""
    try:
        named = json.loads(body)
        order = session.get(HoldOrder, UUID(named["order"])) if isinstance(named, dict) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        order = None
    if order is None:
        raise NotSigned
    return order


def _said(line: AnswerLine) -> Said:
    proof = line.proof
    if proof is None:
        return Said(line.answer, line.reference)
    counts, others = {str(k): n for k, n in proof.counts.items()}, {str(k): n for k, n in proof.deidentified.items()}
    return Said(
        line.answer, line.reference, Erased(tuple(proof.classes), counts, others, proof.erased_at, proof.digest)
    )
