"""The book's own history: which holidays were taken as known, and whose eyes saw the text of an amendment.

Each row is chained to the one before it by `digest` (casework/chain.py), as events are.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


class CalendarVersion(SQLModel, table=True):
    """暦の版, append-only: the holidays that were accepted. The highest number is in use; clocks name theirs by hash.

    `accepted_by` is empty for what the software itself brought. The same hash may come again when a mistake is undone.
    """

    id: UUID = new_id()
    number: int = Field(unique=True)
    version: str = Field(index=True)  # Calendar.version, the hash of its content
    holidays: dict[str, str] = Field(sa_type=JSON)  # ISO day → name
    source: str
    note: str = ""
    accepted_at: datetime
    accepted_by: UUID | None = Field(default=None, foreign_key="staff.id")
    digest: str


class EditionConfirmation(SQLModel, table=True):
    """条文の確認, append-only: somebody read the text of an edition and says where, or takes that back."""

    id: UUID = new_id()
    number: int = Field(unique=True)
    edition: str = Field(index=True)
    confirmed: bool
    source: str  # where it was read: a title, an address; for a withdrawal, why
    note: str = ""
    confirmed_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="staff.id")
    digest: str
