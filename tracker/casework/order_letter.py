"""The letter of a hold order (保存の依頼), and the secret address it carries."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from tracker.i18n import last_moment
from tracker.keys import Keyring
from tracker.letters import write
from tracker.letters.write import Draft, OrderHead
from tracker.models import Custodian, HoldOrder, LogHold, Service
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
) -> Draft:
    """The letter to `custodian` about `holds`. `version` is that of the address it carries."""
    settings: Settings = session.info["settings"]
    service = session.get_one(Service, custodian.service_id)
    ends = [last_moment(hold.until_at) for hold in holds]
    return write.hold_order(
        OrderHead(settings.provider, service.name, custodian.name, number, at),
        to=custodian.email,
        lines=len(holds),
        first=min(ends),
        last=max(ends),
        articles=sorted({hold.article for hold in holds}),
        link=link,
        version=version,
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
