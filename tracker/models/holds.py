"""通信履歴の保存: holds, custodians and the orders to them. Metadata only."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Force, Strength
from tracker.models.columns import coded, new_id

BINDING = "released_at IS NULL AND strength <> 'flag'"


class LogHold(SQLModel, table=True):
    """通信履歴の保存, chained: metadata and a pointer only. Log contents never enter this system."""

    __table_args__ = (
        Index(
            "ix_loghold_running",
            "until_at",
            sqlite_where=text("released_at is null"),
            postgresql_where=text("released_at is null"),
        ),
        Index(
            "ix_loghold_binding",
            "case_id",
            sqlite_where=text(BINDING),
            postgresql_where=text(BINDING),
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
    until_at: datetime | None = None  # none: until a fact ends it
    released_at: datetime | None = None
    paper_id: UUID | None = Field(default=None, foreign_key="legalpaper.id", index=True)
    placed_by: UUID | None = Field(default=None, foreign_key="staff.id")  # whoever decided on a soft one
    review_at: datetime | None = None  # when the need for a soft one is looked at again
    logs_from: date | None = None  # the period of the logs, Japanese days; none: not limited on that side
    logs_until: date | None = None
    scope_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # accounts and contents, where no item says

    def over(self, at: datetime) -> bool:
        """Whether it stands no longer at `at`: released, or its time has passed."""
        return self.released_at is not None or (self.until_at is not None and self.until_at <= at)


class Adapter(StrEnum):
    """How orders reach a custodian."""

    MAIL = "mail"  # a mail with the address of a page that takes the answer, once
    WEBHOOK = "webhook"  # signed, after Standard Webhooks
    FOLDER = "folder"  # a file in a folder, and the answer as a file beside it


class OrderKind(StrEnum):
    """What an order asks of a custodian."""

    PRESERVE = "preserve"
    EXTEND = "extend"
    RELEASE = "release"
    ERASE = "erase"


class LineAnswer(StrEnum):
    """What a custodian says of one line of an order."""

    HELD = "held"
    NOT_HELD = "not_held"
    EXPIRED = "expired"  # it was erased before the order came: counted for the review of effects
    UNLINKABLE = "unlinkable"  # no log can be linked to this account or content
    RELEASED = "released"
    ERASED = "erased"


class Custodian(SQLModel, table=True):
    """保管者: who keeps the logs of a service, and where hold orders go. An office address, not a person's."""

    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id", index=True)
    name: str
    email: str
    keeps: str = ""  # which logs, in the desk's own words
    active: bool = True
    adapter: Adapter = Field(default=Adapter.MAIL, sa_type=coded(Adapter))
    target_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # URL of a webhook, or name of a folder
    secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # with which both sides sign


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
    kind: OrderKind = Field(default=OrderKind.PRESERVE, sa_type=coded(OrderKind))
    secret_version: int = 1  # of the custodian's page; a new one voids the address sent before
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def takes_answer(self) -> bool:
        """Whether an answer can still be recorded: also to an erasure that was taken back too late, for what is so."""
        return self.answered_at is None and (self.withdrawn_at is None or self.kind is OrderKind.ERASE)


class HoldOrderLine(SQLModel, table=True):
    """Which hold an order names, and whether the custodian kept it: None while unanswered."""

    __table_args__ = (Index("ix_holdorderline_answer", "answer", "hold_id"),)
    order_id: UUID = Field(primary_key=True, foreign_key="holdorder.id")
    hold_id: UUID = Field(primary_key=True, foreign_key="loghold.id", index=True)
    no: int
    kept: bool | None = None
    answer: LineAnswer | None = Field(default=None, sa_type=coded(LineAnswer))
    reference: str = ""  # the custodian's own


class ErasureProof(SQLModel, table=True):
    """消去の証明: what a custodian says it erased for a line of an order. Counts and names of classes, no log."""

    id: UUID = new_id()
    order_id: UUID = Field(foreign_key="holdorder.id", index=True)
    hold_id: UUID = Field(foreign_key="loghold.id", index=True)
    classes: list[str] = Field(sa_type=JSON)
    counts: dict[str, int] = Field(sa_type=JSON)  # rows erased, by class
    deidentified: dict[str, int] = Field(sa_type=JSON)  # rows of what is no 通信の秘密, made nobody's, by class
    erased_at: datetime
    reference: str
    digest: str  # SHA-256 that the custodian gives over its own record
    received_at: datetime


class Reconciliation(SQLModel, table=True):
    """照合: what a custodian says it keeps for us, beside what it should keep. Ids and counts, no log."""

    id: UUID = new_id()
    custodian_id: UUID = Field(foreign_key="custodian.id", index=True)
    message: str = Field(unique=True)  # the custodian's id of the message: the same one counts once
    received_at: datetime
    compared: int  # holds that it should keep or should have let go
    missing: list[str] = Field(sa_type=JSON)  # holds it should keep and does not
    overkept: list[str] = Field(sa_type=JSON)  # holds whose logs were to be erased and which it still keeps
    unknown: int = 0  # what it keeps in our name and we never asked for
