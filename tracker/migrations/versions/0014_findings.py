"""Why no measure was taken: what the investigation found."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations import triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    finding = sa.Enum("not_infringed", "gone", "not_found", "elsewhere", name="finding", native_enum=False, length=40)
    op.add_column("decision", sa.Column("finding", finding, nullable=True))
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
