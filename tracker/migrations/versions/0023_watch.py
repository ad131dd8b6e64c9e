"""The night watch: memos to staff, the alerts that they carry, who has taken what."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
RUNNING = "stopped_at IS NULL AND voided_at IS NULL AND alert_at IS NOT NULL"
WAITING = "ended_at IS NULL"


def upgrade() -> None:
    """Apply. Every running clock is looked at by the first sweep; the alerts so far keep their rows."""
    kind = sa.Enum("single", "morning", "weekly", "test", name="memokind", native_enum=False, length=40)
    op.create_table(
        "memo",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("try_at", TIME, nullable=False),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("given_at", TIME, nullable=True),
        sa.Column("refused_at", TIME, nullable=True),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("replaced_by", sa.Uuid(), sa.ForeignKey("memo.id"), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
    )
    op.create_index("ix_memo_replaced_by", "memo", ["replaced_by"])
    op.create_index(
        "ix_memo_waiting", "memo", ["try_at"], sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING)
    )
    op.create_index("ix_memo_staff", "memo", ["staff_id", "queued_at"])
    refused = sa.text("refused_at IS NOT NULL")
    op.create_index("ix_memo_refused", "memo", ["refused_at"], sqlite_where=refused, postgresql_where=refused)
    _alerts()
    op.create_table(
        "alertanswer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("quiet_until", TIME, nullable=True),
    )
    op.create_index("ix_alertanswer_subject", "alertanswer", ["subject", "at"])
    op.create_table(
        "preference",
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("singles", sa.Boolean(), nullable=False),
        sa.Column("morning", sa.Boolean(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
    )
    with op.batch_alter_table("bounce") as bounce:
        bounce.add_column(sa.Column("memo_id", sa.Uuid(), nullable=True))
        bounce.create_foreign_key("fk_bounce_memo", "memo", ["memo_id"], ["id"])
    _clocks()
    triggers.create()


def _alerts() -> None:
    """The ledger anew: its subject may be more than a clock, and what it sends is a memo."""
    op.create_table(
        "alert_anew",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("recipient", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("memo_id", sa.Uuid(), sa.ForeignKey("memo.id"), nullable=True),
        sa.Column("letter_id", sa.Uuid(), sa.ForeignKey("letter.id"), nullable=True),
        sa.Column("raised_at", TIME, nullable=False),
        sa.UniqueConstraint("subject", "level", "recipient", name="uq_alert"),
    )
    before = op.get_bind().execute(sa.text("select id, clock_id, level, recipient, letter_id, raised_at from alert"))
    rows = [dict(row._mapping) for row in before]
    anew = sa.table(
        "alert_anew", *(sa.column(name) for name in ("id", "subject", "level", "recipient", "letter_id", "raised_at"))
    )
    if rows:
        for row in rows:
            row["subject"] = f"clock:{_uuid(row.pop('clock_id'))}"
        op.bulk_insert(anew, rows)
    op.drop_table("alert")
    op.rename_table("alert_anew", "alert")
    op.create_index("ix_alert_memo", "alert", ["memo_id"])


def _clocks() -> None:
    op.add_column("clock", sa.Column("alert_at", TIME, nullable=True))
    op.create_index(
        "ix_clock_alert", "clock", ["alert_at"], sqlite_where=sa.text(RUNNING), postgresql_where=sa.text(RUNNING)
    )
    on = "" if op.get_bind().dialect.name == "sqlite" else " on clock"
    op.execute(f"drop trigger if exists clock_fixed{on}")  # `create` below makes it again
    op.execute("update clock set alert_at = started_at where stopped_at is null and voided_at is null")


def _uuid(value: object) -> str:
    """As Python writes it: SQLite keeps the bare digits."""
    from uuid import UUID

    return str(value if isinstance(value, UUID) else UUID(str(value)))


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
