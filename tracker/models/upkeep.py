"""How the jobs of the night watch went."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class JobRun(SQLModel, table=True):
    """When each job last ran, last succeeded and last failed (an exception's class name, never its text)."""

    name: str = Field(primary_key=True)
    started_at: datetime
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
