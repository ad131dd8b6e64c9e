"""The signed receipt (受付票), and the keys it is signed with. Chained: the journal names each receipt by its hash."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import new_id


class SigningKey(SQLModel, table=True):
    """署名の鍵, append-only but for its retirement. `kid` is made of the public key, so one cannot pass for another."""

    id: UUID = new_id()
    number: int = Field(unique=True)  # the highest that is not retired signs
    kid: str = Field(unique=True)
    public: bytes = Field(sa_type=LargeBinary)
    private_sealed: bytes = Field(sa_type=LargeBinary)  # under a key derived from the master key, not under a case key
    created_at: datetime
    retired_at: datetime | None = None


class Receipt(SQLModel, table=True):
    """受付票, append-only: what was signed, byte for byte. A corrected time of receipt makes another one."""

    __table_args__ = (UniqueConstraint("notice_id", "no"),)
    id: UUID = new_id()
    notice_id: UUID = Field(foreign_key="notice.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    no: int  # the last one counts
    kid: str = Field(foreign_key="signingkey.kid")
    payload: bytes = Field(sa_type=LargeBinary)  # RFC 8785; holds no personal data
    sha256: str = Field(unique=True)  # of the payload
    signature: bytes = Field(sa_type=LargeBinary)
    signed_at: datetime
