"""What the page shows of an item: a table of its figures, and a chart drawn from the same lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.law.publication import BY_CODE, SPLITS, Split, Unit
from tracker.report.content import COUNT, ITEMS, TOTAL, Dim, Line, Report, Table
from tracker.report.package.charts import Bar, Chart, chart
from tracker.report.package.rows import one_line, text

ACROSS = frozenset({Split.KIND, Split.OUTCOME, Split.ROUTE})  # few categories: they head the columns
NOTICES = ("18-2", "18-3-1", "18-3-4", "18-3-2", "18-3-5", "18-3-6", "18-3-7", "18-3-8")
BRIEF = {
    "18-2": "受付（2項）",
    "18-3-1": "講じた旨（3項1号）",
    "18-3-4": "途中経過の後、講じた旨（3項4号）",
    "18-3-2": "講じなかった旨（3項2号）",
    "18-3-5": "途中経過の後、講じなかった旨（3項5号）",
    "18-3-6": "発信者の意見を聴く旨（3項6号）",
    "18-3-7": "専門員に調査させる旨（3項7号）",
    "18-3-8": "やむを得ない理由がある旨（3項8号）",
}
APPEALS = {
    "送信防止措置（停止を除く）": ("18-5-11", "18-5-12", "18-5-13", "18-5-14"),
    "役務提供停止措置": ("18-5-15", "18-5-16", "18-5-17", "18-5-18"),
}
APPEALED = ("不服申立て", "うち、AIを用いたもの", "うち、撤回したもの", "撤回のうち、AIを用いたもの")


@dataclass(frozen=True)
class Grid:
    """A table of the page: its id, its caption, its head, rows of a name and cells; the last one may be a sum."""

    id: str
    caption: str
    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    summed: bool = False
    wordy: frozenset[int] = frozenset()  # columns of texts, from 1: the others are of numbers


def said(n: int | float | str) -> str:
    """A number as people read it."""
    return n if isinstance(n, str) else f"{n:,}"


def things(of: Unit) -> str:
    """How the things of an item are counted: people, or all else."""
    return "人" if of in {Unit.PEOPLE, Unit.SENDERS} else "件"


def notices(report: Report) -> tuple[Grid, Chart | None]:
    """2項 and 3項 together: a row for each right."""
    values = {(line.code, line.one.code, line.measure): line.value for line in report.lines if not line.two}
    rights = _ones(line for line in report.lines if line.code in NOTICES)

    def n(code: str, right: Dim, measure: str = COUNT) -> int:
        return values.get((code, right.code, measure), 0)

    posts = any(line.code == "18-2" and line.measure == ITEMS for line in report.lines)
    rows = []
    for right in (*rights, TOTAL):
        cells = [said(n(code, right)) for code in NOTICES]
        rows.append((right.label, [*cells, said(n("18-2", right, ITEMS))] if posts else cells))
    more = ["申出に含まれる投稿の数（任意）"] if posts else []
    head = ["申出の主な理由", *(BRIEF[code] for code in NOTICES), *more]
    grid = Grid("t-notices", "申出の理由ごとの件数（規則18条2項・3項）", head, rows, summed=True)
    bars = []
    for right in rights:
        taken, kept = n("18-3-1", right) + n("18-3-4", right), n("18-3-2", right) + n("18-3-5", right)
        rest = max(0, n("18-2", right) - taken - kept)
        bars.append(Bar(right.label, (taken, kept, rest), said(n("18-2", right))))
    legend = ("措置を講じた旨を通知した", "講じなかった旨を通知した", "受け付けた件数との差")
    says = (
        "棒の右の数は、受け付けた件数です。差は、翌年度に通知するもの、取り下げられたもの、通知しないものなどです。"
        "前の年度に受けた申出への通知が多い理由では、差は現れません。"
    )
    return grid, chart("c-notices", "申出の理由ごとの受付と通知", says, legend, bars, grid.id)


def bridge(table: Table) -> tuple[Grid, Chart | None]:
    """How received and told tie over the years: two bars of the same length."""
    n: Mapping[str, int] = {str(row[0]): int(row[-1]) for row in table.rows}
    taken, kept = n.get("18-3-1", 0) + n.get("18-3-4", 0), n.get("18-3-2", 0) + n.get("18-3-5", 0)
    silent = n.get("18-3-3", 0) + n.get("withdrawn", 0)
    start, got, end = n.get("open-start", 0), n.get("received", 0), n.get("open-end", 0)
    bars = [
        Bar("初めの残り＋受付", (0, 0, 0, start, got), said(start + got)),
        Bar("通知など＋終わりの残り", (taken, kept, silent, end, 0), said(taken + kept + silent + end)),
    ]
    legend = (
        "措置を講じた旨を通知",
        "講じなかった旨を通知",
        "通知しない、取下げ",
        "通知を待つもの（初め・終わり）",
        "受け付けたもの",
    )
    grid = beside(table)
    return grid, chart("c-bridge", table.title, table.says, legend, bars, grid.id)


def appeals(report: Report) -> tuple[Grid, Chart | None]:
    """5項11号–18号 together: against measures, against suspensions."""
    counts = {name: [report.value(code) or 0 for code in codes] for name, codes in APPEALS.items()}
    rows = [(name, [said(n) for n in numbers]) for name, numbers in counts.items()]
    grid = Grid("t-appeals", "不服申立てと撤回の件数（規則18条5項11号から18号）", ["対象の措置", *APPEALED], rows)
    bars = [Bar(name, (numbers[2], numbers[0] - numbers[2]), said(numbers[0])) for name, numbers in counts.items()]
    says = "棒の右の数は、年度内に受けた不服申立ての件数です。"
    return grid, chart(
        "c-appeals", "不服申立てと撤回", says, ("撤回した", "そのほか（維持、未決定、取下げ）"), bars, grid.id
    )


def of_item(report: Report, code: str) -> tuple[Grid, Chart | None] | None:
    """The table of an item that is divided, and its chart; None where there is one number or none."""
    item = BY_CODE.get(code)
    lines = [line for line in report.lines if line.code == code and line.measure == COUNT]
    if item is None or not any(line.one != TOTAL for line in lines) or (not item.splits and len(lines) < 3):
        return None
    names = [SPLITS[split] for split in item.splits] or ["区分"]
    if not any(line.two for line in lines):
        return _single(code, item.label, names[0], lines)
    turned = item.splits[0] in ACROSS
    cells = {
        (line.two.code, line.one.code) if turned else (line.one.code, line.two.code): line.value
        for line in lines
        if line.two
    }
    ones, twos = _ones(lines), list({line.two.code: line.two for line in lines if line.two}.values())
    down, across = (twos, ones) if turned else (ones, twos)
    sums = {one.code: sum(cells.get((one.code, two.code), 0) for two in across) for one in down}
    rows = [
        (one_line(one.label), [*(said(cells.get((one.code, two.code), 0)) for two in across), said(sums[one.code])])
        for one in down
    ]
    ends = [sum(cells.get((one.code, two.code), 0) for one in down) for two in across]
    rows.append((TOTAL.label, [said(n) for n in (*ends, sum(ends))]))
    head = [names[1] if turned else names[0], *(one_line(two.label) for two in across), TOTAL.label]
    grid = Grid(f"t-{code}", f"{item.label}（{item.article}）", head, rows, summed=True)
    bars = [
        Bar(one_line(one.label), [cells.get((one.code, two.code), 0) for two in across], said(sums[one.code]))
        for one in down
    ]
    legend = [one_line(two.label) for two in across]
    return grid, chart(f"c-{code}", item.label, "", legend, bars, grid.id) if len(across) <= 5 else None


def beside(table: Table) -> Grid:
    """A table beside the figures, without the column of codes."""
    skip = 1 if table.columns[0].code == "code" else 0
    head = [column.label for column in table.columns[skip:]]
    rows = [(said(row[skip]), [said(cell) for cell in row[skip + 1 :]]) for row in table.rows]
    summed = bool(table.rows) and table.rows[-1][0] == TOTAL.code
    wordy = {x for row in table.rows for x, cell in enumerate(row[skip:]) if isinstance(cell, str) and text(cell)}
    return Grid(f"t-{table.key}", table.title, head, rows, summed, frozenset(wordy))


def _single(code: str, label: str, name: str, lines: Sequence[Line]) -> tuple[Grid, Chart | None]:
    parts = [(one_line(line.one.label), line.value) for line in lines if line.one != TOTAL]
    total = sum(n for _label, n in parts)
    rows = [(part, [said(n)]) for part, n in (*parts, (TOTAL.label, total))]
    grid = Grid(f"t-{code}", f"{label}（{BY_CODE[code].article}）", [name, "件数"], rows, summed=True)
    bars = [Bar(part, (n,), said(n)) for part, n in parts]
    return grid, chart(f"c-{code}", label, "", (), bars, grid.id) if len(bars) > 1 else None


def _ones(lines: Iterable[Line]) -> list[Dim]:
    """The first categories of lines, in their order."""
    return list({line.one.code: line.one for line in lines if line.one != TOTAL}.values())
