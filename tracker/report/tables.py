"""Tables beside the figures that nobody asks for (任意): the bridge between the years, further reasons, days."""

from collections import Counter
from collections.abc import Callable, Sequence

from tracker.casework.tallies import rights_in
from tracker.law.grounds import TERMS, Excuse
from tracker.law.ledger import OUTCOMES, Family, Outcome
from tracker.report.bridge import CODE, ENDS, NAME, N, bridge, interims, summed
from tracker.report.categories import RIGHTS
from tracker.report.content import Dim, Table
from tracker.report.cube import NoticeCell
from tracker.report.figures import moderation
from tracker.report.figures.notices import counted
from tracker.report.figures.source import Source


def tables(source: Source) -> list[Table]:
    """All of them, in the order in which they are printed."""
    return [
        bridge(source),
        interims(source),
        further_rights(source),
        care(source),
        posts(source),
        days(source),
        excuses(source),
        not_told(source),
        routes(source),
        requests(source),
    ]


def further_rights(source: Source) -> Table:
    """Each right as the primary one, which adds up, and as a further one, which does not."""
    first: Counter[str] = Counter()
    also: Counter[str] = Counter()
    for right, mask, n in source.rights:
        first[right] += n
        for one in rights_in(mask):
            also[one] += n if one is not right else 0
    rows = [(dim.code, dim.label, first[right], also[right]) for right, dim in RIGHTS.items()]
    return Table(
        "further-rights",
        "申出の理由（主なものと、ほかに挙げられたもの）",
        "1件の申出に理由がいくつあっても、主な理由だけを2項の件数に数えます。ほかの理由は、この表だけに数えます。",
        (CODE, Dim("name", "理由"), Dim("primary", "主な理由"), Dim("further", "ほかの理由")),
        [*rows, ("total", "合計", first.total(), also.total())],
    )


def care(source: Source) -> Table:
    """What stands beside the figures of 2項 and 3項: late, mixed, and what binds nobody but was cared for alike."""
    months = frozenset(source.year.months)

    def n(wanted: Callable[[NoticeCell], bool]) -> int:
        return sum(cell.n for cell in source.notices if wanted(cell))

    rows = [
        (
            "late",
            "7日を過ぎた通知（法25条1項に反したもの）",
            n(lambda c: c.statutory and c.late and c.ended in months),
        ),
        (
            "mixed",
            "措置を講じた投稿と講じなかった投稿のある申出",
            n(lambda c: c.statutory and c.mixed and c.ended in months),
        ),
        ("third", "第三者からの通報（窓口で受けたもの）", n(lambda c: c.third and c.received in months)),
        (
            "voluntary",
            "法25条の義務のない、本人などからの申出",
            n(lambda c: not c.statutory and not c.third and c.received in months),
        ),
    ]
    return Table(
        "beside",
        "そのほかの件数",
        "2項・3項の件数の内訳又は外数です。通報と、義務のない申出は、2項・3項のどの件数にも入っていません。",
        (CODE, NAME, N),
        rows,
    )


def posts(source: Source) -> Table:
    """The posts in the notices that ended: a notice has one or more."""
    rows = []
    for code in ("18-3-1", "18-3-2", "18-3-4", "18-3-5"):
        cells = counted(source, code)
        rows.append(
            (code, ENDS[code], *(sum(getattr(c, mark) for c in cells) for mark in ("n", "items", "taken", "kept")))
        )
    columns = (CODE, NAME, Dim("notices", "申出"), Dim("posts", "投稿"))
    more = (Dim("taken", "措置を講じた投稿"), Dim("kept", "講じなかった投稿"))
    says = (
        "1件の申出に、複数の投稿があることがあります。"
        "取り下げられた投稿があるため、内訳の和は投稿の数と一致しないことがあります。"
    )
    return Table("posts", "通知した申出にある投稿の数", says, (*columns, *more), rows)


def days(source: Source) -> Table:
    """Days from receipt to the reply, middle and slowest, by primary right."""
    by_right: dict[str, Counter[int]] = {dim.code: Counter() for dim in RIGHTS.values()}
    for right, took, n in source.days:
        by_right[RIGHTS[right].code][took] += n
    every = sum(by_right.values(), Counter[int]())
    rows = [(dim.code, dim.label, *_spread(by_right[dim.code])) for dim in RIGHTS.values()]
    return Table(
        "days",
        "受付から通知までの日数",
        "年度内に終わった申出について、受け付けた日から、すべての投稿に通知（途中経過を含む）をした日までの日数です。",
        (
            CODE,
            Dim("name", "主な理由"),
            Dim("n", "件数"),
            Dim("median", "中央値（日）"),
            Dim("most", "最大（日）"),
        ),
        [*rows, ("total", "合計", *_spread(every))],
    )


def excuses(source: Source) -> Table:
    """How many notices ended without a word, by ground: 3項3号 asks for the reason alone."""
    sums: Counter[str] = Counter()
    for cell in counted(source, "18-3-3"):
        sums[cell.excuse] += cell.n
    rows = [(one.value, TERMS[Excuse][one].label, sums[one.value]) for one in Excuse]
    return Table(
        "excuses",
        "通知をしなかった申出（3項3号）",
        "規則は理由だけを求めていますが、件数も載せます。",
        (CODE, Dim("name", "理由"), N),
        [*rows, summed(rows)],
    )


def not_told(source: Source) -> Table:
    """How many senders were not told, by kind and exemption: 4項2号 asks for the reason alone."""
    return _pairs(
        "senders-not-told",
        "発信者に通知等の措置を講じなかったもの（4項2号）",
        "規則は理由だけを求めていますが、件数も載せます。",
        (Dim("kind", "措置の種別"), Dim("reason", "理由")),
        moderation.not_told(source),
    )


def routes(source: Source) -> Table:
    """Every measure of the year by kind and route, those from a 申出 among them."""
    return _pairs(
        "routes",
        "措置の種別と経緯",
        "申出による措置は、法28条4号により5項の件数に入っていません。ここには、Kigenで記録した申出による措置も載せます。",
        (Dim("kind", "措置の種別"), Dim("route", "経緯")),
        moderation.taken_by_route(source),
    )


def requests(source: Source) -> Table:
    """What became of requests and orders, those that are open or led to a suspension alone as well."""
    sums: Counter[tuple[Family, Outcome | None]] = Counter()
    for row in source.moderated:
        sums[row.family, row.outcome] += row.n
    kinds = (Outcome.TAKEN, Outcome.NOT_TAKEN, Outcome.SUSPENDED, Outcome.PENDING)
    names = {Family.REQUESTS: "公的機関からの要請（5項4号）", Family.ORDERS: "裁判所の判決・決定（5項6号）"}
    rows = [
        (family.value, name, *(sums[family, one] for one in kinds), sum(sums[family, one] for one in kinds))
        for family, name in names.items()
    ]
    return Table(
        "requests",
        "要請・裁判の行方",
        "「まだ決めていない」と「役務提供停止措置だけを講じた」は、5項5号・7号のどちらの件数にも入りません。",
        (CODE, NAME, *(Dim(one.value, OUTCOMES[one]) for one in kinds), Dim("total", "合計")),
        rows,
    )


def _spread(took: Counter[int]) -> tuple[int, int | str, int | str]:
    if not took:
        return 0, "―", "―"
    return took.total(), _median(took), max(took)


def _median(took: Counter[int]) -> int:
    """The middle one; of an even number the lower. Read from the counts: there may be millions."""
    half, seen = (took.total() + 1) // 2, 0
    for value in sorted(took):
        seen += took[value]
        if seen >= half:
            return value
    raise ValueError("nothing was counted")


def _pairs(key: str, title: str, says: str, columns: Sequence[Dim], sums: moderation.Pairs) -> Table:
    pairs = sorted(((one, two, n) for (one, two), n in sums.items()), key=lambda p: (p[0].code, p[1].code))
    return Table(key, title, says, (*columns, N), [(one.label, two.label, n) for one, two, n in pairs])
