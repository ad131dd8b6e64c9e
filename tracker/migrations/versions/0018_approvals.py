"""Second pairs of eyes, and measures that were taken back."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

OPEN = "settled_at IS NULL AND voided_at IS NULL"
BREACH = "fact = 'breach_recorded'"

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    cause = sa.Enum("suspension", "refusals", "urgent", name="approvalcause", native_enum=False, length=40)
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("why", cause, nullable=False),
        sa.Column("ahead", sa.Boolean(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("voided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    )
    op.create_index(
        "ix_approval_open", "approval", ["asked_at"], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
    )
    op.create_index("ix_approval_case", "approval", ["case_id"])
    op.create_index(
        "ix_event_breach", "event", ["recorded_at"], sqlite_where=sa.text(BREACH), postgresql_where=sa.text(BREACH)
    )
    with op.batch_alter_table("measure") as measure:
        measure.add_column(sa.Column("reversed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        measure.add_column(sa.Column("reversed_by", sa.Uuid(), nullable=True))
        measure.create_foreign_key("fk_measure_reversed_by", "staff", ["reversed_by"], ["id"])
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
