"""規則18条4項・5項2号–10号: what senders were told, and the measures themselves, from Kigen and from the ledger.

4項 is about every measure. 5項 is about users in Japan, without what 法28条1号–3号 speak of: measures from a 申出.
"""

from collections import Counter
from collections.abc import Callable

from tracker.law.grounds import MeasureKind, Origin, SenderExemption
from tracker.law.ledger import Family, Outcome, Vocabulary
from tracker.report.categories import NOT_TAKEN, TAKEN, exemption
from tracker.report.content import Dim, Line, Words
from tracker.report.cube import MeasureCell, Moderated, NoticeCell
from tracker.report.figures.source import Source, lines

Sums = Counter[tuple[Dim, Dim | None]]
Pairs = Counter[tuple[Dim, Dim]]
OUTCOMES = {Outcome.TAKEN: TAKEN, Outcome.NOT_TAKEN: NOT_TAKEN}
DONE = frozenset({"18-3-1", "18-3-4"})  # where a notice ended, of which a measure was taken
KEPT = frozenset({"18-3-2", "18-3-5"})


def kinds(source: Source) -> list[Dim]:
    """The kinds of measure (送信防止措置の種別), printed whether there were any or not."""
    return [source.names.dim(kind.value, Vocabulary.KIND) for kind in MeasureKind]


def senders_told(source: Source) -> list[Line]:
    """18-4-1 (4項1号): senders told or let know (法27条), by that day, by kind and reason of the measure."""
    sums: Sums = Counter()
    for cell in source.measures if source.ours else ():
        if cell.told:
            sums[source.names.dim(cell.kind.value, Vocabulary.KIND), source.names.ours(cell.reason)] += cell.n
    for row in source.told:
        if not (source.ours and source.from_notice(row.route)):
            kind = source.names.theirs(Vocabulary.KIND, row.kind)
            sums[kind, source.names.theirs(Vocabulary.REASON, row.reason)] += row.n
    return lines("18-4-1", sums, parts=kinds(source))


def not_told(source: Source) -> Pairs:
    """Measures of the year whose sender was not told, by kind and exemption (法27条各号): a table beside 18-4-2."""
    sums: Pairs = Counter()
    for cell in source.measures if source.ours else ():
        if cell.exempt:
            sums[source.names.dim(cell.kind.value, Vocabulary.KIND), exemption(cell.exemption)] += cell.n
    for row in source.ledger:
        if row.exemption and not (source.ours and source.from_notice(row.route)):
            kind = source.names.theirs(Vocabulary.KIND, row.kind)
            sums[kind, source.names.theirs(Vocabulary.EXEMPTION, row.exemption)] += row.n
    return sums


def not_told_reasons(source: Source) -> list[Words]:
    """18-4-2 (4項2号): why senders were not told, by kind of measure, and what a person adds to it."""
    sums = not_told(source)
    made = []
    for n, kind in enumerate(kinds(source), 1):
        reasons = sorted({two.label for one, two in sums if one == kind})
        entry = source.entries.get(("18-4-2", kind.code))
        words = [f"{'、'.join(reasons)}。" if reasons else "通知等の措置を講じなかったものはありません。"]
        made.append(Words("18-4-2", kind, n, "".join([*words, entry.words if entry else ""])))
    return made


def reasons_missing(source: Source) -> list[Dim]:
    """The kinds of measure of which a sender was not told for another just reason, and nobody has written which."""
    other = exemption(SenderExemption.OTHER_JUST.value)
    used = {one for one, two in not_told(source) if two == other}
    return [kind for kind in kinds(source) if kind in used and not _written(source, kind)]


def reports(source: Source) -> list[Line]:
    """18-5-2 (5項2号): 通報 of users on which a measure* was taken or not, by why; by the day of the decision.

    What came through the form and is no 申出 that binds is one: of a third party, or outside the published method. What
    led to a suspension alone is neither.
    """
    sums: Sums = Counter()
    months = frozenset(source.year.months)
    for cell in source.notices if source.ours else ():
        if not cell.statutory and cell.ended in months and not cell.suspended:
            _reported(source, sums, cell)
    for row in _of(source, Family.REPORTS):
        if row.outcome is Outcome.TAKEN:
            sums[TAKEN, source.names.theirs(Vocabulary.REASON, row.reason)] += row.n
        elif row.outcome is Outcome.NOT_TAKEN:
            sums[NOT_TAKEN, source.names.theirs(Vocabulary.KEPT, row.kept)] += row.n
    return lines("18-5-2", sums, parts=(TAKEN, NOT_TAKEN))


def _reported(source: Source, sums: Sums, cell: NoticeCell) -> None:
    if cell.bucket in DONE:
        sums[TAKEN, source.names.ours(cell.reason)] += cell.n
    elif cell.bucket in KEPT:
        sums[NOT_TAKEN, source.names.ours(cell.reason)] += cell.n


def detected(source: Source) -> list[Line]:
    """18-5-3 (5項3号): measures* on what the provider found by itself, by reason; by the day of the measure."""
    return lines("18-5-3", _by_reason(source, lambda row: _from(source, row, Origin.OWN_DETECTION), _none))


def asked(source: Source) -> list[Line]:
    """18-5-4 (5項4号): requests of public bodies other than courts, by the reason asked and the day of the request."""
    return _asked(source, "18-5-4", Family.REQUESTS)


def asked_answered(source: Source) -> list[Line]:
    """18-5-5 (5項5号): of these, on which a measure* was taken or not. What is open or only suspended is neither."""
    return _answered(source, "18-5-5", Family.REQUESTS)


def ordered(source: Source) -> list[Line]:
    """18-5-6 (5項6号): judgments and decisions of courts to take a measure*, by the reason of the petition."""
    return _asked(source, "18-5-6", Family.ORDERS)


def ordered_answered(source: Source) -> list[Line]:
    """18-5-7 (5項7号): of these, on which a measure* was taken or not."""
    return _answered(source, "18-5-7", Family.ORDERS)


def suspended(source: Source) -> list[Line]:
    """18-5-8 (5項8号): 役務提供停止措置, by reason and by route (経緯)."""
    sums: Sums = Counter()
    for row in _of(source, Family.MEASURES):
        if _suspends(source, row):
            reason = source.names.theirs(Vocabulary.REASON, row.reason)
            sums[reason, source.names.theirs(Vocabulary.ROUTE, row.route)] += row.n
    for cell in _third(source):
        if cell.kind is MeasureKind.SUSPEND:
            route = source.names.dim(cell.origin.value, Vocabulary.ROUTE)
            sums[source.names.ours(cell.reason), route] += cell.n
    return lines("18-5-8", sums)


def by_ai(source: Source) -> list[Line]:
    """18-5-9 (5項9号): measures* with AI, by reason; decision record 0015 says what counts as AI."""
    mine = _by_reason(
        source,
        lambda row: row.ai and not _suspends(source, row),
        lambda cell: cell.ai and cell.kind is not MeasureKind.SUSPEND,
    )
    return lines("18-5-9", mine)


def suspended_by_ai(source: Source) -> list[Line]:
    """18-5-10 (5項10号): 役務提供停止措置 with AI, by reason."""
    mine = _by_reason(
        source,
        lambda row: row.ai and _suspends(source, row),
        lambda cell: cell.ai and cell.kind is MeasureKind.SUSPEND,
    )
    return lines("18-5-10", mine)


def taken_by_route(source: Source) -> Pairs:
    """Every measure of the ledger that 5項 counts, and every one through Kigen, by kind and route: a table beside."""
    sums: Pairs = Counter()
    for row in _of(source, Family.MEASURES):
        kind = source.names.theirs(Vocabulary.KIND, row.kind)
        sums[kind, source.names.theirs(Vocabulary.ROUTE, row.route)] += row.n
    for cell in source.measures:
        if cell.executed and source.ours:
            kind = source.names.dim(cell.kind.value, Vocabulary.KIND)
            sums[kind, source.names.dim(cell.origin.value, Vocabulary.ROUTE)] += cell.n
    return sums


def _of(source: Source, family: Family) -> list[Moderated]:
    return [row for row in source.moderated if row.family is family]


def _third(source: Source) -> list[MeasureCell]:
    """Measures through Kigen that 5項 counts: those on a 通報, and on what is no 申出 that binds."""
    return [cell for cell in source.measures if source.ours and cell.executed and cell.origin is Origin.REPORT]


def _suspends(source: Source, row: Moderated) -> bool:
    return source.names.member(Vocabulary.KIND, row.kind) == MeasureKind.SUSPEND


def _from(source: Source, row: Moderated, origin: Origin) -> bool:
    return not _suspends(source, row) and source.names.member(Vocabulary.ROUTE, row.route) == origin


def _by_reason(source: Source, wanted: Callable[[Moderated], bool], ours: Callable[[MeasureCell], bool]) -> Sums:
    sums: Sums = Counter()
    for row in _of(source, Family.MEASURES):
        if wanted(row):
            sums[source.names.theirs(Vocabulary.REASON, row.reason), None] += row.n
    for cell in _third(source):
        if ours(cell):
            sums[source.names.ours(cell.reason), None] += cell.n
    return sums


def _none(_cell: MeasureCell) -> bool:
    """No measure through Kigen is on what the provider found by itself."""
    return False


def _written(source: Source, kind: Dim) -> bool:
    entry = source.entries.get(("18-4-2", kind.code))
    return entry is not None and bool(entry.words.strip())


def _asked(source: Source, code: str, family: Family) -> list[Line]:
    sums: Sums = Counter()
    for row in _of(source, family):
        sums[source.names.theirs(Vocabulary.ASKED, row.reason), None] += row.n
    return lines(code, sums)


def _answered(source: Source, code: str, family: Family) -> list[Line]:
    sums: Sums = Counter()
    for row in _of(source, family):
        if row.outcome in OUTCOMES:
            sums[OUTCOMES[row.outcome], source.names.theirs(Vocabulary.ASKED, row.reason)] += row.n
    return lines(code, sums, parts=(TAKEN, NOT_TAKEN))
