"""保存 by a person: placed for a reason, looked at again on a day, released; and what may be erased when."""

from tracker.casework.holding.about import About, about
from tracker.casework.holding.covering import Effective, effective, refuse_erasure, refuse_release, to_erase
from tracker.casework.holding.placing import REASONS, Wish, last_review_day, place
from tracker.casework.holding.reviewing import release, review

__all__ = [
    "REASONS",
    "About",
    "Effective",
    "Wish",
    "about",
    "effective",
    "last_review_day",
    "place",
    "refuse_erasure",
    "refuse_release",
    "release",
    "review",
    "to_erase",
]
