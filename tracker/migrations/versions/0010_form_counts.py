"""How burdensome the form is: sums by day, without anybody in them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNTED = (
    "started", "reached", "returned", "returned_at", "refused", "filed", "seen_filed", "minutes", "tries", "places",
    "files",
)  # fmt: skip


def upgrade() -> None:
    """Apply. Nothing that is chained is touched."""
    op.create_table(
        "formcount",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "counted",
            sa.Enum(*COUNTED, name="counted", native_enum=False, create_constraint=False, length=40),
            nullable=False,
        ),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("day", "service_id", "language", "counted", "part"),
    )


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
