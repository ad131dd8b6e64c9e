"""The criteria (基準, 法26条) that measures rest on: published versions, their clauses, the draft of the next."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


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
    checklist: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # of 法26条2項: item → its note, if ticked


class Clause(SQLModel, table=True):
    """One clause of a version: a kind of information, how it came to be known, what may be done (法26条2項)."""

    __table_args__ = (UniqueConstraint("criteria_id", "number"),)
    id: UUID = new_id()
    criteria_id: UUID = Field(foreign_key="criteriaversion.id", index=True)
    number: str
    title: str
    words: str = Field(sa_type=Text)
    origins: list[str] = Field(default_factory=list, sa_type=JSON)  # law.grounds.Origin; empty for any
    measures: list[str] = Field(default_factory=list, sa_type=JSON)  # law.grounds.MeasureKind; empty for any


class CriteriaDraft(SQLModel, table=True):
    """The next version of a service's criteria while it is written: one a service, gone once published. Not chained."""

    id: UUID = new_id()
    service_id: UUID = Field(unique=True, foreign_key="service.id")
    version: int  # of the draft itself: who saves names the one that was on the page
    title: str
    url: str = ""
    clauses: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    checklist: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    saved_by: UUID = Field(foreign_key="staff.id")
    saved_at: datetime
