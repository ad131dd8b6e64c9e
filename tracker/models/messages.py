"""Messages (やりとり) between claimant and staff: all that either side may read of the other's words."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from tracker.models.columns import coded, new_id

UNREAD = "read_at IS NULL AND \"by\" = 'claimant'"
OPEN = "kind IN ('correction', 'reconsideration') AND settled_at IS NULL"


class MessageKind(StrEnum):
    """What a message is: words, 補正依頼 of staff, the answer to one, 再検討の依頼 of the claimant."""

    WORDS = "words"
    CORRECTION = "correction"
    ANSWER = "answer"
    RECONSIDERATION = "reconsideration"


class Message(SQLModel, table=True):
    """One message, chained by its fact. Staff's own remarks are kept elsewhere: nothing here is hidden from either."""

    __table_args__ = (
        Index(
            "ix_message_unread",
            "case_id",
            sqlite_where=text(UNREAD),
            postgresql_where=text(UNREAD),
        ),
        Index(
            "ix_message_open",
            "case_id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    kind: MessageKind = Field(sa_type=coded(MessageKind))
    by: str  # an actor of the journal: the claimant or a member of staff
    answers: UUID | None = Field(default=None, foreign_key="message.id")
    files: list[str] = Field(default_factory=list, sa_type=JSON)  # evidence that came with it
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, text
    written_at: datetime
    read_at: datetime | None = None  # of the claimant's: when staff said that they read it
    settled_at: datetime | None = None  # of what wants an answer: answered, or (補正依頼) no longer needed
