"""The earlier filing that a filing names, and keys by which the same content is found again."""

import re
import unicodedata
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
KEYS = ("url_key", "quote_key")
AT_ONCE = 2_000


def upgrade() -> None:
    """Apply. Neither table is chained; columns are added in place, so the triggers stay."""
    op.add_column("notice", sa.Column("follows", TEXT, nullable=False, server_default=""))
    earlier = sa.Column("follows_id", sa.Uuid(), sa.ForeignKey("notice.id"), nullable=True)
    op.add_column("notice", earlier, inline_references=True)
    op.create_index("ix_notice_follows_id", "notice", ["follows_id"])
    for name in KEYS:
        op.add_column("item", sa.Column(name, TEXT, nullable=False, server_default=""))
    _fill()
    for name in KEYS:
        there = sa.text(f"{name} <> ''")
        op.create_index(f"ix_item_{name}", "item", [name], sqlite_where=there, postgresql_where=there)


def _fill() -> None:
    """The keys of what was filed before, some items at a time."""
    item = sa.table("item", *(sa.column(name) for name in ("id", "url_normal", "account", "quote", *KEYS)))
    change = sa.update(item).where(item.c.id == sa.bindparam("which"))
    change = change.values(url_key=sa.bindparam("url"), quote_key=sa.bindparam("words"))
    columns = (item.c.id, item.c.url_normal, item.c.account, item.c.quote)
    query, last = sa.select(*columns).order_by(item.c.id).limit(AT_ONCE), None
    connection = op.get_bind()
    while rows := connection.execute(query if last is None else query.where(item.c.id > last)).all():
        keys: list[dict[str, Any]] = [
            {"which": id, "url": url_key(url), "words": quote_key(account, quote)} for id, url, account, quote in rows
        ]
        connection.execute(change, keys)
        last = rows[-1].id


# As casework/traces.py made them when this version came: a later change there is a later migration.
ADDED = re.compile(r"utm_\w+|fbclid|gclid|yclid|msclkid|igshid|twclid|mc_[ce]id", re.IGNORECASE)


def url_key(url_normal: str) -> str:
    """The key of an address in its normal form."""
    if not url_normal:
        return ""
    try:
        parts = urlsplit(url_normal)
    except ValueError:
        return _key(url_normal)
    host = parts.netloc.lower().removeprefix("www.")
    asked = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not ADDED.fullmatch(k)])
    return _key(host, parts.path.rstrip("/"), asked, re.sub(r":~:text=.*", "", unquote(parts.fragment)))


def quote_key(account: str, quote: str) -> str:
    """The key of the words of an account."""
    who, words = _plain(account).lstrip("@"), _plain(quote)
    return _key(who, words) if who and words else ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def downgrade() -> None:
    """Versions only go forward: a backup is the way back."""
    raise NotImplementedError
