"""What an order to erase takes of the logs of each hold it names, as its own record says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.law.facts import Fact
from tracker.models import Event, HoldOrder, LogHold


@dataclass(frozen=True)
class Going:
    """What goes of the logs of a hold: some classes, up to a Japanese day."""

    classes: tuple[str, ...]
    logs_until: date


def said(going: Mapping[UUID, Going]) -> dict[str, list[str]]:
    """For HOLD_ORDERED: the last day and the classes of each hold."""
    return {str(id): [one.logs_until.isoformat(), *one.classes] for id, one in sorted(going.items(), key=str)}


def going_of(session: Session, order: HoldOrder) -> dict[UUID, Going]:
    """What an order to erase takes of each hold; empty for other orders."""
    query = select(Event).where(Event.case_id == order.case_id, Event.fact == Fact.HOLD_ORDERED)
    event = session.exec(query.order_by(col(Event.seq)).limit(1)).first()
    told: Mapping[str, list[str]] = event.data["said"].get("going", {}) if event else {}
    return {UUID(id): Going(tuple(classes), date.fromisoformat(last)) for id, (last, *classes) in told.items()}


def classes_asked(going: Mapping[UUID, Going], holds: Sequence[LogHold]) -> dict[UUID, tuple[str, ...]]:
    """Which classes an order is about, by hold: those that go, and every class of a hold that `going` does not name."""
    return {hold.id: going[hold.id].classes if hold.id in going else tuple(hold.classes) for hold in holds}
