"""The register of a service: filings with the minister, digests of examples."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    """Apply. The column of service is added in place: it is not chained."""
    op.add_column("service", sa.Column("form_url", TEXT, nullable=False, server_default=""))
    op.create_table(
        "registerchange",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("corrects", sa.Uuid(), sa.ForeignKey("registerchange.id"), nullable=True),
    )
    op.create_index("ix_registerchange_case_id", "registerchange", ["case_id"])
    op.create_table(
        "registerfiling",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_registerfiling_case_id", "registerfiling", ["case_id"])
    _digests()
    triggers.create()


def _digests() -> None:
    op.create_table(
        "digestversion",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("foreword", sa.Text(), nullable=False),
        sa.Column("published_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.UniqueConstraint("service_id", "version"),
    )
    op.create_index("ix_digestversion_case_id", "digestversion", ["case_id"])
    op.create_table(
        "digestexample",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("digest_id", sa.Uuid(), sa.ForeignKey("digestversion.id"), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("heading", TEXT, nullable=False),
        sa.Column("take", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=True),
        sa.Column("right", sa.String(40), nullable=False),
        sa.Column("clause", TEXT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.UniqueConstraint("digest_id", "no"),
    )
    op.create_table(
        "digestentry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("decision_id", sa.Uuid(), sa.ForeignKey("decision.id"), nullable=False, unique=True),
        sa.Column("heading", TEXT, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("digest_id", sa.Uuid(), sa.ForeignKey("digestversion.id"), nullable=True),
    )
    for name in ("register_id", "case_id"):
        op.create_index(f"ix_digestentry_{name}", "digestentry", [name])


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
