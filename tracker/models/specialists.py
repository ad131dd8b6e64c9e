"""侵害情報調査専門員 (法24条): the register of each service, and what was given to whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


class Specialist(SQLModel, table=True):
    """One entry of the register (規則15条), chained. A change is a new row of the same person; the newest counts."""

    __table_args__ = (UniqueConstraint("person", "version"),)
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)  # the register of the service
    person: UUID = Field(index=True)
    version: int
    staff_id: UUID | None = Field(default=None, foreign_key="staff.id", index=True)  # as whom they work at the desk
    since: date  # the Japanese day of the appointment or of the change
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, name, born, affiliation, expertise, reason
    left_on: date | None = None  # of the newest entry


class SpecialistTask(SQLModel, table=True):
    """Items of a notice whose investigation a specialist is to do (法25条2項2号), chained. Words are with its facts."""

    __table_args__ = (
        Index(
            "ix_specialisttask_waiting",
            "person",
            "case_id",
            sqlite_where=text("opined_at IS NULL"),
            postgresql_where=text("opined_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    specialist_id: UUID = Field(foreign_key="specialist.id")  # the entry as it stood then
    person: UUID
    items: list[str] = Field(default_factory=list, sa_type=JSON)
    given_at: datetime
    opined_at: datetime | None = None  # when the opinion on the last of its items was recorded
