"""An order is placed: what may be ordered of whom, its number, and its preview."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, holding, journal
from tracker.casework.custody import payload
from tracker.casework.holding import going
from tracker.casework.orders import letter as order_letter
from tracker.casework.orders.record import KEEPS, record
from tracker.casework.orders.sending import check_custodian, send, taking
from tracker.casework.papers.readers import confidential_cases
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.letters.write import Draft
from tracker.models import (
    Adapter,
    Case,
    CaseKind,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    LineAnswer,
    LogHold,
    OrderKind,
    Service,
)
from tracker.sealed import create_key

LATER = "（送るときに決まります）"  # in a preview, for what only the sending decides
MOST = 300  # lines in one order: what a person can check on one page


def place(
    session: Session,
    custodian: Custodian,
    holds: Collection[UUID],
    *,
    by: UUID,
    at: datetime,
    kind: OrderKind = OrderKind.PRESERVE,
    itself: bool = False,
) -> HoldOrder:
    """Order a custodian to keep, release or erase the logs that `holds` name, in one letter.

    1. The order is a case of its own: it has a record, a target for the answer, and a letter.
    2. Each case whose logs it names says so in its own record.

    By mail only the page behind its link says which; to a custodian's own system the letter is the signed order.
    `itself`: no person ordered it, and `by` has its folder only.

    Raises NotAllowed for none, too many, ended or foreign holds, and for erasing what another hold keeps; Conflict for
    one that this custodian was asked for.
    """
    session.get_one(Service, custodian.service_id, with_for_update={"key_share": True})  # numbers in order
    named = _checked(session, custodian, holds, kind, at)
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
        number=_next_number(session, custodian.service_id, at, confidential=_confidential(session, named)),
        ordered_at=at,
        ordered_by=by,
        kind=kind,
    )
    session.add(order)
    session.flush()
    lines = [HoldOrderLine(order_id=order.id, hold_id=hold.id, no=no) for no, hold in enumerate(named, 1)]
    session.add_all(lines)
    session.flush()
    actor = journal.SYSTEM if itself else journal.staff(by)
    more: dict[str, Any] = {"folder": str(by)} if itself else {}
    if kind is OrderKind.ERASE:
        more["going"] = going.said(taking(session, custodian, named, at, itself=itself))
    record(
        session, order, Fact.HOLD_ORDERED, lines, actor=actor, at=at,
        number=order.number, custodian=str(custodian.id), kind=kind.value, **more,
    )  # fmt: skip
    send(session, order, actor=actor, at=at)
    return order


def draft(
    session: Session,
    custodian: Custodian,
    holds: Collection[UUID],
    *,
    at: datetime,
    kind: OrderKind = OrderKind.PRESERVE,
) -> Draft:
    """The letter that `place` would send now, but for its number, id and address. Raises like `place`."""
    named = _checked(session, custodian, holds, kind, at)
    takes = taking(session, custodian, named, at) if kind is OrderKind.ERASE else {}
    if custodian.adapter is not Adapter.MAIL:
        return payload.draft(session, custodian, named, id=UUID(int=0), number=LATER, kind=kind, at=at, going=takes)
    return order_letter.letter(session, custodian, named, number=LATER, link=LATER, at=at, kind=kind, going=takes)


def _checked(
    session: Session, custodian: Custodian, holds: Collection[UUID], kind: OrderKind, at: datetime
) -> list[LogHold]:
    """The holds that may be ordered, soonest end first."""
    if not holds:
        raise NotAllowed(N_("依頼する記録を選んでください。"))
    if len(set(holds)) > MOST:
        raise NotAllowed(N_("1回の依頼は%(most)s件までです。分けて依頼してください。"), most=MOST)
    check_custodian(custodian)
    rows = session.exec(
        select(LogHold, Case.service_id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(col(LogHold.id).in_(list(holds)))
        .order_by(col(LogHold.until_at), col(LogHold.id))
    ).all()
    if len(rows) != len(set(holds)) or any(service != custodian.service_id for _hold, service in rows):
        raise NotAllowed(N_("ほかのサービスの記録は、この保管者に依頼できません。"))
    found = [hold for hold, _service in rows]
    cases = {hold.case_id for hold in found}
    # An order is as confidential as its lines.
    if len(cases) > 1 and cases & set(session.scalars(confidential_cases())):
        raise NotAllowed(N_("名指しした人だけが読める書面の記録は、ほかの記録と別の依頼にしてください。"))
    over = sum(hold.over(at) for hold in found)
    if kind in KEEPS and over:
        raise Conflict(
            N_(
                "保存がすでに終わった記録が選ばれています（%(all)s件のうち%(n)s件）。一覧を見直してください。"
                "終わった記録には、解除か消去を依頼できます。"
            ),
            n=over,
            all=len(found),
        )
    if kind not in KEEPS and over < len(found):
        raise NotAllowed(
            N_("保存が続いている記録が選ばれています（%(all)s件のうち%(n)s件）。保存が終わってから依頼してください。"),
            n=len(found) - over,
            all=len(found),
        )
    if kind is OrderKind.ERASE:
        holding.refuse_erasure(session, found, at=at)
    if kind is OrderKind.RELEASE:
        holding.refuse_release(session, custodian, found, at=at)
    if asked := _asked(session, custodian, holds, kind):
        raise Conflict(
            N_("この保管者にすでに依頼した記録が選ばれています（%(all)s件のうち%(n)s件）。一覧を見直してください。"),
            n=asked,
            all=len(found),
        )
    return found


def _asked(session: Session, custodian: Custodian, holds: Collection[UUID], kind: OrderKind) -> int:
    """Of how many of `holds` this custodian was asked the same. To extend may be asked again once it is answered,
    and to erase once the answer was that another hold keeps it.
    """
    same = {OrderKind.PRESERVE: list(KEEPS)}.get(kind, [kind])
    query = (
        select(func.count(func.distinct(col(HoldOrderLine.hold_id))))
        .select_from(HoldOrder)
        .join(HoldOrderLine, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(
            col(HoldOrderLine.hold_id).in_(list(holds)),
            HoldOrder.custodian_id == custodian.id,
            col(HoldOrder.withdrawn_at).is_(None),
            col(HoldOrder.kind).in_(same),
        )
    )
    if kind is OrderKind.EXTEND:
        query = query.where(col(HoldOrder.answered_at).is_(None))
    if kind is OrderKind.ERASE:
        query = query.where(col(HoldOrderLine.answer).is_distinct_from(LineAnswer.HELD))
    return session.exec(query).one()


def _confidential(session: Session, holds: Sequence[LogHold]) -> bool:
    """Whether only named people may know of an order about `holds`."""
    return bool({hold.case_id for hold in holds} & set(session.scalars(confidential_cases())))


def _next_number(session: Session, service_id: UUID, at: datetime, *, confidential: bool) -> str:
    """TH-H-2026-0001, counted for each service and Japanese year. Those about confidential papers are a row of their
    own (TH-HC-…): a gap in the row that everybody sees would say that there is one.
    """
    service = session.get_one(Service, service_id)
    head = f"{service.prefix}-{'HC' if confidential else 'H'}-{japanese_day(at).year}-"
    known = session.exec(
        select(func.count()).select_from(HoldOrder).where(col(HoldOrder.number).like(f"{head}%"))
    ).one()
    return f"{head}{known + 1:04d}"
