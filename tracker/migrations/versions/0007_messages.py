"""Messages between claimant and staff; the new address of a claimant until its code comes back."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNREAD = "read_at IS NULL AND \"by\" = 'claimant'"
OPEN = "kind IN ('correction', 'reconsideration') AND settled_at IS NULL"
KIND = sa.Enum("words", "correction", "answer", "reconsideration", name="messagekind", native_enum=False, length=40)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answers", sa.Uuid(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["answers"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_case_id", "message", ["case_id"])
    for name, where in (("ix_message_unread", sa.text(UNREAD)), ("ix_message_open", sa.text(OPEN))):
        op.create_index(name, "message", ["case_id"], sqlite_where=where, postgresql_where=where)
    op.add_column("claimant", sa.Column("new_email_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("claimant", sa.Column("new_email_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
