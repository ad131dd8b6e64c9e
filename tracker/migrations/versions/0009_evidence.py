"""Evidence: what staff should know of a file, and what the virus scanner said of it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Neither table is chained; columns are added in place, so the triggers stay."""
    for table in ("evidence", "upload"):
        op.add_column(table, sa.Column("notes", sa.JSON(), nullable=False, server_default="[]"))
    verdicts = ("clean", "infected", "too_big", "unreadable")
    kind = sa.Enum(*verdicts, name="verdict", native_enum=False, create_constraint=False, length=40)
    op.add_column("evidence", sa.Column("verdict", kind, nullable=True))
    op.add_column("evidence", sa.Column("virus", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
    op.add_column("evidence", sa.Column("scanned_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    where = sa.text("verdict IS NULL")
    op.create_index("ix_evidence_unscanned", "evidence", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
