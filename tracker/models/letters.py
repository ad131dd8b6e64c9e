"""Letters (通知): outbox and evidence in one row; what came back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from tracker.models.columns import coded, new_id


class LetterKind(StrEnum):
    """What a letter is."""

    RECEIPT = "receipt"
    INTERIM = "interim"
    OUTCOME = "outcome"
    SENDER_NOTICE = "sender_notice"
    INQUIRY = "inquiry"
    ALERT = "alert"
    HOLD_ORDER = "hold_order"
    NEWS = "news"  # that something new is on the status page; never what
    WAY_IN = "way_in"  # the way to the status page, asked for by who lost it
    ADDRESS_CODE = "address_code"
    ADDRESS_MOVED = "address_moved"
    REVERSAL = "reversal"  # to the sender: a measure that they were told of was taken back
    REVERSAL_CLAIMANT = "reversal_claimant"  # the same to the claimant
    DISCLOSURE_INQUIRY = "disclosure_inquiry"  # 法6条1項: what the sender says to a disclosure
    APPEAL_ANSWER = "appeal_answer"  # to a sender: what became of their appeal
    ORDER_TOLD = "order_told"  # 法6条2項: to a sender who objected, that an order to disclose came


class LetterChannel(StrEnum):
    """How a letter reaches its reader."""

    SMTP = "smtp"
    PORTAL = "portal"
    HANDOVER = "handover"
    POST = "post"
    PUBLICATION = "publication"
    PLATFORM = "platform"  # to a sender, through the platform's own system: a signed webhook, or fetched by it
    CUSTODIAN = "custodian"  # to a custodian's own system: a signed webhook, or a file in a folder


class Letter(SQLModel, table=True):
    """通知: outbox and evidence are the same row, chained by its facts. `key` makes a letter unique in its meaning."""

    __table_args__ = (
        Index(
            "ix_letter_waiting",
            "try_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_letter_queued",
            "queued_at",
            sqlite_where=text("kind <> 'alert'"),
            postgresql_where=text("kind <> 'alert'"),
        ),
        Index(
            "ix_letter_given",
            "given_at",
            sqlite_where=text("kind <> 'alert' AND given_at IS NOT NULL"),
            postgresql_where=text("kind <> 'alert' AND given_at IS NOT NULL"),
        ),
        Index(
            "ix_letter_by_hand",
            "try_at",
            sqlite_where=text("ended_at IS NULL AND channel <> 'smtp'"),
            postgresql_where=text("ended_at IS NULL AND channel <> 'smtp'"),
        ),
        Index(
            "ix_letter_lost",
            "case_id",
            sqlite_where=text("refused_at IS NOT NULL OR bounced_at IS NOT NULL"),
            postgresql_where=text("refused_at IS NOT NULL OR bounced_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID | None = Field(default=None, foreign_key="sender.id")
    kind: LetterKind = Field(sa_type=coded(LetterKind))
    channel: LetterChannel = Field(sa_type=coded(LetterChannel))
    article: str
    ground: str = ""  # of an interim letter: the DeferralGround
    key: str = Field(unique=True)
    to_sealed: bytes = Field(sa_type=LargeBinary)
    subject_sealed: bytes = Field(sa_type=LargeBinary)
    body_sealed: bytes = Field(sa_type=LargeBinary)
    queued_at: datetime
    queued_by: str
    try_at: datetime
    claimed_until: datetime | None = None
    attempts: int = 0
    given_at: datetime | None = None  # accepted by the relay, opened in the portal, or handed over
    opened_at: datetime | None = None
    refused_at: datetime | None = None
    bounced_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None  # nothing more to send: given, refused or cancelled


class LetterItem(SQLModel, table=True):
    """Which items a letter covers, and the decision version it states of each."""

    letter_id: UUID = Field(primary_key=True, foreign_key="letter.id")
    item_id: UUID = Field(primary_key=True, foreign_key="item.id", index=True)
    decision_id: UUID | None = Field(default=None, foreign_key="decision.id")


class BounceKind(StrEnum):
    """What mail to the address of bounces says of a letter."""

    FAILED = "failed"  # it did not arrive, for good: the only kind that anything follows from
    DELAYED = "delayed"
    DELIVERED = "delivered"  # a server further on said so; it proves nothing more than acceptance
    REPLIED = "replied"  # an answer by a machine: away, or mail was read
    OTHER = "other"
    UNREADABLE = "unreadable"


class Bounce(SQLModel, table=True):
    """A message read from the mailbox of bounces, once. Neither its text nor an address is kept."""

    id: UUID = new_id()
    source: str = Field(unique=True)  # the mailbox, as a digest, and the message in it
    letter_id: UUID | None = Field(default=None, foreign_key="letter.id", index=True)
    memo_id: UUID | None = Field(default=None, foreign_key="memo.id")
    kind: BounceKind = Field(sa_type=coded(BounceKind))
    status: str  # RFC 3463; empty where none was given
    read_at: datetime
