"""The data model, a module for each room. No status column: where a case stands is read from its clocks and facts.

Instants are aware UTC datetimes. `*_sealed` columns hold AES-GCM under the case key (keys.py); the AAD is
`table.column:id`. Tables whose rows are chained to the journal say so.
"""

from tracker.models.approvals import Approval, ApprovalCause
from tracker.models.burden import Counted, FormCount
from tracker.models.calendars import CalendarVersion, EditionConfirmation
from tracker.models.cases import Case, CaseKey, CaseKind, Clock, Event, Remark
from tracker.models.channels import (
    DIALECTS,
    POST_KINDS,
    Channel,
    ChannelAlert,
    ChannelPost,
    Dialect,
    PostKind,
    Trouble,
)
from tracker.models.columns import coded, new_id
from tracker.models.criteria import Clause, CriteriaDraft, CriteriaVersion
from tracker.models.decisions import Decision, Measure
from tracker.models.feeds import Feed
from tracker.models.hearing import (
    Appeal,
    DoorPurpose,
    Inquiry,
    Position,
    ReceivedHow,
    SenderAnswer,
    SenderDoor,
    SenderSystem,
)
from tracker.models.holds import (
    Adapter,
    Custodian,
    ErasureProof,
    HoldOrder,
    HoldOrderLine,
    LineAnswer,
    LogHold,
    OrderKind,
    Reconciliation,
)
from tracker.models.hours import StaffDay
from tracker.models.ledger import CodeLine, CodeMap, LedgerCell, LedgerImport, LedgerKey, LedgerToken
from tracker.models.letters import Bounce, BounceKind, Letter, LetterChannel, LetterItem, LetterKind
from tracker.models.messages import Message, MessageKind
from tracker.models.notices import (
    Claimant,
    Doubt,
    Evidence,
    EvidenceNote,
    Item,
    Notice,
    Sender,
    SpentProof,
    Upload,
    Verdict,
)
from tracker.models.papers import LegalPaper, PaperKind, PaperReader
from tracker.models.people import ROLES, Counter, Role, Service, Staff
from tracker.models.reasons import DecisionSketch, DeferralMark, DeferralSketch, ReasonTemplate, SketchMark
from tracker.models.receipts import Receipt, SigningKey
from tracker.models.register import (
    DigestEntry,
    DigestExample,
    DigestVersion,
    Matter,
    RegisterChange,
    RegisterFiling,
)
from tracker.models.report import Publication, PublicationFile, ReportEntry, SenderMethod, SenderMonth
from tracker.models.retention import RetentionLine, RetentionTable, SafetyCheck
from tracker.models.specialists import Specialist, SpecialistTask
from tracker.models.tallies import MEASURE_CUBE, NOTICE_CUBE, MeasureTally, NoticeTally
from tracker.models.upkeep import JobRun
from tracker.models.watch import MEMO_KINDS, Alert, AlertAnswer, Memo, MemoKind, Preference

__all__ = [
    "DIALECTS",
    "MEASURE_CUBE",
    "MEMO_KINDS",
    "NOTICE_CUBE",
    "POST_KINDS",
    "ROLES",
    "Adapter",
    "Alert",
    "AlertAnswer",
    "Appeal",
    "Approval",
    "ApprovalCause",
    "Bounce",
    "BounceKind",
    "CalendarVersion",
    "Case",
    "CaseKey",
    "CaseKind",
    "Channel",
    "ChannelAlert",
    "ChannelPost",
    "Claimant",
    "Clause",
    "Clock",
    "CodeLine",
    "CodeMap",
    "Counted",
    "Counter",
    "CriteriaDraft",
    "CriteriaVersion",
    "Custodian",
    "Decision",
    "DecisionSketch",
    "DeferralMark",
    "DeferralSketch",
    "Dialect",
    "DigestEntry",
    "DigestExample",
    "DigestVersion",
    "DoorPurpose",
    "Doubt",
    "EditionConfirmation",
    "ErasureProof",
    "Event",
    "Evidence",
    "EvidenceNote",
    "Feed",
    "FormCount",
    "HoldOrder",
    "HoldOrderLine",
    "Inquiry",
    "Item",
    "JobRun",
    "LedgerCell",
    "LedgerImport",
    "LedgerKey",
    "LedgerToken",
    "LegalPaper",
    "Letter",
    "LetterChannel",
    "LetterItem",
    "LetterKind",
    "LineAnswer",
    "LogHold",
    "Matter",
    "Measure",
    "MeasureTally",
    "Memo",
    "MemoKind",
    "Message",
    "MessageKind",
    "Notice",
    "NoticeTally",
    "OrderKind",
    "PaperKind",
    "PaperReader",
    "Position",
    "PostKind",
    "Preference",
    "Publication",
    "PublicationFile",
    "ReasonTemplate",
    "Receipt",
    "ReceivedHow",
    "Reconciliation",
    "RegisterChange",
    "RegisterFiling",
    "Remark",
    "ReportEntry",
    "RetentionLine",
    "RetentionTable",
    "Role",
    "SafetyCheck",
    "Sender",
    "SenderAnswer",
    "SenderDoor",
    "SenderMethod",
    "SenderMonth",
    "SenderSystem",
    "Service",
    "SigningKey",
    "SketchMark",
    "Specialist",
    "SpecialistTask",
    "SpentProof",
    "Staff",
    "StaffDay",
    "Trouble",
    "Upload",
    "Verdict",
    "coded",
    "new_id",
]
