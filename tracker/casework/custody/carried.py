"""What became of the last orders to a custodian: carried, refused, still tried, answered."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.papers.readers import may_know
from tracker.law.facts import Fact
from tracker.models import Custodian, Event, HoldOrder, Letter, LetterKind

MOST = 10


@dataclass(frozen=True)
class Sent:
    """One letter of an order. `status`: what the other side said when it refused, as `http 401`."""

    order: HoldOrder
    letter: Letter
    status: str

    @property
    def lost(self) -> bool:
        """Whether it did not arrive, for good."""
        return bool(self.letter.refused_at or self.letter.bounced_at)

    @property
    def again(self) -> bool:
        """Whether it is being tried again."""
        return self.letter.ended_at is None and self.letter.attempts > 0


def last_sent(session: Session, custodian: Custodian, *, reader: UUID, limit: int = MOST) -> list[Sent]:
    """The last letters to a custodian, the latest first; of confidential papers only those that `reader` knows."""
    query = (
        select(HoldOrder, Letter)
        .join(Letter, col(Letter.case_id) == col(HoldOrder.case_id))
        .where(
            HoldOrder.custodian_id == custodian.id,
            Letter.kind == LetterKind.HOLD_ORDER,
            may_know(col(HoldOrder.case_id), reader),
        )
        .order_by(col(Letter.queued_at).desc(), col(HoldOrder.number).desc())
        .limit(limit)
    )
    rows = session.exec(query).all()
    refused = select(Event).where(
        col(Event.case_id).in_([order.case_id for order, _letter in rows]), Event.fact == Fact.LETTER_REFUSED
    )
    said = {
        event.data["said"].get("letter", ""): event.data["said"].get("status", "") for event in session.exec(refused)
    }
    return [Sent(order, letter, str(said.get(str(letter.id), "") or "")) for order, letter in rows]
