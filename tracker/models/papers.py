"""法的な書面: papers of courts, investigators and the minister. What they say is sealed; some have named readers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from tracker.models.columns import coded, new_id


class PaperKind(StrEnum):
    """What a paper is. The value is stored for ever."""

    DISCLOSURE_REQUEST = "disclosure_request"  # 開示の請求 (法5条), outside a court
    PETITION = "petition"  # 開示命令の申立書の写し (法11条1項)
    DISCLOSURE_ORDER = "disclosure_order"  # 開示命令 (法8条)
    PROVISION_ORDER = "provision_order"  # 提供命令 (法15条)
    ERASURE_BAN = "erasure_ban"  # 消去禁止命令 (法16条)
    SUIT = "suit"  # 訴状
    INJUNCTION = "injunction"  # 仮処分
    PRESERVATION = "preservation"  # 通信履歴の保全の要請 (刑訴法197条3項)
    PRESERVATION_EXTENSION = "preservation_extension"  # その延長 (刑訴法197条4項)
    WARRANT = "warrant"  # 令状
    DESIGNATION = "designation"  # 指定 (法20条1項)
    SENDER_COUNT = "sender_count"  # 発信者数の報告の要求 (法20条3項)
    REPORT_DEMAND = "report_demand"  # 報告徴収 (法29条)
    RECOMMENDATION = "recommendation"  # 勧告 (法30条1項)
    MINISTER_ORDER = "minister_order"  # 命令 (法30条2項)


class LegalPaper(SQLModel, table=True):
    """One paper; its clocks and holds stand in the record of its case. An extension shares that of its first one."""

    __table_args__ = (
        Index(
            "ix_legalpaper_open",
            "served_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: UUID = new_id()
    case_id: UUID = Field(foreign_key="case.id", index=True)
    service_id: UUID = Field(foreign_key="service.id", index=True)
    number: str = Field(unique=True)
    kind: PaperKind = Field(sa_type=coded(PaperKind))
    served_at: datetime
    stated_until: date | None = None  # the last day that the paper names, Japanese
    posted_on: date | None = None  # 公示送達 (規則20条): the Japanese day of publication; `served_at` follows
    posted_abroad: bool = False  # 公示送達 of what was to be served abroad: six weeks instead of two
    provided: str = ""  # which set of 規則7条 a 提供命令 asks for
    confidential: bool = False  # 刑訴法197条5項: only named people may know
    notice_id: UUID | None = Field(default=None, foreign_key="notice.id", index=True)
    classes: list[str] = Field(default_factory=list, sa_type=JSON)
    words_sealed: bytes = Field(sa_type=LargeBinary)  # issuer, reference, what it asks, accounts and addresses
    entered_at: datetime
    entered_by: UUID = Field(foreign_key="staff.id")
    ended_at: datetime | None = None


class PaperReader(SQLModel, table=True):
    """Who may read a confidential paper. Whoever is taken off the list keeps the row, with the moment."""

    id: UUID = new_id()
    paper_id: UUID = Field(foreign_key="legalpaper.id", index=True)
    staff_id: UUID = Field(foreign_key="staff.id")
    named_at: datetime
    named_by: UUID = Field(foreign_key="staff.id")
    ended_at: datetime | None = None
