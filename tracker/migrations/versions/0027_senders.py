"""The sender's side: inquiries, answers, doors behind links, appeals, the platform's own system."""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TIME = sqlmodel.sql.sqltypes.UTCDateTime()
OPEN = sa.text("decided_at IS NULL AND withdrawn_at IS NULL")
NAMED = sa.text("account <> ''")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _id(column: str, table: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[Any]:
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable, unique=unique or None)


def upgrade() -> None:
    """Apply. What was asked of senders before stands in letters and remarks, as it did."""
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("case_id", "case"),
        _id("sender_id", "sender"),
        _id("letter_id", "letter", unique=True),
        sa.Column("regime", _one_of("regime", "standard", "election", "intimate", "av", "no_wait"), nullable=False),
        sa.Column("shelter", sa.Boolean(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=True),
        sa.Column("received_how", _one_of("receivedhow", "opened", "answered", "proved", "system"), nullable=True),
    )
    op.create_table(
        "senderanswer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("case_id", "case"),
        _id("sender_id", "sender"),
        sa.Column("position", _one_of("position", "agrees", "objects", "words"), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        _id("entered_by", "staff", nullable=True),
        sa.Column("voided_at", TIME, nullable=True),
    )
    op.create_table(
        "senderdoor",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("case_id", "case"),
        _id("sender_id", "sender"),
        sa.Column("purpose", _one_of("doorpurpose", "inquiry", "notice"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.UniqueConstraint("sender_id", "purpose"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("case_id", "case"),
        _id("sender_id", "sender"),
        _id("item_id", "item"),
        _id("measure_id", "measure", unique=True),
        sa.Column("received_at", TIME, nullable=False),
        _id("entered_by", "staff", nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        _id("decided_by", "staff", nullable=True),
        sa.Column("reversed", sa.Boolean(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
    )
    for table in ("inquiry", "senderanswer", "senderdoor", "appeal"):
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])
    for table in ("inquiry", "senderanswer", "appeal"):
        op.create_index(f"ix_{table}_sender_id", table, ["sender_id"])
    op.create_index("ix_appeal_open", "appeal", ["received_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_appeal_item_id", "appeal", ["item_id"])
    op.create_index("ix_appeal_received", "appeal", ["received_at"])
    op.create_table(
        "sendersystem",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("service_id", "service", unique=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("target_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", TIME, nullable=False),
    )
    op.create_index("ix_sender_account", "sender", ["account"], sqlite_where=NAMED, postgresql_where=NAMED)
    with op.batch_alter_table("evidence") as batch:
        batch.add_column(sa.Column("sender_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key("fk_evidence_sender_id", "sender", ["sender_id"], ["id"])
        batch.create_index("ix_evidence_sender_id", ["sender_id"])
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
