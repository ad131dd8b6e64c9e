"""A sender took an appeal back by mail or telephone: somebody who took no part in the measure writes it down."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import NotAllowed, journal
from tracker.casework.appeals import deciding, filing
from tracker.law import N_
from tracker.models import Case


def write_down(session: Session, case: Case, appeal: UUID, *, remark: str, by: UUID, at: datetime) -> None:
    """Record for a sender that they took an appeal back; `remark` says how that is known.

    Raises Conflict when it was decided or taken back, NotAllowed for who took part in the measure, or without a remark.
    """
    row = filing.open_one(session, case, appeal)
    if by in deciding.took_part(session, row):
        raise NotAllowed(
            N_("この措置の判断や実施に加わった人は、取下げを記録できません。別の人が記録します。"), about="by"
        )
    filing.withdraw(session, case, appeal, actor=journal.staff(by), at=at, remark=remark)
