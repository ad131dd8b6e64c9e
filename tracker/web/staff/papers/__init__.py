"""法的な書面 at the desk: the register, the form of each kind, and one paper with its clocks, holds and readers."""
# ruff: noqa: F401 - the views register themselves

import tracker.web.staff.papers.entering
import tracker.web.staff.papers.files
import tracker.web.staff.papers.letters
import tracker.web.staff.papers.one
import tracker.web.staff.papers.room
