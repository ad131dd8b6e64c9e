"""How burdensome the form is (法22条2項2号): sums only. Nobody is in them, and no visit."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from tracker.models.columns import coded


class Counted(StrEnum):
    """What is counted at a form. The first six by the day and language, the others by the month alone."""

    STARTED = "started"  # an empty form was opened
    REACHED = "reached"  # a section was reached for the first time on a page; said by its script
    RETURNED = "returned"  # a form that was sent came back
    RETURNED_AT = "returned_at"  # … with something to put right in a section
    REFUSED = "refused"  # a field was not taken
    FILED = "filed"
    SEEN_FILED = "seen_filed"  # … from a page whose script said how far it got
    MINUTES = "minutes"  # from opening to filing
    TRIES = "tries"  # how often a filing was sent until it was taken
    PLACES = "places"  # posts in a filing
    FILES = "files"  # attached to a filing


class FormCount(SQLModel, table=True):
    """How often one thing happened at the form of a service on a Japanese day, or in the month that begins with it."""

    day: date = Field(primary_key=True)
    service_id: UUID = Field(primary_key=True, foreign_key="service.id")
    language: str = Field(primary_key=True)  # of the page; empty where it is not kept apart
    counted: Counted = Field(primary_key=True, sa_type=coded(Counted))
    part: str = Field(primary_key=True)  # section, field or range; empty for the whole
    n: int
