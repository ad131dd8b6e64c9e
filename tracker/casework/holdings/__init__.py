"""What is held: the holds of every case with what was asked of which custodian, the orders still open, and gaps."""

from tracker.casework.holdings.open import Open, open_orders
from tracker.casework.holdings.rows import Asked, Held, asked_of, described
from tracker.casework.holdings.views import COUNT_CAP, PAGE, VIEWS, Holdings, count, holdings, known

__all__ = [
    "COUNT_CAP",
    "PAGE",
    "VIEWS",
    "Asked",
    "Held",
    "Holdings",
    "Open",
    "asked_of",
    "count",
    "described",
    "holdings",
    "known",
    "open_orders",
]
