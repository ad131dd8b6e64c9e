"""回答: what a custodian answers to each line of an order, what fits which order, and the proof of what it erased."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, chain, journal
from tracker.casework.holding.going import classes_asked, going_of
from tracker.casework.orders.record import lock_open, order_holds, order_lines, record
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import ErasureProof, HoldOrder, HoldOrderLine, LineAnswer, OrderKind

SKEW = timedelta(minutes=5)  # by which a custodian's clock may be ahead

DONE: Mapping[OrderKind, LineAnswer] = {  # what says that an order was carried out
    OrderKind.PRESERVE: LineAnswer.HELD,
    OrderKind.EXTEND: LineAnswer.HELD,
    OrderKind.RELEASE: LineAnswer.RELEASED,
    OrderKind.ERASE: LineAnswer.ERASED,
}
NONE_THERE = frozenset({LineAnswer.NOT_HELD, LineAnswer.EXPIRED, LineAnswer.UNLINKABLE})
# What fits an order. That something is held all the same may be the answer to erase: another hold asks for it.
FITS: Mapping[OrderKind, frozenset[LineAnswer]] = {
    kind: NONE_THERE | {done} | ({LineAnswer.HELD} if kind is OrderKind.ERASE else set()) for kind, done in DONE.items()
}


@dataclass(frozen=True)
class Erased:
    """What a custodian says that it erased: rows by class, those only made nobody's, when, and its own digest."""

    classes: tuple[str, ...]
    counts: Mapping[str, int]
    deidentified: Mapping[str, int]
    erased_at: datetime
    digest: str


@dataclass(frozen=True)
class Said:
    """A custodian's answer to one line, with its own reference, and the proof where it erased."""

    answer: LineAnswer
    reference: str = ""
    proof: Erased | None = None


def answer_lines(
    session: Session,
    order: HoldOrder,
    said: Mapping[UUID, Said],
    *,
    words: str,
    actor: str,
    at: datetime,
    message: str = "",
) -> None:
    """Record the custodian's answer to each line of an order, by its hold; `message` is the id of a signed one.

    1. The answer must name every line, once, with what fits the order: to erase, a proof.
    2. The order's record says what was answered, and so do those of the cases whose logs it names.
    3. What was erased is a fact of its own, with its proof. In the order's record only once nothing of it is kept for
       another hold: until then 速やかに is not done, and the proofs stand in the answer.

    An order to erase that was withdrawn takes an answer all the same: what went before the withdrawal came is true.

    Raises NotAllowed, about `words`, `unknown_line`, `missing_line`, `unfit` or `proof`; Conflict as `answer` does.
    """
    version = order.secret_version
    lock_open(session, order, answering=True)
    if actor == journal.CUSTODIAN and not message and order.secret_version != version:
        raise Conflict(N_("このアドレスは、新しいアドレスに替わりました。新しいメールから開いてください。"))
    if not words.strip():
        raise NotAllowed(N_("だれが答えたかを書いてください。"), about="words")
    asked = classes_asked(going_of(session, order), order_holds(session, order))
    _fit(order, asked, said, at)
    lines = order_lines(session, order)
    for line in lines:
        one = said[line.hold_id]
        line.answer, line.reference, line.kept = one.answer, one.reference, one.answer not in NONE_THERE
        session.add(line)
    order.answered_at = at
    session.add(order)
    answers = {str(id): [one.answer.value, one.reference] for id, one in sorted(said.items(), key=str)}
    more: dict[str, Any] = {"message": message} if message else {}
    made = _keep_proofs(session, order, lines, said, at=at)
    rest = order.kind is OrderKind.ERASE and any(one.answer is LineAnswer.HELD for one in said.values())
    if made and rest:
        more["proofs"] = _states(made)
    record(
        session, order, Fact.HOLD_ACKNOWLEDGED, lines, actor=actor, at=at, remark=words.strip(), answers=answers, **more
    )
    if not made:
        return
    gone = {proof.hold_id for proof in made}
    record(
        session, order, Fact.LOGS_ERASED, [line for line in lines if line.hold_id in gone], actor=actor, at=at,
        occurred_at=min(at, max(order.ordered_at, *(proof.erased_at for proof in made))),
        itself=not rest, proofs=_states(made),
    )  # fmt: skip


def answer(
    session: Session, order: HoldOrder, *, missing: Collection[UUID], words: str, actor: str, at: datetime
) -> None:
    """Record the custodian's answer: the logs are kept, but for the holds in `missing`, of which there are none.

    `words` say who answered, and anything else; they are sealed. Staff record an answer by telephone the same way.
    Raises NotAllowed without a name or for a line not in the order, Conflict when it is answered or withdrawn.
    """
    lines = order_lines(session, order)
    if not {line.hold_id for line in lines}.issuperset(missing):
        raise NotAllowed(N_("この依頼にない項目が選ばれています。"))
    done, none = Said(DONE[order.kind]), Said(LineAnswer.NOT_HELD)
    said = {line.hold_id: none if line.hold_id in missing else done for line in lines}
    answer_lines(session, order, said, words=words, actor=actor, at=at)


def said_of(session: Session, order: HoldOrder) -> dict[UUID, Said]:
    """What is on record as the answer to each line; empty while there is none."""
    proofs = {proof.hold_id: proof for proof in proofs_of(session, order)}
    found = {}
    for line in order_lines(session, order):
        proof = proofs.get(line.hold_id)
        erased = (
            Erased(tuple(proof.classes), proof.counts, proof.deidentified, proof.erased_at, proof.digest)
            if proof
            else None
        )
        if line.answer:
            found[line.hold_id] = Said(line.answer, line.reference, erased)
    return found


def proofs_of(session: Session, order: HoldOrder) -> list[ErasureProof]:
    """The proofs of an order to erase."""
    query = select(ErasureProof).where(ErasureProof.order_id == order.id)
    return list(session.exec(query.order_by(col(ErasureProof.hold_id))))


def proof_state(proof: ErasureProof) -> dict[str, Any]:
    """What an event keeps of a proof."""
    return {
        "proof": str(proof.id),
        "received": chain.iso(proof.received_at),
        "hold": str(proof.hold_id),
        "classes": list(proof.classes),
        "counts": dict(proof.counts),
        "deidentified": dict(proof.deidentified),
        "erased_at": chain.iso(proof.erased_at),
        "reference": proof.reference,
        "digest": proof.digest,
    }


def _fit(order: HoldOrder, asked: Mapping[UUID, Sequence[str]], said: Mapping[UUID, Said], at: datetime) -> None:
    """Raises NotAllowed where an answer is not one to this order; `asked`: the classes that it is about, by hold."""
    if not set(said) <= set(asked):
        raise NotAllowed(N_("この依頼にない項目が選ばれています。"), about="unknown_line")
    if set(said) != set(asked):
        raise NotAllowed(N_("回答のない項目があります。依頼のすべての項目に答えてください。"), about="missing_line")
    for id, one in said.items():
        if one.answer not in FITS[order.kind]:
            raise NotAllowed(N_("この種類の依頼には当てはまらない回答があります。"), about="unfit")
        proof = one.proof
        if (proof is None) != (one.answer is not LineAnswer.ERASED):
            raise NotAllowed(N_("消去したという回答には証明を付け、ほかの回答には付けないでください。"), about="proof")
        if proof is None:
            continue
        if not {*proof.classes, *proof.counts, *proof.deidentified} <= set(asked[id]):
            raise NotAllowed(N_("消去の証明に、依頼していない種類の記録があります。"), about="proof")
        if set(proof.classes) != set(asked[id]):
            raise NotAllowed(N_("消去の証明に、依頼した種類の記録のすべてがそろっていません。"), about="proof")
        if not sum(proof.counts.values()) + sum(proof.deidentified.values()):
            raise NotAllowed(N_("消去の証明に、消去した件数がありません。"), about="proof")
        if not order.ordered_at - SKEW <= proof.erased_at <= at + SKEW:
            raise NotAllowed(N_("消去した日時が、依頼より前か、これから先になっています。"), about="proof")


def _states(proofs: Sequence[ErasureProof]) -> list[dict[str, Any]]:
    return sorted((proof_state(proof) for proof in proofs), key=lambda one: str(one["hold"]))


def _keep_proofs(
    session: Session, order: HoldOrder, lines: Sequence[HoldOrderLine], said: Mapping[UUID, Said], *, at: datetime
) -> list[ErasureProof]:
    made = [
        ErasureProof(
            order_id=order.id,
            hold_id=line.hold_id,
            classes=list(proof.classes),
            counts=dict(proof.counts),
            deidentified=dict(proof.deidentified),
            erased_at=proof.erased_at,
            reference=said[line.hold_id].reference,
            digest=proof.digest,
            received_at=at,
        )
        for line in lines
        if (proof := said[line.hold_id].proof)
    ]
    session.add_all(made)
    session.flush()
    return made
