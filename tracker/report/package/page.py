"""index.html, style.css and README.txt: what people read. The page stands alone: no script, nothing from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.i18n import japanese_date, japanese_time
from tracker.law.publication import BASES, BY_CODE, UNITS, Unit
from tracker.report.content import Report
from tracker.report.package import grids
from tracker.report.package.changes import versions
from tracker.report.package.charts import Chart
from tracker.report.package.definitions import Definition, definitions
from tracker.report.package.describe import TERMS
from tracker.report.package.grids import Grid
from tracker.report.package.rows import paragraphs

TEMPLATES = Path(__file__).parents[3] / "templates" / "report"
INDEX, STYLE, README = "index.html", "style.css", "README.txt"
TEMPLATE = "index.jinja"  # its words are Japanese for every reader (規則21条5項), as those of letters are
# Every file of the package, and what it is for.
FILES: Mapping[str, str] = {
    INDEX: "この公表を読むためのページ",
    README: "はじめに読む説明",
    "publication.xlsx": "表計算ソフト用。件数・文章・定義・任意の表・訂正を、1シートに1つの表で",
    "figures.csv": "件数。1行に1つの数",
    "figures-excel.csv": "件数。Excelで直接開くためのもの（BOM付き。中身はfigures.csvと同じ）",
    "texts.csv": "文章。1行に1段落",
    "definitions.csv": "項目ごとの条文と数え方",
    "extra.csv": "任意の表",
    "corrections.csv": "前に公表した版との違い",
    "figures.json": "上のすべてを1つにまとめたもの（JSON）",
    "schema/figures.schema.json": "figures.jsonの形の定義（JSON Schema 2020-12）",
    "datapackage.json": "CSVの列の定義（Frictionless Data Package）",
    "verify_publication.py": "このファイル一式を確かめるプログラム",
    STYLE: "ページの見た目",
    "manifest.json": "ファイルの目録（名前、大きさ、SHA-256）",
    "manifest.sig": "目録の署名（Ed25519）",
}
JAPAN_ONLY = (
    "日本の利用者に関するものだけです。"
    "申出を受けて講じた措置は、2項から4項までの事項なので、ここには含みません（法28条4号）。"
)
SUSPENSIONS = {"excluded": "役務提供停止措置を除く", "only": "役務提供停止措置だけ"}


@dataclass(frozen=True)
class Block:
    """One item on the page."""

    about: Definition
    marks: Sequence[str]
    total: str = ""
    unit: str = ""
    table: Grid | None = None
    picture: Chart | None = None
    texts: Sequence[tuple[str, Sequence[str]]] = ()
    elsewhere: str = ""  # the table in which its figures stand together with others'


@dataclass(frozen=True)
class Part:
    """A section: its id and title, a sentence, tables of several items, and its items."""

    id: str
    title: str
    says: str
    items: Sequence[Block]
    shared: Sequence[tuple[Grid, Chart | None]] = field(default=())


def index(report: Report, files: Mapping[str, bytes], *, built_at: datetime) -> bytes:
    """The page. `files` are those whose hashes stand on it: its own stands in the manifest."""
    hashed = {name: (len(files[name]), sha256(files[name]).hexdigest()) for name in FILES if name in files}
    words = _words(report, built_at) | {
        "parts": parts(report),
        "files": FILES,
        "hashed": hashed,
        "tiles": _tiles(report),
        "corrections": versions(report.corrections),
    }
    words |= {"extras": [(t.says, grids.beside(t)) for t in report.tables if t.key != "bridge"]}
    return _environment().get_template(TEMPLATE).render(words).encode()


def readme(report: Report, *, built_at: datetime) -> bytes:
    """README.txt."""
    return _environment().get_template(README).render(_words(report, built_at) | {"files": FILES}).encode()


def style() -> bytes:
    """style.css."""
    return (TEMPLATES / STYLE).read_bytes()


def parts(report: Report) -> list[Part]:
    """The sections of the page, in the order of the rule."""
    blocks = {one.item.code: _block(report, one) for one in definitions(report)}
    ties = [grids.bridge(table) for table in report.tables if table.key == "bridge"]

    def some(start: str, first: int = 0, last: int = 99) -> list[Block]:
        chosen = []
        for code, block in blocks.items():
            lead, _dash, no = code.rpartition("-")
            if lead == start and first <= int(no) <= last:
                chosen.append(block)
        return chosen

    made = [
        Part(
            "p-notices",
            "申出の受付と通知（2項・3項）",
            "公表している方法で、被侵害者本人又は代理人から受けた申出です。受付は受けた日、通知は通知した日で年度を分けます。",
            [blocks["18-2"], *some("18-3")],
            [grids.notices(report), *ties],
        ),
        Part(
            "p-senders",
            "発信者への通知等の措置（4項）",
            "申出によるものに限らず、すべての送信防止措置が対象です。",
            some("18-4"),
        ),
        Part("p-measures", "送信防止措置の実施状況（5項1号から10号）", JAPAN_ONLY, some("18-5", 1, 10)),
        Part(
            "p-appeals",
            "不服申立て（5項11号から18号）",
            "日本の利用者に関するものだけです。年度内に受けた不服申立てと、その結果です。結果がいつ出ても、受けた年度に数えます。",
            some("18-5", 11, 18),
            [grids.appeals(report)],
        ),
        Part("p-people", "人と技術の体制（5項19号から23号）", "", some("18-5", 19, 23)),
        Part(
            "p-judged",
            "自己評価（6項・7項）",
            "提供者が自ら行った評価と、その基準です。",
            [*some("18-6"), blocks["18-7"]],
        ),
    ]
    added = [block for code, block in blocks.items() if code not in BY_CODE]
    return [*made, *([Part("p-added", "そのほかの項目（任意）", "", added)] if added else [])]


def _block(report: Report, one: Definition) -> Block:
    code = one.item.code
    shared = "t-notices" if code in grids.NOTICES else "t-appeals" if one.item.unit is Unit.APPEALS else ""
    table, picture = (None if shared else grids.of_item(report, code)) or (None, None)
    total = report.value(code)
    basis = f"基準の日: {BASES[one.item.basis]}"
    marks = [one.item.article, UNITS[one.item.unit], *([basis] if one.item.unit is not Unit.TEXT else [])]
    marks += ["日本の利用者だけ"] if one.item.japan else []
    marks += [SUSPENSIONS[one.suspensions]] if one.suspensions in SUSPENSIONS else []
    return Block(
        one,
        marks,
        "" if total is None else grids.said(total),
        grids.things(one.item.unit),
        table,
        picture,
        list(_texts(report, code)),
        shared,
    )


def _texts(report: Report, code: str) -> Iterator[tuple[str, Sequence[str]]]:
    for words in report.texts:
        if words.code == code:
            named = words.part is not None and words.part.label != BY_CODE[code].label if code in BY_CODE else False
            yield (words.part.label if words.part and named else "", paragraphs(words.words))


def _tiles(report: Report) -> list[tuple[str, str, str]]:
    """The four numbers that people look for first, with the items in which they stand."""

    def n(*codes: str) -> str:
        return grids.said(sum(report.value(code) or 0 for code in codes))

    return [
        ("受け付けた申出", n("18-2"), "2項"),
        ("措置を講じた旨の通知", n("18-3-1", "18-3-4"), "3項1号・4号"),
        ("講じなかった旨の通知", n("18-3-2", "18-3-5"), "3項2号・5号"),
        ("発信者への通知等の措置", n("18-4-1"), "4項1号"),
    ]


def _words(report: Report, built_at: datetime) -> dict[str, object]:
    return {"report": report, "built_at": built_at, "terms": TERMS, "until": _reiwa(report)}


def _reiwa(report: Report) -> str:
    return f"{report.year}年度（令和{report.year - 2018}年度）"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,  # README.txt turns it off
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"day": japanese_date, "moment": japanese_time, "n": grids.said}
    return made
