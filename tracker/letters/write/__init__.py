"""One function per letter. Each returns a Draft: exactly what is previewed, stored and sent. Japanese (規則21条4項)."""

from tracker.letters.write.claimant import (
    Promise,
    WayIn,
    address_code,
    address_moved,
    interim,
    moved_in,
    news,
    outcome,
    receipt,
    reversal_to_claimant,
    way_in,
)
from tracker.letters.write.custody import OrderHead, Taken, hold_order
from tracker.letters.write.disclosure import BLANK, Disclosure, PaperHead, disclosure_inquiry, order_told
from tracker.letters.write.draft import TO_SENDER, Draft, Letterhead, Line, by_post, worded
from tracker.letters.write.sender import Told, appeal_answer, inquiry, reversal, sender_notice

__all__ = [
    "BLANK",
    "TO_SENDER",
    "Disclosure",
    "Draft",
    "Letterhead",
    "Line",
    "OrderHead",
    "PaperHead",
    "Promise",
    "Taken",
    "Told",
    "WayIn",
    "address_code",
    "address_moved",
    "appeal_answer",
    "by_post",
    "disclosure_inquiry",
    "hold_order",
    "inquiry",
    "interim",
    "moved_in",
    "news",
    "order_told",
    "outcome",
    "receipt",
    "reversal",
    "reversal_to_claimant",
    "sender_notice",
    "way_in",
    "worded",
]
