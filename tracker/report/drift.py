"""What looks odd in a year and may still be true: shown to staff, not published, and it stops nothing.

A month whose share is far from the others': a flag that was turned around for two years hides in every sum
(features.md 5.2). More measures with AI than reports, finds, requests and orders account for: one report may lead to
many measures, so it is no identity, and far more often it is a mistake.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tracker.i18n import gettext
from tracker.law import N_
from tracker.law.ledger import FAMILIES, Family, Outcome
from tracker.report.content import Line
from tracker.report.figures.moderation import DONE
from tracker.report.figures.source import Source

FEWEST = 30  # below which a share of a month says nothing
FAR = 0.25  # how far a month's share may be from that of the other months
WITH_AI = frozenset({Family.MEASURES, Family.APPEALS})
BY_AI = ("18-5-9", "total")
CAME_FROM = (("18-5-2", "taken"), ("18-5-3", "total"), ("18-5-5", "taken"), ("18-5-7", "taken"))
TOO_MANY = N_(
    "人工知能関連技術を用いた措置（5項9号）の%(n)s件が、"
    "通報・自ら探知・要請・裁判により講じた件数の和%(most)s件より多くなっています。"
)
FAR_OFF = N_("%(year)s年%(month)s月の%(name)sは%(here)sで、ほかの月の%(there)sと大きく違います。")
Months = Mapping[int, tuple[int, int]]  # month → how many are so, of how many


def warnings(lines: Sequence[Line], source: Source) -> list[str]:
    """Sentences about what looks odd; none where there is too little to say so."""
    return [*(sentence for name, months in shares(source).items() for sentence in far(name, months)), *by_ai(lines)]


def by_ai(lines: Sequence[Line]) -> list[str]:
    """5項9号 against what measures* came from: 2号 and 3号, 5号 and 7号, as far as a measure was taken."""
    found = {(line.code, line.one.code): line.value for line in lines if line.two is None}
    n, most = found[BY_AI], sum(found[part] for part in CAME_FROM)
    if n <= most:
        return []
    return [gettext(TOO_MANY, n=n, most=most)]


def far(name: str, months: Months) -> list[str]:
    """The months whose share differs by more than FAR from that of all others together."""
    found = []
    for month, (some, all) in sorted(months.items()):
        others = [pair for other, pair in months.items() if other != month]
        rest = sum(n for _s, n in others)
        if all < FEWEST or rest < FEWEST:
            continue
        here, there = some / all, sum(s for s, _n in others) / rest
        if abs(here - there) > FAR:
            words = {
                "year": month // 100,
                "month": month % 100,
                "name": name,
                "here": f"{here:.0%}",
                "there": f"{there:.0%}",
            }
            found.append(gettext(FAR_OFF, **words))
    return found


def shares(source: Source) -> dict[str, Months]:
    """By what is looked at, how many of each month's notices, measures, reports, requests and appeals are so."""
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))

    def add(name: str, month: int, n: int, so: bool) -> None:
        some, all = found[name][month]
        found[name][month] = some + n * so, all + n

    months = frozenset(source.year.months)
    for cell in source.notices:
        if cell.statutory and cell.ended in months:
            add(gettext(N_("措置を講じた申出の割合")), cell.ended, cell.n, cell.bucket in DONE)
    for row in source.ledger:
        label = gettext(FAMILIES[row.family].label)
        if row.family in WITH_AI:
            add(gettext(N_("%(what)sのうち人工知能関連技術を用いたものの割合"), what=label), row.month, row.n, row.ai)
        if row.family is not Family.MEASURES:
            so = row.outcome in {Outcome.TAKEN, Outcome.REVERSED}
            add(gettext(N_("%(what)sのうち措置を講じた（撤回した）ものの割合"), what=label), row.month, row.n, so)
    return dict(found)
