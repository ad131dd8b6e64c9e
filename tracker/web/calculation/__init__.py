"""How a date was counted (計算書), for pages on both sides: words for law.sheets.Sheet, and no second arithmetic.

`shown` is everything that a page prints, `strip` the picture alone, `recounted` the sheet of a stored clock. The
desk also sees the last working day and the readings not chosen (`work`); a claimant is promised the date, no less.
"""

from tracker.web.calculation.clocks import Counted, plain, recounted, recounted_all
from tracker.web.calculation.days import day_words, safe_day
from tracker.web.calculation.proof import Proof, proof
from tracker.web.calculation.shown import Shown, asked_again, says, shown
from tracker.web.calculation.strip import strip

__all__ = [
    "Counted",
    "Proof",
    "Shown",
    "asked_again",
    "day_words",
    "plain",
    "proof",
    "recounted",
    "recounted_all",
    "safe_day",
    "says",
    "shown",
    "strip",
]
