"""Decisions (判断) and measures (送信防止措置). The criteria that they rest on: criteria.py."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Basis, Finding, MeasureKind, Origin
from tracker.models.columns import coded, new_id


class Decision(SQLModel, table=True):
    """判断: insert-only versions, chained. Reason and facts are sealed; their salt lies inside."""

    __table_args__ = (UniqueConstraint("item_id", "version"),)
    id: UUID = new_id()
    item_id: UUID = Field(foreign_key="item.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    version: int
    take: bool
    kind: MeasureKind | None = Field(default=None, sa_type=coded(MeasureKind))
    basis: Basis | None = Field(default=None, sa_type=coded(Basis))
    clause_id: UUID | None = Field(default=None, foreign_key="clause.id")
    finding: Finding | None = Field(default=None, sa_type=coded(Finding))  # why no measure is taken
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, reason, facts
    by: UUID = Field(foreign_key="staff.id")
    at: datetime
    ai_used: bool


class Measure(SQLModel, table=True):
    """送信防止措置, chained: ordered by a decision, true only from `executed_at` (講じた)."""

    __table_args__ = (
        Index(
            "ix_measure_ordered",
            "case_id",
            sqlite_where=text("executed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("executed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    item_id: UUID = Field(foreign_key="item.id", index=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    decision_id: UUID = Field(unique=True, foreign_key="decision.id")
    kind: MeasureKind = Field(sa_type=coded(MeasureKind))
    origin: Origin = Field(sa_type=coded(Origin))
    ordered_at: datetime
    executed_at: datetime | None = None
    executed_by: UUID | None = Field(default=None, foreign_key="staff.id")
    withdrawn_at: datetime | None = None
    reversed_at: datetime | None = None  # when it was taken back (取消し); it had been carried out until then
    reversed_by: UUID | None = Field(default=None, foreign_key="staff.id")
    breach: str = ""  # article breached, where the criteria were not usable on the day
