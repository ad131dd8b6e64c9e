"""Who works when, where it differs from the calendar."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel


class StaffDay(SQLModel, table=True):
    """A working day on which somebody is away, or a closed day on which somebody works."""

    staff_id: UUID = Field(primary_key=True, foreign_key="staff.id")
    day: date = Field(primary_key=True)
    working: bool
