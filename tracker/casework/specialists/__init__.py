"""侵害情報調査専門員 (法24条): the register of each service, what is given to whom, and what they say of it."""

from tracker.casework.specialists.entries import Words, appoint, change, file_entries, leave, missing
from tracker.casework.specialists.roster import (
    NEEDED,
    Lack,
    Listed,
    Roster,
    lacking,
    roster,
    roster_of,
    standing_for,
)
from tracker.casework.specialists.tasks import Opinion, Task, assign, given_to, opine, tasks_of, uncovered

__all__ = [
    "NEEDED",
    "Lack",
    "Listed",
    "Opinion",
    "Roster",
    "Task",
    "Words",
    "appoint",
    "assign",
    "change",
    "file_entries",
    "given_to",
    "lacking",
    "leave",
    "missing",
    "opine",
    "roster",
    "roster_of",
    "standing_for",
    "tasks_of",
    "uncovered",
]
