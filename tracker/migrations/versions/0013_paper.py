"""The document by which a filing came on paper, and what to mind when its claimant is reached."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. None of the tables is chained; columns are added in place."""
    for table in ("evidence", "upload"):
        op.add_column(table, sa.Column("document", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claimant", sa.Column("caution_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
