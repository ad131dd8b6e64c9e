"""Templates of reasons, with the places that must be filled in, and sketches by which alike reasons are found."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RIGHTS = (
    "honor",
    "self_esteem",
    "privacy",
    "peace",
    "portrait",
    "name",
    "publicity",
    "copyright",
    "trademark",
    "business",
    "other",
)


def upgrade() -> None:
    """Apply. Reasons decided before have no sketch: none is kept of what nobody opens again."""
    findings = ("not_infringed", "gone", "not_found", "elsewhere")
    op.create_table(
        "reasontemplate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("take", sa.Boolean(), nullable=False),
        sa.Column("right", sa.Enum(*RIGHTS, name="right", native_enum=False, length=40), nullable=True),
        sa.Column("finding", sa.Enum(*findings, name="finding", native_enum=False, length=40), nullable=True),
        sa.Column("clause", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.ForeignKeyConstraint(["by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("template", "version"),
    )
    op.create_table(
        "decisionsketch",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("whole", sa.BigInteger(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("twin_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["twin_id"], ["decision.id"]),
        sa.PrimaryKeyConstraint("no"),
        sa.UniqueConstraint("decision_id"),
    )
    op.create_index("ix_decisionsketch_at", "decisionsketch", ["at"])
    op.create_index("ix_decisionsketch_case_id", "decisionsketch", ["case_id"])
    op.create_table(
        "sketchmark",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sketch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sketch"], ["decisionsketch.no"]),
        sa.PrimaryKeyConstraint("mark", "sketch"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sketchmark_sketch", "sketchmark", ["sketch"])
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
