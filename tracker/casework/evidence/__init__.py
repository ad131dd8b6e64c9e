"""Evidence files: looked at (looking; one module a format), kept and attached (store), scanned (clamd, scanning).

The original is sealed as it came, with its SHA-256, and never changed. What anybody sees of a picture is a copy made
from it at that moment, without position, device, thumbnail, text or anything that stood behind the picture.
"""

from tracker.casework.evidence.kinds import KINDS
from tracker.casework.evidence.looking import FileIn, Looked, copy_of, look_at
from tracker.casework.evidence.names import saved_name, shown_name
from tracker.casework.evidence.store import (
    KEPT,
    attach,
    drop,
    has_room,
    keep,
    kept,
    kept_name,
    old_files,
    open_original,
    read,
    read_copy,
    state,
    sweep,
    unnamed,
)

__all__ = [
    "KEPT",
    "KINDS",
    "FileIn",
    "Looked",
    "attach",
    "copy_of",
    "drop",
    "has_room",
    "keep",
    "kept",
    "kept_name",
    "look_at",
    "old_files",
    "open_original",
    "read",
    "read_copy",
    "saved_name",
    "shown_name",
    "state",
    "sweep",
    "unnamed",
]
