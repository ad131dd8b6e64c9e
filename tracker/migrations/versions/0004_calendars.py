"""Calendar versions and confirmations of editions. What the clocks of this database were counted with is frozen."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import rfc8785
import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import context, op

from tracker.closed_days import PACKAGE, working_calendar
from tracker.migrations import triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The calendar that every clock before this revision was counted with, written down: what is shipped now may differ.
EARLIER_VERSION = "ea7cc1fd6ce5"
EARLIER = Path(__file__).with_name("0004_earlier_calendar.json")
EARLIER_SOURCE = "holidays 0.109 (Python)"


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
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
    now = working_calendar()
    found = [(now.version, {day.isoformat(): name for day, name in sorted(now.holidays.items())}, PACKAGE)]
    if bind.execute(sa.select(sa.literal(1)).select_from(clock).where(clock.c.calendar == EARLIER_VERSION)).first():
        found.insert(0, (EARLIER_VERSION, json.loads(EARLIER.read_text("utf-8")), EARLIER_SOURCE))
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
        sa.column("digest", sa.String()),
    )
    before = ""
    for number, (version, holidays, source) in enumerate(found, 1):
        content: dict[str, Any] = {"number": number, "version": version, "holidays": holidays}
        content |= {"source": source, "note": ""}
        moment = {"accepted_at": at.astimezone(UTC).isoformat(), "accepted_by": None, "before": before}
        before = sha256(rfc8785.dumps(content | moment)).hexdigest()
        op.bulk_insert(table, [content | {"id": uuid4(), "accepted_at": at, "digest": before}])


def _database_time(bind: sa.Connection) -> datetime:
    """When this runs, as the database knows it."""
    said: Any = bind.exec_driver_sql("select current_timestamp").scalar_one()
    return said if isinstance(said, datetime) else datetime.fromisoformat(said).replace(tzinfo=UTC)


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
