"""Hold orders: custodians of logs, one order listing many holds."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "custodian",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("keeps", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_custodian_service_id", "custodian", ["service_id"])
    op.create_table(
        "holdorder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("custodian_id", sa.Uuid(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ordered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["custodian_id"], ["custodian.id"]),
        sa.ForeignKeyConstraint(["ordered_by"], ["staff.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_holdorder_service_id", "holdorder", ["service_id"])
    op.create_table(
        "holdorderline",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["loghold.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["holdorder.id"]),
        sa.PrimaryKeyConstraint("order_id", "hold_id"),
    )
    op.create_index("ix_holdorderline_hold_id", "holdorderline", ["hold_id"])
    op.create_index(
        "ix_loghold_running",
        "loghold",
        ["until_at"],
        sqlite_where=sa.text("released_at is null"),
        postgresql_where=sa.text("released_at is null"),
    )
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
