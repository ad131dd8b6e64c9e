"""The digest of examples (参考となる事例の資料, 法26条4項): 努力義務, prepared by people, free of personal data."""

from tracker.casework.digest.candidates import Candidate, candidates
from tracker.casework.digest.entries import (
    LONGEST,
    EntryView,
    draft_entries,
    drop_entry,
    entries_of,
    entry_view,
    posts_behind,
    values_of,
    write_entry,
)
from tracker.casework.digest.flags import flags, naming, unconfirmed
from tracker.casework.digest.known import KINDS, Kind, Value, known_values
from tracker.casework.digest.publishing import Published, digest_clock, publish, published, versions
from tracker.casework.digest.removal import Found, excerpt, left_over, looks_like, remove

__all__ = [
    "KINDS",
    "LONGEST",
    "Candidate",
    "EntryView",
    "Found",
    "Kind",
    "Published",
    "Value",
    "candidates",
    "digest_clock",
    "draft_entries",
    "drop_entry",
    "entries_of",
    "entry_view",
    "excerpt",
    "flags",
    "known_values",
    "left_over",
    "looks_like",
    "naming",
    "posts_behind",
    "publish",
    "published",
    "remove",
    "unconfirmed",
    "values_of",
    "versions",
    "write_entry",
]
