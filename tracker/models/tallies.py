"""Counters' marks: what each notice and each measure adds to the yearly figures, a row for each, refreshed by record().

A row says nothing that the events do not: the verifier draws each again and compares. Days are Japanese; a month is
202604 for April 2026, so that a fiscal year is a range.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from tracker.law.grounds import MeasureKind, Origin, Right
from tracker.models.columns import coded

# What the yearly figures read of notices, in the order in which they group: one walk over one index.
NOTICE_CUBE = (
    "service_id",
    "received_month",
    "ended_month",
    "bucket",
    "right",
    "statutory",
    "third",
    "late",
    "mixed",
    "excuse",
    "reason",
    "suspended",
    "interim_sender",
    "interim_specialist",
    "interim_unavoidable",
    "items",
    "taken",
    "kept",
)
RIGHTS_CUBE = ("service_id", "statutory", "received_month", "right", "rights")
DAYS_CUBE = ("service_id", "statutory", "ended_month", "right", "days")
MEASURE_CUBE = (
    "service_id",
    "executed_month",
    "kind",
    "reason",
    "origin",
    "ai",
    "told_month",
    "exempt_month",
    "exemption",
)


class NoticeTally(SQLModel, table=True):
    """What one notice adds to. `bucket` is where it ended: an item of 規則18条3項, withdrawn, or nothing yet."""

    __table_args__ = (
        Index("ix_noticetally_cube", *NOTICE_CUBE),
        Index("ix_noticetally_rights", *RIGHTS_CUBE),
        Index("ix_noticetally_days", *DAYS_CUBE),
    )
    case_id: UUID = Field(primary_key=True, foreign_key="case.id")
    service_id: UUID = Field(foreign_key="service.id")
    statutory: bool  # a duty of 法25条; else it is in no figure of 2項 and 3項
    third: bool  # a 通報 of a third party (5項2号)
    received_on: date
    received_month: int
    right: Right = Field(sa_type=coded(Right))  # the primary one, which adds up
    rights: int  # all of them, a bit for each in the order of the vocabulary
    items: int
    taken: int = 0  # of the items: a measure was taken and told
    kept: int = 0  # … none was taken, and told
    bucket: str = ""
    ended_on: date | None = None
    ended_month: int = 0  # 0 while it is open
    mixed: bool = False
    late: bool = False
    excuse: str = ""  # law.grounds.Excuse
    reason: str = ""  # of what it ended in, of a measure* before a suspension: clause:ID, another basis, or finding:…
    suspended: bool = False  # … and that was 役務提供停止措置 for every post on which one was taken
    answered_on: date | None = None  # by when every item had a reply that stands
    days: int | None = None  # from receipt to that day
    interim_sender: int = 0  # the month of the interim reply on each ground; 0 for none
    interim_specialist: int = 0
    interim_unavoidable: int = 0


class MeasureTally(SQLModel, table=True):
    """What one measure that was carried out adds to, and what its sender was told of it (法27条)."""

    __table_args__ = (Index("ix_measuretally_cube", *MEASURE_CUBE),)
    measure_id: UUID = Field(primary_key=True, foreign_key="measure.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    service_id: UUID = Field(foreign_key="service.id")
    kind: MeasureKind = Field(sa_type=coded(MeasureKind))
    reason: str  # clause:ID, or another basis of 法26条1項
    origin: Origin = Field(sa_type=coded(Origin))  # notice only where 法25条 binds: else it is on a 通報
    ai: bool
    executed_on: date
    executed_month: int
    told_on: date | None = None
    told_month: int = 0  # 0 while it is not told
    exempt_on: date | None = None
    exempt_month: int = 0
    exemption: str = ""  # law.grounds.SenderExemption
    reversed_on: date | None = None
