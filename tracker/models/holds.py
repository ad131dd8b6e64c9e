"""通信履歴の保存: holds, custodians and the orders to them. Metadata only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Force, Strength
from tracker.models.columns import coded, new_id


class LogHold(SQLModel, table=True):
    """通信履歴の保存, chained: metadata and a pointer only. Log contents never enter this system."""

    __table_args__ = (
        Index(
            "ix_loghold_running",
            "until_at",
            sqlite_where=text("released_at is null"),
            postgresql_where=text("released_at is null"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    rule: str
    article: str
    force: Force = Field(sa_type=coded(Force))
    strength: Strength = Field(sa_type=coded(Strength))
    classes: list[str] = Field(sa_type=JSON)
    from_at: datetime
    until_at: datetime
    released_at: datetime | None = None


class Custodian(SQLModel, table=True):
    """保管者: who keeps the logs of a service, and where hold orders go. An office address, not a person's."""

    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id", index=True)
    name: str
    email: str
    keeps: str = ""  # which logs, in the desk's own words
    active: bool = True


class HoldOrder(SQLModel, table=True):
    """保存の依頼, a case of its own, chained: one order to one custodian that lists many holds."""

    __table_args__ = (
        Index(
            "ix_holdorder_open",
            "ordered_at",
            sqlite_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(unique=True, foreign_key="case.id")
    service_id: UUID = Field(foreign_key="service.id", index=True)
    custodian_id: UUID = Field(foreign_key="custodian.id")
    number: str = Field(unique=True)
    ordered_at: datetime
    ordered_by: UUID = Field(foreign_key="staff.id")
    secret_version: int = 1  # of the custodian's page; a new one voids the address sent before
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None


class HoldOrderLine(SQLModel, table=True):
    """Which hold an order names, and whether the custodian kept it: None while unanswered."""

    order_id: UUID = Field(primary_key=True, foreign_key="holdorder.id")
    hold_id: UUID = Field(primary_key=True, foreign_key="loghold.id", index=True)
    no: int
    kept: bool | None = None
