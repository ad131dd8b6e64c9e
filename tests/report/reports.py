"""A report made by hand, with every item of 規則18条, for tests of the package."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracker.law.publication import BY_CODE, ITEMS, Unit
from tracker.report import package
from tracker.report.content import COUNT, ITEMS as POSTS, TOTAL, Correction, Dim, Line, Report, Table, Words

BUILT = datetime(2027, 5, 20, 1, 2, 3, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
RIGHTS = (Dim("honor", "名誉権"), Dim("privacy", "プライバシー"), Dim("copyright", "著作権及び著作隣接権"))
SPAM, ABUSE = Dim("clause-0a1b2c3d4e", "3-1 大量の宣伝"), Dim("clause-1b2c3d4e5f", "2-4 人格を否定する言葉")
REMOVE, HIDE, SUSPEND = Dim("remove", "削除"), Dim("hide", "非表示"), Dim("suspend", "役務提供停止")
TAKEN, NOT_TAKEN = Dim("taken", "講じた"), Dim("not_taken", "講じなかった")
REPORTED, FOUND = Dim("report", "通報"), Dim("own_detection", "自ら探知")
DRUGS, FRAUD = Dim("name-aa", "規制薬物の広告"), Dim("name-bb", "詐欺の広告")
# Of each right: received, then 18-3-1 … 18-3-8 but 18-3-3.
NOTICES = {
    "18-2": (1204, 742, 611),
    "18-3-1": (402, 300, 380),
    "18-3-2": (600, 280, 180),
    "18-3-4": (96, 102, 9),
    "18-3-5": (71, 38, 24),
    "18-3-6": (150, 120, 11),
    "18-3-7": (30, 25, 20),
    "18-3-8": (1, 0, 2),
}
CROSSED = {
    "18-4-1": {(REMOVE, SPAM): 1000, (REMOVE, ABUSE): 300, (HIDE, ABUSE): 200, (SUSPEND, SPAM): 50},
    "18-5-2": {(TAKEN, SPAM): 120, (TAKEN, ABUSE): 80, (NOT_TAKEN, Dim("finding-gone", "すでにない")): 40},
    "18-5-5": {(TAKEN, DRUGS): 5, (NOT_TAKEN, DRUGS): 2, (TAKEN, FRAUD): 1},
    "18-5-7": {(TAKEN, RIGHTS[0]): 2},
    "18-5-8": {(SPAM, REPORTED): 20, (SPAM, FOUND): 15, (ABUSE, REPORTED): 15},
}
SINGLE = {
    "18-5-3": {SPAM: 800, ABUSE: 100},
    "18-5-4": {DRUGS: 9, FRAUD: 2},
    "18-5-6": {RIGHTS[0]: 3},
    "18-5-9": {SPAM: 700, ABUSE: 9},
    "18-5-10": {SPAM: 12},
    "18-5-1": {Dim("senders", "延べ発信者数の総数"): 48_000_000},
}
WHOLE = dict(zip([f"18-5-{n}" for n in range(11, 19)], (60, 40, 12, 7, 8, 5, 3, 2), strict=True)) | {"18-5-20": 25}
BRIDGE = {
    "open-start": 48,
    "received": 2557,
    "18-3-1": 1082,
    "18-3-2": 1060,
    "18-3-4": 207,
    "18-3-5": 133,
    "18-3-3": 31,
    "withdrawn": 20,
    "open-end": 72,
}
CODE, NAME, N = Dim("code", "番号"), Dim("name", "区分"), Dim("count", "件数")


def lines() -> list[Line]:
    """Figures that hold together."""
    made = [one for code, counts in NOTICES.items() for one in _single(code, dict(zip(RIGHTS, counts, strict=True)))]
    made += _single("18-2", dict(zip(RIGHTS, (1900, 1100, 3000), strict=True)), POSTS)
    made += [one for code, sums in SINGLE.items() for one in _single(code, sums)]
    made += [_line(code, TOTAL, None, n) for code, n in WHOLE.items()]
    for code, sums in CROSSED.items():
        ones = {}
        for (one, _two), n in sums.items():
            ones[one] = ones.get(one, 0) + n
        made += _single(code, ones) + [_line(code, one, two, n) for (one, two), n in sums.items()]
    return made


def texts() -> list[Words]:
    """A text of every item that wants one."""
    made = [
        Words(item.code, None, 1, f"{item.label}について書いた文章です。\n\n　2つ目の段落です。")
        for item in ITEMS
        if item.unit is Unit.TEXT and item.code not in {"18-4-2", "18-7"}
    ]
    made += [
        Words("18-4-2", kind, n, "同一の発信者に同様の理由で通知済み。")
        for n, kind in enumerate((REMOVE, HIDE, SUSPEND), 1)
    ]
    made += [Words("18-3-8", RIGHTS[0], 1, "災害により、調査に要する設備が7日間使えなかった。")]
    made += [
        Words("18-5-1", Dim("senders", "延べ発信者数の総数"), 1, "=月ごとの投稿者数の和。"),
        Words("18-5-20", None, 1, "毎年2回の研修。"),
    ]
    made += [Words("18-7", Dim(f"point-{n}", f"6項{n}号の評価の基準"), n, "4段階で評価する。") for n in range(1, 8)]
    return made


def tables() -> list[Table]:
    """Tables beside the figures, the bridge first."""
    names = {
        "open-start": "年度の初めに待っていた",
        "received": "受け付けた",
        "withdrawn": "取り下げられた",
        "open-end": "終わりに待っている",
    }
    rows = [(code, names.get(code, f"{code}の通知"), n) for code, n in BRIDGE.items()]
    days = Dim("median", "中央値（日）")
    requests = (
        CODE,
        NAME,
        Dim("taken", "講じた"),
        Dim("not_taken", "講じなかった"),
        Dim("pending", "未決定"),
        Dim("total", "合計"),
    )
    return [
        Table("bridge", "受け付けた件数と通知した件数のつながり", "2つの和は等しくなります。", (CODE, NAME, N), rows),
        Table(
            "days",
            "受付から通知までの日数",
            "途中経過を含みます。",
            (CODE, NAME, Dim("n", "件数"), days),
            [("honor", "名誉権", 3, 4.5), ("other", "その他", 0, "―"), ("total", "合計", 3, 4.5)],
        ),
        Table(
            "requests",
            "要請・裁判の行方",
            "",
            requests,
            [("requests", "公的機関からの要請", 6, 2, 3, 11), ("orders", "裁判所", 2, 0, 1, 3)],
        ),
    ]


def report(**changes) -> Report:
    """A publication that every check passes."""
    values = {
        "service": "tsumugi",
        "name": "つむぎ広場",
        "provider": "株式会社つむぎネットワーク",
        "year": 2026,
        "first": date(2026, 4, 1),
        "last": date(2027, 3, 31),
        "partial": False,
        "due": date(2027, 5, 31),
        "lines": lines(),
        "texts": texts(),
        "tables": tables(),
        "heads": {"cases": {"count": 2557, "sha256": "0" * 64}},
    }
    return Report(**(values | changes))


def corrected() -> Report:
    """A second version."""
    why = "二重に数えた申出を除いた。"
    return report(
        version=2,
        corrections=[
            Correction(2, date(2027, 6, 10), "18-2", "total", "", COUNT, "2560", "2557", why),
            Correction(2, date(2027, 6, 10), "18-5-21", "", "", "", "", "新しい文章。\n2行目。", why),
        ],
    )


def changed(
    code: str, value: int, one: str = "total", two: str = "", measure: str = COUNT, made: Report | None = None
) -> Report:
    """The same with one figure changed."""
    found = made or report()
    key = (code, one, two, measure)
    new = [
        replace(line, value=value)
        if (line.code, line.one.code, line.two.code if line.two else "", line.measure) == key
        else line
        for line in found.lines
    ]
    assert new != list(found.lines), key
    return replace(found, lines=new)


def sign(message: bytes) -> package.Signed:
    """A signature as the house makes it."""
    return package.Signed(hashlib.sha256(PUBLIC).hexdigest()[:32], PUBLIC, KEY.sign(message))


def files(made: Report | None = None) -> dict[str, bytes]:
    """The package of a report."""
    return package.files(made or report(), built_at=BUILT, sign=sign)


def _single(code: str, sums: dict[Dim, int], measure: str = COUNT) -> list[Line]:
    total = _line(code, TOTAL, None, sum(sums.values()), measure)
    return [total, *(_line(code, one, None, n, measure) for one, n in sums.items())]


def _line(code: str, one: Dim, two: Dim | None, value: int, measure: str = COUNT) -> Line:
    item = BY_CODE[code]
    return Line(code, one, two, value, item.unit, item.basis, measure)
