"""The only place that reads the wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC, to the second: the precision in which receipts are given (法22条2項3号)."""
    return datetime.now(UTC).replace(microsecond=0)
