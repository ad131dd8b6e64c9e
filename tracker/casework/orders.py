"""保存の依頼: one order to a log custodian that lists many holds, the custodian's answer, and what nobody answered."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, cancelling, delivery, journal, order_letter
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.letters.write import Draft
from tracker.models import (
    Case,
    CaseKind,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    LetterKind,
    LogHold,
    Service,
)
from tracker.sealed import create_key

LATER = "（送るときに決まります）"  # in a preview, for what only the sending decides
MOST = 300  # lines in one order: what a person can check on one page


def place(session: Session, custodian: Custodian, holds: Collection[UUID], *, by: UUID, at: datetime) -> HoldOrder:
    """Order a custodian to keep the logs that `holds` name, in one letter. Only the page behind its link says which.

    1. The order is a case of its own: it has a record, a target for the answer, and a letter.
    2. Each case whose logs it names says so in its own record.

    Raises NotAllowed for none, too many, ended or foreign holds; Conflict for one that this custodian was asked for.
    """
    session.get_one(Service, custodian.service_id, with_for_update={"key_share": True})  # numbers in order
    named = _checked(session, custodian, holds, at)
    case = Case(
        kind=CaseKind.HOLD_ORDER, service_id=custodian.service_id, opened_at=at, statutory=False, assigned_to=by
    )
    session.add(case)
    session.flush()
    create_key(session, case.id)
    order = HoldOrder(
        case_id=case.id,
        service_id=custodian.service_id,
        custodian_id=custodian.id,
        number=_next_number(session, custodian.service_id, at),
        ordered_at=at,
        ordered_by=by,
    )
    session.add(order)
    session.flush()
    lines = [HoldOrderLine(order_id=order.id, hold_id=hold.id, no=no) for no, hold in enumerate(named, 1)]
    session.add_all(lines)
    session.flush()
    _record(
        session, order, Fact.HOLD_ORDERED, lines, actor=journal.staff(by), at=at,
        number=order.number, custodian=str(custodian.id),
    )  # fmt: skip
    _send(session, order, by=by, at=at)
    return order


def draft(session: Session, custodian: Custodian, holds: Collection[UUID], *, at: datetime) -> Draft:
    """The letter that `place` would send now, but for its number and its address. Raises like `place`."""
    named = _checked(session, custodian, holds, at)
    return order_letter.letter(session, custodian, named, number=LATER, link=LATER, at=at)


def send_again(session: Session, order: HoldOrder, *, by: UUID, at: datetime) -> None:
    """Send an unanswered order again, with a new address for its page: the one sent before is void.

    Raises Conflict when it was answered or withdrawn meanwhile, or while the letter before is being sent; NotAllowed
    when nothing in it is to be kept any longer, or the custodian takes no orders.
    """
    _lock_open(session, order)
    _check_custodian(session.get_one(Custodian, order.custodian_id))
    if not _running(session, order, at):
        raise NotAllowed(N_("この依頼の記録は、すべて保存が終わっています。依頼を取り消してください。"))
    case = session.get_one(Case, order.case_id)
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.HOLD_ORDER}), by=journal.staff(by), at=at)
    order.secret_version += 1
    session.add(order)
    _send(session, order, by=by, at=at)


def answer(
    session: Session, order: HoldOrder, *, missing: Collection[UUID], words: str, actor: str, at: datetime
) -> None:
    """Record the custodian's answer: the logs are kept, but for the holds in `missing`, of which there are none.

    `words` say who answered, and anything else; they are sealed. Staff record an answer by telephone the same way.
    Raises NotAllowed without a name or for a line not in the order, Conflict when it is answered or withdrawn.
    """
    version = order.secret_version
    _lock_open(session, order)
    if actor == journal.CUSTODIAN and order.secret_version != version:
        raise Conflict(N_("このアドレスは、新しいアドレスに替わりました。新しいメールから開いてください。"))
    if not words.strip():
        raise NotAllowed(N_("だれが答えたかを書いてください。"))
    lines = order_lines(session, order)
    if not {line.hold_id for line in lines}.issuperset(missing):
        raise NotAllowed(N_("この依頼にない項目が選ばれています。"))
    for line in lines:
        line.kept = line.hold_id not in missing
        session.add(line)
    order.answered_at = at
    session.add(order)
    _record(session, order, Fact.HOLD_ACKNOWLEDGED, lines, actor=actor, at=at, remark=words.strip())


def withdraw(session: Session, order: HoldOrder, *, reason: str, by: UUID, at: datetime) -> None:
    """Take back an unanswered order. Its page says so from now on. Raises NotAllowed without a reason, or Conflict."""
    _lock_open(session, order)
    if not reason.strip():
        raise NotAllowed(N_("依頼を取り消す理由を書いてください。"))
    case = session.get_one(Case, order.case_id)
    actor = journal.staff(by)
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.HOLD_ORDER}), by=actor, at=at)
    order.withdrawn_at = at
    session.add(order)
    lines = order_lines(session, order)
    _record(session, order, Fact.HOLD_ORDER_WITHDRAWN, lines, actor=actor, at=at, remark=reason.strip())


def order_lines(session: Session, order: HoldOrder) -> list[HoldOrderLine]:
    """The lines of an order, in the order of the letter."""
    return list(
        session.exec(select(HoldOrderLine).where(HoldOrderLine.order_id == order.id).order_by(col(HoldOrderLine.no)))
    )


def _checked(session: Session, custodian: Custodian, holds: Collection[UUID], at: datetime) -> list[LogHold]:
    """The holds that may be ordered, soonest end first."""
    if not holds:
        raise NotAllowed(N_("保存を依頼する記録を選んでください。"))
    if len(set(holds)) > MOST:
        raise NotAllowed(N_("1回の依頼は%(most)s件までです。分けて依頼してください。"), most=MOST)
    _check_custodian(custodian)
    rows = session.exec(
        select(LogHold, Case.service_id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(col(LogHold.id).in_(list(holds)))
        .order_by(col(LogHold.until_at), col(LogHold.id))
    ).all()
    if len(rows) != len(set(holds)) or any(service != custodian.service_id for _hold, service in rows):
        raise NotAllowed(N_("ほかのサービスの記録は、この保管者に依頼できません。"))
    if any(hold.released_at or hold.until_at <= at for hold, _service in rows):
        raise Conflict(N_("保存がすでに終わった記録が選ばれています。一覧を見直してください。"))
    asked = session.exec(
        select(func.count())
        .select_from(HoldOrderLine)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(
            col(HoldOrderLine.hold_id).in_(list(holds)),
            HoldOrder.custodian_id == custodian.id,
            col(HoldOrder.withdrawn_at).is_(None),
        )
    ).one()
    if asked:
        raise Conflict(N_("この保管者にすでに依頼した記録が選ばれています。一覧を見直してください。"))
    return [hold for hold, _service in rows]


def _check_custodian(custodian: Custodian) -> None:
    if not custodian.active:
        raise NotAllowed(N_("この保管者への依頼は止められています。"))


def _running(session: Session, order: HoldOrder, at: datetime) -> bool:
    """Whether any log of the order is still to be kept."""
    ids = [line.hold_id for line in order_lines(session, order)]
    running = select(LogHold.id).where(
        col(LogHold.id).in_(ids), col(LogHold.released_at).is_(None), col(LogHold.until_at) > at
    )
    return session.exec(running.limit(1)).first() is not None


def _next_number(session: Session, service_id: UUID, at: datetime) -> str:
    """TH-H-2026-0001, counted for each service and Japanese year."""
    service = session.get_one(Service, service_id)
    head = f"{service.prefix}-H-{japanese_day(at).year}-"
    known = session.exec(
        select(func.count()).select_from(HoldOrder).where(col(HoldOrder.number).like(f"{head}%"))
    ).one()
    return f"{head}{known + 1:04d}"


def _send(session: Session, order: HoldOrder, *, by: UUID, at: datetime) -> None:
    custodian = session.get_one(Custodian, order.custodian_id)
    ids = [line.hold_id for line in order_lines(session, order)]
    holds = session.exec(select(LogHold).where(col(LogHold.id).in_(ids))).all()
    letter = order_letter.letter(
        session, custodian, holds, number=order.number, link=order_letter.link(session, order), at=order.ordered_at,
        version=order.secret_version,
    )  # fmt: skip
    delivery.send(session, session.get_one(Case, order.case_id), letter, by=journal.staff(by), at=at)


def _lock_open(session: Session, order: HoldOrder) -> None:
    """Lock an order and its case; Conflict when nothing is left to answer."""
    journal.lock(session, session.get_one(Case, order.case_id))
    session.refresh(order, with_for_update=True)
    if order.withdrawn_at:
        raise Conflict(N_("この依頼は取り消されています。"))
    if order.answered_at:
        raise Conflict(N_("この依頼には、すでに回答があります。"))


def _record(
    session: Session,
    order: HoldOrder,
    fact: Fact,
    lines: Sequence[HoldOrderLine],
    *,
    actor: str,
    at: datetime,
    remark: str = "",
    **said: Any,
) -> None:
    """Write `fact` into the order's record, and into those of the cases whose logs it names, by their ids."""
    missing = sorted(str(line.hold_id) for line in lines if line.kept is False)
    journal.record(
        session, session.get_one(Case, order.case_id), fact, actor=actor, at=at, remark=remark,
        order=str(order.id), ordered=sorted(str(line.hold_id) for line in lines), missing=missing,
        awaited=fact is Fact.HOLD_ORDERED, **said,
    )  # fmt: skip
    holds = session.exec(select(LogHold).where(col(LogHold.id).in_([line.hold_id for line in lines])))
    by_case: dict[UUID, list[LogHold]] = defaultdict(list)
    for hold in holds:
        by_case[hold.case_id].append(hold)
    for case_id in sorted(by_case, key=str):
        mine = sorted(str(hold.id) for hold in by_case[case_id])
        journal.record(
            session,
            session.get_one(Case, case_id),
            fact,
            actor=actor,
            at=at,
            items={hold.item_id for hold in by_case[case_id] if hold.item_id},
            order=str(order.id),
            number=order.number,
            ordered=mine,
            missing=sorted(set(mine) & set(missing)),
        )
