"""Decisions (判断) and measures (送信防止措置), and the criteria (基準) they rest on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Basis, MeasureKind, Origin
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
    breach: str = ""  # article breached, where the criteria were not usable on the day


class CriteriaVersion(SQLModel, table=True):
    """基準: one published version. A true earlier 公表日時 may be entered with its proof."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    case_id: UUID = Field(unique=True, foreign_key="case.id")
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    title: str
    url: str = ""
    proof: str = ""
    published_at: datetime
    usable_from: datetime  # the boundary of its criteria_wait clock, copied for the gate


class Clause(SQLModel, table=True):
    """One clause of a criteria version: a kind of information and how it came to be known (法26条2項1号)."""

    __table_args__ = (UniqueConstraint("criteria_id", "number"),)
    id: UUID = new_id()
    criteria_id: UUID = Field(foreign_key="criteriaversion.id", index=True)
    number: str
    title: str
    words: str = Field(sa_type=Text)
