"""The night watch: memos to the office itself, the ledger of alerts, who has taken what, and how somebody is told."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law import N_
from tracker.models.columns import coded, new_id


class MemoKind(StrEnum):
    """What a memo is."""

    SINGLE = "single"  # what is due tomorrow or worse, at once
    MORNING = "morning"
    WEEKLY = "weekly"
    TEST = "test"


MEMO_KINDS: dict[MemoKind, str] = {
    MemoKind.SINGLE: N_("すぐのお知らせ"),
    MemoKind.MORNING: N_("朝のまとめ"),
    MemoKind.WEEKLY: N_("週のまとめ"),
    MemoKind.TEST: N_("試しのお知らせ"),
}


class Memo(SQLModel, table=True):
    """内部のお知らせ: mail to a member of staff, outbox and evidence in one row. Numbers and articles, nobody's data.

    Its recipient is a row of staff: no claimant and no sender can be one.
    """

    __table_args__ = (
        Index(
            "ix_memo_waiting",
            "try_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_memo_staff", "staff_id", "queued_at"),
        Index(
            "ix_memo_refused",
            "refused_at",
            sqlite_where=text("refused_at IS NOT NULL"),
            postgresql_where=text("refused_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    staff_id: UUID = Field(foreign_key="staff.id")
    kind: MemoKind = Field(sa_type=coded(MemoKind))
    key: str = Field(unique=True)
    subject: str
    body: str = Field(sa_type=Text)
    queued_at: datetime
    try_at: datetime
    claimed_until: datetime | None = None
    attempts: int = 0
    given_at: datetime | None = None  # accepted by the relay
    refused_at: datetime | None = None
    cancelled_at: datetime | None = None  # a newer one says what it said
    replaced_by: UUID | None = Field(default=None, foreign_key="memo.id", index=True)  # that newer one
    ended_at: datetime | None = None


class Alert(SQLModel, table=True):
    """The ledger of alerts: one row for each subject, level and recipient, ever."""

    __table_args__ = (UniqueConstraint("subject", "level", "recipient"), Index("ix_alert_memo", "memo_id"))
    id: UUID = new_id()
    subject: str  # clock:…, letter:…, hold:…
    level: str
    recipient: UUID = Field(foreign_key="staff.id")
    memo_id: UUID | None = Field(default=None, foreign_key="memo.id")
    letter_id: UUID | None = Field(default=None, foreign_key="letter.id")  # before memos, an alert was a letter
    raised_at: datetime


class AlertAnswer(SQLModel, table=True):
    """引き受け: somebody has an alert. With `quiet_until` it rests until then, never past the last working day.

    With `given_back` they ended that, for themselves or for whoever had it: nobody has taken it any more.
    """

    __table_args__ = (Index("ix_alertanswer_subject", "subject", "at"),)
    id: UUID = new_id()
    subject: str
    staff_id: UUID = Field(foreign_key="staff.id")
    at: datetime
    quiet_until: datetime | None = None
    given_back: bool = False


class Preference(SQLModel, table=True):
    """How somebody wants to be told. It never removes the last recipient of a duty."""

    staff_id: UUID = Field(primary_key=True, foreign_key="staff.id")
    singles: bool = True
    morning: bool = True
    weekly: bool = True
