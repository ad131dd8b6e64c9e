"""The letter of a hold order (保存の依頼), and the secret address it carries."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework.holding.going import Going
from tracker.i18n import last_moment
from tracker.keys import Keyring
from tracker.law.logs import CLASSES
from tracker.letters import write
from tracker.letters.write import Draft, OrderHead, Taken
from tracker.models import Custodian, HoldOrder, LogHold, OrderKind, Service
from tracker.settings import Settings


def letter(
    session: Session,
    custodian: Custodian,
    holds: Sequence[LogHold],
    *,
    number: str,
    link: str,
    at: datetime,
    version: int = 1,
    kind: OrderKind = OrderKind.PRESERVE,
    withdrawn: bool = False,
    going: Mapping[UUID, Going] | None = None,
) -> Draft:
    """The letter to `custodian` that asks `kind` of `holds`, or takes that back. `version` is that of the address.

    `going`: what an order to erase takes of each hold.
    """
    settings: Settings = session.info["settings"]
    service = session.get_one(Service, custodian.service_id)
    return write.hold_order(
        OrderHead(settings.provider, service.name, custodian.name, number, at, kind.value, withdrawn),
        to=custodian.email,
        lines=len(holds),
        ends=[last_moment(hold.until_at) if hold.until_at else None for hold in holds],
        articles=sorted({hold.article for hold in holds}),
        link=link,
        version=version,
        taken=_taken(holds, going or {}),
    )


def link(session: Session, order: HoldOrder) -> str:
    """The custodian's secret address of the order's page."""
    settings: Settings = session.info["settings"]
    return f"{settings.base_url.rstrip('/')}/orders/{order.number}/{secret_of(session, order)}"


def find_by_secret(session: Session, number: str, secret: str) -> HoldOrder | None:
    """The order of a secret address. An unknown number, a wrong secret and a void one give the same None."""
    order = session.exec(select(HoldOrder).where(HoldOrder.number == number)).first()
    expected = secret_of(session, order) if order else "no-such-order"
    same = secrets.compare_digest(expected.encode(), secret.encode())
    return order if order and same else None


def secret_of(session: Session, order: HoldOrder) -> str:
    """The secret of an order's page, derived and never stored."""
    keyring: Keyring = session.info["keys"]
    return keyring.order_secret(order.case_id, order.secret_version)


def _taken(holds: Sequence[LogHold], going: Mapping[UUID, Going]) -> list[Taken]:
    """What goes, the lines of which the same goes together. They have the numbers of the page."""
    numbers: dict[Going, list[int]] = defaultdict(list)
    for no, hold in enumerate(holds, 1):
        if hold.id in going:
            numbers[going[hold.id]].append(no)
    return [Taken(nos, one.logs_until, [CLASSES[name] for name in one.classes]) for one, nos in numbers.items()]
