"""The register of a service: what was filed with the minister (法21条), and the digest of examples (法26条4項)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.law.grounds import MeasureKind, Right
from tracker.models.columns import coded, new_id


class Matter(StrEnum):
    """A registered matter (法21条1項各号・規則11条2項各号) whose change has to be filed. Stored for ever."""

    NAME = "name"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    DOMESTIC = "domestic"
    CONTACT = "contact"
    FORM = "form"
    CRITERIA = "criteria"


class RegisterChange(SQLModel, table=True):
    """One change of a registered matter, chained by its fact. A mistake in it is put right by a later row."""

    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    matter: Matter = Field(sa_type=coded(Matter))
    changed_on: date
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: before, after
    corrects: UUID | None = Field(default=None, foreign_key="registerchange.id")


class RegisterFiling(SQLModel, table=True):
    """One 届出, chained by its fact: the first one of 法21条1項, or one of changes (2項)."""

    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    first: bool
    filed_on: date
    changes: list[str] = Field(default_factory=list, sa_type=JSON)  # RegisterChange
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: reference, who


class DigestEntry(SQLModel, table=True):
    """An example in preparation. Its words are sealed under the case it comes from: they may still name somebody."""

    id: UUID = new_id()
    register_id: UUID = Field(foreign_key="case.id", index=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID = Field(foreign_key="item.id")
    decision_id: UUID = Field(unique=True, foreign_key="decision.id")
    heading: str  # the kind of information, under which examples are put in order
    words_sealed: bytes = Field(sa_type=LargeBinary)
    revision: int = 1
    read_by: UUID | None = Field(default=None, foreign_key="staff.id")  # who says that nobody can be told from it
    read_at: datetime | None = None
    digest_id: UUID | None = Field(default=None, foreign_key="digestversion.id")  # where it was published


class DigestVersion(SQLModel, table=True):
    """参考となる事例の資料 (法26条4項): one published version, chained by its fact."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    title: str
    foreword: str = Field(default="", sa_type=Text)
    published_at: datetime
    content: str  # SHA-256 over everything that is published


class DigestExample(SQLModel, table=True):
    """One published example. It names no case: what led to it is not for the public."""

    __table_args__ = (UniqueConstraint("digest_id", "no"),)
    id: UUID = new_id()
    digest_id: UUID = Field(foreign_key="digestversion.id")
    no: int
    heading: str
    take: bool
    kind: MeasureKind | None = Field(default=None, sa_type=coded(MeasureKind))
    right: Right = Field(sa_type=coded(Right))
    clause: str  # as it was called on the day: 第2版 第4条2項 …
    words: str = Field(sa_type=Text)
