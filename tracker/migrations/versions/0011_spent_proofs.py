"""No spam, no third party: answers that filings used up, and the filings that staff should look at first."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Nothing here is chained."""
    op.create_table(
        "spentproof",
        sa.Column("nonce", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_index("ix_spentproof_expires_at", "spentproof", ["expires_at"])
    doubted = sa.text("CAST(doubts AS TEXT) <> '[]'")
    op.create_index("ix_notice_doubted", "notice", ["case_id"], sqlite_where=doubted, postgresql_where=doubted)


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
