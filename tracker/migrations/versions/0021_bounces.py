"""Mail that came back: what was read from the mailbox of bounces, each once."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bounce",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("source", TEXT, nullable=False, unique=True),
        sa.Column("letter_id", sa.Uuid(), sa.ForeignKey("letter.id"), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )
    op.create_index("ix_bounce_letter_id", "bounce", ["letter_id"])


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
