"""A notice (申出): who filed, about which items, with which evidence."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Channel, Right, Standing
from tracker.models.columns import coded, new_id

DOUBTED = "CAST(doubts AS TEXT) <> '[]'"


class Doubt(StrEnum):
    """Why staff should look first whether a filing is meant. It delays and shortens nothing. Stored for ever."""

    TRAP = "trap"  # a field that people do not see was filled in
    UNPROVEN = "unproven"  # the browser computed nothing: no script, or no time
    EXPIRED = "expired"
    WRONG = "wrong"
    SPENT = "spent"  # another filing came with the same answer


class Notice(SQLModel, table=True):
    """One 申出 (or, from a third party, one 通報): one receipt number, one reply clock, 1–300 items."""

    __table_args__ = (
        Index(
            "ix_notice_doubted",
            "case_id",
            sqlite_where=text(DOUBTED),
            postgresql_where=text(DOUBTED),
        ),
    )
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
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # to the questions of law/questions.py
    reason_withheld: bool = False  # from the sender: then no inquiry under 法3条2項2号 is possible
    doubts: list[str] = Field(default_factory=list, sa_type=JSON)  # Doubt
    salt: str
    search_text: str = Field(default="", sa_type=Text)  # NFKC, casefolded copy of reason, quotes, URLs, accounts
    form_version: str
    secret_version: int = 1
    token: str = Field(unique=True)  # of the form: the same form sent twice is one notice
    entered_by: UUID | None = Field(default=None, foreign_key="staff.id")
    follows: str = ""  # number of an earlier one as the claimant named it, whether there is such a one or not
    follows_id: UUID | None = Field(default=None, foreign_key="notice.id", index=True)  # where there is


class Claimant(SQLModel, table=True):
    """申出者: who filed. Belongs to one notice."""

    id: UUID = new_id()
    notice_id: UUID = Field(unique=True, foreign_key="notice.id")
    name_sealed: bytes = Field(sa_type=LargeBinary)
    email_sealed: bytes = Field(sa_type=LargeBinary)
    phone_sealed: bytes = Field(sa_type=LargeBinary)
    email_bidx: str = Field(index=True)
    office_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # who in a company answers for it
    whose_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # whose right it is, when another files
    caution_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # what to mind when they are reached
    new_email_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # until its code comes back
    new_email_at: datetime | None = None


class Sender(SQLModel, table=True):
    """発信者: an account that posted items of a case. One letter goes to each sender, not to each item."""

    __table_args__ = (
        UniqueConstraint("case_id", "account"),
        Index(
            "ix_sender_account",
            "account",
            sqlite_where=text("account <> ''"),
            postgresql_where=text("account <> ''"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id")
    account: str  # as named by claimant or staff; empty when unknown
    email_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)


class Item(SQLModel, table=True):
    """侵害情報: one piece of content in a notice, with its own decision, measure and hold."""

    __table_args__ = (
        UniqueConstraint("notice_id", "no"),
        Index(
            "ix_item_url_key",
            "url_key",
            sqlite_where=text("url_key <> ''"),
            postgresql_where=text("url_key <> ''"),
        ),
        Index(
            "ix_item_quote_key",
            "quote_key",
            sqlite_where=text("quote_key <> ''"),
            postgresql_where=text("quote_key <> ''"),
        ),
    )
    id: UUID = new_id()
    notice_id: UUID = Field(foreign_key="notice.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    no: int
    url: str = Field(sa_type=Text)  # as sent: evidence
    url_normal: str = Field(default="", sa_type=Text)  # for comparing; empty when it is another locator
    quote: str = Field(default="", sa_type=Text)
    account: str = ""
    posted: str = ""  # time of the post in the claimant's words
    mark: str = ""  # where in it: 2:15, third picture
    note: str = Field(default="", sa_type=Text)  # what the claimant says of this one
    sender_id: UUID | None = Field(default=None, foreign_key="sender.id")
    url_key: str = ""  # traces.py: what finds the same place again, of a length that an index can hold
    quote_key: str = ""  # the same words of the same account


class EvidenceNote(StrEnum):
    """What staff should know of a file before they open it. The value is stored for ever."""

    POSITION = "position"
    MOVING = "moving"
    TRAILING = "trailing"
    RENAMED = "renamed"
    SCRIPT = "script"
    ENCLOSED = "enclosed"
    LOCKED = "locked"


class Verdict(StrEnum):
    """What the virus scanner said; none yet while a file was not scanned."""

    CLEAN = "clean"
    INFECTED = "infected"
    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"


class Evidence(SQLModel, table=True):
    """A file of a case as it came: its bytes lie sealed under `stored` in the evidence folder."""

    __table_args__ = (
        Index(
            "ix_evidence_unscanned",
            "id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    authority: bool = False  # shows that who files may act for another (委任状, 戸籍)
    document: bool = False  # the letter or fax itself, by which a filing came that staff entered
    name_sealed: bytes = Field(sa_type=LargeBinary)
    kind: str  # media type as sniffed
    size: int
    sha256: str
    stored: str = Field(unique=True)
    added_at: datetime
    notes: list[str] = Field(default_factory=list, sa_type=JSON)  # EvidenceNote, found when it was taken in
    verdict: Verdict | None = Field(default=None, sa_type=coded(Verdict))
    virus: str = ""  # what the scanner calls it
    sender_id: UUID | None = Field(default=None, foreign_key="sender.id", index=True)  # theirs: no claimant sees it
    scanned_at: datetime | None = None


class Upload(SQLModel, table=True):
    """A file kept while its form is put right; swept after a day."""

    id: UUID = new_id()
    token: str = Field(index=True)  # of the form it belongs to
    authority: bool = False
    document: bool = False
    name_sealed: bytes = Field(sa_type=LargeBinary)
    kind: str
    size: int
    sha256: str
    stored: str = Field(unique=True)
    added_at: datetime
    notes: list[str] = Field(default_factory=list, sa_type=JSON)  # EvidenceNote


class SpentProof(SQLModel, table=True):
    """An answer, computed by a browser against automatic filings, that a filing has used up; swept once it expired."""

    nonce: str = Field(primary_key=True)
    expires_at: datetime = Field(index=True)
