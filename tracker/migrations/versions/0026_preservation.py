"""Log preservation: tables of periods, papers, soft and hard holds, orders of four kinds, proofs of erasure."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
OPEN = sa.text("ended_at IS NULL")
BINDING = sa.text("released_at IS NULL AND strength <> 'flag'")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def upgrade() -> None:
    """Apply. Every order so far asked to preserve; an answer so far said held or not held."""
    _periods()
    _papers()
    _holds()
    triggers.create()


def _periods() -> None:
    op.create_table(
        "retentiontable",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.UniqueConstraint("service_id", "version"),
    )
    op.create_table(
        "retentionline",
        sa.Column("table_id", sa.Uuid(), sa.ForeignKey("retentiontable.id"), primary_key=True),
        sa.Column("no", sa.Integer(), primary_key=True),
        sa.Column("kind", _one_of("logkind", "account", "login", "post", "access", "other"), nullable=False),
        sa.Column("provider", _one_of("provider", "cp", "ap"), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_table(
        "safetycheck",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("measure", TEXT, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("checked_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
    )
    op.create_index("ix_safetycheck_service_id", "safetycheck", ["service_id"])


def _papers() -> None:
    kinds = (
        "disclosure_request", "petition", "disclosure_order", "provision_order", "erasure_ban", "suit", "injunction",
        "preservation", "preservation_extension", "warrant", "designation", "sender_count", "report_demand",
        "recommendation", "minister_order",
    )  # fmt: skip
    op.create_table(
        "legalpaper",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("case.id"), nullable=False),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("number", TEXT, nullable=False, unique=True),
        sa.Column("kind", _one_of("paperkind", *kinds), nullable=False),
        sa.Column("served_at", TIME, nullable=False),
        sa.Column("stated_until", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("posted_abroad", sa.Boolean(), nullable=False),
        sa.Column("provided", TEXT, nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), sa.ForeignKey("notice.id"), nullable=True),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("entered_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
    )
    for column in ("case_id", "notice_id", "service_id"):
        op.create_index(f"ix_legalpaper_{column}", "legalpaper", [column])
    op.create_index("ix_legalpaper_open", "legalpaper", ["served_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "paperreader",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("paper_id", sa.Uuid(), sa.ForeignKey("legalpaper.id"), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("named_at", TIME, nullable=False),
        sa.Column("named_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
    )
    op.create_index("ix_paperreader_paper_id", "paperreader", ["paper_id"])


def _holds() -> None:
    with op.batch_alter_table("loghold") as batch:
        batch.alter_column("until_at", existing_type=TIME, nullable=True)
        batch.add_column(sa.Column("paper_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("placed_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("review_at", TIME, nullable=True))
        batch.add_column(sa.Column("logs_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("logs_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("scope_sealed", sa.LargeBinary(), nullable=True))
        batch.create_foreign_key("fk_loghold_paper_id", "legalpaper", ["paper_id"], ["id"])
        batch.create_foreign_key("fk_loghold_placed_by", "staff", ["placed_by"], ["id"])
        batch.create_index("ix_loghold_paper_id", ["paper_id"])
        batch.create_index("ix_loghold_binding", ["case_id"], sqlite_where=BINDING, postgresql_where=BINDING)
    adapter = _one_of("adapter", "mail", "webhook", "folder")
    op.add_column("custodian", sa.Column("adapter", adapter, nullable=False, server_default="mail"))
    op.add_column("custodian", sa.Column("target_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("custodian", sa.Column("secret_sealed", sa.LargeBinary(), nullable=True))
    kind = _one_of("orderkind", "preserve", "extend", "release", "erase")
    op.add_column("holdorder", sa.Column("kind", kind, nullable=False, server_default="preserve"))
    answer = _one_of("lineanswer", "held", "not_held", "expired", "unlinkable", "released", "erased")
    op.add_column("holdorderline", sa.Column("answer", answer, nullable=True))
    op.add_column("holdorderline", sa.Column("reference", TEXT, nullable=False, server_default=""))
    op.execute(
        "UPDATE holdorderline SET answer = CASE WHEN kept THEN 'held' ELSE 'not_held' END WHERE kept IS NOT NULL"
    )
    op.create_index("ix_holdorderline_answer", "holdorderline", ["answer", "hold_id"])
    op.create_table(
        "erasureproof",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("holdorder.id"), nullable=False),
        sa.Column("hold_id", sa.Uuid(), sa.ForeignKey("loghold.id"), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("deidentified", sa.JSON(), nullable=False),
        sa.Column("erased_at", TIME, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
    )
    op.create_index("ix_erasureproof_hold_id", "erasureproof", ["hold_id"])
    op.create_index("ix_erasureproof_order_id", "erasureproof", ["order_id"])
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("custodian_id", sa.Uuid(), sa.ForeignKey("custodian.id"), nullable=False),
        sa.Column("message", TEXT, nullable=False, unique=True),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("overkept", sa.JSON(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
    )
    op.create_index("ix_reconciliation_custodian_id", "reconciliation", ["custodian_id"])


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
