"""The folder of a case (事案): its key, its chained events, its clocks."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.models.columns import coded, new_id


class CaseKind(StrEnum):
    """What a case is the folder of."""

    NOTICE = "notice"
    CRITERIA = "criteria"
    HOLD_ORDER = "hold_order"
    PAPER = "paper"  # of courts, investigators, the minister
    REGISTER = "register"  # of a service: designation, 届出, changes, specialists, digests


class Case(SQLModel, table=True):
    """The folder. `head_*` end the chain of its events; `next_at` and `closed_at` keep lists flat (see record())."""

    __table_args__ = (
        Index(
            "ix_case_open",
            "fast",
            "next_at",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_assigned",
            "assigned_to",
            "fast",
            "next_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_voluntary",
            "statutory",
            "fast",
            "next_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_closed",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    kind: CaseKind = Field(sa_type=coded(CaseKind))
    service_id: UUID = Field(foreign_key="service.id")
    opened_at: datetime
    statutory: bool = True
    fast: bool = False
    assigned_to: UUID | None = Field(default=None, foreign_key="staff.id")
    head_seq: int = 0
    head_digest: str = ""
    next_at: datetime | None = None
    closed_at: datetime | None = None


class CaseKey(SQLModel, table=True):
    """The wrapped key of a case. Destroying it erases everything sealed under it."""

    case_id: UUID = Field(primary_key=True, foreign_key="case.id")
    wrapped: bytes | None = Field(sa_type=LargeBinary)
    destroyed_at: datetime | None = None


class Event(SQLModel, table=True):
    """One fact, append-only and chained per case: ids, codes and commitments, never personal data."""

    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index(
            "ix_event_unanswered",
            "case_id",
            "occurred_at",
            sqlite_where=text("fact IN ('notice_withdrawn', 'reply_excused')"),
            postgresql_where=text("fact IN ('notice_withdrawn', 'reply_excused')"),
        ),
        Index(
            "ix_event_breach",
            "recorded_at",
            sqlite_where=text("fact = 'breach_recorded'"),
            postgresql_where=text("fact = 'breach_recorded'"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id")
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    fact: Fact = Field(sa_type=coded(Fact))
    items: list[str] = Field(default_factory=list, sa_type=JSON)
    corrects: int | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    digest: str


class Remark(SQLModel, table=True):
    """The free text of an event, sealed and erasable; the event keeps a salted commitment to it."""

    id: UUID = new_id()
    event_id: UUID = Field(unique=True, foreign_key="event.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, text


class Clock(SQLModel, table=True):
    """期限: the stored shadow of a ClockRule, chained. Dates are never edited: clocks stop, are voided, resume."""

    __table_args__ = (
        Index(
            "ix_clock_running",
            "due_at",
            "target_at",
            sqlite_where=text("stopped_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_clock_reply",
            "started_at",
            "force",
            "due_at",
            "stopped_at",
            "case_id",
            "id",
            sqlite_where=text("rule = 'reply' AND voided_at IS NULL"),
            postgresql_where=text("rule = 'reply' AND voided_at IS NULL"),
        ),
        Index(
            "ix_clock_resumes",
            "resumes",
            sqlite_where=text("resumes IS NOT NULL"),
            postgresql_where=text("resumes IS NOT NULL"),
        ),
        Index(
            "ix_clock_rule",
            "rule",
            "due_at",
            "force",
            "case_id",
            sqlite_where=text("stopped_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_clock_alert",
            "alert_at",
            sqlite_where=text("stopped_at IS NULL AND voided_at IS NULL AND alert_at IS NOT NULL"),
            postgresql_where=text("stopped_at IS NULL AND voided_at IS NULL AND alert_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    rule: str
    article: str
    edition: str
    calendar: str
    force: Force = Field(sa_type=coded(Force))
    started_at: datetime
    due_at: datetime | None  # first instant after the period; for a wait, the first free instant
    target_at: datetime | None
    stopped_at: datetime | None = None
    voided_at: datetime | None = None
    resumes: UUID | None = Field(default=None, foreign_key="clock.id")
    alert_at: datetime | None = None  # when the watch looks at it next: guidance, not chained, and no date of law
