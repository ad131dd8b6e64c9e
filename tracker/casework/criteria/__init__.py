"""基準 (法26条): drafts, published versions, when each may be used, and why a clause may not be used yet."""

from tracker.casework.criteria.clauses import ClauseText, canonical, content_digest, is_ticked
from tracker.casework.criteria.difference import Change, differences
from tracker.casework.criteria.drafts import Draft, discard, draft_of, drafted, publish_draft, save
from tracker.casework.criteria.emergencies import Emergency, emergencies
from tracker.casework.criteria.usable import current, refusal, uncovered
from tracker.casework.criteria.versions import (
    IN_TIME,
    changed,
    clauses_of,
    end_waits,
    publish,
    usable_after,
    versions,
)

__all__ = [
    "IN_TIME",
    "Change",
    "ClauseText",
    "Draft",
    "Emergency",
    "canonical",
    "changed",
    "clauses_of",
    "content_digest",
    "current",
    "differences",
    "discard",
    "draft_of",
    "drafted",
    "emergencies",
    "end_waits",
    "is_ticked",
    "publish",
    "publish_draft",
    "refusal",
    "save",
    "uncovered",
    "usable_after",
    "versions",
]
