"""Calendar feeds: who made which address and whether it was revoked; running clocks in order of either moment."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUNNING = "stopped_at IS NULL AND voided_at IS NULL"


def upgrade() -> None:
    """Apply. No chained table is made anew, so the triggers stay."""
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("fetched_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.ForeignKeyConstraint(["revoked_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_feed_staff_id", "feed", ["staff_id"])
    where = sa.text(RUNNING)  # office targets have no due_at: in order of their own moment, from the same index
    op.drop_index("ix_clock_running", "clock")
    op.create_index("ix_clock_running", "clock", ["due_at", "target_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
