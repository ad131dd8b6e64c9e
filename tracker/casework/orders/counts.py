"""回答の数: what custodians answered, by kind and year: 「依頼の前に消去されていた」 is for the review of effects."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework.papers.readers import may_know
from tracker.law.period import japanese_day
from tracker.models import HoldOrder, HoldOrderLine, LineAnswer, LogHold


@dataclass(frozen=True)
class Year:
    """The lines that were answered in a Japanese calendar year, each counted once for each order."""

    year: int
    by: Counter[LineAnswer]

    @property
    def total(self) -> int:
        """All of them."""
        return self.by.total()


def answers_by_year(session: Session, *, reader: UUID, service: UUID | None = None) -> list[Year]:
    """How each line was answered, the latest year first; of confidential papers only what `reader` knows."""
    query = (
        select(HoldOrder.answered_at, HoldOrderLine.answer, func.count())
        .select_from(HoldOrderLine)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .join(LogHold, col(LogHold.id) == col(HoldOrderLine.hold_id))
        .where(
            col(HoldOrderLine.answer).is_not(None),
            col(HoldOrder.answered_at).is_not(None),
            may_know(col(LogHold.case_id), reader),
        )
        .group_by(col(HoldOrder.answered_at), col(HoldOrderLine.answer))
    )
    if service:
        query = query.where(HoldOrder.service_id == service)
    years: dict[int, Counter[LineAnswer]] = defaultdict(Counter)
    for at, answer, n in session.exec(query).all():
        if at and answer:
            years[japanese_day(at).year][LineAnswer(answer)] += n
    return [Year(year, years[year]) for year in sorted(years, reverse=True)]
