"""The figures and texts of 規則18条: one function for each item, in one table; a test fails while an item has none."""

from collections.abc import Callable

from tracker.law.publication import ITEMS
from tracker.report.content import Line, Words
from tracker.report.figures import appeals, moderation, notices, written
from tracker.report.figures.source import Source, read

__all__ = ["FIGURES", "TEXTS", "Source", "all_lines", "all_texts", "read"]

FIGURES: dict[str, Callable[[Source], list[Line]]] = {
    "18-2": notices.received,
    "18-3-1": notices.told_taken,
    "18-3-2": notices.told_kept,
    "18-3-4": notices.told_taken_later,
    "18-3-5": notices.told_kept_later,
    "18-3-6": notices.interim_sender,
    "18-3-7": notices.interim_specialist,
    "18-3-8": notices.interim_unavoidable,
    "18-4-1": moderation.senders_told,
    "18-5-1": written.senders,
    "18-5-2": moderation.reports,
    "18-5-3": moderation.detected,
    "18-5-4": moderation.asked,
    "18-5-5": moderation.asked_answered,
    "18-5-6": moderation.ordered,
    "18-5-7": moderation.ordered_answered,
    "18-5-8": moderation.suspended,
    "18-5-9": moderation.by_ai,
    "18-5-10": moderation.suspended_by_ai,
    **appeals.FIGURES,
    "18-5-20": written.reviewers,
}
# What writes the texts: of one item, or of all those that a person writes.
TEXTS: dict[str, Callable[[Source], list[Words]]] = {
    "18-3-3": notices.excuse_reasons,
    "18-3-8": notices.unavoidable_reasons,
    "18-4-2": moderation.not_told_reasons,
    **dict.fromkeys((*written.TEXTS, "18-7"), written.texts),
}


def all_lines(source: Source) -> list[Line]:
    """Every line of every figure, in the order of the rule."""
    return [line for item in ITEMS if item.code in FIGURES for line in FIGURES[item.code](source)]


def all_texts(source: Source) -> list[Words]:
    """Every text, in the order of the rule."""
    made = [words for write in dict.fromkeys(TEXTS.values()) for words in write(source)]
    order = {item.code: n for n, item in enumerate(ITEMS)}
    return sorted(made, key=lambda words: (order.get(words.code, len(order)), words.code, words.order))
