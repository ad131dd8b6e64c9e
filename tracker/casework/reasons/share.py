"""The share of reasons that repeat an earlier one, for the self-evaluation of 規則18条6項3号 (docs/decisions/0014)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, and_, col, func, select

from tracker.casework.reasons.likeness import NEARLY
from tracker.law.period import start_of
from tracker.models import Case, Decision, DecisionSketch, Letter, LetterItem, LetterKind

STATE_REASONS = (LetterKind.OUTCOME, LetterKind.SENDER_NOTICE)  # letters that say why (法25条1項2号・27条)


@dataclass(frozen=True)
class Share:
    """How many reasons were sent, and how many of them were nearly the same as one of another case before."""

    sent: int
    nearly: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where no reason was sent."""
        return self.nearly / self.sent if self.sent else None


def alike_share(session: Session, service: UUID, first: date, last: date) -> Share:
    """The reasons of `service` that were first sent on a Japanese day from `first` to `last`.

    A reason is what was decided at once with the same words, for however many items; said again in its own case, it
    is the same reason. It is sent when the first letter with it was given: to the claimant, or to a sender.
    """
    given, how = func.min(Letter.given_at).label("given"), func.max(DecisionSketch.alike).label("how")
    stated = (
        select(given, how)
        .select_from(DecisionSketch)
        .join(Case, col(Case.id) == col(DecisionSketch.case_id))
        .join(
            Decision,
            and_(col(Decision.case_id) == col(DecisionSketch.case_id), col(Decision.at) == col(DecisionSketch.at)),
        )
        .join(
            LetterItem,
            and_(col(LetterItem.item_id) == col(Decision.item_id), col(LetterItem.decision_id) == col(Decision.id)),
        )
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(Case.service_id == service, col(Letter.kind).in_(STATE_REASONS), col(Letter.given_at).is_not(None))
        .group_by(col(DecisionSketch.whole))
        .having(given >= start_of(first), given < start_of(last + timedelta(days=1)))
        .subquery()
    )
    nearly = func.count().filter(stated.c.how >= NEARLY)
    sent, repeated = session.exec(select(func.count(), nearly).select_from(stated)).one()
    return Share(sent, repeated)
