"""照合: what a custodian says it keeps for us, beside what its own answers say it keeps. Names of holds, no log."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from tracker.casework.custody.answers import NotSigned, NotUnderstood
from tracker.casework.custody.contract import State, places
from tracker.casework.custody.reach import reach
from tracker.casework.custody.register import record_compared
from tracker.keys import CannotOpen
from tracker.letters.webhook import is_signed
from tracker.models import Adapter, Custodian, HoldOrder, HoldOrderLine, LineAnswer, LogHold, OrderKind, Reconciliation

LET_GO = frozenset({LineAnswer.RELEASED, LineAnswer.ERASED})


class Compared(NamedTuple):
    """A state that was compared. `again`: this very message was before."""

    row: Reconciliation
    again: bool


def take(session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Compared:
    """Compare what a custodian's system says it keeps with what it should keep, and note what differs.

    Who it is, its signature says: no other custodian has the secret. Raises NotSigned, NotUnderstood.
    """
    custodian = signer(session, headers, body, at=at)
    session.refresh(custodian, with_for_update=True)
    message = f"{custodian.id}:{headers['webhook-id'][:80]}"
    known = session.exec(select(Reconciliation).where(Reconciliation.message == message)).first()
    if known:
        return Compared(known, again=True)
    try:
        state = State.model_validate_json(body)
    except ValidationError as no:
        raise NotUnderstood(places(no)) from None
    kept = set(state.holds)
    stand = standing(session, custodian, at=at)
    row = Reconciliation(
        custodian_id=custodian.id,
        message=message,
        received_at=at,
        compared=len(stand.keeps) + len(stand.let_go),
        missing=sorted(map(str, stand.keeps - kept)),
        overkept=sorted(map(str, stand.let_go & kept)),
        unknown=len(kept - stand.asked),
    )
    session.add(row)
    session.flush()
    record_compared(session, custodian, row, at=at)
    return Compared(row, again=False)


class Standing(NamedTuple):
    """What a custodian's answers come to: holds it keeps, holds it let go, and every hold it was asked about."""

    keeps: frozenset[UUID]
    let_go: frozenset[UUID]
    asked: frozenset[UUID]


def standing(session: Session, custodian: Custodian, *, at: datetime) -> Standing:
    """What a custodian should keep at `at`, by its own answers. A hold that is over need not be kept any more.

    Orders that were taken back count for nothing, and an order that nobody answered says nothing of what is there.
    """
    query = (
        select(HoldOrder.kind, HoldOrderLine.answer, LogHold)
        .select_from(HoldOrderLine)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .join(LogHold, col(LogHold.id) == col(HoldOrderLine.hold_id))
        .where(HoldOrder.custodian_id == custodian.id, col(HoldOrder.withdrawn_at).is_(None))
        .order_by(col(HoldOrder.ordered_at), col(HoldOrder.number))
    )
    keeps: set[UUID] = set()
    let_go: set[UUID] = set()
    asked: set[UUID] = set()
    for kind, answer, hold in session.exec(query):
        asked.add(hold.id)
        if answer is LineAnswer.HELD and kind in (OrderKind.PRESERVE, OrderKind.EXTEND):
            keeps.add(hold.id)
            let_go.discard(hold.id)
        elif answer in LET_GO:
            keeps.discard(hold.id)
            let_go.add(hold.id)
        elif answer is not None and kind is OrderKind.ERASE and answer is not LineAnswer.HELD:
            keeps.discard(hold.id)
        if hold.over(at):
            keeps.discard(hold.id)
    return Standing(frozenset(keeps), frozenset(let_go), frozenset(asked))


def latest(session: Session, custodian: Custodian, limit: int = 10) -> list[Reconciliation]:
    """What was compared with a custodian, the latest first."""
    query = select(Reconciliation).where(Reconciliation.custodian_id == custodian.id)
    return list(session.exec(query.order_by(col(Reconciliation.received_at).desc()).limit(limit)))


def signer(session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Custodian:
    """Whose message it is. There are few custodians, and each has a secret of its own. Raises NotSigned."""
    for custodian in session.exec(
        select(Custodian).where(Custodian.adapter != Adapter.MAIL).order_by(col(Custodian.id))
    ):
        try:
            secret = reach(session, custodian).secret
        except CannotOpen:
            continue
        if is_signed(secret, headers, body, at=at):
            return custodian
    raise NotSigned
