"""An alert that somebody took may be given back."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations import triggers

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. No answer so far was given back; the triggers learn of the new column."""
    op.add_column("alertanswer", sa.Column("given_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
