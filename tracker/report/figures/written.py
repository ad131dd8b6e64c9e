"""規則18条5項1号・19号–23号, 6項, 7項: what a person writes; a few of these have a number as well."""

from tracker.law import N_
from tracker.law.ledger import Family
from tracker.law.publication import ITEMS, Source as From
from tracker.report.content import Dim, Line, Words
from tracker.report.entries import CHANGE, FORMS, NEW, NOTHING, POINTS, SENDER_TOTAL, Need, parts_of
from tracker.report.figures.source import Source, total

# The two ways to satisfy 5項1号: which one the number of a year is.
WAYS = {part: Dim(part, label) for part, label in FORMS[SENDER_TOTAL].labels.items()}
TEXTS = tuple(item.code for item in ITEMS if item.source is From.ENTERED and item.code != "18-7")


def senders(source: Source) -> list[Line]:
    """18-5-1 (5項1号): 延べ発信者数の総数, or the senders subject to suspension; its text says how it was reckoned."""
    return [
        line
        for part, way in WAYS.items()
        if (entry := source.entries.get((SENDER_TOTAL, part))) and entry.number is not None
        for line in [*total(SENDER_TOTAL, entry.number), *_part(SENDER_TOTAL, way, entry.number)]
    ]


def reviewers(source: Source) -> list[Line]:
    """18-5-20 (5項20号): how many of those who consider measures understand Japanese."""
    entry = source.entries.get(("18-5-20", ""))
    return total("18-5-20", entry.number) if entry and entry.number is not None else []


def texts(source: Source) -> list[Words]:
    """Every text of the items that a person writes, in the order of the rule."""
    made = []
    for code in TEXTS:
        for part in parts_of(code):
            entry = source.entries.get((code, part))
            if entry and entry.words.strip():
                made.append(Words(code, WAYS.get(part), 1, entry.words))
    return [*made, *_criteria(source), *_new(source)]


def missing(source: Source) -> dict[str, str]:
    """Item → what is still to be written, for those that the rule asks for; Japanese texts of the desk."""
    found = {}
    for code in TEXTS:
        if not _complete(source, code):
            found[code] = N_("数と文章を書いてください") if _counts(code) else N_("文章を書いてください")
    if any(not _words(source, "18-7", point) for point in POINTS):
        found["18-7"] = N_("7つの点の評価の基準を書いてください")
    return found


def _complete(source: Source, code: str) -> bool:
    return any(
        _words(source, code, part) and (not _counts(code) or source.entries[code, part].number is not None)
        for part in parts_of(code)
    )


def _counts(code: str) -> bool:
    """Whether an item has a number beside its text."""
    return FORMS[code].number is Need.MUST


def _criteria(source: Source) -> list[Words]:
    """18-7 (7項): the criterion of each point of 6項; what was changed and why, where something was."""
    points = [
        Words("18-7", Dim(f"point-{point}", f"6項{point}号の評価の基準"), n, words)
        for n, point in enumerate(POINTS, 1)
        if (words := _words(source, "18-7", point))
    ]
    change = _words(source, "18-7", CHANGE)
    return [*points, *([Words("18-7", Dim(CHANGE, "変更の内容と理由"), 8, change)] if change else [])]


def _new(source: Source) -> list[Words]:
    return [
        Words(code, Dim("title", part), n, entry.words)
        for (code, part), entry in sorted(source.entries.items())
        for n in (1,)
        if code in NEW
    ]


def _words(source: Source, code: str, part: str) -> str:
    entry = source.entries.get((code, part))
    return entry.words.strip() if entry else ""


def _part(code: str, way: Dim, n: int) -> list[Line]:
    line = total(code, n)[0]
    return [Line(code, way, None, n, line.unit, line.basis)]


def unaccounted(source: Source) -> list[Family]:
    """The families of the ledger without a row in the year, of which nobody has said that there were none."""
    there = {row.family for row in source.ledger}
    return [one for one in Family if one not in there and (NOTHING, one.value) not in source.entries]
