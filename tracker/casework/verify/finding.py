"""What the verifier names."""

from typing import NamedTuple
from uuid import UUID


class Finding(NamedTuple):
    """Something that does not agree with the journal. `case` is None for what belongs to no case."""

    case: UUID | None
    table: str
    row: str
    says: str
