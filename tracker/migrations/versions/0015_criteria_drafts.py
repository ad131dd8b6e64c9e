"""Drafts of criteria, what a clause covers, the checklist of 法26条2項."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. A clause of before says nothing of origins and measures, and allows all; columns are added in place."""
    for column in ("origins", "measures"):
        op.add_column("clause", sa.Column(column, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("criteriaversion", sa.Column("checklist", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "criteriadraft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("saved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
