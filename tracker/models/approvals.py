"""Second pairs of eyes (承認): which decisions another person has to look at, and what that person said."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from tracker.models.columns import coded, new_id

OPEN = "settled_at IS NULL AND voided_at IS NULL"


class ApprovalCause(StrEnum):
    """What makes the office ask for a second person."""

    SUSPENSION = "suspension"
    REFUSALS = "refusals"
    URGENT = "urgent"


class Approval(SQLModel, table=True):
    """One asking, chained by its facts: open until another person settled it or newer decisions took its place."""

    __table_args__ = (
        Index("ix_approval_open", "asked_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_approval_case", "case_id"),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id")
    why: ApprovalCause = Field(sa_type=coded(ApprovalCause))
    ahead: bool  # nothing takes effect before it is approved; otherwise somebody looks afterwards
    decisions: list[str] = Field(default_factory=list, sa_type=JSON)  # the ids of those it is about
    asked_by: UUID = Field(foreign_key="staff.id")
    asked_at: datetime
    settled_by: UUID | None = Field(default=None, foreign_key="staff.id")
    settled_at: datetime | None = None
    approved: bool | None = None
    voided_at: datetime | None = None  # newer decisions took the place of all it was about
