"""The data model on one page. There is no status column: where a case stands is read from its clocks and facts.

Instants are aware UTC datetimes. `*_sealed` columns hold AES-GCM under the case key (keys.py); the AAD is
`table.column:id`. Tables whose rows are chained to the journal say so.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Enum, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import (
    Basis,
    Channel,
    Force,
    MeasureKind,
    Origin,
    Right,
    Standing,
    Strength,
)


def coded(kind: type[StrEnum]) -> Any:
    """A column type that stores an enum's values as plain text, the same on every database."""
    return Enum(
        kind, native_enum=False, create_constraint=False, length=40, values_callable=lambda k: [m.value for m in k]
    )


def new_id() -> Any:
    """A primary key made here, so that the AAD of sealed columns is known before the row is written."""
    return Field(default_factory=uuid4, primary_key=True)


class Role(StrEnum):
    """What a member of staff may do; each route names the least role it needs."""

    REVIEWER = "reviewer"
    SPECIALIST = "specialist"
    LEAD = "lead"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


ROLES: dict[Role, str] = {
    Role.REVIEWER: N_("担当者"),
    Role.SPECIALIST: N_("侵害情報調査専門員"),
    Role.LEAD: N_("主任"),
    Role.MANAGER: N_("管理者"),
    Role.ADMINISTRATOR: N_("システム管理者"),
}


class CaseKind(StrEnum):
    """What a case is the folder of."""

    NOTICE = "notice"
    CRITERIA = "criteria"
    HOLD_ORDER = "hold_order"


class LetterKind(StrEnum):
    """What a letter is."""

    RECEIPT = "receipt"
    INTERIM = "interim"
    OUTCOME = "outcome"
    SENDER_NOTICE = "sender_notice"
    ALERT = "alert"
    HOLD_ORDER = "hold_order"


class LetterChannel(StrEnum):
    """How a letter reaches its reader."""

    SMTP = "smtp"
    PORTAL = "portal"
    HANDOVER = "handover"
    POST = "post"
    PUBLICATION = "publication"


class Service(SQLModel, table=True):
    """One 大規模特定電気通信役務. The duties of 法22条以下 bind from `registered_on` (届出, a Japanese day)."""

    id: UUID = new_id()
    slug: str = Field(unique=True)
    name: str
    prefix: str = Field(unique=True)
    hosts: str = ""  # host names of its content, separated by blanks: helps staff, refuses nobody
    designated_on: date | None = None
    registered_on: date | None = None
    criteria_url: str = ""


class Staff(SQLModel, table=True):
    """A member of the trust-and-safety team."""

    id: UUID = new_id()
    email: str = Field(unique=True)
    name: str
    password: str = Field(sa_type=Text)
    role: Role = Field(sa_type=coded(Role))
    active: bool = True
    fs_uniquifier: str = Field(default_factory=lambda: uuid4().hex, unique=True)


class Counter(SQLModel, table=True):
    """The last receipt number given in a service and Japanese year."""

    service_id: UUID = Field(primary_key=True, foreign_key="service.id")
    year: int = Field(primary_key=True)
    last: int


class Case(SQLModel, table=True):
    """The folder. `head_*` end the chain of its events; `next_at` and `closed_at` keep lists flat (see record())."""

    __table_args__ = (
        Index(
            "ix_case_open",
            "fast",
            "next_at",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_assigned",
            "assigned_to",
            "fast",
            "next_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_voluntary",
            "statutory",
            "fast",
            "next_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_case_closed",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    kind: CaseKind = Field(sa_type=coded(CaseKind))
    service_id: UUID = Field(foreign_key="service.id")
    opened_at: datetime
    statutory: bool = True
    fast: bool = False
    assigned_to: UUID | None = Field(default=None, foreign_key="staff.id")
    head_seq: int = 0
    head_digest: str = ""
    next_at: datetime | None = None
    closed_at: datetime | None = None


class CaseKey(SQLModel, table=True):
    """The wrapped key of a case. Destroying it erases everything sealed under it."""

    case_id: UUID = Field(primary_key=True, foreign_key="case.id")
    wrapped: bytes | None = Field(sa_type=LargeBinary)
    destroyed_at: datetime | None = None


class Event(SQLModel, table=True):
    """One fact, append-only and chained per case: ids, codes and commitments, never personal data."""

    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index(
            "ix_event_unanswered",
            "case_id",
            "occurred_at",
            sqlite_where=text("fact IN ('notice_withdrawn', 'reply_excused')"),
            postgresql_where=text("fact IN ('notice_withdrawn', 'reply_excused')"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id")
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    fact: Fact = Field(sa_type=coded(Fact))
    items: list[str] = Field(default_factory=list, sa_type=JSON)
    corrects: int | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    digest: str


class Remark(SQLModel, table=True):
    """The free text of an event, sealed and erasable; the event keeps a salted commitment to it."""

    id: UUID = new_id()
    event_id: UUID = Field(unique=True, foreign_key="event.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, text


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


class Clock(SQLModel, table=True):
    """期限: the stored shadow of a ClockRule, chained. Dates are never edited: clocks stop, are voided, resume."""

    __table_args__ = (
        Index(
            "ix_clock_running",
            "due_at",
            sqlite_where=text("stopped_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_clock_reply",
            "started_at",
            "force",
            "due_at",
            "stopped_at",
            "case_id",
            "id",
            sqlite_where=text("rule = 'reply' AND voided_at IS NULL"),
            postgresql_where=text("rule = 'reply' AND voided_at IS NULL"),
        ),
        Index(
            "ix_clock_resumes",
            "resumes",
            sqlite_where=text("resumes IS NOT NULL"),
            postgresql_where=text("resumes IS NOT NULL"),
        ),
        Index(
            "ix_clock_rule",
            "rule",
            "due_at",
            "force",
            "case_id",
            sqlite_where=text("stopped_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL AND voided_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    rule: str
    article: str
    edition: str
    calendar: str
    force: Force = Field(sa_type=coded(Force))
    started_at: datetime
    due_at: datetime | None  # first instant after the period; for a wait, the first free instant
    target_at: datetime | None
    stopped_at: datetime | None = None
    voided_at: datetime | None = None
    resumes: UUID | None = Field(default=None, foreign_key="clock.id")


class Decision(SQLModel, table=True):
    """判断: insert-only versions, chained. Reason and facts are sealed; their salt lies inside."""

    __table_args__ = (UniqueConstraint("item_id", "version"),)
    id: UUID = new_id()
    item_id: UUID = Field(foreign_key="item.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    version: int
    take: bool
    kind: MeasureKind | None = Field(default=None, sa_type=coded(MeasureKind))
    basis: Basis | None = Field(default=None, sa_type=coded(Basis))
    clause_id: UUID | None = Field(default=None, foreign_key="clause.id")
    words_sealed: bytes = Field(sa_type=LargeBinary)  # JSON: salt, reason, facts
    by: UUID = Field(foreign_key="staff.id")
    at: datetime
    ai_used: bool


class Measure(SQLModel, table=True):
    """送信防止措置, chained: ordered by a decision, true only from `executed_at` (講じた)."""

    __table_args__ = (
        Index(
            "ix_measure_ordered",
            "case_id",
            sqlite_where=text("executed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("executed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    item_id: UUID = Field(foreign_key="item.id", index=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    decision_id: UUID = Field(unique=True, foreign_key="decision.id")
    kind: MeasureKind = Field(sa_type=coded(MeasureKind))
    origin: Origin = Field(sa_type=coded(Origin))
    ordered_at: datetime
    executed_at: datetime | None = None
    executed_by: UUID | None = Field(default=None, foreign_key="staff.id")
    withdrawn_at: datetime | None = None
    breach: str = ""  # article breached, where the criteria were not usable on the day


class Letter(SQLModel, table=True):
    """通知: outbox and evidence are the same row, chained by its facts. `key` makes a letter unique in its meaning."""

    __table_args__ = (
        Index(
            "ix_letter_waiting",
            "try_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_letter_queued",
            "queued_at",
            sqlite_where=text("kind <> 'alert'"),
            postgresql_where=text("kind <> 'alert'"),
        ),
        Index(
            "ix_letter_given",
            "given_at",
            sqlite_where=text("kind <> 'alert' AND given_at IS NOT NULL"),
            postgresql_where=text("kind <> 'alert' AND given_at IS NOT NULL"),
        ),
        Index(
            "ix_letter_by_hand",
            "try_at",
            sqlite_where=text("ended_at IS NULL AND channel <> 'smtp'"),
            postgresql_where=text("ended_at IS NULL AND channel <> 'smtp'"),
        ),
        Index(
            "ix_letter_lost",
            "case_id",
            sqlite_where=text("refused_at IS NOT NULL OR bounced_at IS NOT NULL"),
            postgresql_where=text("refused_at IS NOT NULL OR bounced_at IS NOT NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    sender_id: UUID | None = Field(default=None, foreign_key="sender.id")
    kind: LetterKind = Field(sa_type=coded(LetterKind))
    channel: LetterChannel = Field(sa_type=coded(LetterChannel))
    article: str
    ground: str = ""  # of an interim letter: the DeferralGround
    key: str = Field(unique=True)
    to_sealed: bytes = Field(sa_type=LargeBinary)
    subject_sealed: bytes = Field(sa_type=LargeBinary)
    body_sealed: bytes = Field(sa_type=LargeBinary)
    queued_at: datetime
    queued_by: str
    try_at: datetime
    claimed_until: datetime | None = None
    attempts: int = 0
    given_at: datetime | None = None  # accepted by the relay, opened in the portal, or handed over
    opened_at: datetime | None = None
    refused_at: datetime | None = None
    bounced_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None  # nothing more to send: given, refused or cancelled


class LetterItem(SQLModel, table=True):
    """Which items a letter covers, and the decision version it states of each."""

    letter_id: UUID = Field(primary_key=True, foreign_key="letter.id")
    item_id: UUID = Field(primary_key=True, foreign_key="item.id", index=True)
    decision_id: UUID | None = Field(default=None, foreign_key="decision.id")


class LogHold(SQLModel, table=True):
    """通信履歴の保存, chained: metadata and a pointer only. Log contents never enter this system."""

    __table_args__ = (
        Index(
            "ix_loghold_running",
            "until_at",
            sqlite_where=text("released_at is null"),
            postgresql_where=text("released_at is null"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    rule: str
    article: str
    force: Force = Field(sa_type=coded(Force))
    strength: Strength = Field(sa_type=coded(Strength))
    classes: list[str] = Field(sa_type=JSON)
    from_at: datetime
    until_at: datetime
    released_at: datetime | None = None


class Custodian(SQLModel, table=True):
    """保管者: who keeps the logs of a service, and where hold orders go. An office address, not a person's."""

    id: UUID = new_id()
    service_id: UUID = Field(foreign_key="service.id", index=True)
    name: str
    email: str
    keeps: str = ""  # which logs, in the desk's own words
    active: bool = True


class HoldOrder(SQLModel, table=True):
    """保存の依頼, a case of its own, chained: one order to one custodian that lists many holds."""

    __table_args__ = (
        Index(
            "ix_holdorder_open",
            "ordered_at",
            sqlite_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(unique=True, foreign_key="case.id")
    service_id: UUID = Field(foreign_key="service.id", index=True)
    custodian_id: UUID = Field(foreign_key="custodian.id")
    number: str = Field(unique=True)
    ordered_at: datetime
    ordered_by: UUID = Field(foreign_key="staff.id")
    secret_version: int = 1  # of the custodian's page; a new one voids the address sent before
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None


class HoldOrderLine(SQLModel, table=True):
    """Which hold an order names, and whether the custodian kept it: None while unanswered."""

    order_id: UUID = Field(primary_key=True, foreign_key="holdorder.id")
    hold_id: UUID = Field(primary_key=True, foreign_key="loghold.id", index=True)
    no: int
    kept: bool | None = None


class CriteriaVersion(SQLModel, table=True):
    """基準: one published version. A true earlier 公表日時 may be entered with its proof."""

    __table_args__ = (UniqueConstraint("service_id", "version"),)
    id: UUID = new_id()
    case_id: UUID = Field(unique=True, foreign_key="case.id")
    service_id: UUID = Field(foreign_key="service.id")
    version: int
    title: str
    url: str = ""
    proof: str = ""
    published_at: datetime
    usable_from: datetime  # the boundary of its criteria_wait clock, copied for the gate


class Clause(SQLModel, table=True):
    """One clause of a criteria version: a kind of information and how it came to be known (法26条2項1号)."""

    __table_args__ = (UniqueConstraint("criteria_id", "number"),)
    id: UUID = new_id()
    criteria_id: UUID = Field(foreign_key="criteriaversion.id", index=True)
    number: str
    title: str
    words: str = Field(sa_type=Text)


class Alert(SQLModel, table=True):
    """The ledger of alerts: one row for each clock, level and recipient, ever."""

    __table_args__ = (UniqueConstraint("clock_id", "level", "recipient"),)
    id: UUID = new_id()
    clock_id: UUID = Field(foreign_key="clock.id")
    level: str
    recipient: UUID = Field(foreign_key="staff.id")
    letter_id: UUID = Field(foreign_key="letter.id")
    raised_at: datetime


class JobRun(SQLModel, table=True):
    """When each job last ran, last succeeded and last failed (an exception's class name, never its text)."""

    name: str = Field(primary_key=True)
    started_at: datetime
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
