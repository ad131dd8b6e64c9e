"""保存期間の表: for how long each kind of log of a service is kept, and why. Versions are appended, never edited."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.law.logs import LogKind, Provider
from tracker.models.columns import coded, new_id


class RetentionTable(SQLModel, table=True):
    """One version of the table of a service, in force from a Japanese day."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    in_force: date
    note: str = Field(sa_type=Text)  # why it changed
    made_at: datetime
    made_by: UUID = Field(foreign_key="staff.id")


class RetentionLine(SQLModel, table=True):
    """One kind of log in a version. `months` is empty where it is kept until its purpose ends."""

    table_id: UUID = Field(primary_key=True, foreign_key="retentiontable.id")
    no: int = Field(primary_key=True)
    kind: LogKind = Field(sa_type=coded(LogKind))
    provider: Provider = Field(sa_type=coded(Provider))
    name: str  # what this service calls it
    classes: list[str] = Field(sa_type=JSON)  # of 規則2条, and 5-1 to 5-4 of 規則5条
    purpose: str = Field(sa_type=Text)
    months: int | None = None
    reason: str = Field(sa_type=Text)  # of the period; of one longer than is generally allowed, the need


class SafetyCheck(SQLModel, table=True):
    """安全管理措置 (告示12条): that a measure of the checklist was looked at, by whom, and what was found. Appended."""

    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id", index=True)
    measure: str  # a key of law.safety.MEASURES
    done: bool
    note: str = Field(sa_type=Text)
    checked_at: datetime
    checked_by: UUID = Field(foreign_key="staff.id")
