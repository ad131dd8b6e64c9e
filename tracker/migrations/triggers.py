"""Append-only triggers on both databases: what is chained may not be edited behind the journal's back.

Alembic's batch mode drops triggers silently on SQLite, so a migration that touches one of these tables calls
`create` again, and a test tries an UPDATE after each upgrade.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# Table → columns that may change after the row was written; nothing else may, and no row may go.
CHANGEABLE: dict[str, Sequence[str]] = {
    "event": (),
    "decision": (),
    "clock": ("stopped_at", "voided_at", "alert_at"),
    "memo": (
        "try_at",
        "claimed_until",
        "attempts",
        "given_at",
        "refused_at",
        "cancelled_at",
        "replaced_by",
        "ended_at",
    ),
    "alertanswer": (),
    "channel": ("stopped_at", "stopped_by"),
    "channelpost": (
        "try_at",
        "claimed_until",
        "attempts",
        "status",
        "trouble",
        "given_at",
        "refused_at",
        "cancelled_at",
        "ended_at",
    ),
    "channelalert": (),
    "loghold": ("released_at", "review_at"),
    "holdorder": ("secret_version", "answered_at", "withdrawn_at"),
    "holdorderline": ("kept", "answer", "reference"),
    "erasureproof": (),
    "reconciliation": (),
    "retentiontable": (),
    "retentionline": (),
    "safetycheck": (),
    "legalpaper": ("ended_at",),
    "paperreader": ("ended_at",),
    "inquiry": ("received_at", "received_how"),
    "senderanswer": ("voided_at",),
    "senderdoor": ("version", "made_at", "expires_at", "opened_at", "closed_at"),
    "appeal": ("decided_at", "decided_by", "reversed", "reason_sealed", "withdrawn_at"),
    "reportentry": (),
    "publication": ("published_at", "published_by", "returned_at", "returned_by"),
    "publicationfile": (),
    "codemap": ("verified_at", "verified_by"),
    "codeline": (),
    "sendermonth": (),
    "sendermethod": (),
    "alert": (),
    "remark": (),
    "clause": (),
    "criteriaversion": (),
    "letteritem": (),
    "reasontemplate": (),
    "message": ("read_at", "settled_at"),
    "approval": ("settled_by", "settled_at", "approved", "voided_at"),
    "calendarversion": (),
    "editionconfirmation": (),
    "signingkey": ("retired_at",),
    "specialist": ("left_on",),
    "specialisttask": ("opined_at",),
    "receipt": (),
    "registerchange": (),
    "registerfiling": (),
    "digestversion": (),
    "digestexample": (),
    "letter": (
        "try_at",
        "claimed_until",
        "attempts",
        "given_at",
        "opened_at",
        "refused_at",
        "bounced_at",
        "cancelled_at",
        "ended_at",
    ),
}


def create() -> None:
    """(Re-)create the triggers of all append-only tables that exist at this revision."""
    bind = op.get_bind()
    known = set(sa.inspect(bind).get_table_names())
    wanted = [(table, free) for table, free in CHANGEABLE.items() if table in known]
    if bind.dialect.name != "sqlite":
        op.execute(_PG_FUNCTION)
    for table, free in wanted:
        (_sqlite if bind.dialect.name == "sqlite" else _postgresql)(table, free)


def _fixed(table: str, free: Sequence[str]) -> list[str]:
    rows = op.get_bind().exec_driver_sql(f"select * from {table} where 1=0")  # noqa: S608 - a name of ours
    return [name for name in rows.keys() if name not in free]  # noqa: SIM118 - keys of a result


def _sqlite(table: str, free: Sequence[str]) -> None:
    changed = " or ".join(f'old."{c}" is not new."{c}"' for c in _fixed(table, free))
    op.execute(f"drop trigger if exists {table}_fixed")
    op.execute(f"drop trigger if exists {table}_kept")
    op.execute(
        f"create trigger {table}_fixed before update on {table} when {changed} "
        f"begin select raise(abort, '{table} is append-only'); end"
    )
    op.execute(
        f"create trigger {table}_kept before delete on {table} begin select raise(abort, '{table} is append-only'); end"
    )


_PG_FUNCTION = """
create or replace function append_only() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$
"""


def _postgresql(table: str, free: Sequence[str]) -> None:
    changed = " or ".join(f'old."{c}"::text is distinct from new."{c}"::text' for c in _fixed(table, free))
    op.execute(f"drop trigger if exists {table}_fixed on {table}")
    op.execute(f"drop trigger if exists {table}_kept on {table}")
    op.execute(
        f"create trigger {table}_fixed before update on {table} for each row when ({changed}) "
        "execute function append_only()"
    )
    op.execute(f"create trigger {table}_kept before delete on {table} for each row execute function append_only()")
