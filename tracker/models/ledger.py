"""The ledger of the platform's own moderation: imports, daily roll-ups, keys that were seen, and what its codes mean.

No row of a source is kept: its roll-up, the hash of its key, and the hash of the file are. Nobody is in any of them.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.law.ledger import Family, Outcome, Vocabulary
from tracker.models.columns import coded, new_id


class LedgerImport(SQLModel, table=True):
    """One file of rows. Its figures count as they come in; a report waits until it is done, or was taken back."""

    __table_args__ = (UniqueConstraint("service_id", "number"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    number: int  # in the service, from 1
    family: Family = Field(sa_type=coded(Family))
    name: str  # of the file, as it came
    stored: str = ""  # in the ledger folder, until it is done
    size: int = Field(default=0, sa_type=BigInteger)  # bytes
    sha256: str = ""  # of the whole file
    began_at: datetime
    began_by: str  # an actor of the journal, or token:ID
    rows: int = Field(default=0, sa_type=BigInteger)  # read so far, without the head
    place: int = Field(default=0, sa_type=BigInteger)  # bytes read so far
    added: int = Field(default=0, sa_type=BigInteger)
    same: int = Field(default=0, sa_type=BigInteger)  # known before, and unchanged
    changed: int = Field(default=0, sa_type=BigInteger)  # known before: now counted as this file says
    refused: int = Field(default=0, sa_type=BigInteger)  # rows with an error: counted nowhere
    errors: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # the first ones: row, column, code
    trouble: str = ""  # why the whole file cannot be read: a code
    done_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="staff.id")


class LedgerCell(SQLModel, table=True):
    """A daily roll-up: how many rows of a family say exactly this. Codes are the platform's own."""

    __table_args__ = (Index("ix_ledgercell_day", "service_id", "family", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    service_id: UUID = Field(foreign_key="service.id")
    family: Family = Field(sa_type=coded(Family))
    day: date
    month: int  # of the day, as 202604
    kind: str = ""
    route: str = ""
    reason: str = ""  # or what was asked
    kept: str = ""
    exemption: str = ""
    outcome: Outcome | None = Field(default=None, sa_type=coded(Outcome))
    ai: bool = False
    japan: bool = True
    settled_on: date | None = None  # of a measure: its sender was told; of an appeal: it was decided
    n: int = Field(default=0, sa_type=BigInteger)


class LedgerKey(SQLModel, table=True):
    """Which roll-up a row of a source is in. The id is a 64-bit hash of service, family and the row's own key."""

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    cell_id: int = Field(foreign_key="ledgercell.id")
    import_no: int  # the number of the import in its service that said so last
    n: int = 1


class LedgerToken(SQLModel, table=True):
    """What lets a platform's system send files for a service. Only its hash is kept."""

    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id", index=True)
    name: str
    digest: str = Field(unique=True)
    made_at: datetime
    made_by: UUID = Field(foreign_key="staff.id")
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class CodeMap(SQLModel, table=True):
    """What the codes of a service mean: one version, for all vocabularies. It counts once a person has verified it."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    made_at: datetime
    made_by: UUID = Field(foreign_key="staff.id")
    note: str = ""  # why it is another one
    verified_at: datetime | None = None
    verified_by: UUID | None = Field(default=None, foreign_key="staff.id")


class CodeLine(SQLModel, table=True):
    """One code of a version, and the category it is published under.

    A member of a closed vocabulary; of a reason: clause:NUMBER, a Basis, or the name of a category in Japanese.
    """

    map_id: UUID = Field(primary_key=True, foreign_key="codemap.id")
    vocabulary: Vocabulary = Field(primary_key=True, sa_type=coded(Vocabulary))
    code: str = Field(primary_key=True)
    category: str
