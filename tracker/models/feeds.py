"""予定表の配信: secret addresses under which calendar applications read running clocks."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


class Feed(SQLModel, table=True):
    """One address, for one person's calendar. Its secret is derived from the id and never stored (see keys.py)."""

    id: UUID = new_id()
    staff_id: UUID = Field(foreign_key="staff.id", index=True)
    service_id: UUID | None = Field(default=None, foreign_key="service.id")  # None: the cases that its owner has
    made_at: datetime
    fetched_at: datetime | None = None  # when a calendar last read it, to within some minutes
    revoked_at: datetime | None = None
    revoked_by: UUID | None = Field(default=None, foreign_key="staff.id")
