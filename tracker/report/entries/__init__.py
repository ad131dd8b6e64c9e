"""What people write for a year: versions of each text and figure that no record knows (規則18条3項3号・8号ほか).

The newest version counts, and an empty one takes the entry back. Nothing here is a fact: a version of the publication
freezes what stands, and is chained.
"""

from tracker.report.doubts import warnings
from tracker.report.entries.forms import (
    CHANGE,
    FORMS,
    HERE,
    HOME,
    LEDGER,
    NEW,
    NOTHING,
    POINTS,
    SENDER_TOTAL,
    SENDERS,
    SUSPENDED,
    Form,
    Need,
    parts_of,
)
from tracker.report.entries.refused import japanese
from tracker.report.entries.writing import changed_criteria, copied, count, enter, history, home, standing

__all__ = [
    "CHANGE",
    "FORMS",
    "HERE",
    "HOME",
    "LEDGER",
    "NEW",
    "NOTHING",
    "POINTS",
    "SENDERS",
    "SENDER_TOTAL",
    "SUSPENDED",
    "Form",
    "Need",
    "changed_criteria",
    "copied",
    "count",
    "enter",
    "history",
    "home",
    "japanese",
    "parts_of",
    "standing",
    "warnings",
]
