"""A notice (申出): who filed, about which items, with which evidence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Channel, Right, Standing
from tracker.models.columns import coded, new_id


class Notice(SQLModel, table=True):
    """One 申出 (or, from a third party, one 通報): one receipt number, one reply clock, 1–300 items."""

    id: UUID = new_id()
    case_id: UUID = Field(unique=True, foreign_key="case.id")
    number: str = Field(unique=True)
    received_at: datetime  # the true instant; a correction is a fact, and updates this copy
    channel: Channel = Field(sa_type=coded(Channel))
    by_published_method: bool
    standing: Standing = Field(sa_type=coded(Standing))
    rights: list[str] = Field(sa_type=JSON)
    primary_right: Right = Field(sa_type=coded(Right))
    circumstances: list[str] = Field(default_factory=list, sa_type=JSON)  # as ticked; confirmed ones are facts
    tell: list[str] = Field(
        default_factory=list, sa_type=JSON
    )  # what may be told to the sender: name, contact, evidence
    reason: str = Field(sa_type=Text)
    salt: str
    search_text: str = Field(default="", sa_type=Text)  # NFKC, casefolded copy of reason, quotes, URLs, accounts
    form_version: str
    secret_version: int = 1
    token: str = Field(unique=True)  # of the form: the same form sent twice is one notice
    entered_by: UUID | None = Field(default=None, foreign_key="staff.id")


class Claimant(SQLModel, table=True):
    """申出者: who filed. Belongs to one notice."""

    id: UUID = new_id()
    notice_id: UUID = Field(unique=True, foreign_key="notice.id")
    name_sealed: bytes = Field(sa_type=LargeBinary)
    email_sealed: bytes = Field(sa_type=LargeBinary)
    phone_sealed: bytes = Field(sa_type=LargeBinary)
    email_bidx: str = Field(index=True)


class Sender(SQLModel, table=True):
    """発信者: an account that posted items of a case. One letter goes to each sender, not to each item."""

    __table_args__ = (UniqueConstraint("case_id", "account"),)
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id")
    account: str  # as named by claimant or staff; empty when unknown
    email_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)


class Item(SQLModel, table=True):
    """侵害情報: one piece of content in a notice, with its own decision, measure and hold."""

    __table_args__ = (UniqueConstraint("notice_id", "no"),)
    id: UUID = new_id()
    notice_id: UUID = Field(foreign_key="notice.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    no: int
    url: str = Field(sa_type=Text)  # as sent: evidence
    url_normal: str = Field(default="", sa_type=Text)  # for comparing; empty when it is another locator
    quote: str = Field(default="", sa_type=Text)
    account: str = ""
    posted: str = ""  # time of the post in the claimant's words
    sender_id: UUID | None = Field(default=None, foreign_key="sender.id")


class Evidence(SQLModel, table=True):
    """A file of a case: its bytes lie sealed under `stored` in the evidence folder."""

    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    name_sealed: bytes = Field(sa_type=LargeBinary)
    kind: str  # media type as sniffed
    size: int
    sha256: str
    stored: str = Field(unique=True)
    added_at: datetime


class Upload(SQLModel, table=True):
    """A file kept while its form is put right; swept after a day."""

    id: UUID = new_id()
    token: str = Field(index=True)  # of the form it belongs to
    name_sealed: bytes = Field(sa_type=LargeBinary)
    kind: str
    size: int
    sha256: str
    stored: str = Field(unique=True)
    added_at: datetime
