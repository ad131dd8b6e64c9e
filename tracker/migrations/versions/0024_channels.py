"""Channels besides mail: webhooks of the office."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.migrations import triggers

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
WAITING = "ended_at IS NULL"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "channel",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.Enum("slack", "standard", name="dialect", native_enum=False, length=40), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("levels", TEXT, nullable=False),
        sa.Column("service_id", sa.Uuid(), sa.ForeignKey("service.id"), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("stopped_by", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=True),
    )
    kind = sa.Enum("alert", "test", name="postkind", native_enum=False, length=40)
    trouble = sa.Enum(
        "status", "name", "address", "tls", "silence", "key", name="trouble", native_enum=False, length=40
    )
    op.create_table(
        "channelpost",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("channel_id", sa.Uuid(), sa.ForeignKey("channel.id"), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("try_at", TIME, nullable=False),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("trouble", trouble, nullable=True),
        sa.Column("given_at", TIME, nullable=True),
        sa.Column("refused_at", TIME, nullable=True),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
    )
    op.create_index(
        "ix_channelpost_waiting",
        "channelpost",
        ["try_at"],
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    op.create_index("ix_channelpost_channel", "channelpost", ["channel_id", "queued_at"])
    op.create_table(
        "channelalert",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("channel_id", sa.Uuid(), sa.ForeignKey("channel.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("channelpost.id"), nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.UniqueConstraint("subject", "level", "channel_id"),
    )
    op.create_index("ix_channelalert_post", "channelalert", ["post_id"])
    triggers.create()


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
