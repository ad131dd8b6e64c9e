"""ほかの知らせ先: webhooks of the office beside mail, what was posted to them, and what they were told."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law import N_
from tracker.models.columns import coded, new_id


class Dialect(StrEnum):
    """In what form a channel is told."""

    SLACK = "slack"  # {"text": …}, which many other programs take as well
    STANDARD = "standard"  # Standard Webhooks, signed


DIALECTS: dict[Dialect, str] = {
    Dialect.SLACK: N_("Slackと同じ形"),
    Dialect.STANDARD: N_("署名付き（Standard Webhooks）"),
}


class PostKind(StrEnum):
    """What a post is."""

    ALERT = "alert"
    TEST = "test"


POST_KINDS: dict[PostKind, str] = {PostKind.ALERT: N_("期限のお知らせ"), PostKind.TEST: N_("試しのお知らせ")}


class Trouble(StrEnum):
    """Why a post was not taken. Codes only: an answer may echo what it was sent."""

    STATUS = "status"  # the answer's code says so
    NAME = "name"  # the name is not known, just now
    ADDRESS = "address"  # the name leads to where nothing may be sent
    TLS = "tls"
    SILENCE = "silence"  # no connection, or no answer in time
    KEY = "key"  # the installation's key does not open the channel


class Channel(SQLModel, table=True):
    """One webhook. Its address is a secret, as Slack's are: only the host stays in the clear. Stopped for good."""

    id: UUID = new_id()
    kind: Dialect = Field(sa_type=coded(Dialect))
    name: str
    host: str
    url_sealed: bytes = Field(sa_type=LargeBinary)  # under the installation's key
    secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # that signs, for STANDARD
    levels: str  # kinds of rungs, with commas
    service_id: UUID | None = Field(default=None, foreign_key="service.id")  # None: all
    made_at: datetime
    made_by: UUID = Field(foreign_key="staff.id")
    stopped_at: datetime | None = None
    stopped_by: UUID | None = Field(default=None, foreign_key="staff.id")


class ChannelPost(SQLModel, table=True):
    """One post: outbox and evidence in one row, as a memo is. Its id goes with every repeat, and so does its body."""

    __table_args__ = (
        Index(
            "ix_channelpost_waiting",
            "try_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_channelpost_channel", "channel_id", "queued_at"),
    )
    id: UUID = new_id()
    channel_id: UUID = Field(foreign_key="channel.id")
    kind: PostKind = Field(sa_type=coded(PostKind))
    key: str = Field(unique=True)
    body: str = Field(sa_type=Text)
    queued_at: datetime
    try_at: datetime
    claimed_until: datetime | None = None
    attempts: int = 0
    status: int | None = None  # of the last answer
    trouble: Trouble | None = Field(default=None, sa_type=coded(Trouble))  # of the last attempt
    given_at: datetime | None = None
    refused_at: datetime | None = None
    cancelled_at: datetime | None = None  # a newer one says what it said, or the channel was stopped
    ended_at: datetime | None = None


class ChannelAlert(SQLModel, table=True):
    """The ledger of alerts to channels: one row for each subject, level and channel, ever."""

    __table_args__ = (UniqueConstraint("subject", "level", "channel_id"), Index("ix_channelalert_post", "post_id"))
    id: UUID = new_id()
    subject: str  # clock:…
    level: str
    channel_id: UUID = Field(foreign_key="channel.id")
    post_id: UUID = Field(foreign_key="channelpost.id")
    raised_at: datetime
