"""整理番号: what a letter to a poster is called by. It opens nothing; a receipt number is the claimant's alone."""

import re
import unicodedata
from uuid import UUID

SHAPE = re.compile("([0-9a-f]{4})-([0-9a-f]{4})")
REST = 128 - 32  # bits of an id that are not in the reference


def reference(sender: UUID) -> str:
    """The first digits of the random id of a sender: derived, so it stays, and an index finds it again."""
    return f"{sender.hex[:4]}-{sender.hex[4:8]}".upper()


def span(typed: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that a typed reference may mean, whatever its width and case; None for other texts."""
    found = SHAPE.fullmatch(unicodedata.normalize("NFKC", typed).strip().casefold())
    if not found:
        return None
    first = int(found[1] + found[2], 16) << REST
    return UUID(int=first), UUID(int=first | (1 << REST) - 1)
