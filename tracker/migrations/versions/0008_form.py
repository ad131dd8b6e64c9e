"""What the form asks more: place and note of an item, answers to questions, proof of authority, what is doubtful."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    """Apply. Filings from before asked none of it."""
    for table, column in (
        ("item", sa.Column("mark", TEXT, nullable=False, server_default="")),
        ("item", sa.Column("note", sa.Text(), nullable=False, server_default="")),
        ("notice", sa.Column("answers", sa.JSON(), nullable=False, server_default="{}")),
        ("notice", sa.Column("reason_withheld", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("notice", sa.Column("doubts", sa.JSON(), nullable=False, server_default="[]")),
        ("claimant", sa.Column("office_sealed", sa.LargeBinary(), nullable=True)),
        ("claimant", sa.Column("whose_sealed", sa.LargeBinary(), nullable=True)),
        ("evidence", sa.Column("authority", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("upload", sa.Column("authority", sa.Boolean(), nullable=False, server_default=sa.false())),
    ):
        op.add_column(table, column)
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
