"""Who of the team works when: the ground of the forecast."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Nobody's absences were known before: everybody works on the working days of the calendar."""
    op.create_table(
        "staffday",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "day"),
    )


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
