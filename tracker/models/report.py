"""The yearly publication (法28条): what people enter, the versions that were published, the senders of each month."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


class ReportEntry(SQLModel, table=True):
    """What a person entered for an item of a year: the newest version counts. An empty one takes the entry back.

    `part` divides an item: the right of 18-3-8, the point of 18-7. `year` is the one in which the 公表年度 begins.
    """

    __table_args__ = (UniqueConstraint("service_id", "year", "code", "part", "version"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    year: int
    code: str
    part: str = ""
    version: int
    number: int | None = Field(default=None, sa_type=BigInteger)
    words: str = Field(default="", sa_type=Text)  # to be published: no personal data
    by: UUID = Field(foreign_key="staff.id")
    at: datetime


class Publication(SQLModel, table=True):
    """One version of a year's publication, frozen with its files, chained by its facts.

    In review until somebody else publishes it or sends it back. What was published stays, whatever comes after.
    """

    __table_args__ = (UniqueConstraint("service_id", "year", "version"),)
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)  # the register of the service
    service_id: UUID = Field(foreign_key="service.id")
    year: int
    version: int  # of what was frozen: one that was sent back leaves a gap
    sha256: str  # of manifest.json
    frozen_at: datetime
    frozen_by: UUID = Field(foreign_key="staff.id")
    why: str = Field(default="", sa_type=Text)  # of a correction: what was wrong; it is published
    published_at: datetime | None = None
    published_by: UUID | None = Field(default=None, foreign_key="staff.id")
    returned_at: datetime | None = None
    returned_by: UUID | None = Field(default=None, foreign_key="staff.id")


class PublicationFile(SQLModel, table=True):
    """A file of a version, byte for byte."""

    publication_id: UUID = Field(primary_key=True, foreign_key="publication.id")
    name: str = Field(primary_key=True)
    sha256: str
    content: bytes = Field(sa_type=LargeBinary)


class SenderMonth(SQLModel, table=True):
    """How many senders a service had in a month; the newest version counts, an empty figure is not known."""

    __table_args__ = (UniqueConstraint("service_id", "month", "version"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    month: int  # 202604
    version: int
    senders: int | None = Field(default=None, sa_type=BigInteger)  # 発信者
    users: int | None = Field(default=None, sa_type=BigInteger)  # 準ずる者 (規則8条1項): used it, and sent nothing
    times: int | None = Field(default=None, sa_type=BigInteger)  # 延べ発信者数
    by: UUID = Field(foreign_key="staff.id")
    at: datetime


class SenderMethod(SQLModel, table=True):
    """How a service counts its senders (規則18条5項1号), and whether 規則8条6項 leaves it out; the newest counts."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    words: str = Field(default="", sa_type=Text)
    excluded: str = ""  # law.senders.Exclusion
    by: UUID = Field(foreign_key="staff.id")
    at: datetime
