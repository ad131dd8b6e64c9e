"""Flat lists: an index for each view of the worklist, so that none reads more than it shows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN, RUNNING = "closed_at IS NULL", "stopped_at IS NULL AND voided_at IS NULL"
REPLY = ["started_at", "force", "due_at", "stopped_at", "case_id", "id"]
INDEXES = (
    ("ix_case_assigned", "case", ["assigned_to", "fast", "next_at"], OPEN),
    ("ix_case_voluntary", "case", ["statutory", "fast", "next_at"], OPEN),
    ("ix_case_closed", "case", ["closed_at"], "closed_at IS NOT NULL"),
    ("ix_clock_rule", "clock", ["rule", "due_at", "force", "case_id"], RUNNING),
    ("ix_letter_lost", "letter", ["case_id"], "refused_at IS NOT NULL OR bounced_at IS NOT NULL"),
    ("ix_letter_queued", "letter", ["queued_at"], "kind <> 'alert'"),
    ("ix_letter_given", "letter", ["given_at"], "kind <> 'alert' AND given_at IS NOT NULL"),
    ("ix_letter_by_hand", "letter", ["try_at"], "ended_at IS NULL AND channel <> 'smtp'"),
    ("ix_clock_reply", "clock", REPLY, "rule = 'reply' AND voided_at IS NULL"),
    ("ix_clock_resumes", "clock", ["resumes"], "resumes IS NOT NULL"),
    ("ix_event_unanswered", "event", ["case_id", "occurred_at"], "fact IN ('notice_withdrawn', 'reply_excused')"),
    ("ix_holdorder_open", "holdorder", ["ordered_at"], "answered_at IS NULL AND withdrawn_at IS NULL"),
    ("ix_measure_ordered", "measure", ["case_id"], "executed_at IS NULL AND withdrawn_at IS NULL"),
)


def upgrade() -> None:
    """Apply. No table is made anew, so the triggers stay."""
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
