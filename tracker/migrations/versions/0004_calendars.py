"""Calendar versions and confirmations of editions. What the clocks of this database were counted with is frozen."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import context, op

from tracker.closed_days import EARLIER_YEARS, PACKAGE, shipped, working_calendar
from tracker.migrations import triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendarversion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["accepted_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_calendarversion_version", "calendarversion", ["version"])
    op.create_table(
        "editionconfirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_editionconfirmation_edition", "editionconfirmation", ["edition"])
    _freeze()
    triggers.create()


def _freeze() -> None:
    """The calendar shipped before, if a clock here was counted with it, then the one that is shipped now."""
    bind = op.get_bind()
    clock = sa.table("clock", sa.column("calendar"))
    earlier, found = shipped(EARLIER_YEARS), [working_calendar()]
    if bind.execute(sa.select(sa.literal(1)).select_from(clock).where(clock.c.calendar == earlier.version)).first():
        found.insert(0, earlier)
    at = context.config.attributes.get("at") or _database_time(bind)
    table = sa.table(
        "calendarversion",
        sa.column("id", sa.Uuid()),
        sa.column("number", sa.Integer()),
        sa.column("version", sa.String()),
        sa.column("holidays", sa.JSON()),
        sa.column("source", sa.String()),
        sa.column("note", sa.String()),
        sa.column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime()),
    )
    op.bulk_insert(
        table,
        [
            {
                "id": uuid4(),
                "number": number,
                "version": calendar.version,
                "holidays": {day.isoformat(): name for day, name in sorted(calendar.holidays.items())},
                "source": PACKAGE,
                "note": "",
                "accepted_at": at,
            }
            for number, calendar in enumerate(found, 1)
        ],
    )


def _database_time(bind: sa.Connection) -> datetime:
    """When this runs, as the database knows it."""
    said: Any = bind.exec_driver_sql("select current_timestamp").scalar_one()
    return said if isinstance(said, datetime) else datetime.fromisoformat(said).replace(tzinfo=UTC)


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
