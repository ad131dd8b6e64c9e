"""発信者: what a sender was asked and said, the door behind a link, and their appeals against measures."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law.inquiries import Regime
from tracker.models.columns import coded, new_id


class ReceivedHow(StrEnum):
    """What shows that an inquiry reached its sender. The value is stored for ever."""

    OPENED = "opened"  # they opened it at their door
    ANSWERED = "answered"  # they answered it
    PROVED = "proved"  # staff hold a proof: 配達証明, an acknowledgement, "read" in the service
    SYSTEM = "system"  # the platform's own system said that they read it


class Position(StrEnum):
    """What a sender answers to an inquiry. The value is stored for ever."""

    AGREES = "agrees"
    OBJECTS = "objects"
    WORDS = "words"  # neither: what they want to say


class DoorPurpose(StrEnum):
    """What the page behind a link is for: one purpose each."""

    INQUIRY = "inquiry"  # read what is alleged, answer
    NOTICE = "notice"  # read what was done and why, appeal


class Inquiry(SQLModel, table=True):
    """照会, chained: one letter to one sender about items. Without `shelter` it only asks what they think."""

    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID = Field(foreign_key="sender.id", index=True)
    letter_id: UUID = Field(unique=True, foreign_key="letter.id")
    regime: Regime = Field(sa_type=coded(Regime))
    shelter: bool  # the reason was shown, to the sender of whom an infringed person complained
    asked_at: datetime
    received_at: datetime | None = None  # the wait counts from here
    received_how: ReceivedHow | None = Field(default=None, sa_type=coded(ReceivedHow))


class SenderAnswer(SQLModel, table=True):
    """発信者の回答, chained and append-only. Whether it came late follows from the wait, and is not stored."""

    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID = Field(foreign_key="sender.id", index=True)
    position: Position = Field(sa_type=coded(Position))
    items: list[str] = Field(sa_type=JSON)
    files: list[str] = Field(default_factory=list, sa_type=JSON)  # ids of Evidence
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, text
    received_at: datetime
    entered_by: UUID | None = Field(default=None, foreign_key="staff.id")  # None: at their door, or by a system
    voided_at: datetime | None = None  # taken back: it was not this sender's, or was entered wrongly


class SenderDoor(SQLModel, table=True):
    """The page of a sender behind a link, chained. A new version voids the link before; the secret is derived."""

    __table_args__ = (UniqueConstraint("sender_id", "purpose"),)
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID = Field(foreign_key="sender.id")
    purpose: DoorPurpose = Field(sa_type=coded(DoorPurpose))
    version: int = 1
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None  # first opened by POST, of this version
    closed_at: datetime | None = None


class Appeal(SQLModel, table=True):
    """不服申立て, chained: by a sender against one measure. A claimant's 再検討 is something else."""

    __table_args__ = (
        Index(
            "ix_appeal_open",
            "received_at",
            sqlite_where=text("decided_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("decided_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("ix_appeal_received", "received_at"),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID = Field(foreign_key="sender.id", index=True)
    item_id: UUID = Field(foreign_key="item.id", index=True)
    measure_id: UUID = Field(unique=True, foreign_key="measure.id")
    received_at: datetime
    entered_by: UUID | None = Field(default=None, foreign_key="staff.id")  # None: through the door
    files: list[str] = Field(default_factory=list, sa_type=JSON)  # ids of Evidence
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, text
    decided_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="staff.id")
    reversed: bool | None = None  # the measure was taken back; False: it stands
    reason_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # JSON: salt, text
    withdrawn_at: datetime | None = None


class SenderSystem(SQLModel, table=True):
    """The platform's own system, which carries letters to senders whose address only it knows.

    What changed is recorded in the register of its service.
    """

    id: UUID = new_id()
    service_id: UUID = Field(unique=True, foreign_key="service.id")
    active: bool = True
    target_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    changed_at: datetime
