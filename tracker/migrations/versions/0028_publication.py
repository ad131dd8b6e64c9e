"""The yearly publication: tallies, the moderation ledger, what people enter, what was published, senders by month."""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TIME = sqlmodel.sql.sqltypes.UTCDateTime()
NAME = sqlmodel.sql.sqltypes.AutoString()
FAMILIES = ("measures", "reports", "requests", "orders", "appeals")
OUTCOMES = ("pending", "taken", "not_taken", "suspended", "upheld", "reversed", "withdrawn")
RIGHTS = (
    "honor",
    "self_esteem",
    "privacy",
    "peace",
    "portrait",
    "name",
    "publicity",
    "copyright",
    "trademark",
    "business",
    "other",
)
ORIGINS = ("notice", "report", "own_detection", "public_body", "court")
NOTICE_CUBE = "service_id received_month ended_month bucket right statutory third late mixed excuse reason suspended"
INTERIMS = "interim_sender interim_specialist interim_unavoidable"
RIGHTS_CUBE = "service_id statutory received_month right rights"
DAYS_CUBE = "service_id statutory ended_month right days"
MEASURE_CUBE = "service_id executed_month kind reason origin ai told_month exempt_month exemption"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _id(column: str, table: str, *, nullable: bool = False, primary: bool = False) -> sa.Column[Any]:
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable, primary_key=primary)


def _some(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def upgrade() -> None:
    """Apply. The tallies of what was filed before are written by the command that migrates (casework/tallies.py)."""
    _tallies()
    _ledger()
    _report()
    triggers.create()


def _tallies() -> None:
    op.create_table(
        "noticetally",
        _id("case_id", "case", primary=True),
        _id("service_id", "service"),
        *_some(sa.Boolean(), "statutory", "third"),
        *_some(sa.Date(), "received_on"),
        *_some(sa.Integer(), "received_month"),
        sa.Column("right", _one_of("right", *RIGHTS), nullable=False),
        *_some(sa.Integer(), "rights", "items", "taken", "kept"),
        *_some(NAME, "bucket"),
        *_some(sa.Date(), "ended_on", nullable=True),
        *_some(sa.Integer(), "ended_month"),
        *_some(sa.Boolean(), "mixed", "late"),
        *_some(NAME, "excuse", "reason"),
        *_some(sa.Boolean(), "suspended"),
        *_some(sa.Date(), "answered_on", nullable=True),
        *_some(sa.Integer(), "days", nullable=True),
        *_some(sa.Integer(), *INTERIMS.split()),
    )
    cube = [*NOTICE_CUBE.split(), *INTERIMS.split(), "items", "taken", "kept"]
    op.create_index("ix_noticetally_cube", "noticetally", cube)
    op.create_index("ix_noticetally_rights", "noticetally", RIGHTS_CUBE.split())
    op.create_index("ix_noticetally_days", "noticetally", DAYS_CUBE.split())
    op.create_table(
        "measuretally",
        _id("measure_id", "measure", primary=True),
        _id("case_id", "case"),
        _id("service_id", "service"),
        sa.Column("kind", _one_of("measurekind", "remove", "hide", "suspend"), nullable=False),
        *_some(NAME, "reason"),
        sa.Column("origin", _one_of("origin", *ORIGINS), nullable=False),
        *_some(sa.Boolean(), "ai"),
        *_some(sa.Date(), "executed_on"),
        *_some(sa.Date(), "told_on", "exempt_on", "reversed_on", nullable=True),
        *_some(sa.Integer(), "executed_month", "told_month", "exempt_month"),
        *_some(NAME, "exemption"),
    )
    op.create_index("ix_measuretally_cube", "measuretally", MEASURE_CUBE.split())
    op.create_index("ix_measuretally_case_id", "measuretally", ["case_id"])


def _ledger() -> None:
    op.create_table(
        "ledgerimport",
        _key(),
        _id("service_id", "service"),
        *_some(sa.Integer(), "number"),
        sa.Column("family", _one_of("family", *FAMILIES), nullable=False),
        *_some(NAME, "name", "stored"),
        *_some(sa.BigInteger(), "size"),
        *_some(NAME, "sha256"),
        *_some(TIME, "began_at"),
        *_some(NAME, "began_by"),
        *_some(sa.BigInteger(), "rows", "place", "added", "same", "changed", "refused"),
        *_some(sa.JSON(), "errors"),
        *_some(NAME, "trouble"),
        *_some(TIME, "done_at", "withdrawn_at", nullable=True),
        _id("withdrawn_by", "staff", nullable=True),
        sa.UniqueConstraint("service_id", "number"),
    )
    op.create_table(
        "ledgercell",
        sa.Column("id", sa.Integer(), primary_key=True),
        _id("service_id", "service"),
        sa.Column("family", _one_of("family", *FAMILIES), nullable=False),
        *_some(sa.Date(), "day"),
        *_some(sa.Integer(), "month"),
        *_some(NAME, "kind", "route", "reason", "kept", "exemption"),
        sa.Column("outcome", _one_of("outcome", *OUTCOMES), nullable=True),
        *_some(sa.Boolean(), "ai", "japan"),
        *_some(sa.Date(), "settled_on", nullable=True),
        *_some(sa.BigInteger(), "n"),
    )
    op.create_index("ix_ledgercell_day", "ledgercell", ["service_id", "family", "day"])
    op.create_table(
        "ledgerkey",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("cell_id", sa.Integer(), sa.ForeignKey("ledgercell.id"), nullable=False),
        *_some(sa.Integer(), "import_no", "n"),
    )
    op.create_table(
        "ledgertoken",
        _key(),
        _id("service_id", "service"),
        *_some(NAME, "name"),
        sa.Column("digest", NAME, nullable=False, unique=True),
        *_some(TIME, "made_at"),
        _id("made_by", "staff"),
        *_some(TIME, "used_at", "revoked_at", nullable=True),
    )
    op.create_index("ix_ledgertoken_service_id", "ledgertoken", ["service_id"])
    op.create_table(
        "codemap",
        _key(),
        _id("service_id", "service"),
        *_some(sa.Integer(), "version"),
        *_some(TIME, "made_at"),
        _id("made_by", "staff"),
        *_some(NAME, "note"),
        *_some(TIME, "verified_at", nullable=True),
        _id("verified_by", "staff", nullable=True),
        sa.UniqueConstraint("service_id", "version"),
    )
    vocabulary = _one_of("vocabulary", "kind", "route", "reason", "kept", "asked", "exemption")
    op.create_table(
        "codeline",
        _id("map_id", "codemap", primary=True),
        sa.Column("vocabulary", vocabulary, primary_key=True),
        sa.Column("code", NAME, primary_key=True),
        *_some(NAME, "category"),
    )


def _report() -> None:
    op.create_table(
        "reportentry",
        _key(),
        _id("service_id", "service"),
        *_some(sa.Integer(), "year"),
        *_some(NAME, "code", "part"),
        *_some(sa.Integer(), "version"),
        *_some(sa.BigInteger(), "number", nullable=True),
        *_some(sa.Text(), "words"),
        _id("by", "staff"),
        *_some(TIME, "at"),
        sa.UniqueConstraint("service_id", "year", "code", "part", "version"),
    )
    op.create_table(
        "publication",
        _key(),
        _id("case_id", "case"),
        _id("service_id", "service"),
        *_some(sa.Integer(), "year", "version"),
        *_some(NAME, "sha256"),
        *_some(TIME, "frozen_at"),
        _id("frozen_by", "staff"),
        *_some(sa.Text(), "why"),
        *_some(TIME, "published_at", nullable=True),
        _id("published_by", "staff", nullable=True),
        *_some(TIME, "returned_at", nullable=True),
        _id("returned_by", "staff", nullable=True),
        sa.UniqueConstraint("service_id", "year", "version"),
    )
    op.create_index("ix_publication_case_id", "publication", ["case_id"])
    op.create_table(
        "publicationfile",
        _id("publication_id", "publication", primary=True),
        sa.Column("name", NAME, primary_key=True),
        *_some(NAME, "sha256"),
        *_some(sa.LargeBinary(), "content"),
    )
    op.create_table(
        "sendermonth",
        _key(),
        _id("service_id", "service"),
        *_some(sa.Integer(), "month", "version"),
        *_some(sa.BigInteger(), "senders", "users", "times", nullable=True),
        _id("by", "staff"),
        *_some(TIME, "at"),
        sa.UniqueConstraint("service_id", "month", "version"),
    )
    op.create_table(
        "sendermethod",
        _key(),
        _id("service_id", "service"),
        *_some(sa.Integer(), "version"),
        *_some(sa.Text(), "words"),
        *_some(NAME, "excluded"),
        _id("by", "staff"),
        *_some(TIME, "at"),
        sa.UniqueConstraint("service_id", "version"),
    )


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
