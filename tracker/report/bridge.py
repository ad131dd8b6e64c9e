"""How the years tie (任意): what was open and what came in, what ended in which way, and what took longer."""

from collections import Counter
from collections.abc import Iterable

from tracker.casework.counted import WITHDRAWN
from tracker.report.content import Dim, Table
from tracker.report.cube import NoticeCell
from tracker.report.figures.source import Source

CODE, NAME, N = Dim("code", "番号"), Dim("name", "区分"), Dim("count", "件数")
OPEN_START, RECEIVED, OPEN_END = "open-start", "received", "open-end"
# How what was open and what was received is accounted for: a bucket each, the sum of them on the other side.
ENDS: dict[str, str] = {
    "18-3-1": "講じた旨を通知した（3項1号）",
    "18-3-2": "講じなかった旨と理由を通知した（3項2号）",
    "18-3-4": "途中経過の後、講じた旨を通知した（3項4号）",
    "18-3-5": "途中経過の後、講じなかった旨と理由を通知した（3項5号）",
    "18-3-3": "正当な理由により通知しなかった（3項3号）",
    WITHDRAWN: "申出者が取り下げた",
}


def bridge(source: Source) -> Table:
    """How received and told tie over the years (V025): open at the start + received = ended in each way + open."""
    sums = ties(source)
    rows = [
        (OPEN_START, "年度の初めに通知を待っていた申出", sums[OPEN_START]),
        (RECEIVED, "年度内に受け付けた申出（2項）", sums[RECEIVED]),
        *((bucket, label, sums[bucket]) for bucket, label in ENDS.items()),
        (OPEN_END, "年度の終わりに通知を待っている申出", sums[OPEN_END]),
    ]
    return Table(
        "bridge",
        "受け付けた件数と通知した件数のつながり",
        "受付は受けた日、通知は通知した日の年度で数えるため、同じ年度の件数は一致しません。"
        "「初めに待っていたもの」と「受け付けたもの」の和は、その下の件数の和に等しくなります。",
        (CODE, NAME, N),
        rows,
    )


def ties(source: Source) -> Counter[str]:
    """The sums of the bridge, each counted by itself from the cells that bind."""
    months = source.year.months
    sums: Counter[str] = Counter()
    for cell in source.notices:
        if not cell.statutory:
            continue
        before, ended = cell.received < months[0], 0 < cell.ended <= months[-1]
        sums[OPEN_START if before else RECEIVED] += cell.n
        sums[cell.bucket if ended else OPEN_END] += cell.n
    return sums


def interims(source: Source) -> Table:
    """What became of the notices that were told in the year that it takes longer; each counted once."""
    sums: Counter[str] = Counter()
    for cell in source.notices:
        if cell.statutory and _deferred(source, cell):
            sums[cell.bucket if 0 < cell.ended <= source.year.months[-1] else OPEN_END] += cell.n
    rows = [(bucket, label, sums[bucket]) for bucket, label in (*ENDS.items(), (OPEN_END, "まだ通知していない"))]
    says = (
        "年度内に、途中経過（法25条2項）を通知した申出の行方です。理由が2つの申出も1件と数えます。"
        "3項1号・2号とあるのは、途中経過のない別の投稿についての通知で終わった申出です。"
    )
    return Table("after-interim", "途中経過を通知した申出の行方", says, (CODE, NAME, N), [*rows, summed(rows)])


def summed(rows: Iterable[tuple[str, str, int]]) -> tuple[str, str, int]:
    """The last row of a table: all of those above it."""
    return "total", "合計", sum(n for _code, _label, n in rows)


def _deferred(source: Source, cell: NoticeCell) -> bool:
    months = frozenset(source.year.months)
    return bool(months & {cell.interim_sender, cell.interim_specialist, cell.interim_unavoidable})
