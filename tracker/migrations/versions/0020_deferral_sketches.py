"""Sketches of the concrete reasons of interim replies (法25条2項3号), beside those of decisions."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Interim replies from before are not sketched: they are in neither number of the share."""
    op.create_table(
        "deferralsketch",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.BigInteger(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("twin_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["twin_id"], ["letter.id"]),
        sa.PrimaryKeyConstraint("letter_id"),
    )
    op.create_index("ix_deferralsketch_case_id", "deferralsketch", ["case_id"])
    op.create_table(
        "deferralmark",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["deferralsketch.letter_id"]),
        sa.PrimaryKeyConstraint("mark", "letter_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deferralmark_letter_id", "deferralmark", ["letter_id"])


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
