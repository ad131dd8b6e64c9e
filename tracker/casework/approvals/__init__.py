"""承認: what a second person has to look at, by the office's own rule, before it takes effect or afterwards.

No article asks for it, and no clock of law waits for it: the days run on while somebody looks.
"""

from tracker.casework.approvals.answering import (
    DENIED,
    DROPPED,
    WAITS,
    Held,
    held,
    may_settle,
    must_be_free,
    of_case,
    settle,
    took_part,
)
from tracker.casework.approvals.asking import CAUSES, Wanted, ask, asked_state, decisions_of, narrow, void, wanted
from tracker.casework.approvals.waiting import Asked, open_ones, stages, to_reverse

__all__ = [
    "CAUSES",
    "DENIED",
    "DROPPED",
    "WAITS",
    "Asked",
    "Held",
    "Wanted",
    "ask",
    "asked_state",
    "decisions_of",
    "held",
    "may_settle",
    "must_be_free",
    "narrow",
    "of_case",
    "open_ones",
    "settle",
    "stages",
    "to_reverse",
    "took_part",
    "void",
    "wanted",
]
