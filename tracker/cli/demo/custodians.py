"""A custodian of the demo that answers by itself: what it was asked to keep and to erase, and what it answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session

from tracker.casework import journal, orders
from tracker.casework.custody import register
from tracker.casework.holding.erasing import order_erasure
from tracker.casework.orders.answers import Erased, Said
from tracker.casework.orders.record import order_holds
from tracker.cli.demo import post, texts
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.orders import free
from tracker.models import Adapter, Custodian, HoldOrder, LineAnswer, Service


def keep(session: Session, diary: Diary, services: dict[str, Service], *, by: UUID) -> Custodian:
    """A custodian whose system is reached by a folder is asked twice to keep logs, and answers line by line."""
    given = texts.keeping()["custodian"]
    service = services[given["service"]]
    since = diary.day(max(asked["ago"] for asked in given["keep"]), "09:30")
    who = {name: given[name] for name in ("name", "email", "keeps")}
    custodian = register.enter(session, service, **who, by=by, at=since)
    register.connect(session, custodian, Adapter.FOLDER, given["folder"], by=by, at=since)
    for asked in given["keep"]:
        at = diary.office(diary.day(asked["ago"], "10:00"), 0.2, 3, until=diary.now)
        holds = free(session, custodian, at, len(asked["answers"]))
        if holds:
            order = orders.place(session, custodian, holds, by=by, at=at)
            at = post.settle_case(session, diary, order.case_id, by, at)
            lines = zip(order_holds(session, order), asked["answers"], strict=False)
            said = {hold.id: Said(LineAnswer(word), _reference(order, no)) for no, (hold, word) in enumerate(lines, 1)}
            _answer(session, diary, order, said, at)
    return custodian


def erase(session: Session, diary: Diary, custodian: Custodian, *, by: UUID) -> None:
    """What is due at night is ordered erased, and the system proves that it did."""
    at = diary.day(1, "03:20")
    order = order_erasure(session, custodian.id, at=at)
    if order is None:
        return
    at = post.settle_case(session, diary, order.case_id, by, at)
    said = {}
    for no, (hold, asked) in enumerate(orders.classes_of(session, order).items(), 1):
        reference, classes = _reference(order, no), tuple(sorted(asked))
        proof = Erased(classes, dict.fromkeys(classes, 2), {}, at, sha256(reference.encode()).hexdigest())
        said[hold] = Said(LineAnswer.ERASED, reference, proof)
    _answer(session, diary, order, said, at)


def _answer(session: Session, diary: Diary, order: HoldOrder, said: Mapping[UUID, Said], at: datetime) -> None:
    """The system answers a minute later."""
    orders.answer_lines(
        session, order, said, words=texts.keeping()["custodian"]["words"], actor=journal.CUSTODIAN,
        at=min(at + timedelta(minutes=1), diary.now), message=f"msg_{order.number}",
    )  # fmt: skip


def _reference(order: HoldOrder, no: int) -> str:
    """The system's own: PL-0001-01."""
    return f"PL-{order.number[-4:]}-{no:02d}"
