"""規則18条2項・3項: what was received, and what claimants were told."""

from collections import Counter
from collections.abc import Callable

from tracker.law.grounds import TERMS, Excuse, Right
from tracker.report.categories import RIGHTS
from tracker.report.content import ITEMS, Dim, Line, Words
from tracker.report.cube import NoticeCell
from tracker.report.figures.source import Source, lines

# Item → the mark of a notice whose month says to which year it belongs, and in what the notice has to have ended.
# The figures count by it, and the list of the cases behind a figure is read by it.
MARKS: dict[str, tuple[str, str]] = {
    "18-2": ("received", ""),
    "18-3-1": ("ended", "18-3-1"),
    "18-3-2": ("ended", "18-3-2"),
    "18-3-3": ("ended", "18-3-3"),
    "18-3-4": ("ended", "18-3-4"),
    "18-3-5": ("ended", "18-3-5"),
    "18-3-6": ("interim_sender", ""),
    "18-3-7": ("interim_specialist", ""),
    "18-3-8": ("interim_unavoidable", ""),
}


def counted(source: Source, code: str) -> list[NoticeCell]:
    """The cells of an item: what binds (法25条), by the month of its mark."""
    mark, bucket = MARKS[code]
    months = frozenset(source.year.months)
    return [
        cell
        for cell in source.notices
        if cell.statutory and getattr(cell, mark) in months and cell.bucket == (bucket or cell.bucket)
    ]


def received(source: Source) -> list[Line]:
    """18-2 (規則18条2項): 申出 received, by the day of receipt and primary right; beside them the posts in them."""
    return [*_by_right(source, "18-2"), *_by_right(source, "18-2", lambda cell: cell.items, ITEMS)]


def told_taken(source: Source) -> list[Line]:
    """18-3-1 (3項1号): told that the measure was taken (法25条1項1号), by the day of the notice."""
    return _by_right(source, "18-3-1")


def told_kept(source: Source) -> list[Line]:
    """18-3-2 (3項2号): told that no measure was taken, and why (法25条1項2号), by the day of the notice."""
    return _by_right(source, "18-3-2")


def told_taken_later(source: Source) -> list[Line]:
    """18-3-4 (3項4号): the same as 1号 after an interim reply (法25条2項前段)."""
    return _by_right(source, "18-3-4")


def told_kept_later(source: Source) -> list[Line]:
    """18-3-5 (3項5号): the same as 2号 after an interim reply (法25条2項前段)."""
    return _by_right(source, "18-3-5")


def interim_sender(source: Source) -> list[Line]:
    """18-3-6 (3項6号): told that the sender is heard (法25条2項1号), by the day of that reply; once a notice."""
    return _by_right(source, "18-3-6")


def interim_specialist(source: Source) -> list[Line]:
    """18-3-7 (3項7号): told that a specialist investigates (法25条2項2号)."""
    return _by_right(source, "18-3-7")


def interim_unavoidable(source: Source) -> list[Line]:
    """18-3-8 (3項8号): told of an unavoidable reason (法25条2項3号); what it was is a text for each right."""
    return _by_right(source, "18-3-8")


def unavoidable_reasons(source: Source) -> list[Words]:
    """18-3-8 (3項8号): the concrete content of the unavoidable reasons, as a person wrote it, for each right."""
    found = ((dim, source.entries.get(("18-3-8", right.value))) for right, dim in RIGHTS.items())
    return [Words("18-3-8", dim, n, entry.words) for n, (dim, entry) in enumerate(found, 1) if entry]


def unavoidable_missing(source: Source) -> list[Right]:
    """The rights of which notices were deferred for an unavoidable reason that nobody has written down."""
    used = {cell.right for cell in counted(source, "18-3-8")}
    return [right for right in Right if right in used and not _written(source, "18-3-8", right.value)]


def excuse_reasons(source: Source) -> list[Words]:
    """18-3-3 (3項3号): why no notice was given (法25条1項ただし書). The rule asks for no number; there is a table."""
    made = []
    for n, excuse in enumerate(used_excuses(source), 1):
        entry = source.entries.get(("18-3-3", excuse.value))
        label = TERMS[Excuse][excuse].label
        words = entry.words if entry and entry.words else f"{label}。"
        made.append(Words("18-3-3", Dim(excuse.value, label), n, words))
    return made or [Words("18-3-3", None, 1, "通知をしなかった申出はありません。")]


def used_excuses(source: Source) -> list[Excuse]:
    """The grounds on which notices ended without a word to their claimants in the year."""
    used = {cell.excuse for cell in counted(source, "18-3-3")}
    return [excuse for excuse in Excuse if excuse.value in used]


def excuse_missing(source: Source) -> list[Excuse]:
    """Those of which the ground says nothing by itself, and nobody has written down what it was."""
    return [
        one for one in used_excuses(source) if one is Excuse.OTHER_JUST and not _written(source, "18-3-3", one.value)
    ]


def _written(source: Source, code: str, part: str) -> bool:
    entry = source.entries.get((code, part))
    return entry is not None and bool(entry.words.strip())


def _by_right(
    source: Source, code: str, count: Callable[[NoticeCell], int] = lambda cell: cell.n, measure: str = "count"
) -> list[Line]:
    sums: Counter[tuple[Dim, Dim | None]] = Counter()
    for cell in counted(source, code):
        sums[RIGHTS[cell.right], None] += count(cell)
    return lines(code, sums, parts=RIGHTS.values(), measure=measure)
