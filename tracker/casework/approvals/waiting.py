"""What waits for a second person, and what one denied and nobody has taken back: the read side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from tracker.casework.approvals.answering import parts
from tracker.models import Approval, Case, Decision, Measure, Notice, Service, Staff

AT_ONCE = 200  # askings looked at in one go


@dataclass(frozen=True)
class Asked:
    """An asking on the list: where it belongs, and who took part in what it is about."""

    row: Approval
    case: Case
    number: str
    service: str
    asked_by: str
    items: int
    mine: bool  # whoever looks took part: another person settles it
    done: bool = False  # carried out although nobody had approved it, or although it was denied since


def open_ones(session: Session, *, me: UUID) -> list[Asked]:
    """All that waits for a second person, the longest waiting first; in four queries for every 200 of them."""
    return _asked(session, text("approval.settled_at IS NULL AND approval.voided_at IS NULL"), me)  # as its index says


def to_reverse(session: Session, *, me: UUID) -> list[Asked]:
    """What was denied and stands carried out on the platform: somebody has to see whether to take it back."""
    denied = text(
        "approval.settled_at IS NOT NULL AND NOT approval.approved AND EXISTS (SELECT 1 FROM measure WHERE"
        " measure.case_id = approval.case_id AND measure.executed_at IS NOT NULL AND measure.reversed_at IS NULL)"
    )
    return [one for one in _asked(session, denied, me) if one.done]


def stages(session: Session, cases: Sequence[UUID]) -> dict[UUID, str]:
    """Of each case: "waiting" or "afterwards" while a second person is asked for; what a denial leaves to do else.

    That is "denied" until it is decided anew, and "reverse" where it was carried out and stands.
    """
    rows = session.exec(
        select(Approval).where(
            col(Approval.case_id).in_(cases), col(Approval.voided_at).is_(None), col(Approval.approved).is_not(True)
        )
    ).all()
    found = Standing(session, rows)
    told: dict[str, set[UUID]] = {}
    for row in rows:
        told.setdefault(found.stage(row), set()).add(row.case_id)
    order = ("afterwards", "reverse", "denied", "waiting")  # the last that fits is what the case waits for
    return {case: stage for stage in order for case in told.get(stage, ())}


class Standing:
    """Which decisions of some askings are the latest of their items, and which were carried out; in two queries."""

    def __init__(self, session: Session, rows: Sequence[Approval]) -> None:
        cases = {row.case_id for row in rows}
        newest = select(Decision.item_id, Decision.id).where(col(Decision.case_id).in_(cases))
        carried = select(Measure.decision_id, Measure.reversed_at).where(
            col(Measure.case_id).in_(cases), col(Measure.executed_at).is_not(None)
        )
        latest = session.exec(newest.order_by(col(Decision.version))).all() if rows else []
        self.latest = {str(id) for id in dict(latest).values()}
        done = session.exec(carried).all() if rows else []
        self.executed = {str(id) for id, _back in done}
        self.stands = {str(id) for id, back in done if back is None}

    def stage(self, row: Approval) -> str:
        """What a case has to do about this asking; empty when nothing."""
        live = self.latest & set(row.decisions)
        if row.settled_at is None:
            return "waiting" if row.ahead and live - self.executed else "afterwards"
        if live - self.executed:
            return "denied"
        return "reverse" if live & self.stands else ""


def _asked(session: Session, which: Any, me: UUID) -> list[Asked]:
    query = (
        select(Approval, Case, Notice.number, Service.name)
        .join(Case, col(Case.id) == col(Approval.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .where(which)
        .order_by(col(Approval.asked_at), col(Approval.id))
    )
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    found = []
    every = session.exec(query).all()
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        rows = [row for row, *_rest in some]
        part, standing = parts(session, rows), Standing(session, rows)
        found += [
            Asked(
                row,
                case,
                number,
                service,
                names[row.asked_by],
                len(row.decisions),
                me in part[row.id],
                bool(standing.stands & standing.latest & set(row.decisions)),
            )
            for row, case, number, service in some
        ]
    return found
